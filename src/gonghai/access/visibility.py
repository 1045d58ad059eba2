"""The one visibility predicate over customers, as SQL over columns handed to it and as plain Python."""

from collections.abc import Mapping
from typing import Any

from gonghai.access.actor import Actor


def owners_and_pools(actor: Actor) -> tuple[bool, list[int], list[int]]:
    """(sees all, owners whose customers are visible, pools whose unowned customers are visible)."""
    owners = set(actor.subordinates if "manager" in actor.roles else ()) | actor.deputises.keys()
    if actor.person_id is not None:
        owners.add(actor.person_id)
    return actor.sees_all, sorted(owners), sorted(actor.visible_pools())


def predicate(actor: Actor, alias: str = "c") -> tuple[str, dict[str, Any]]:
    """SQL that is true for the customers this actor may see, and its named parameters.

    Own, one's subtree's, of those whose deputy one is, shared with one, those lying in a pool one sees; all for admin and
    auditor. Archived and merged customers count by their home pool, and only for its admins and those who see all.
    """
    everything, owners, pools = owners_and_pools(actor)
    if everything:
        return "true", {}
    params: dict[str, Any] = {"see_owners": owners, "see_pools": pools}
    arms = [
        f"{alias}.owner_id = ANY (%(see_owners)s)",
        f"{alias}.state = 'pooled' AND {alias}.pool_id = ANY (%(see_pools)s)",
    ]
    # Only who has such customers pays for looking for them: each arm must find an index of its own.
    if admin_pools := sorted(p for p, r in actor.pools.items() if r.admin):
        arms.append(f"{alias}.state IN ('archived', 'merged') AND {alias}.pool_id = ANY (%(see_admin_pools)s)")
        params["see_admin_pools"] = admin_pools
    if actor.shared:
        arm, more = shared_with(actor, alias)
        arms.append(arm)
        params |= more
    return f"({' OR '.join(f'({arm})' for arm in arms)})", params


def shared_with(actor: Actor, alias: str = "c") -> tuple[str, dict[str, Any]]:
    """SQL that is true for the customers that others share with this actor, while that spell is open."""
    ids = "%(see_shared)s::bigint[]"
    text = (
        f"{alias}.id = ANY ({ids}) AND {alias}.state = 'owned'"
        f" AND {alias}.spell_no = (%(see_spells)s::integer[])[array_position({ids}, {alias}.id)]"
    )
    return text, {"see_shared": list(actor.shared), "see_spells": list(actor.shared.values())}


def visible(actor: Actor, customer: Mapping[str, Any]) -> bool:
    """The same predicate for one customer at hand: id, state, owner_id, pool_id, spell_no."""
    everything, owners, pools = owners_and_pools(actor)
    if everything or (customer["owner_id"] is not None and customer["owner_id"] in owners):
        return True
    if customer["state"] == "pooled":
        return customer["pool_id"] in pools
    if customer["state"] == "owned":
        return actor.collaborates(customer["id"], customer["spell_no"])
    return actor.rights(customer["pool_id"]).admin
