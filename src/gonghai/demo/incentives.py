"""The demo's incentives: rules in force since the first day, the last two quarters as seasons, an earned quota."""

from datetime import date, timedelta
from typing import Final

from gonghai.base.database import Conn, run
from gonghai.base.queue import defer
from gonghai.demo.company import Company
from gonghai.demo.times import instant, local_midnight
from gonghai.incentives.earned import EarnedRule, Step, set_earned_rule
from gonghai.incentives.rule_actions import set_rules
from gonghai.incentives.seasons import NewSeason, create_season

_RULES: Final = {
    "leaderboard": "all",
    "first_contact_in_time": {"on": True, "points": 2, "hours": 8},
    "won_from_pool": {"on": True, "points": 20, "step_amount": 50_000, "step_points": 2, "most": 20},
    "complete_record": {"on": True, "points": 3, "fields": ["industry", "region", "website"]},
    "recycled_by_neglect": {"on": True, "points": 3},
}
_EARNED: Final = EarnedRule(True, "daily_quota", "deal", 40, 30, 10, (Step(10, 2), Step(20, 4), Step(35, 6)), 30)
_WORDS: Final = ("第一季度", "第二季度", "第三季度", "第四季度")


async def found_incentives(conn: Conn, company: Company) -> None:
    """Sets all up as the admin; the worker counts the points of the whole history as soon as it runs."""
    plan, t = company.plan, company.tenant_id
    begun = plan.begin - timedelta(days=1)
    await set_rules(conn, company.actor, 0, _RULES, now=begun)
    await run(conn, "UPDATE point_rules r SET from_at = %s WHERE r.tenant_id = %s", (begun, t))
    await run(
        conn, "UPDATE point_count n SET floor = 0, settled = 0, counted_at = %s WHERE n.tenant_id = %s", (begun, t)
    )
    this = _quarter(plan.today)
    for first in (_quarter(this - timedelta(days=1)), this):
        name = f"{first.year} 年{_WORDS[first.month // 3]}"
        season = NewSeason(name, first, _quarter(first + timedelta(days=95)) - timedelta(days=1))
        await create_season(conn, company.actor, season, now=instant(local_midnight(first)))
    for pool in company.pools.values():
        await set_earned_rule(conn, company.actor, pool.id, 0, _EARNED, now=plan.as_of)
    await defer(conn, "incentives", lock=f"incentives-{t}", once=f"incentives-{t}", tenant_id=t)


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)
