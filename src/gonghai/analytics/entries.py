"""Facts about follow-ups: with nothing said, just before a deadline; typed in long after they happened.

A deadline is one that its owner had been told: the newest warning of that spell before the entry, of a timer that a
follow-up moves, with no other qualifying follow-up in between.
"""

from typing import Final

from psycopg.rows import DictRow

from gonghai.analytics.question import Counted, Cut, Question, counted
from gonghai.base.database import Conn, rows

SHORT: Final = 4  # characters
SAME: Final = 3  # times the same words, by one author in the period


def _told(which: str) -> str:
    """The deadline that each follow-up `f` of these moved; no row for the others."""
    return f"""LATERAL (
    SELECT w.effective, w.timer FROM (
        SELECT x.effective, x.timer, x.at FROM warning x WHERE x.tenant_id = %(t)s AND x.customer_id = f.customer_id
          AND x.spell_no = f.spell_no AND x.at <= f.recorded_at ORDER BY x.at DESC, x.effective LIMIT 1) w
    WHERE f.qualifies AND {which} AND w.timer IN ('first_contact', 'follow_up') AND f.recorded_at < w.effective
      AND f.recorded_at >= w.effective - interval '24 hours'
      AND (SELECT count(*) FROM follow_up g WHERE g.tenant_id = %(t)s AND g.customer_id = f.customer_id
          AND g.spell_no = f.spell_no AND g.qualifies AND g.recorded_at >= w.at AND g.recorded_at < f.recorded_at) = 0)"""


_COLUMNS = (
    """f.id, f.customer_id, f.spell_no, f.author_id, f.kind, f.outcome, f.note, f.at, f.recorded_at, f.qualifies"""
)
_BEHIND = "(%(at)s::timestamptz IS NULL OR (f.recorded_at, f.id) < (%(at)s, %(id)s::bigint))"
_ORDER = "ORDER BY f.recorded_at DESC, f.id DESC LIMIT %(limit)s"


def _recorded(q: Question, whose: str, which: str, more: str = "") -> str:
    return f"""SELECT {_COLUMNS} {more} FROM follow_up f WHERE f.tenant_id = %(t)s
        AND f.author_id = ANY (%({whose})s) AND f.recorded_at >= %(since)s AND f.recorded_at < %(until)s AND {which}
        {q.in_pool("f.customer_id")}"""


def _saying(q: Question, whose: str) -> str:
    """Qualifying follow-ups with how often their words were used, and whether they say nothing."""
    same = ", count(*) OVER (PARTITION BY f.author_id, btrim(f.note)) AS same"
    return f"""SELECT f.*, length(btrim(f.note)) <= {SHORT} AS short, length(btrim(f.note)) <= {SHORT} OR f.same >= {SAME}
        AS empty FROM ({_recorded(q, whose, "f.qualifies", same)}) f"""


async def late_empty_follow_ups(conn: Conn, q: Question) -> Counted:
    """Qualifying follow-ups that say nothing, recorded within 24 hours before a deadline that had been told.

    `of`: all qualifying follow-ups of the period.
    """
    found = await rows(
        conn,
        f"""SELECT f.author_id AS person_id, count(*) AS of, count(d.effective) AS n,
                count(d.effective) FILTER (WHERE f.short) AS short
            FROM ({_saying(q, "people")}) f LEFT JOIN {_told("f.empty")} d ON true GROUP BY f.author_id""",
        q.params,
    )
    return counted(found, "short")


async def late_empty_follow_ups_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """A person's, newest first, with `deadline`, its `timer`, and how often the `same` words were used."""
    return await rows(
        conn,
        f"""SELECT {_COLUMNS}, f.same, f.recorded_at AS sort_at, d.effective AS deadline, d.timer
            FROM ({_saying(q, "whose")}) f JOIN {_told("f.empty")} d ON true WHERE {_BEHIND} {_ORDER}""",
        {**q.params, **cut.params},
    )


# Imported ones were recorded by the import; voided ones a manager has dealt with.
_TYPED = "f.voided_at IS NULL AND f.why_not IS DISTINCT FROM 'imported'"
_LATE = "f.recorded_at - f.at > %(length)s::interval"


async def backdated(conn: Conn, q: Question) -> Counted:
    """Follow-ups recorded later than they happened by more than the length. `of`: all follow-ups of the period.

    `saved`: those recorded within 24 hours before a deadline that had been told.
    """
    found = await rows(
        conn,
        f"""SELECT f.author_id AS person_id, count(*) AS of, count(*) FILTER (WHERE {_LATE}) AS n,
                count(d.effective) AS saved, percentile_cont(0.5) WITHIN GROUP
                    (ORDER BY extract(epoch FROM f.recorded_at - f.at)) FILTER (WHERE {_LATE}) AS median_seconds
            FROM ({_recorded(q, "people", _TYPED)}) f LEFT JOIN {_told(_LATE)} d ON true GROUP BY f.author_id""",
        q.params,
    )
    return counted(found, "saved", "median_seconds")


async def backdated_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """A person's, newest first; `deadline` and its `timer` where one was moved."""
    return await rows(
        conn,
        f"""SELECT {_COLUMNS}, f.recorded_at AS sort_at, d.effective AS deadline, d.timer
            FROM ({_recorded(q, "whose", _TYPED)}) f LEFT JOIN {_told(_LATE)} d ON true WHERE {_LATE} AND {_BEHIND} {_ORDER}""",
        {**q.params, **cut.params},
    )
