"""The matrix of rights: a request per permission, whom it is for in the domain's words, and an oracle that knows no code.

`who` names the hats that may, by the customer's state. A hat is what the domain page calls people: owner, collaborator,
deputy and manager (of the owner), pool_admin (of the pool it lies in), boss (leads departments), claimer, viewer (sees
it at all).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from gonghai.access.permissions import POOL_ADMIN, ROLE_PERMISSIONS

# A rep who is named on two of the three pools as their admin.
ROLES: Final = ("rep", "manager", "admin", "auditor", "pool_admin")
# What the customer is to whoever asks. Strangers are in nobody's subtree; the unseen pool is for one stranger.
STATES: Final = {
    "own": "owned", "shared": "owned", "acted_for": "owned", "subordinates": "owned", "strangers": "owned",
    "in_pool": "pooled", "in_unseen_pool": "pooled", "archived": "archived",
}  # fmt: skip
RELATIONS: Final = tuple(STATES)

Body = Callable[["Ids"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ids:
    """What bodies and paths may name."""

    me: int
    subordinate: int
    colleague: int
    pool: int
    other_pool: int
    department: int
    version: int = 0
    follow_up: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One request about a customer. `move`: its word in a batch."""

    permission: str
    method: str
    path: str
    who: dict[str, set[str]]
    body: Body = field(default=lambda _: {})
    move: str | None = None


OWNER, MANAGER, KEEPER = "owner", "manager", "pool_admin"
BOTH: Final = {OWNER, MANAGER}
SOON: Final = "2030-01-01T00:00:00Z"
STEPS: Final = (
    Step("customers.claim", "POST", "/claim", {"pooled": {"claimer"}}, move="claim"),
    Step("customers.release", "POST", "/release", {"owned": {OWNER}}, lambda _: {"reason": "no_need"}, "release"),
    Step("customers.transfer", "POST", "/transfer", {"owned": BOTH}, lambda i: {"owner_id": str(i.colleague)}, "transfer"),
    Step("customers.assign", "POST", "/assign", {"pooled": {KEEPER, "boss"}},
         lambda i: {"owner_id": str(i.colleague)}, "assign"),
    Step("customers.move_pool", "POST", "/move-pool", {"pooled": {KEEPER}},
         lambda i: {"pool_id": str(i.other_pool)}, "move_pool"),
    Step("customers.archive", "POST", "/archive", {"owned": {MANAGER}, "pooled": {KEEPER}},
         lambda _: {"reason": "closed_down"}, "archive"),
    Step("customers.restore", "POST", "/restore", {"archived": {KEEPER}}, move="restore"),
    # The quota is none: to ask for one's own is refused by the rule, not by the right.
    Step("customers.lock", "POST", "/lock", {"owned": BOTH}, lambda _: {"until": SOON}, "lock"),
    Step("customers.lock", "POST", "/unlock", {"owned": BOTH}, move="unlock"),
    Step("customers.protect", "POST", "/protect", {"owned": {MANAGER}}, lambda _: {"until": SOON, "reason": "x"}, "protect"),
    Step("customers.protect", "POST", "/unprotect", {"owned": {MANAGER}}, move="unprotect"),
    Step("customers.share", "POST", "/collaborators", {"owned": BOTH}, lambda i: {"person_ids": [str(i.colleague)]}, "share"),
    Step("customers.share", "DELETE", "/collaborators/{me}", {"owned": {*BOTH, "collaborator"}}),
    Step("customers.reveal", "POST", "/reveals", {"pooled": {"claimer"}}),
    Step("customers.edit", "PATCH", "", {"owned": BOTH, "pooled": {KEEPER}}, lambda _: {"level": "A"}),
    Step("customers.edit", "POST", "/contacts", {"owned": BOTH, "pooled": {KEEPER}}, lambda _: {"name": "王总"}),
    Step("customers.follow_up", "POST", "/follow-ups", {"owned": {*BOTH, "collaborator", "deputy"}},
         lambda _: {"kind": "call"}),
    Step("follow_ups.void", "POST", "/follow-ups/{follow_up}/void", {"owned": {MANAGER}}, lambda _: {"reason": "没去"}),
    Step("deals.edit", "POST", "/deals", {"owned": BOTH}, lambda _: {"name": "大单"}),
    Step("requests.ask", "POST", "/extension", {"owned": {OWNER}}, lambda _: {"days": 3}),
    Step("requests.ask", "GET", "/extension", {"owned": {OWNER}}),
    Step("requests.ask", "POST", "/archive-request", {"owned": {OWNER}}, lambda _: {"reason": "closed_down"}),
)  # fmt: skip

# Who may change people may enter their leave too.
IMPLIED: Final = {"people.leave": {"people.edit"}}

VIEWER: Final = {state: {"viewer"} for state in ("owned", "pooled", "archived")}
# Paths below a customer whose GET is for somebody else than all who see it.
NOT_FOR_VIEWERS: Final = {"/extension", "/appeal"}


def reading(paths: dict[str, Any]) -> list[Step]:
    """Every GET below a customer that the OpenAPI knows: a new one is in the matrix by itself."""
    prefix = "/api/v1/customers/{customer_id}"
    found = [p.removeprefix(prefix) for p, methods in paths.items() if p.startswith(prefix) and "get" in methods]
    return [Step("customers.read", "GET", path, VIEWER) for path in found if path not in NOT_FOR_VIEWERS]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A request that is about no one customer; it would fail later, or do no harm."""

    method: str
    path: str
    body: Body | None = None
    headers: dict[str, str] = field(default_factory=dict)


OLD: Final = {"If-Match": '"999"'}
RULES: Final[dict[str, Any]] = {"document": {"segments": [{"name": "所有", "timers": {}}]}}
ELSEWHERE: Final[dict[str, Elsewhere]] = {
    "customers.read": Elsewhere("GET", "/customers"),
    "customers.create": Elsewhere("POST", "/customers", lambda i: {"name": "新", "pool_id": str(i.pool)}),
    "customers.export": Elsewhere("GET", "/customers/export"),
    "requests.decide": Elsewhere("POST", "/requests/decisions", lambda _: {"ids": ["1"], "decision": "decline"}),
    "tasks.read": Elsewhere("GET", "/tasks"),
    "tasks.assign": Elsewhere(
        "POST", "/tasks", lambda _: {"customer_ids": ["999999999"], "to": {"kind": "owner"}, "title": "回访"}
    ),
    "people.read": Elsewhere("GET", "/people"),
    "people.leave": Elsewhere("DELETE", "/people/{subordinate}/leave", None, OLD),
    "people.hand_over": Elsewhere("POST", "/people/{subordinate}/hand-over/preview", lambda _: {"way": "pools"}),
    "people.edit": Elsewhere("PATCH", "/people/{subordinate}", lambda _: {"name": "x"}, OLD),
    "departments.edit": Elsewhere("PATCH", "/departments/{department}", lambda _: {"name": "x"}, OLD),
    "pools.read": Elsewhere("GET", "/pools"),
    "pools.edit": Elsewhere("POST", "/pools", lambda _: {"name": "公共公海"}),
    "policy.read": Elsewhere("GET", "/policy/facts"),
    "policy.edit": Elsewhere("PUT", "/pools/{pool}/policy/draft", lambda _: RULES, OLD),
    "policy.publish": Elsewhere("POST", "/pools/{other_pool}/policies", lambda _: RULES),
    "calendar.edit": Elsewhere("DELETE", "/calendar/days/2030-01-01"),
    "runs.read": Elsewhere("GET", "/recycle-runs"),
    "runs.start": Elsewhere("POST", "/recycle-runs", lambda _: {}),
    "runs.clean": Elsewhere("POST", "/cleaning-runs", lambda i: {"pool_id": str(i.pool)}),
    "runs.undo": Elsewhere("POST", "/recycle-runs/999999999/undo"),
    "imports.read": Elsewhere("GET", "/imports"),
    "imports.start": Elsewhere("POST", "/imports/999999999/cancel"),
    "api_keys.edit": Elsewhere("DELETE", "/api-keys/999999999"),
    "tenant.edit": Elsewhere("GET", "/tenant/field-rights"),
    "incentives.read": Elsewhere("GET", "/incentives/leaderboard"),
    "incentives.edit": Elsewhere("DELETE", "/incentives/seasons/999999999"),
    "insight.read": Elsewhere("GET", "/insight/hoarding"),
}


def permissions(role: str) -> frozenset[str]:
    """What the table gives a role."""
    return ROLE_PERMISSIONS["rep"] | POOL_ADMIN if role == "pool_admin" else ROLE_PERMISSIONS[role]


def sees(role: str, relation: str) -> bool:
    """The domain: own, shared, of whom one acts for, one's subtree's, what lies in a pool of one's; archived ones its
    admin; all for two."""
    if role in ("admin", "auditor") or relation in ("own", "shared", "acted_for", "in_pool"):
        return True
    return (role, relation) in {("manager", "subordinates"), ("pool_admin", "archived")}


def hats(role: str, relation: str) -> set[str]:
    """What somebody who sees the customer is to it."""
    worn = {"viewer"} | {"own": {"owner"}, "shared": {"collaborator"}, "acted_for": {"deputy"}}.get(relation, set())
    if STATES[relation] == "pooled":
        masked = role in ("rep", "manager")  # others read the masked fields anyhow
        worn |= {"claimer"} | ({"boss"} if role in ("manager", "admin") else set()) | ({"reader"} if masked else set())
    elif role == "admin" or (role, relation) == ("manager", "subordinates"):
        worn.add("manager")
    if role == "admin" or (role == "pool_admin" and relation in ("in_pool", "archived")):
        worn.add("pool_admin")
    return worn


def expected(role: str, relation: str, step: Step) -> set[str]:
    """What the answer may be: reached (done, or refused by a rule), 403, 404."""
    allowed = step.permission in permissions(role)
    if not sees(role, relation):
        if step.move == "claim" and relation != "in_unseen_pool" and allowed:
            return {"rule"}  # whoever is too late is told so: it lay in a pool of theirs
        return {"404"} if allowed else {"403", "404"}
    if not allowed:
        return {"403"}
    if STATES[relation] not in step.who:
        return {"403", "rule"}
    wanted = step.who[STATES[relation]]
    if step.path == "/reveals":
        wanted = {"reader"}
    return {"done", "rule"} if wanted & hats(role, relation) else {"403"}
