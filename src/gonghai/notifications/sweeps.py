"""Telling people of a sweep: what it took from them, and the day's digests of what will go."""

from collections.abc import Sequence
from datetime import date, datetime

from psycopg.rows import DictRow

from gonghai.base.database import Conn, one, rows
from gonghai.notifications.notices import NAMED, NewNotice, write
from gonghai.people.calendar import tenant_calendar
from gonghai.people.deputies import acting_for
from gonghai.people.leads import nearest_leads
from gonghai.workdays import local_date


async def notify_run(conn: Conn, tenant_id: int, run_id: int) -> None:
    """One notice of a run for everybody who lost customers by it, and the digests of its days."""
    run = await one(
        conn,
        "SELECT now, finished_at, done_to FROM recycle_run WHERE tenant_id = %s AND id = %s",
        (tenant_id, run_id),
    )
    if run is None:
        return
    await _taken(conn, tenant_id, run_id, run["done_to"], run["finished_at"] or run["now"])
    calendar = await tenant_calendar(conn, tenant_id)
    # A run that was cut off may have told on another day than it began.
    days = {local_date(at, calendar) for at in (run["now"], run["finished_at"]) if at is not None}
    for day in sorted(days):
        await digests(conn, tenant_id, day)


async def _taken(conn: Conn, tenant_id: int, run_id: int, done_to: int, at: datetime) -> None:
    found = await rows(
        conn,
        "SELECT i.owner_id, count(*) AS count, (array_agg(i.customer_id ORDER BY i.customer_id))[:%(named)s] AS customers"
        " FROM recycle_item i WHERE i.tenant_id = %(t)s AND i.run_id = %(run)s AND i.outcome IS NULL"
        " AND i.customer_id <= %(done_to)s GROUP BY i.owner_id",
        {"t": tenant_id, "run": run_id, "done_to": done_to, "named": NAMED},
    )
    notices = [
        NewNotice(
            row["owner_id"],
            "taken",
            f"run:{run_id}",
            at,
            {"run": run_id, "count": row["count"], "customers": row["customers"]},
        )
        for row in found
    ]
    await write(conn, tenant_id, notices)


async def digests(conn: Conn, tenant_id: int, day: date) -> None:
    """The day's digests: for each owner what will go, for their deputy the same, for the nearest leads the last warnings
    of each owner."""
    found = await rows(
        conn,
        "SELECT w.owner_id, count(DISTINCT w.customer_id) AS count, max(w.at) AS at,"
        " count(DISTINCT w.customer_id) FILTER (WHERE w.last) AS last, max(w.at) FILTER (WHERE w.last) AS last_at"
        " FROM warning w WHERE w.tenant_id = %s AND w.day = %s GROUP BY w.owner_id ORDER BY w.owner_id",
        (tenant_id, day),
    )
    key = f"day:{day.isoformat()}"
    told = {"day": day.isoformat()}
    notices = [NewNotice(r["owner_id"], "falling", key, r["at"], {**told, "count": r["count"]}) for r in found]
    for deputy, warned in (await _by_deputy(conn, tenant_id, found)).items():
        counts = {str(row["owner_id"]): row["count"] for row in warned}
        data = {**told, "count": sum(counts.values()), "owners": counts}
        notices.append(NewNotice(deputy, "falling_for", key, max(row["at"] for row in warned), data))
    last = {row["owner_id"]: row for row in found if row["last"]}
    owners: dict[int, list[int]] = {}
    for owner, leads in (await nearest_leads(conn, tenant_id, list(last)) if last else {}).items():
        for lead in leads:
            owners.setdefault(lead, []).append(owner)
    for lead, mine in owners.items():
        counts = {str(owner): last[owner]["last"] for owner in mine}
        data = {**told, "count": sum(counts.values()), "owners": counts}
        notices.append(NewNotice(lead, "falling_team", key, max(last[o]["last_at"] for o in mine), data))
    await write(conn, tenant_id, notices, digests=True)


async def _by_deputy(conn: Conn, tenant_id: int, found: Sequence[DictRow]) -> dict[int, list[DictRow]]:
    """The digests' rows by who acts for their owner when the last of them was warned."""
    if not found:
        return {}
    by_deputy: dict[int, list[DictRow]] = {}
    acting = await acting_for(conn, tenant_id, [row["owner_id"] for row in found], max(row["at"] for row in found))
    for row in found:
        if row["owner_id"] in acting:
            by_deputy.setdefault(acting[row["owner_id"]], []).append(row)
    return by_deputy
