"""Words for conditions of one tenant: the owner's department is kept by its id, and read by its name."""

from collections.abc import Iterable
from dataclasses import replace

from gonghai.base.database import Conn, rows
from gonghai.conditions.facts import Labels, Registry
from gonghai.policy.registry import REGISTRY


class _Names(dict[str, Labels]):
    """A department that is no longer there is shown by its id."""

    def __missing__(self, value: str) -> Labels:
        return {"zh": f"#{value}", "en": f"#{value}"}


async def tenant_words(conn: Conn, tenant_id: int) -> Registry:
    """The registry to tell conditions with. Documents are compiled with `REGISTRY` itself."""
    found = await rows(conn, "SELECT id, name FROM department WHERE tenant_id = %s ORDER BY id", (tenant_id,))
    return with_departments((row["id"], row["name"]) for row in found)


def with_departments(departments: Iterable[tuple[int, str]]) -> Registry:
    """The registry with these departments' names; where two share one, the id stands beside it."""
    names: dict[str, list[int]] = {}
    for department_id, name in departments:
        names.setdefault(name, []).append(department_id)
    told = _Names()
    for name, ids in names.items():
        for department_id in ids:
            shown = name if len(ids) == 1 and "#" not in name else f"{name} #{department_id}"
            told[str(department_id)] = {"zh": shown, "en": shown}
    facts = dict(REGISTRY.facts)
    facts["owner_department"] = replace(facts["owner_department"], choices=told)
    return Registry(facts.values())
