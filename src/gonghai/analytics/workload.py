"""How much each person of one's teams has on their hands: holdings, claims, what falls, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.tasks.queries import JOINED, SHOWS
from gonghai.base.database import Conn, rows
from gonghai.base.errors import NotFound
from gonghai.moves.claim import local_calendar
from gonghai.moves.limits import Used
from gonghai.moves.requests.queries import waiting_by_asker
from gonghai.policy.claim_conditions import exempt_test
from gonghai.policy.falling import falling_test
from gonghai.pools.limits import COMPANY, limit_of, limits_sql
from gonghai.workdays import local_midnight

FALLING_DAYS: Final = 7

Sort = Literal["name", "held", "claimed", "untouched", "oldest", "falling", "tasks", "overdue", "requests", "leave"]
# What each column is ordered by. Of holdings how full they are: caps differ, and who is over comes first.
_KEYS: Final[Mapping[Sort, str]] = {
    "name": "split_part(f.spelling, '|', 2)",  # its pinyin
    "held": "f.held * 1000000 / greatest(f.cap, 1)",
    "claimed": "f.claimed",
    "untouched": "f.untouched",
    "oldest": "coalesce(extract(epoch FROM %(now)s - f.oldest)::bigint, -1)",
    "falling": "f.falling",
    "tasks": "f.tasks",
    "overdue": "f.overdue",
    "requests": "f.requests",
    "leave": "f.away::integer",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people, in which order. `behind`: (sort key, id) of the last row of the page before."""

    pool_id: int
    department_id: int | None = None
    sort: Sort = "held"
    descending: bool = True
    behind: Sequence[Any] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Load:
    """One person's. The limits are those of the pool asked for; `oldest`: since when the untouched one that waits
    longest does; `overdue` ones are among the open `tasks`; `company` is None without a cap over all pools.
    `deputy`: id, name, until when, of who acts for the person now. `key`: what the row is sorted by."""

    id: int
    name: str
    department: tuple[int, str] | None
    held: Used
    claimed: Used
    untouched: Used
    company: Used | None
    exempt: bool
    oldest: datetime | None
    falling: int
    tasks: int
    overdue: int
    requests: int
    leave: tuple[datetime, datetime] | None
    deputy: tuple[int, str, datetime] | None
    key: Any


@dataclass(frozen=True, slots=True)
class Totals:
    """Of everybody asked for, on all pages. `over`: people above a cap that binds them; `away`: on leave now."""

    people: int = 0
    held: int = 0
    claimed: int = 0
    untouched: int = 0
    falling: int = 0
    tasks: int = 0
    overdue: int = 0
    requests: int = 0
    over: int = 0
    away: int = 0


# What counts as held is as pool_usage and company_usage count it; a test holds them together. Those count one person in
# one pool, and of thousands that costs more than all the rest.
_COUNTS = """(h.holding_exempt_won_days IS NULL OR c.last_win_at IS NULL
    OR c.last_win_at < %(day)s - make_interval(days => h.holding_exempt_won_days))"""
_UNTOUCHED = "c.pool_id = q.id AND c.spell_claimed AND c.first_contact_at IS NULL"
# Each person's customers are found by their owner's index: a team's figures cost what the team holds, however many
# customers the company has.
_FIGURES = f"""WITH RECURSIVE below AS (
    SELECT d.id FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(department)s
    UNION SELECT d.id FROM below b JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = b.id
), people AS MATERIALIZED (
    SELECT p.tenant_id, p.id, p.name, p.spelling, p.roles, p.department_id, p.leave_from, p.leave_until FROM person p
    WHERE p.tenant_id = %(t)s AND p.state = 'active' AND (%(people)s::bigint[] IS NULL OR p.id = ANY (%(people)s))
      AND (%(department)s::bigint IS NULL OR p.department_id IN (SELECT b.id FROM below b))
), tasked AS MATERIALIZED (
    SELECT o.id, k.tasks, k.overdue FROM people o, LATERAL (
        SELECT count(*) AS tasks, count(*) FILTER (WHERE t.due_at <= %(now)s) AS overdue FROM {JOINED}
        WHERE t.tenant_id = %(t)s AND t.assignee_id = o.id AND {SHOWS["open"]}) k
), waiting AS MATERIALIZED ({{waiting}}), counted AS MATERIALIZED (
    SELECT p.id, p.name, p.spelling, p.department_id, u.claimed, b.held, b.untouched, b.oldest, b.falling, k.tasks, k.overdue,
        coalesce(w.n, 0) AS requests, {limits_sql("q.id", "p", "%(now)s")} AS differing,
        q.holding_cap, q.daily_quota, q.untouched_cap, q.exempt_admins AND ('admin' = ANY (p.roles)
            OR has_pool_right(p.tenant_id, q.id, 'admin', p.id, p.roles, p.department_id)) AS exempt,
        CASE WHEN t.holding_cap IS NOT NULL THEN b.held_anywhere END AS company_held, t.holding_cap AS company_cap,
        CASE WHEN t.holding_cap IS NOT NULL THEN {limits_sql(str(COMPANY), "p", "%(now)s")} END AS company_differing,
        p.leave_from, p.leave_until, coalesce(p.leave_from <= %(now)s AND p.leave_until > %(now)s, false) AS away
    FROM people p JOIN tenant t ON t.id = %(t)s JOIN pool q ON q.tenant_id = %(t)s AND q.id = %(pool)s
    JOIN tasked k ON k.id = p.id LEFT JOIN waiting w ON w.asked_by = p.id,
    LATERAL (
        SELECT count(*) + CASE q.mode WHEN 'next_best' THEN decline_costs(p.tenant_id, p.id, q.id, %(day)s) ELSE 0 END
            AS claimed FROM event e WHERE e.tenant_id = %(t)s AND e.actor_id = p.id AND e.kind = 'claim'
            AND e.pool_from = q.id AND e.at >= %(day)s
    ) u, LATERAL (
        SELECT count(*) FILTER (WHERE {{falling}}) AS falling, count(*) FILTER (WHERE {_UNTOUCHED}) AS untouched,
            min(c.clock_start) FILTER (WHERE {_UNTOUCHED}) AS oldest,
            count(*) FILTER (WHERE {_COUNTS} AND NOT ({{exempt}}) AND c.pool_id = q.id) AS held,
            count(*) FILTER (WHERE {_COUNTS} AND NOT ({{exempt}})) AS held_anywhere
        FROM customer c JOIN pool h ON h.tenant_id = %(t)s AND h.id = c.pool_id
        WHERE c.tenant_id = %(t)s AND c.owner_id = p.id
    ) b
), figures AS MATERIALIZED (
    SELECT x.*, coalesce((x.differing->'holding_cap'->>'value')::integer, x.holding_cap) AS cap,
        coalesce((x.company_differing->'holding_cap'->>'value')::integer, x.company_cap) AS over_all FROM counted x
) SELECT f.*, d.name AS department, v.deputy_id, v.until_at AS deputy_until, a.name AS deputy, {{key}} AS key,
        (SELECT jsonb_build_object('people', count(*), 'held', sum(s.held), 'claimed', sum(s.claimed),
        'untouched', sum(s.untouched), 'falling', sum(s.falling), 'tasks', sum(s.tasks), 'overdue', sum(s.overdue),
        'requests', sum(s.requests), 'away', count(*) FILTER (WHERE s.away),
        'over', count(*) FILTER (WHERE NOT s.exempt AND (s.held > s.cap OR s.company_held > s.over_all)))
        FROM figures s) AS totals
  FROM figures f LEFT JOIN department d ON d.tenant_id = %(t)s AND d.id = f.department_id
  LEFT JOIN deputies_at(%(t)s, %(now)s) v ON v.person_id = f.id
  LEFT JOIN person a ON a.tenant_id = %(t)s AND a.id = v.deputy_id
  WHERE %(behind)s::bigint IS NULL OR ({{key}}, f.id) {{beyond}} (%(behind_key)s, %(behind)s)
  ORDER BY key {{direction}}, f.id {{direction}} LIMIT %(limit)s"""


async def workload(conn: Conn, actor: Actor, asked: Asked, *, now: datetime) -> tuple[list[Load], Totals]:
    """Active people of the reader's subtree (everybody for those who see all), and the totals over all of them.

    403 without `insight.read`, 404 for a pool that isn't visible. A constant number of statements.
    """
    actor.need("insight.read")
    if asked.pool_id not in actor.visible_pools():
        raise NotFound("pool", id=str(asked.pool_id))
    calendar = local_calendar(actor.zone)
    day = local_midnight(now, calendar)
    falls, falling_params = await falling_test(conn, actor.tenant_id, days=FALLING_DAYS, now=now)
    exempt, exempt_params = await exempt_test(conn, actor.tenant_id, now=now, calendar=calendar) or ("false", {})
    waiting, waiting_params = waiting_by_asker(actor, now)
    key, descending = _KEYS[asked.sort], asked.descending
    behind = asked.behind or (None, None)
    found = await rows(
        conn,
        _FIGURES.format(
            waiting=waiting, falling=falls, exempt=exempt, key=key, beyond="<" if descending else ">",
            direction="DESC" if descending else "ASC",
        ),
        {
            **falling_params, **exempt_params, **waiting_params, "t": actor.tenant_id, "now": now, "day": day,
            "people": None if actor.sees_all else sorted(actor.subordinates), "department": asked.department_id,
            "pool": asked.pool_id, "behind_key": behind[0], "behind": behind[1], "limit": asked.limit,
        },
    )  # fmt: skip
    return [_load(row) for row in found], Totals(**found[0]["totals"]) if found else Totals()


def _load(row: DictRow) -> Load:
    def used(rule: str, n: int) -> Used:
        limit = limit_of(row, row["differing"], rule)
        return Used(n, limit.value, limit.by)

    company = None
    if row["company_held"] is not None:
        own = (row["company_differing"] or {}).get("holding_cap")
        company = Used(row["company_held"], row["over_all"], own["by"] if own else {"kind": "company"})
    return Load(
        id=row["id"],
        name=row["name"],
        department=(row["department_id"], row["department"]) if row["department_id"] is not None else None,
        held=used("holding_cap", row["held"]),
        claimed=used("daily_quota", row["claimed"]),
        untouched=used("untouched_cap", row["untouched"]),
        company=company,
        exempt=row["exempt"],
        oldest=row["oldest"],
        falling=row["falling"],
        tasks=row["tasks"],
        overdue=row["overdue"],
        requests=row["requests"],
        leave=None if row["leave_until"] is None else (row["leave_from"], row["leave_until"]),
        deputy=None if row["deputy_id"] is None else (row["deputy_id"], row["deputy"], row["deputy_until"]),
        key=row["key"],
    )
