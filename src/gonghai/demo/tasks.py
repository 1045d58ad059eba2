"""The demo's follow-up tasks: what managers asked for lately, and what became of it by the follow-ups that there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows, value
from gonghai.demo.company import BRANCHES, Company
from gonghai.demo.tables import Row, copy_rows
from gonghai.events.log import By, append
from gonghai.workdays import end_of_working_day


@dataclass(frozen=True, slots=True)
class Asked:
    """What each manager asked for once: so many days ago, within how many working days, about how many customers."""

    ago: int
    within: int
    customers: int
    kind: str | None
    title: str
    note: str = ""


# The managers of regions give the first one only.
ASKED: Final = (
    Asked(17, 5, 8, None, "回访报价未成交的客户", "问清楚卡在哪一步，价格问题报给我。"),
    Asked(34, 6, 12, "visit", "拜访重点客户", "带上新版报价和样品册。"),
    Asked(8, 3, 9, "call", "核对联系人和开票信息"),
    Asked(4, 2, 9, None, "确认下次拜访时间"),
    Asked(2, 5, 14, None, "了解明年的采购计划", "预算、时间、谁拍板。"),
)
SETTLED: Final = 7  # days
REASONS: Final = ("客户出差，下月才回来", "客户已停产，联系不上负责人", "同事已经在跟这件事")
_COLUMNS: Final = (
    "tenant_id", "batch_id", "customer_id", "spell_no", "assignee_id", "asked_at", "due_at", "state", "decided_at",
    "decided_by", "follow_up_id", "reason", "version",
)  # fmt: skip
# Customers whom people of the giver owned then, with the follow-up that did what was asked: mixed the same way on every
# machine; of what is settled by now, those done before most of the others.
_CHOSEN: Final = """SELECT * FROM (
    SELECT s.customer_id, s.no, s.owner_id, s.ended_at, f.id AS follow_up_id, f.recorded_at,
      (s.customer_id - %(first)s) * 7919 %% %(mix)s AS mixed FROM spell s
    LEFT JOIN LATERAL (
      SELECT f.id, f.recorded_at FROM follow_up f WHERE f.tenant_id = %(t)s AND f.customer_id = s.customer_id
        AND f.spell_no = s.no AND f.author_id = s.owner_id AND f.qualifies AND f.at >= %(at)s
        AND (f.kind = %(kind)s OR %(kind)s::text IS NULL) ORDER BY f.recorded_at, f.id LIMIT 1) f ON true
    WHERE s.tenant_id = %(t)s AND s.owner_id = ANY (%(reps)s) AND s.started_at < %(at)s
      AND s.customer_id <> ALL (%(asked)s) AND (s.ended_at IS NULL OR s.ended_at > %(at)s)) x
  ORDER BY %(settled)s AND x.follow_up_id IS NULL AND x.mixed %% 8 > 0, x.mixed, x.customer_id LIMIT %(customers)s"""


async def found_tasks(conn: Conn, company: Company, first_customer: int) -> None:
    """Gives them all, oldest first, at ten in the morning; ids of customers begin with `first_customer`."""
    found: list[Row] = []
    # Nobody is asked about a customer twice.
    about: list[int] = []
    for place, (asked, giver, reps) in enumerate(_given(company)):
        at = company.plan.opening(company.plan.today - timedelta(days=asked.ago))
        chosen = await rows(
            conn,
            _CHOSEN,
            {
                "t": company.tenant_id, "reps": reps, "at": at, "kind": asked.kind, "customers": asked.customers,
                "asked": about, "first": first_customer, "mix": 997 + 2 * place, "settled": asked.ago > SETTLED,
            },
        )  # fmt: skip
        about += [row["customer_id"] for row in chosen]
        if chosen:
            found += await _batch(conn, company, asked, giver, at, chosen)
    await copy_rows(conn, "task", _COLUMNS, found)


def _given(company: Company) -> Iterator[tuple[Asked, int, list[int]]]:
    """(what, who gave it, to whose customers), in the order of time."""
    led = [{branch} for branch in range(len(BRANCHES))]
    led += [{b for b, (region, _) in enumerate(BRANCHES) if region == name} for name in company.regions]
    led.append(set(range(len(BRANCHES))))
    for asked in sorted(ASKED, key=lambda each: -each.ago):
        for manager, branches in zip(company.managers, led, strict=True):
            if len(branches) == 1 or asked is ASKED[0]:
                yield asked, manager, [rep.id for rep in company.reps if rep.branch in branches]


async def _batch(
    conn: Conn, company: Company, asked: Asked, giver: int, at: datetime, chosen: Sequence[DictRow]
) -> list[Row]:
    """One batch with its event, and its tasks as rows."""
    t, by = company.tenant_id, By.person(giver)
    due_at = end_of_working_day(at, asked.within, company.plan.calendar)
    batch_id: int = await value(
        conn,
        "INSERT INTO task_batch (tenant_id, given_by, given_at, title, note, kind, due_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (t, giver, at, asked.title, asked.note, asked.kind, due_at),
    )
    data = {"total": len(chosen), "kind": asked.kind, "due_at": due_at}
    await append(
        conn, t, kind="give_tasks", subject="task_batch", subject_id=batch_id, version=1, by=by, at=at, data=data
    )
    return [
        (t, batch_id, row["customer_id"], row["no"], row["owner_id"], at, due_at, *_outcome(company, giver, at, row, n))
        for n, row in enumerate(chosen)
    ]


def _outcome(company: Company, giver: int, at: datetime, row: DictRow, n: int) -> tuple[Any, ...]:
    """state, decided at and by, follow-up, reason, version: done where a follow-up did it; of the others some are refused
    or cancelled while the spell lasted, the rest are open, overdue or lapsed."""
    if row["follow_up_id"] is not None:
        return "done", row["recorded_at"], row["owner_id"], row["follow_up_id"], None, 2
    decided = at + timedelta(hours=3 + n % 5)
    lasted = decided < company.plan.as_of and (row["ended_at"] is None or decided < row["ended_at"])
    if lasted and n % 5 == 1:
        return "refused", decided, row["owner_id"], None, REASONS[n // 5 % len(REASONS)], 2
    if lasted and n % 10 == 3:
        return "cancelled", decided, giver, None, None, 2
    return "open", None, None, None, None, 1
