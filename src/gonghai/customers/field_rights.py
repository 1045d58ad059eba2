"""What a company grants its roles on the fields of customers: set by admins, held wherever a field is written.

What is hidden is dropped in masking.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gonghai.access.actor import Actor
from gonghai.access.field_rights import FieldRights
from gonghai.access.permissions import ROLE_PERMISSIONS
from gonghai.base.database import Conn, one
from gonghai.base.errors import Forbidden, Invalid
from gonghai.customers.fields import FIELDS, plain
from gonghai.people.tenants import edit_tenant

# The admin's hands stay free: nobody can lock themselves out.
ROLES: Final = tuple(role for role in ROLE_PERMISSIONS if role != "admin")
NAMES: Final = ("name", *(f for f in FIELDS if f != "name"), "contacts")
# No row can be told from another without them.
NEVER_HIDDEN: Final = frozenset({"name", "kind"})


async def field_rights(conn: Conn, actor: Actor) -> tuple[dict[str, dict[str, str]], int]:
    """(rights by role, the company's version). For admins."""
    actor.need("tenant.edit")
    row = await one(conn, "SELECT t.field_rights, t.version FROM tenant t WHERE t.id = %s", (actor.tenant_id,))
    assert row is not None
    return row["field_rights"], row["version"]


async def set_field_rights(conn: Conn, actor: Actor, version: int, rights: FieldRights, *, now: datetime) -> int:
    """Replaces all rights; the company's new version. 412 unless `version` is the newest; 422 for what isn't there."""
    faults = [
        {"path": f"rights.{role}.{field}", "code": code}
        for role, fields in rights.items()
        for field, right in fields.items()
        if (code := _fault(role, field, right)) is not None
    ]
    faults += [{"path": f"rights.{role}", "code": _role_fault(role)} for role in rights if role not in ROLES]
    if faults:
        raise Invalid(*faults)
    kept = {role: dict(sorted(fields.items())) for role, fields in sorted(rights.items()) if fields}
    return await edit_tenant(conn, actor, version, {"field_rights": kept}, now=now)


def _role_fault(role: str) -> str:
    return "admin_always_writes" if role == "admin" else "unknown_role"


def _fault(role: str, field: str, right: str) -> str | None:
    if role not in ROLES:
        return None
    if field not in NAMES:
        return "unknown_field"
    if right not in ("hide", "read"):
        return "unknown_right"
    return "never_hidden" if right == "hide" and field in NEVER_HIDDEN else None


def need_writable(actor: Actor, values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """403 with the first field that these values would change, or give a new customer, against the actor's rights."""
    for name, value in values.items():
        known = before[name] if before is not None else None
        if name in actor.unwritable_fields and (plain(value) or None) != (plain(known) or None):
            raise Forbidden("customers.edit", field=name)


def need_readable(actor: Actor, names: Mapping[str, Any]) -> None:
    """403 with the first of these fields that is hidden from the actor: neither narrows nor orders a list."""
    for name in names:
        if name in actor.hidden_fields:
            raise Forbidden("customers.read", field=name)
