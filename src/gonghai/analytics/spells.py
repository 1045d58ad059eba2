"""Facts about who held a customer when: back to the same person by way of others, claimed and soon given back, passed both ways.

All are found from the spells that visible people began in the period. A step of a chain counts where those who held the
customer made it: a claim, or the owner's own transfer. What a manager or the system decided breaks a chain.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from gonghai.analytics.question import STRANGER, Counted, Cut, Question, Tally, counted, most_first
from gonghai.base.database import Conn, rows

# How a spell begins that somebody wanted for themselves: draws and accepted offers claim as well.
CLAIMED: Final = "('claim')"
# Counted, where EXISTS would say the same: that the planner may turn into a hash of the whole table.
_FOLLOW_UPS = """(SELECT count(*) FROM follow_up f WHERE f.tenant_id = %(t)s AND f.customer_id = s.customer_id
    AND f.spell_no = s.no AND f.qualifies)"""
# An owner's own transfer carries the clocks; a manager's doesn't.
_OWN_TRANSFER = """(SELECT count(*) > 0 FROM event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer'
    AND e.subject_id = {0}.customer_id AND e.kind = 'transfer' AND e.spell_no = {0}.no AND e.data->'carry' = 'true')"""
_BEHIND = "(%(at)s::timestamptz IS NULL OR ({0}, {1}) < (%(at)s, %(id)s::bigint))"


# Back to the same person ---------------------------------------------------------------------------------


def _returns(q: Question) -> str:
    """Each return that ended in the period: customer, the spell it came back with, the one before, who was in between.

    Whoever sees everybody's spells sees two of each such customer, begun in the period or the length before it: most
    customers had but one.
    """
    least = 2 if q.actor.sees_all else 1
    own = f"(x.started_by IN {CLAIMED} OR (x.started_by = 'transfer' AND {_OWN_TRANSFER.format('x')}))"
    return f"""WITH mine AS MATERIALIZED (
        SELECT s.customer_id FROM spell s WHERE s.tenant_id = %(t)s AND s.owner_id = ANY (%(people)s)
          AND s.started_at >= %(since)s - %(length)s::interval AND s.started_at < %(until)s AND s.no > 1
          {q.in_pool("s.customer_id")} GROUP BY s.customer_id HAVING count(*) >= {least}),
    line AS (
        SELECT s.customer_id, s.no, s.owner_id, s.started_at, lag(s.no) OVER before AS before_no,
            lag(s.ended_at) OVER before AS before_end
        FROM mine m CROSS JOIN LATERAL (SELECT x.* FROM spell x WHERE x.tenant_id = %(t)s
            AND x.customer_id = m.customer_id OFFSET 0) s  -- by the index, however many the planner expects
        WINDOW before AS (PARTITION BY s.customer_id, s.owner_id ORDER BY s.no)),
    returned AS (
        SELECT b.customer_id, b.no, b.owner_id, b.started_at, b.before_no,
            array_agg(DISTINCT CASE WHEN x.owner_id = ANY (%(people)s) THEN x.owner_id ELSE {STRANGER} END) AS ring
        FROM line b JOIN spell x ON x.tenant_id = %(t)s AND x.customer_id = b.customer_id
          AND x.no BETWEEN b.before_no AND b.no
        WHERE b.started_at >= %(since)s AND b.started_at < %(until)s AND b.no - b.before_no > 1
          AND b.started_at - b.before_end <= %(length)s::interval
        GROUP BY b.customer_id, b.no, b.owner_id, b.started_at, b.before_no
        HAVING bool_and(x.no = b.before_no OR {own}) AND bool_or(x.owner_id = ANY (%(people)s)))"""


async def ping_pong(conn: Conn, q: Question) -> Counted:
    """Returns to somebody who had let go of the customer within the length, by way of others; by the people in the chain.

    `of`: spells that these people began in the period.
    """
    found = await rows(
        conn,
        f"""{_returns(q)} SELECT r.ring, r.owner_id, count(*) AS n, count(DISTINCT r.customer_id) AS customers
            FROM returned r GROUP BY GROUPING SETS ((r.ring), (r.owner_id))""",
        q.params,
    )
    begun = await _begun(conn, q)
    tallies = [
        Tally(tuple(row["ring"]), row["n"], sum(begun[p] for p in row["ring"]), {"customers": row["customers"]})
        for row in found
        if row["ring"] is not None
    ]
    returned = {row["owner_id"]: row["n"] for row in found if row["ring"] is None}
    return Counted(most_first(tallies), [returned.get(person, 0) / n for person, n in begun.items()])


async def _begun(conn: Conn, q: Question) -> Counter[int]:
    found = await rows(
        conn,
        f"""SELECT s.owner_id, count(*) AS n FROM spell s WHERE s.tenant_id = %(t)s AND s.owner_id = ANY (%(people)s)
            AND s.started_at >= %(since)s AND s.started_at < %(until)s {q.in_pool("s.customer_id")} GROUP BY s.owner_id""",
        q.params,
    )
    return Counter({row["owner_id"]: row["n"] for row in found})


async def ping_pong_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """The returns among exactly these people, newest first: customer_id, at, first_no, last_no."""
    return await rows(
        conn,
        f"""{_returns(q)} SELECT r.customer_id, r.customer_id AS id, r.started_at AS at, r.before_no AS first_no,
                r.no AS last_no
            FROM returned r WHERE r.ring = %(whose)s::bigint[] AND {_BEHIND.format("r.started_at", "r.customer_id")}
            ORDER BY r.started_at DESC, r.customer_id DESC LIMIT %(limit)s""",
        {**q.params, **cut.params},
    )


# Claimed and soon given back ------------------------------------------------------------------------------


def _claims(q: Question, whose: str) -> str:
    return f"""SELECT s.*, coalesce(s.ended_by = 'release' AND s.ended_at - s.started_at <= %(length)s::interval, false)
        AS quick
      FROM spell s WHERE s.tenant_id = %(t)s AND s.owner_id = ANY (%({whose})s) AND s.started_at >= %(since)s
        AND s.started_at < %(until)s AND s.started_by IN {CLAIMED} {q.in_pool("s.customer_id")}"""


async def claim_and_release(conn: Conn, q: Question) -> Counted:
    """Claims of the period that their owner gave back within the length. `of`: all claims of the period."""
    found = await rows(
        conn,
        f"""SELECT s.owner_id AS person_id, count(*) AS of, count(*) FILTER (WHERE s.quick) AS n,
                count(*) FILTER (WHERE s.untouched) AS untouched,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.ended_at - s.started_at))
                    FILTER (WHERE s.quick) AS median_seconds
            FROM (SELECT s.*, CASE WHEN s.quick THEN {_FOLLOW_UPS} = 0 END AS untouched FROM ({_claims(q, "people")}) s) s
            GROUP BY s.owner_id""",
        q.params,
    )
    return counted(found, "untouched", "median_seconds")


async def claim_and_release_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """A person's, the newest claim first: customer_id, at, first_no, last_no."""
    return await rows(
        conn,
        f"""SELECT s.customer_id, s.customer_id AS id, s.started_at AS at, s.no AS first_no, s.no AS last_no
            FROM ({_claims(q, "whose")}) s WHERE s.quick AND {_BEHIND.format("s.started_at", "s.customer_id")}
            ORDER BY s.started_at DESC, s.customer_id DESC LIMIT %(limit)s""",
        {**q.params, **cut.params},
    )


# Passed both ways -----------------------------------------------------------------------------------------


def _passed(q: Question, whose: str) -> str:
    """Owners' own transfers of the period between these people."""
    return f"""SELECT s.customer_id, s.no, s.started_at, g.owner_id AS giver, s.owner_id AS taker
      FROM spell s JOIN spell g ON g.tenant_id = %(t)s AND g.customer_id = s.customer_id AND g.no = s.no - 1
      WHERE s.tenant_id = %(t)s AND s.owner_id = ANY (%({whose})s) AND s.started_at >= %(since)s
        AND s.started_at < %(until)s AND s.started_by = 'transfer' AND g.owner_id = ANY (%({whose})s)
        AND {_OWN_TRANSFER.format("s")} {q.in_pool("s.customer_id")}"""


async def exchanges(conn: Conn, q: Question) -> Counted:
    """Transfers between two people in both directions, of more than one customer; both are visible.

    `of`: all transfers in which either gave or took. A person's share: of those they had a part in.
    """
    found = await rows(
        conn,
        f"""SELECT least(p.giver, p.taker) AS one, greatest(p.giver, p.taker) AS other,
                count(*) FILTER (WHERE p.giver < p.taker) AS there, count(*) FILTER (WHERE p.giver > p.taker) AS back,
                count(DISTINCT p.customer_id) AS customers
            FROM ({_passed(q, "people")}) p GROUP BY 1, 2""",
        q.params,
    )
    all_of, swapped, tallies = Counter[int](), Counter[int](), []
    for row in found:
        for person in (row["one"], row["other"]):
            all_of[person] += row["there"] + row["back"]
    for row in found:
        if row["there"] and row["back"] and row["customers"] > 1:
            one, other, n = row["one"], row["other"], row["there"] + row["back"]
            swapped.update({one: n, other: n})
            figures = {name: row[name] for name in ("there", "back", "customers")}
            tallies.append(Tally((one, other), n, all_of[one] + all_of[other] - n, figures))
    return Counted(most_first(tallies), [swapped[person] / n for person, n in all_of.items()])


async def exchanges_list(conn: Conn, q: Question, cut: Cut) -> list[DictRow]:
    """All transfers between these two, newest first: customer_id, at, first_no, last_no."""
    return await rows(
        conn,
        f"""SELECT p.customer_id, p.customer_id AS id, p.started_at AS at, p.no - 1 AS first_no, p.no AS last_no
            FROM ({_passed(q, "whose")}) p WHERE {_BEHIND.format("p.started_at", "p.customer_id")}
            ORDER BY p.started_at DESC, p.customer_id DESC LIMIT %(limit)s""",
        {**q.params, **cut.params},
    )


async def chains(conn: Conn, q: Question, items: Sequence[DictRow]) -> list[list[DictRow]]:
    """The spells of each item from first_no to last_no, in order: who, from, to, how it began and ended, for which reason.

    `carried`: of one that began by transfer, whether it was the owner's own. `follow_ups`: those that counted.
    """
    found = await rows(
        conn,
        f"""SELECT w.place, s.owner_id, s.started_at, s.started_by, s.ended_at, s.ended_by, r.reason,
                CASE WHEN s.started_by = 'transfer' THEN {_OWN_TRANSFER.format("s")} END AS carried,
                {_FOLLOW_UPS} AS follow_ups
            FROM unnest(%(ids)s::bigint[], %(firsts)s::int[], %(lasts)s::int[]) WITH ORDINALITY
              AS w (customer_id, first_no, last_no, place)
            JOIN spell s ON s.tenant_id = %(t)s AND s.customer_id = w.customer_id
              AND s.no BETWEEN w.first_no AND w.last_no
            LEFT JOIN LATERAL (SELECT e.reason FROM event e WHERE e.tenant_id = %(t)s AND e.subject = 'customer'
                AND e.subject_id = s.customer_id AND e.kind = s.ended_by AND e.spell_no = s.no AND e.at = s.ended_at
                LIMIT 1) r ON s.ended_by <> 'transfer'
            ORDER BY w.place, s.no""",
        {
            "t": q.actor.tenant_id,
            "ids": [item["customer_id"] for item in items],
            "firsts": [item["first_no"] for item in items],
            "lasts": [item["last_no"] for item in items],
        },
    )
    lines: list[list[DictRow]] = [[] for _ in items]
    for row in found:
        lines[row["place"] - 1].append(row)
    return lines
