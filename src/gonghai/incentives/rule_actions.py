"""Setting the rules: each change is a new version that holds from then on; what was earned stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, run, value
from gonghai.base.errors import ChangedMeanwhile
from gonghai.events.log import By, append
from gonghai.incentives.count import NEWEST, hold_count
from gonghai.people.record import lock_tenant

_CURRENT: Final = """SELECT r.*, p.name AS set_by_name FROM point_rules r
  LEFT JOIN person p ON p.tenant_id = r.tenant_id AND p.id = r.set_by
  WHERE r.tenant_id = %s ORDER BY r.number DESC LIMIT 1"""


async def current_rules(conn: Conn, tenant_id: int) -> DictRow | None:
    """The newest version's row; None where nobody has set any."""
    return await one(conn, _CURRENT, (tenant_id,))


async def set_rules(conn: Conn, actor: Actor, number: int, document: Mapping[str, Any], *, now: datetime) -> None:
    """Replaces version `number` (0: none yet) by these rules, from now on. 412 where it isn't the newest."""
    actor.need("incentives.edit")
    await lock_tenant(conn, actor.tenant_id)
    newest = await current_rules(conn, actor.tenant_id)
    if (newest["number"] if newest is not None else 0) != number:
        raise ChangedMeanwhile(newest["number"] if newest is not None else 0)
    if newest is not None and newest["document"] == document:
        return
    if newest is None:
        await _begin(conn, actor.tenant_id)
    await hold_count(conn, actor.tenant_id)
    # Read behind the lock: what has been counted by the old rules happened before it.
    from_at = await value(conn, "SELECT clock_timestamp() AS at")
    await run(
        conn,
        "INSERT INTO point_rules (tenant_id, number, document, from_at, set_by) VALUES (%s, %s, %s, %s, %s)",
        (actor.tenant_id, number + 1, Jsonb(document), from_at, actor.person_id),
    )
    await append(
        conn, actor.tenant_id, kind="set_point_rules", subject="point_rules", subject_id=actor.tenant_id,
        version=number + 1, by=By.person(actor.person_id), at=now, data={"rules": dict(document)},
    )  # fmt: skip


async def _begin(conn: Conn, tenant_id: int) -> None:
    """Nothing that happened before the first rules earns anything: counting begins behind the newest event."""
    newest = await one(conn, NEWEST, (tenant_id,))
    assert newest is not None
    await run(
        conn,
        "INSERT INTO point_count (tenant_id, floor, settled, marked, marked_xid, marked_at, counted_at)"
        " SELECT %(t)s, %(id)s, %(id)s, %(id)s, %(coming)s, x.now, x.now FROM clock_timestamp() AS x (now)",
        {"t": tenant_id, **newest},
    )
