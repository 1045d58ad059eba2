"""The one visibility predicate over customers, as SQL over columns handed to it and as plain Python."""

from typing import Any

from gonghai.access.actor import Actor


def owners_and_pools(actor: Actor) -> tuple[bool, list[int], list[int]]:
    """(sees all, owners whose customers are visible, pools whose unowned customers are visible)."""
    owners = set(actor.subordinates if "manager" in actor.roles else ())
    if actor.person_id is not None:
        owners.add(actor.person_id)
    return actor.sees_all, sorted(owners), sorted(actor.visible_pools())


def predicate(actor: Actor, alias: str = "c") -> tuple[str, dict[str, Any]]:
    """SQL that is true for the customers this actor may see, and its named parameters.

    Own, one's subtree's, those lying in a pool one sees; all for admin and auditor. Archived and merged
    customers count by their home pool, and only for its admins and those who see all.
    """
    everything, owners, pools = owners_and_pools(actor)
    if everything:
        return "true", {}
    admin_pools = sorted(p for p, r in actor.pools.items() if r.admin)
    text = (
        f"({alias}.owner_id = ANY (%(see_owners)s) OR ({alias}.state = 'pooled' AND {alias}.pool_id = ANY (%(see_pools)s))"
        f" OR ({alias}.state IN ('archived', 'merged') AND {alias}.pool_id = ANY (%(see_admin_pools)s)))"
    )
    return text, {"see_owners": owners, "see_pools": pools, "see_admin_pools": admin_pools}


def visible(actor: Actor, *, state: str, owner_id: int | None, pool_id: int) -> bool:
    """The same predicate for one customer at hand."""
    everything, owners, pools = owners_and_pools(actor)
    if everything or (owner_id is not None and owner_id in owners):
        return True
    if state == "pooled":
        return pool_id in pools
    return state in ("archived", "merged") and actor.rights(pool_id).admin
