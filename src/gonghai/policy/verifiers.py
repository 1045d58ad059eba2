"""The persons whom a document's cleaning rules ask: named by login, so only the database knows whether there are any."""

from typing import Any

from gonghai.base.database import Conn, rows
from gonghai.policy.cleaning import Reverify
from gonghai.policy.document import Policy, PolicyInvalid


async def unknown_verifiers(conn: Conn, tenant_id: int, policy: Policy) -> list[dict[str, Any]]:
    """A fault for each rule that asks nobody who could answer, by the path of its node."""
    rules = policy.cleaning.rules if policy.cleaning is not None else ()
    asked = {i: r.deed.login for i, r in enumerate(rules) if isinstance(r.deed, Reverify) and r.deed.login is not None}
    if not asked:
        return []
    found = await rows(
        conn,
        "SELECT p.login FROM person p WHERE p.tenant_id = %s AND p.login = ANY (%s) AND p.state <> 'left'",
        (tenant_id, list(asked.values())),
    )
    known = {row["login"] for row in found}
    return [
        {"path": f"cleaning.rules[{i}].do.reverify", "code": "person_unknown", "data": {"person": login}}
        for i, login in asked.items()
        if login not in known
    ]


async def need_verifiers(conn: Conn, tenant_id: int, policy: Policy) -> None:
    """Raises PolicyInvalid with those faults, if any."""
    if found := await unknown_verifiers(conn, tenant_id, policy):
        raise PolicyInvalid(found)
