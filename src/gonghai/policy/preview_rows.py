"""The customers behind a preview's counts: a page by keyset, each decided in Python by both versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate
from gonghai.base.database import Conn, rows
from gonghai.policy.decide import Decision, decide
from gonghai.policy.explain import local
from gonghai.policy.horizons import PLACES, placing
from gonghai.policy.preview import DAYS, Plan, by_the_rules
from gonghai.policy.registry import DECIDING, REGISTRY
from gonghai.policy.timers import BY_NAME


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers: all of the pool's owned ones, narrowed. `within`: of DAYS, by the rules."""

    owner_id: int | None = None
    department_id: int | None = None
    segment: int | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A customer (with owner_name, department_name) and what is decided of it."""

    row: Mapping[str, Any]
    rules: Decision
    really: Decision
    present: Decision | None


async def lines(conn: Conn, actor: Actor, plan: Plan, wanted: Wanted, *, behind: int, limit: int) -> list[Line]:
    """Up to `limit` customers that the actor sees, with ids above `behind`, in id order.

    Counting is for all who write the pool's rules; whose customer is called what, for those who may see it.
    """
    where, params = _where(plan, wanted)
    seen, visible = predicate(actor)
    found = await rows(
        conn,
        f"""WITH cut AS MATERIALIZED (SELECT c.id FROM customer c
            WHERE c.tenant_id = %(tenant_id)s AND c.pool_id = %(pool_id)s AND c.state = 'owned' AND c.id > %(behind)s
              AND {seen} {where} ORDER BY c.id LIMIT %(limit)s)
          SELECT {DECIDING}, o.name AS owner_name, d.name AS department_name
          FROM cut JOIN customer c ON c.tenant_id = %(tenant_id)s AND c.id = cut.id
          JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id
          LEFT JOIN department d ON d.tenant_id = o.tenant_id AND d.id = o.department_id
          ORDER BY c.id""",
        {
            **params,
            **visible,
            "tenant_id": actor.tenant_id,
            "pool_id": plan.candidate.pool_id,
            "behind": behind,
            "limit": limit,
        },
    )
    return [line(plan, row) for row in found]


def line(plan: Plan, row: DictRow) -> Line:
    """One customer, decided by the candidate (by the rules and really) and by the version in force."""
    given = (row, plan.calendar, plan.now, REGISTRY)
    present = decide(by_the_rules(plan.present), *given) if plan.present is not None else None
    return Line(row, decide(plan.rules, *given), decide(plan.candidate, *given), present)


def _where(plan: Plan, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    parts, params = [], {"owner_id": wanted.owner_id, "department_id": wanted.department_id}
    if wanted.owner_id is not None:
        parts.append("c.owner_id = %(owner_id)s")
    if wanted.department_id is not None:
        parts.append(
            "c.owner_id IN (SELECT p.id FROM person p"
            " WHERE p.tenant_id = %(tenant_id)s AND p.department_id = %(department_id)s)"
        )
    if wanted.segment is not None or wanted.within is not None:
        code = placing(plan.rules, plan.calendar, plan.now, plan.horizons, plan.leaves, REGISTRY, prefix="a")
        params |= code.params
        last = DAYS.index(wanted.within) if wanted.within is not None else PLACES - 1
        if wanted.segment is not None:
            parts.append(f"{code.text} BETWEEN {wanted.segment * PLACES} AND {wanted.segment * PLACES + last}")
        else:
            parts.append(f"{code.text} %% {PLACES} <= {last}")
    return "".join(f" AND {part}" for part in parts), params


FLOORS = {
    "protected": ("已设保护", "protection"),
    "locked": ("锁定", "lock"),
    "leave": ("负责人休假", "leave"),
    "grace": ("过渡期", "grace"),
    "notice": ("须提前提醒", "notice"),
}
HEADERS = {
    "zh": (
        "客户编号", "客户", "负责人", "部门", "分组", "计时", "按规则到期", "预计退回", "顺延原因",
        "现行分组", "现行规则到期",
    ),
    "en": (
        "Customer id", "Customer", "Owner", "Department", "Segment", "Timer", "Due by the rules", "Would go",
        "Put off by", "Segment now", "Due by the rules now",
    ),
}  # fmt: skip


def table(plan: Plan, found: list[Line], locale: str) -> Iterator[tuple[str, ...]]:
    """Lines as cells of a file, in "zh" or "en"; instants in the tenant's time."""
    zh = locale == "zh"

    def when(instant: datetime | None) -> str:
        return local(instant, plan.calendar) if instant is not None else ""

    for one in found:
        rules, present = one.rules, one.present
        timer = BY_NAME[rules.running[0].timer] if rules.running else None
        held = FLOORS.get(one.really.held_by or "", ("", ""))
        yield (
            str(one.row["id"]),
            one.row["name"],
            one.row["owner_name"],
            one.row["department_name"] or "",
            rules.segment.zh if zh else rules.segment.en,
            "" if timer is None else timer.zh if zh else timer.en,
            when(rules.deadline),
            when(one.really.effective),
            held[0] if zh else held[1],
            "" if present is None else present.segment.zh if zh else present.segment.en,
            when(present.deadline) if present is not None else "",
        )
