"""The Actor: who asks, filled once per request; everything above asks it instead of tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonghai.access.permissions import POOL_ADMIN, ROLE_PERMISSIONS
from gonghai.base.errors import Forbidden


@dataclass(frozen=True, slots=True)
class PoolRights:
    """What an actor may do with one pool."""

    see: bool = False
    claim: bool = False
    admin: bool = False
    masked_fields: frozenset[str] = frozenset()
    hide_earlier_notes: bool = False
    follow_up_unclaimed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits for somebody to decide, for whoever acts for them: requests of the persons they manage, and of the
    pools they administer."""

    managed: frozenset[int] = frozenset()
    pools: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system, with person_id None) as the permission rules see it.

    `led` holds the ids of the departments the person leads, with all below them; `subordinates` the persons
    in them; `shared` the customers that others share with the person, with the number of the spell they do so in.
    `deputises` holds the persons for whom the person acts now, with what waits for these.
    `hidden_fields` and `readonly_fields` are customers' fields that the roles don't show, or don't let change.
    `scopes` is None for a browser session, else the API key's scopes, which only narrow.
    """

    tenant_id: int
    person_id: int | None
    name: str = ""
    roles: frozenset[str] = frozenset()
    department_id: int | None = None
    led: frozenset[int] = frozenset()
    subordinates: frozenset[int] = frozenset()
    pools: Mapping[int, PoolRights] = field(default_factory=dict)
    shared: Mapping[int, int] = field(default_factory=dict)
    deputises: Mapping[int, Standing] = field(default_factory=dict)
    hidden_fields: frozenset[str] = frozenset()
    readonly_fields: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    zone: str = "Asia/Shanghai"
    locale: str = "zh-CN"

    @property
    def permissions(self) -> frozenset[str]:
        """All that the roles and the named pools give, narrowed by the key's scopes."""
        given = frozenset[str]().union(*(ROLE_PERMISSIONS[r] for r in self.roles))
        # An auditor changes nothing, on no pool either.
        if self.roles - {"auditor"} and any(r.admin for r in self.pools.values()):
            given |= POOL_ADMIN
        if self.scopes is not None and "all" not in self.scopes:
            given = frozenset(p for p in given if p.partition(".")[0] in self.scopes or p in self.scopes)
        return given

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def need(self, permission: str) -> None:
        """Refuses with 403 unless the actor has the permission."""
        if not self.may(permission):
            raise Forbidden(permission)

    @property
    def unwritable_fields(self) -> frozenset[str]:
        """Customers' fields that the person may not change."""
        return self.hidden_fields | self.readonly_fields

    @property
    def sees_all(self) -> bool:
        """Admins and auditors see every customer of the tenant."""
        return bool(self.roles & {"admin", "auditor"})

    def rights(self, pool_id: int) -> PoolRights:
        return self.pools.get(pool_id, PoolRights())

    def manages_person(self, person_id: int | None) -> bool:
        """Admin, or manager of the person's department or one above it."""
        if "admin" in self.roles:
            return True
        return "manager" in self.roles and person_id is not None and person_id in self.subordinates

    def acts_for(self, person_id: int | None) -> bool:
        """Whether the person is somebody's deputy now."""
        return person_id is not None and person_id in self.deputises

    def collaborates(self, customer_id: int, spell_no: int) -> bool:
        """Whether this open spell of the customer is shared with the person."""
        return self.shared.get(customer_id) == spell_no

    def administers(self, pool_id: int) -> bool:
        """Admin, or named on the pool as its admin."""
        return "admin" in self.roles or self.rights(pool_id).admin

    def visible_pools(self) -> list[int]:
        """Pools whose pooled customers the actor sees."""
        return [pool_id for pool_id, r in self.pools.items() if r.see or r.claim or r.admin]


def system(tenant_id: int, zone: str = "Asia/Shanghai") -> Actor:
    """The actor of jobs, imports by command line and other work that no person asked for through the web."""
    return Actor(tenant_id=tenant_id, person_id=None, name="system", roles=frozenset({"admin"}), zone=zone)
