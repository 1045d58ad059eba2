"""Telling people of follow-up tasks: those given to them, what became of those they gave, and each day what is overdue."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.activities.tasks.queries import JOINED, SHOWS
from gonghai.base.database import Conn, rows, value
from gonghai.notifications.notices import NAMED, NewNotice, write
from gonghai.people.calendar import tenant_calendar
from gonghai.people.deputies import acting_for
from gonghai.workdays import local_date

_GIVEN: Final = """SELECT t.batch_id, t.assignee_id, b.given_by, b.given_at, max(t.asked_at) AS asked_at, count(*) AS count,
    (array_agg(t.customer_id ORDER BY t.id))[:%(named)s] AS customers, max(t.version) AS version
  FROM task t JOIN task_batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
  WHERE t.tenant_id = %(t)s AND (t.batch_id = %(batch)s OR t.id = %(task)s)
  GROUP BY t.batch_id, t.assignee_id, b.given_by, b.given_at"""


async def notify_given(conn: Conn, tenant_id: int, batch_id: int) -> None:
    """One notice of a batch for everybody who got tasks by it, and for who acts for them."""
    found = await rows(conn, _GIVEN, {"t": tenant_id, "batch": batch_id, "task": None, "named": NAMED})
    await _tell_given(conn, tenant_id, found, f"tasks:{batch_id}")


async def notify_passed(conn: Conn, tenant_id: int, task_id: int) -> None:
    """Who has it now is told as if it had just been given."""
    found = await rows(conn, _GIVEN, {"t": tenant_id, "batch": None, "task": task_id, "named": NAMED})
    await _tell_given(conn, tenant_id, found, f"task:{task_id}:{found[0]['version']}" if found else "")


async def _tell_given(conn: Conn, tenant_id: int, found: Sequence[DictRow], key: str) -> None:
    acting = await _acting(conn, tenant_id, {row["assignee_id"] for row in found})
    notices = []
    for row in found:
        data = {
            "tasks": row["batch_id"],
            "count": row["count"],
            "customers": row["customers"],
            "actor": row["given_by"],
        }
        assignee, deputy = row["assignee_id"], acting.get(row["assignee_id"])
        if assignee != row["given_by"]:
            notices.append(NewNotice(assignee, "task_given", key, row["asked_at"], data))
        if deputy is not None and deputy != row["given_by"]:
            # Without names: it is read also when they act no more.
            told = {**data, "to": assignee, "customers": []}
            notices.append(NewNotice(deputy, "task_given_for", f"{key}:{assignee}", row["asked_at"], told))
    await write(conn, tenant_id, notices)


async def _acting(conn: Conn, tenant_id: int, people: Collection[int]) -> dict[int, int]:
    """Of these people, for whom somebody acts now, and who."""
    if not people:
        return {}
    return await acting_for(conn, tenant_id, sorted(people), await value(conn, "SELECT clock_timestamp()"))


def _by_other(row: DictRow) -> bool:
    return bool(row["assignee_id"] != row["given_by"])


async def notify_decided(conn: Conn, tenant_id: int, task_ids: Sequence[int]) -> None:
    """The givers: each task refused, and each batch of which nothing is open any more."""
    found = await rows(
        conn,
        """SELECT t.id, t.state, t.assignee_id, t.customer_id, t.decided_at, t.decided_by, t.version, t.batch_id, b.given_by
           FROM task t JOIN task_batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
           WHERE t.tenant_id = %s AND t.id = ANY (%s) ORDER BY t.id""",
        (tenant_id, list(task_ids)),
    )
    refused = [row for row in found if row["state"] == "refused" and row["given_by"] != row["decided_by"]]
    notices = [
        NewNotice(
            row["given_by"], "task_refused", f"task:{row['id']}:{row['version']}", row["decided_at"],
            {"tasks": row["batch_id"], "count": 1, "customers": [row["customer_id"]], "actor": row["decided_by"],
             "for": row["assignee_id"] if row["assignee_id"] != row["decided_by"] else None},
        )
        for row in refused
    ]  # fmt: skip
    complete = await rows(
        conn,
        """SELECT b.id, b.given_by, max(t.decided_at) AS at, count(*) AS count, count(*) FILTER (WHERE t.state = 'done') AS done,
             count(*) FILTER (WHERE t.state = 'refused') AS refused,
             bool_and(t.decided_by = b.given_by) AS alone
           FROM task_batch b JOIN task t ON t.tenant_id = b.tenant_id AND t.batch_id = b.id
           WHERE b.tenant_id = %s AND b.id = ANY (%s) GROUP BY b.id, b.given_by HAVING bool_and(t.state <> 'open')""",
        (tenant_id, sorted({row["batch_id"] for row in found})),
    )
    notices += [_complete(row) for row in complete if not row["alone"]]
    await write(conn, tenant_id, notices)


def _complete(row: DictRow) -> NewNotice:
    told: dict[str, Any] = {name: row[name] for name in ("count", "done", "refused")}
    return NewNotice(row["given_by"], "tasks_complete", f"tasks:{row['id']}", row["at"], {"tasks": row["id"], **told})


async def notify_overdue(conn: Conn, tenant_id: int, *, now: datetime) -> None:
    """The day's digests, once a local day: to assignees what is overdue, to deputies and givers how many of whose."""
    key = f"day:{local_date(now, await tenant_calendar(conn, tenant_id)).isoformat()}"
    found = await rows(
        conn,
        f"""SELECT t.assignee_id, b.given_by, count(*) AS count,
              (array_agg(t.customer_id ORDER BY t.due_at, t.id))[:%(named)s] AS customers
            FROM {JOINED} WHERE t.tenant_id = %(t)s AND {SHOWS["overdue"]}
            GROUP BY t.assignee_id, b.given_by ORDER BY t.assignee_id, b.given_by""",
        {"t": tenant_id, "now": now, "named": NAMED},
    )
    mine: dict[int, dict[str, Any]] = {}
    given: dict[int, dict[str, int]] = {}
    theirs: dict[int, dict[str, int]] = {}
    for row in found:
        told = mine.setdefault(row["assignee_id"], {"count": 0, "customers": []})
        told["count"] += row["count"]
        told["customers"] = (told["customers"] + row["customers"])[:NAMED]
        if _by_other(row):
            given.setdefault(row["given_by"], {})[str(row["assignee_id"])] = row["count"]
    notices = [NewNotice(person, "tasks_overdue", key, now, told) for person, told in mine.items()]
    for person, deputy in (await _acting(conn, tenant_id, mine)).items():
        theirs.setdefault(deputy, {})[str(person)] = mine[person]["count"]
    notices += [
        NewNotice(person, kind, key, now, {"count": sum(owners.values()), "owners": owners})
        for kind, counted in (("given_overdue", given), ("tasks_overdue_for", theirs))
        for person, owners in counted.items()
    ]
    await write(conn, tenant_id, notices)
