"""Customers out: which of a list, recorded as an event, and each as a line of a file with the reader's masks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, value
from gonghai.base.errors import Refusal
from gonghai.customers.masking import masked_record
from gonghai.customers.queries import Filter, matching_ids
from gonghai.customers.search import search
from gonghai.events.log import By, append
from gonghai.policy.countdown import Countdowns
from gonghai.policy.history import FIELD_WORDS

MOST: Final = 50_000
Language = Literal["zh", "en"]

_STATES: Final = {
    "pooled": ("在公海", "in the pool"),
    "owned": ("已领取", "owned"),
    "archived": ("无效", "archived"),
    "merged": ("已合并", "merged"),
}
_KINDS: Final = {"company": ("公司", "company"), "person": ("个人", "person")}
_OWN_WORDS: Final = {
    "id": ("客户编号", "Customer id"), "state": ("状态", "state"), "owner": ("负责人", "owner"),
    "pool": ("所属公海", "home pool"), "entered_pool_at": ("进入公海时间", "entered the pool"),
    "recycle_count": ("回收次数", "times recycled"), "last_activity_at": ("最近动态", "last activity"),
    "goes_at": ("预计退回", "would go back"), "created_at": ("创建时间", "created"),
}  # fmt: skip
# As in the lists, then how to reach the customer and the rest of the record.
COLUMNS: Final = (
    "id", "name", "kind", "level", "source", "industry", "region", "stage", "tags", "amount", "state", "owner", "pool",
    "entered_pool_at", "recycle_count", "last_activity_at", "goes_at", "created_at", "phones", "emails", "wechat",
    "website", "uscc", "address", "contract_end", "external_id", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: a list's filter, order and search; `said` describes it in the event, without what was typed."""

    filter: Filter
    sort: str
    q: str | None
    said: Mapping[str, Any]


async def start_export(conn: Conn, actor: Actor, wanted: Wanted) -> list[int]:
    """The ids to export, in the list's order; writes the event that says so.

    Refuses with `too_many_to_export` beyond MOST.
    """
    ids = await _matching(conn, actor, wanted)
    if len(ids) > MOST:
        raise Refusal("too_many_to_export", 422, limit=MOST)
    at = await value(conn, "SELECT clock_timestamp() AS at")
    data = {"filter": dict(wanted.said), "searched": bool(wanted.q), "count": len(ids)}
    await append(
        conn, actor.tenant_id, kind="export", subject="export", subject_id=actor.person_id or 0, version=1,
        by=By.person(actor.person_id), at=at, data=data, pool_from=wanted.filter.pool_id,
    )  # fmt: skip
    return ids


async def _matching(conn: Conn, actor: Actor, wanted: Wanted) -> list[int]:
    if not wanted.q:
        return await matching_ids(conn, actor, wanted.filter, limit=MOST + 1, sort=wanted.sort)
    named = await search(conn, actor, wanted.q, wanted.filter, before=None, limit=MOST + 1)
    if len(named) > MOST:
        return named
    narrowed = replace(wanted.filter, ids=named)
    return await matching_ids(conn, actor, narrowed, limit=MOST + 1, sort="-id")


def header(language: Language) -> list[str]:
    """The columns' names."""
    return [(_OWN_WORDS | FIELD_WORDS)[name][_index(language)] for name in COLUMNS]


def lines(
    actor: Actor, found: Sequence[Mapping[str, Any]], countdowns: Countdowns, language: Language
) -> list[list[str]]:
    """Customers (rows of customers/queries.py) as cells; instants in the company's time."""
    index, zone = _index(language), ZoneInfo(actor.zone)

    def when(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else ""

    special: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "kind": lambda row: _KINDS[row["kind"]][index],
        "state": lambda row: _STATES[row["state"]][index],
        "owner": lambda row: row["owner_name"] or "",
        "pool": lambda row: row["pool_name"],
        "goes_at": lambda row: when(decided.effective if (decided := countdowns.of(row)) is not None else None),
        **{name: _instant(name, when) for name in ("entered_pool_at", "last_activity_at", "created_at")},
    }
    made = []
    for row in found:
        shown = masked_record(actor, row)
        made.append([special[n](row) if n in special else _cell(shown[n], index) for n in COLUMNS])
    return made


def _instant(name: str, when: Callable[[datetime | None], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: when(row[name])


def _cell(value: Any, index: int) -> str:
    if isinstance(value, list):
        return ("、", ", ")[index].join(value)
    return "" if value is None else str(value)


def _index(language: Language) -> int:
    return 0 if language == "zh" else 1
