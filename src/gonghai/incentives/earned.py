"""Earned limits: who turns what they claim into wins may claim, or hold, more on the next day, within bounds.

Each night one set-based look per pool; never a punishment: below the steps the pool's own number holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor, system
from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import ChangedMeanwhile, Refusal
from gonghai.events.log import By, append
from gonghai.incentives.words import earned_words
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.actions import lock_pool, need_rules
from gonghai.pools.earned import Grant, grant_earned
from gonghai.pools.limits import RULES
from gonghai.workdays import Calendar, end_of_day, local_date, local_midnight

log = structlog.get_logger()
# What makes a claimed customer a converted one: kinds of events in the claim's own spell.
_CONVERTED: Final = {"won": ["win_deal"], "deal": ["open_deal", "adopt_deal", "win_deal"]}


@dataclass(frozen=True, slots=True)
class Step:
    """From this conversion on, in percent, so many more."""

    percent: float
    add: int


@dataclass(frozen=True, slots=True)
class EarnedRule:
    """How a pool's `limit` is earned: of the last `last` customers claimed in `days` local days, `least` of them there,
    the share that `counts` (won, or at least a deal); up to `most` in all."""

    on: bool = False
    limit: str = "daily_quota"
    counts: str = "won"
    last: int = 40
    days: int = 30
    least: int = 20
    steps: Sequence[Step] = (Step(10, 2), Step(20, 4))
    most: int = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person would earn. `why_not`: sample, below, most, hand; None: `value` is granted."""

    person_id: int
    name: str
    claimed: int
    converted: int
    base: int
    add: int
    value: int
    why_not: str | None

    @property
    def percent(self) -> float:
        return round(100 * self.converted / self.claimed, 1) if self.claimed else 0.0


def rule_of(document: Mapping[str, Any]) -> EarnedRule:
    """Of a stored document."""
    return EarnedRule(**{**document, "steps": [Step(**step) for step in document["steps"]]})


async def earned_rules(conn: Conn, tenant_id: int) -> dict[int, DictRow]:
    """Rows by pool, of pools that have a rule."""
    found = await rows(
        conn, "SELECT r.pool_id, r.document, r.version, r.granted_for FROM earned_rule r WHERE r.tenant_id = %s",
        (tenant_id,),
    )  # fmt: skip
    return {row["pool_id"]: row for row in found}


async def set_earned_rule(
    conn: Conn, actor: Actor, pool_id: int, version: int, rule: EarnedRule, *, now: datetime
) -> None:
    """Replaces the pool's rule of that version (0: it has none). The next night grants by it.

    Refuses `earned_sample` {least, last}, `earned_steps_order`.
    """
    actor.need("incentives.edit")
    need_rules(actor, pool_id)
    if rule.least > rule.last:
        raise Refusal("earned_sample", least=rule.least, last=rule.last)
    pairs = list(zip(rule.steps, rule.steps[1:], strict=False))
    if any(low.percent >= high.percent or low.add >= high.add for low, high in pairs):
        raise Refusal("earned_steps_order")
    await lock_pool(conn, actor.tenant_id, pool_id)
    known = (await earned_rules(conn, actor.tenant_id)).get(pool_id)
    if (known["version"] if known is not None else 0) != version:
        raise ChangedMeanwhile(known["version"] if known is not None else 0)
    today = local_date(now, await tenant_calendar(conn, actor.tenant_id))
    await run(
        conn,
        "INSERT INTO earned_rule AS r (tenant_id, pool_id, document, granted_for) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (tenant_id, pool_id) DO UPDATE SET document = excluded.document, version = r.version + 1",
        (actor.tenant_id, pool_id, Jsonb(asdict(rule)), today),
    )
    await append(
        conn, actor.tenant_id, kind="set_earned_rule", subject="pool", subject_id=pool_id, version=version + 1,
        by=By.person(actor.person_id), at=now, data={"rule": asdict(rule)},
    )  # fmt: skip


# Who claimed from the pool; of their last claims how many converted; what would hold without anything earned. A spell
# that was handed over and given back goes on, under the next number but one.
_STANDINGS: Final = """SELECT p.id AS person_id, p.name, x.claimed, x.converted,
    coalesce((SELECT l.value FROM limit_candidates(%(t)s, p.id, %(pool)s, p.department_id, p.roles, %(at)s) l
        WHERE l.rule = %(rule)s AND l.kind <> 'override' ORDER BY l.place, -l.value LIMIT 1), q.{column}) AS base,
    EXISTS (SELECT FROM claim_override o WHERE o.tenant_id = %(t)s AND o.person_id = p.id AND o.pool_id = %(pool)s
        AND o.rule = %(rule)s AND o.source = 'hand' AND o.revoked_at IS NULL AND o.from_at < %(until)s
        AND %(at)s < o.until_at) AS by_hand
  FROM person p JOIN pool q ON q.tenant_id = %(t)s AND q.id = %(pool)s
  CROSS JOIN LATERAL (
    SELECT count(*) AS claimed, count(*) FILTER (WHERE EXISTS (
        SELECT FROM event w WHERE w.tenant_id = %(t)s AND w.subject = 'customer' AND w.subject_id = c.subject_id
          AND w.kind = ANY (%(kinds)s) AND w.spell_no >= c.spell_no AND w.at < %(before)s
          AND (w.spell_no - c.spell_no) %% 2 = 0 AND NOT EXISTS (
            SELECT FROM spell s WHERE s.tenant_id = %(t)s AND s.customer_id = c.subject_id AND s.no > c.spell_no
              AND s.no <= w.spell_no AND (s.no - c.spell_no) %% 2 = 0 AND s.started_by <> 'undo'))) AS converted
    FROM (SELECT e.subject_id, e.spell_no FROM event e WHERE e.tenant_id = %(t)s AND e.actor_id = p.id
            AND e.kind = 'claim' AND e.pool_from = %(pool)s AND e.at >= %(since)s AND e.at < %(before)s
          ORDER BY e.at DESC, e.id DESC LIMIT %(last)s) c) x
  WHERE p.tenant_id = %(t)s AND p.state = 'active' AND x.claimed > 0
  ORDER BY x.converted::numeric / x.claimed DESC, p.id"""


async def standings(
    conn: Conn, tenant_id: int, pool_id: int, rule: EarnedRule, day: date, calendar: Calendar, *, before: datetime
) -> list[Standing]:
    """What each who claimed from the pool earns for that local day by what happened before `before`; the best first."""
    at, until = end_of_day(day - timedelta(days=1), calendar), end_of_day(day, calendar)
    found = await rows(
        conn,
        _STANDINGS.format(column=RULES[rule.limit]),
        {
            "t": tenant_id, "pool": pool_id, "rule": rule.limit, "at": at, "until": until, "before": before,
            "since": end_of_day(day - timedelta(days=rule.days + 1), calendar), "last": rule.last,
            "kinds": _CONVERTED[rule.counts],
        },
    )  # fmt: skip
    return [_standing(row, rule) for row in found]


def _standing(row: DictRow, rule: EarnedRule) -> Standing:
    """Compared as whole numbers: 10 of 100 are ten percent, whatever a division makes of it."""
    reached = [s.add for s in rule.steps if row["converted"] * 100 >= s.percent * row["claimed"]]
    add = max(reached, default=0) if row["claimed"] >= rule.least else 0
    value = max(row["base"], min(row["base"] + add, rule.most))
    why_not = None
    if row["claimed"] < rule.least:
        why_not = "sample"
    elif not add:
        why_not = "below"
    elif value == row["base"]:
        why_not = "most"
    elif row["by_hand"]:
        why_not = "hand"
    return Standing(
        row["person_id"],
        row["name"],
        row["claimed"],
        row["converted"],
        row["base"],
        value - row["base"],
        value,
        why_not,
    )


async def grant_tonight(conn: Conn, tenant_id: int, *, now: datetime) -> int:
    """Grants for today by each pool's rule that hasn't been granted for yet; how many. Once a local day."""
    calendar = await tenant_calendar(conn, tenant_id)
    day, granted = local_date(now, calendar), 0
    todo = await rows(
        conn,
        "SELECT r.pool_id, r.document FROM earned_rule r JOIN pool q ON q.tenant_id = r.tenant_id AND q.id = r.pool_id"
        " WHERE r.tenant_id = %s AND q.state = 'open' AND r.granted_for < %s ORDER BY r.pool_id"
        " FOR NO KEY UPDATE OF r SKIP LOCKED",
        (tenant_id, day),
    )
    for row in todo:
        rule = rule_of(row["document"])
        if rule.on:
            granted += await _grant(conn, tenant_id, row["pool_id"], rule, day, calendar, now)
        await run(
            conn,
            "UPDATE earned_rule r SET granted_for = %s WHERE r.tenant_id = %s AND r.pool_id = %s",
            (day, tenant_id, row["pool_id"]),
        )
    return granted


async def _grant(
    conn: Conn, tenant_id: int, pool_id: int, rule: EarnedRule, day: date, calendar: Calendar, now: datetime
) -> int:
    midnight = local_midnight(now, calendar)
    earned = await standings(conn, tenant_id, pool_id, rule, day, calendar, before=midnight)
    tenant = await one(conn, "SELECT t.locale FROM tenant t WHERE t.id = %s", (tenant_id,))
    english = tenant is not None and tenant["locale"] == "en-US"
    grants = [
        Grant(s.person_id, s.value, earned_words(_numbers(s, rule))[english], _numbers(s, rule))
        for s in earned
        if s.why_not is None
    ]
    if not grants:
        return 0
    until = end_of_day(day, calendar)
    reached = await grant_earned(
        conn, system(tenant_id), pool_id, rule.limit, grants, from_at=midnight, until_at=until, now=now
    )
    log.info("limits earned", tenant=tenant_id, pool=pool_id, granted=len(reached), skipped=len(grants) - len(reached))
    return len(reached)


def _numbers(standing: Standing, rule: EarnedRule) -> dict[str, Any]:
    return {
        "days": rule.days, "claimed": standing.claimed, "converted": standing.converted, "counts": rule.counts,
        "percent": standing.percent, "base": standing.base, "add": standing.add, "limit": rule.limit,
    }  # fmt: skip
