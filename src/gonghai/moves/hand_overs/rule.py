"""The company's leaver rule: where the customers of somebody who leaves go unless an admin chooses otherwise."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Invalid
from gonghai.moves.batch import hold_open
from gonghai.moves.hand_overs.ways import Asked, Way
from gonghai.people.record import lock_tenant
from gonghai.people.tenants import edit_tenant


def by_rule(tenant: Mapping[str, Any]) -> Asked:
    """The rule of a tenant's row as a hand-over: home pools, the nearest lead, or one pool."""
    way: Way = "manager" if tenant["leaver_rule"] == "manager" else "pools"
    return Asked(way, pool_id=tenant["leaver_pool_id"], deactivate=True, by_rule=True)


async def set_leaver_rule(
    conn: Conn, actor: Actor, version: int, rule: str, pool_id: int | None, *, now: datetime
) -> int:
    """Sets the rule, with the pool for the rule `pool`; the tenant's new version. 412 unless `version` is the newest.

    Refuses `pool_not_open`. The pool can't be closed while the rule names it.
    """
    actor.need("tenant.edit")
    if (rule == "pool") != (pool_id is not None):
        raise Invalid({"path": "body.pool_id", "code": "missing" if pool_id is None else "not_needed"})
    await lock_tenant(conn, actor.tenant_id)
    if pool_id is not None:
        await hold_open(conn, actor.tenant_id, pool_id)
    return await edit_tenant(conn, actor, version, {"leaver_rule": rule, "leaver_pool_id": pool_id}, now=now)
