"""The permission table: which role may do what, before relation to the single customer is looked at."""

from typing import Final

REP: Final = frozenset(
    {
        "customers.read",
        "customers.create",
        "customers.edit",
        "customers.claim",
        "customers.release",
        "customers.transfer",
        "customers.follow_up",
        "customers.lock",
        "customers.reveal",
        "customers.share",
        "deals.edit",
        "requests.ask",
        "requests.decide",
        "tasks.read",
        "people.read",
        "pools.read",
        "policy.read",
        "incentives.read",
    }
)
MANAGER: Final = REP | {
    "customers.assign",
    "customers.archive",
    "customers.restore",
    "customers.move_pool",
    "customers.protect",
    "follow_ups.void",
    "tasks.assign",
    "people.leave",
    "people.hand_over",
    "runs.read",
    "insight.read",
    "customers.export",
}
# Named on a pool as its admin: for that pool's customers, whatever the role.
POOL_ADMIN: Final = frozenset(
    {
        "customers.assign",
        "customers.archive",
        "customers.restore",
        "customers.move_pool",
        "tasks.assign",
        "policy.edit",
        "policy.publish",
        "runs.read",
        "runs.clean",
        "runs.undo",
    }
)
ADMIN: Final = MANAGER | {
    "people.edit",
    "departments.edit",
    "pools.edit",
    "policy.edit",
    "policy.publish",
    "calendar.edit",
    "runs.start",
    "runs.clean",
    "runs.undo",
    "imports.start",
    "imports.read",
    "api_keys.edit",
    "tenant.edit",
    "incentives.edit",
}
AUDITOR: Final = frozenset(
    {
        "customers.read",
        "customers.export",
        "tasks.read",
        "people.read",
        "pools.read",
        "policy.read",
        "runs.read",
        "imports.read",
        "insight.read",
        "incentives.read",
    }
)

ROLE_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "rep": REP,
    "manager": MANAGER,
    "admin": ADMIN,
    "auditor": AUDITOR,
}
# What a key may be narrowed to: the nouns of the permissions, single permissions, or all.
SCOPES: Final = frozenset({"all"} | {p.partition(".")[0] for p in ADMIN} | ADMIN | AUDITOR)
