"""The tree of departments: any depth, one root, several leads each, never its own ancestor."""

from collections.abc import Sequence
from datetime import datetime

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import NotFound, Refusal
from gonghai.events.log import By, append
from gonghai.people.queries import lead_ids as leads_of
from gonghai.people.record import change, lock, lock_tenant


async def create_department(
    conn: Conn,
    actor: Actor,
    *,
    name: str,
    parent_id: int | None,
    lead_ids: Sequence[int] = (),
    now: datetime,
) -> int:
    """A new department below `parent_id`; its id. Only the tenant's first, the root, has no parent."""
    actor.need("departments.edit")
    await lock_tenant(conn, actor.tenant_id)
    if parent_id is not None:
        await lock(conn, "department", actor.tenant_id, parent_id)
    elif await one(conn, "SELECT 1 FROM department d WHERE d.tenant_id = %s LIMIT 1", (actor.tenant_id,)):
        raise Refusal("root_exists")
    department_id: int = await value(
        conn,
        "INSERT INTO department (tenant_id, parent_id, name) VALUES (%s, %s, %s) RETURNING id",
        (actor.tenant_id, parent_id, name),
    )
    leads = await _set_leads(conn, actor.tenant_id, department_id, lead_ids)
    await append(
        conn,
        actor.tenant_id,
        kind="create",
        subject="department",
        subject_id=department_id,
        version=1,
        by=By.person(actor.person_id),
        at=now,
        data={"facts": {"parent_id": parent_id, "leads": leads}},
    )
    return department_id


async def edit_department(
    conn: Conn,
    actor: Actor,
    department_id: int,
    version: int,
    *,
    name: str | None = None,
    parent_id: int | None = None,
    lead_ids: Sequence[int] | None = None,
    now: datetime,
) -> int:
    """Changes what is given; the new version. Refuses `own_ancestor` {department, parent}, and 412 unless `version` is
    the newest."""
    actor.need("departments.edit")
    # Two moves at once could make a ring that neither alone would.
    await lock_tenant(conn, actor.tenant_id)
    row = await lock(conn, "department", actor.tenant_id, department_id, version=version)
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = name
    if parent_id is not None:
        parent = await lock(conn, "department", actor.tenant_id, parent_id)
        if await _is_below(conn, actor.tenant_id, parent_id, department_id):
            named = {
                key: {"id": str(d["id"]), "name": d["name"]} for key, d in (("department", row), ("parent", parent))
            }
            raise Refusal("own_ancestor", **named)
        values["parent_id"] = parent_id
    also = {}
    if lead_ids is not None:
        before = await leads_of(conn, actor.tenant_id, department_id)
        after = await _set_leads(conn, actor.tenant_id, department_id, lead_ids)
        if before != after:
            also["leads"] = [before, after]
    by = By.person(actor.person_id)
    return await change(conn, "department", row, values, kind="edit", by=by, at=now, also=also)


async def remove_department(conn: Conn, actor: Actor, department_id: int, version: int, *, now: datetime) -> None:
    """Takes away an empty leaf. Refuses `department_not_empty` {people, departments}, 412 unless `version` is the newest.

    Called by pools/departments.py alone, which sees that no pool names it. Those who left while they were at home in
    it belong to the department above from now on.
    """
    actor.need("departments.edit")
    await lock_tenant(conn, actor.tenant_id)
    row = await lock(conn, "department", actor.tenant_id, department_id, version=version)
    key = {"t": actor.tenant_id, "id": department_id}
    # Whoever gives it a person holds the row until their commit: counted behind them.
    await one(conn, "SELECT 1 FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(id)s FOR UPDATE", key)
    inside = await one(
        conn,
        """SELECT (SELECT count(*) FROM person p WHERE p.tenant_id = %(t)s AND p.department_id = %(id)s
                    AND p.state <> 'left') AS people,
                  (SELECT count(*) FROM department d WHERE d.tenant_id = %(t)s AND d.parent_id = %(id)s) AS departments""",
        key,
    )
    assert inside is not None
    if row["parent_id"] is None or inside["people"] or inside["departments"]:
        raise Refusal("department_not_empty", **inside)
    by = By.person(actor.person_id)
    leavers = await rows(
        conn,
        "SELECT p.* FROM person p WHERE p.tenant_id = %(t)s AND p.department_id = %(id)s ORDER BY p.id FOR NO KEY UPDATE",
        key,
    )
    for leaver in leavers:
        await change(conn, "person", leaver, {"department_id": row["parent_id"]}, kind="edit", by=by, at=now)
    await run(conn, "DELETE FROM department_lead l WHERE l.tenant_id = %(t)s AND l.department_id = %(id)s", key)
    await run(conn, "DELETE FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(id)s", key)
    await append(
        conn,
        actor.tenant_id,
        kind="remove",
        subject="department",
        subject_id=department_id,
        version=version + 1,
        by=by,
        at=now,
        data={"facts": {"parent_id": row["parent_id"]}},
    )


async def _is_below(conn: Conn, tenant_id: int, department_id: int, top_id: int) -> bool:
    """Whether `department_id` is `top_id` or lies anywhere below it."""
    found = await one(
        conn,
        """WITH RECURSIVE above AS (
            SELECT d.id, d.parent_id FROM department d WHERE d.tenant_id = %(t)s AND d.id = %(id)s
            UNION SELECT d.id, d.parent_id FROM above a JOIN department d ON d.tenant_id = %(t)s AND d.id = a.parent_id
        ) SELECT 1 FROM above a WHERE a.id = %(top)s""",
        {"t": tenant_id, "id": department_id, "top": top_id},
    )
    return found is not None


async def _set_leads(conn: Conn, tenant_id: int, department_id: int, lead_ids: Sequence[int]) -> list[int]:
    """Makes exactly these persons the leads; their ids in order. 404 for who is not there or has left."""
    wanted = sorted(set(lead_ids))
    if wanted:
        found = await rows(
            conn,
            "SELECT p.id FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) AND p.state <> 'left'"
            " ORDER BY p.id FOR SHARE",
            (tenant_id, wanted),
        )
        missing = set(wanted) - {row["id"] for row in found}
        if missing:
            raise NotFound("person", id=str(min(missing)))
    await run(
        conn,
        "DELETE FROM department_lead l WHERE l.tenant_id = %s AND l.department_id = %s AND l.person_id <> ALL (%s)",
        (tenant_id, department_id, wanted),
    )
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO department_lead (tenant_id, department_id, person_id) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(tenant_id, department_id, person_id) for person_id in wanted],
        )
    return wanted
