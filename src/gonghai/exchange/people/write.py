"""Writes what was decided about a part, by the actions that the page uses; new people in a few statements for all.

The caller holds the tenant's row and, but for leavers, the persons', so what was decided on is still so.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.exchange.people.decide import Changed, Decided
from gonghai.exchange.people.leavers import Goes
from gonghai.exchange.people.organisation import Department
from gonghai.moves.hand_over import let_go
from gonghai.people.departments import create_department, edit_department
from gonghai.people.persons import NewPerson, create_persons, edit_person, reactivate


async def write(
    conn: Conn, actor: Actor, decided: Decided, *, batch_id: int, locale: str, now: datetime
) -> dict[int, Goes]:
    """Departments, new people, changes, leads, leavers; by row, who got how many of its leaver's customers."""
    for department in decided.made:
        assert department.parent is not None, "only the root has none"
        department.id = await create_department(
            conn, actor, name=department.name, parent_id=department.parent.id, now=now
        )
    led = await _create(conn, actor, decided, batch_id, locale, now)
    for changed in decided.changed:
        await _change(conn, actor, changed, batch_id, now)
        if changed.led is not None:
            led[changed.led] = None
    for department in led:
        assert department.id is not None
        leads = sorted(department.leads)
        await edit_department(conn, actor, department.id, department.version, lead_ids=leads, now=now)
    goes = {}
    for leaver in decided.leavers:
        done = await let_go(conn, actor, leaver.person["id"], now=now)
        goes[leaver.row] = Counter({(r.person_id, r.pool_id): r.customers for r in done.receivers})
    return goes


async def _create(
    conn: Conn, actor: Actor, decided: Decided, batch_id: int, locale: str, now: datetime
) -> dict[Department, None]:
    """The new people; the departments that they lead."""
    new = [
        NewPerson(
            name=each.parsed.name or "",
            login=each.parsed.login,
            department_id=each.department.id if each.department else None,
            roles=each.roles,
            email=each.parsed.email,
            locale=locale,
        )
        for each in decided.new
    ]
    made = await create_persons(conn, actor, new, now=now, batch_id=batch_id) if new else []
    ids = {person["login"]: person["id"] for person in made}
    led: dict[Department, None] = {}
    for each in decided.new:
        if each.parsed.leads and each.department is not None:
            each.department.leads.add(ids[each.parsed.login])
            led[each.department] = None
    return led


async def _change(conn: Conn, actor: Actor, changed: Changed, batch_id: int, now: datetime) -> None:
    person_id, version = changed.person["id"], changed.person["version"]
    values: dict[str, Any] = dict(changed.values)
    if changed.department is not None:
        values["department_id"] = changed.department.id
    if changed.rejoins:
        version = await reactivate(conn, actor, person_id, now=now, batch_id=batch_id)
    if values:
        await edit_person(conn, actor, person_id, version, values, now=now, batch_id=batch_id)
