"""The company's departments in memory: found by what a file calls them, added to, and who leads whom."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.exchange.texts import folded


@dataclass(slots=True, eq=False)
class Department:
    """One of the tree; without an id it is still to be made. `leads`: all of them, whatever their state."""

    name: str
    parent: "Department | None"
    id: int | None = None
    version: int = 1
    leads: set[int] = field(default_factory=set)

    def upwards(self) -> Iterable["Department"]:
        """Itself, then all above it."""
        here: Department | None = self
        while here is not None:
            yield here
            here = here.parent

    @property
    def whole_path(self) -> str:
        """With the company's own name in front."""
        return "/".join(reversed([department.name for department in self.upwards()]))

    @property
    def path(self) -> str:
        """As people write it: below the company."""
        return "/".join(reversed([d.name for d in self.upwards() if d.parent is not None])) or self.name


class Organisation:
    """The tree as it is, and as a file makes it. `active`: leads who can own customers."""

    def __init__(self, departments: Sequence[DictRow] = (), leads: Sequence[DictRow] = ()) -> None:
        self._by_name: defaultdict[str, list[Department]] = defaultdict(list)
        self.by_id = {row["id"]: Department(row["name"], None, row["id"], row["version"]) for row in departments}
        for row in departments:
            self.by_id[row["id"]].parent = self.by_id.get(row["parent_id"])
            self._by_name[folded(row["name"])].append(self.by_id[row["id"]])
        for lead in leads:
            self.by_id[lead["department_id"]].leads.add(lead["person_id"])
        self.active = {lead["person_id"] for lead in leads if lead["state"] == "active"}
        self.root = next((d for d in self.by_id.values() if d.parent is None), None)

    def find(self, text: str) -> Department | list[Department]:
        """The department that a name or a path means; else all that it may mean, perhaps none.

        A path may begin anywhere, if that is clear; one from the top beats one that ends alike further down.
        """
        whole = self._by_name.get(folded(text), [])
        if len(whole) == 1:
            return whole[0]
        return whole or self._ending(_parts(text))

    def _ending(self, parts: Sequence[str]) -> Department | list[Department]:
        if not parts:
            return []
        wanted = [folded(part) for part in reversed(parts)]
        found: list[Department] = []
        from_top: list[Department] = []
        for department in self._by_name.get(wanted[0], []):
            names = [folded(d.name) for d in department.upwards()]
            if names[: len(wanted)] == wanted:
                found.append(department)
                # A single name is no path.
                if len(wanted) > 1 and len(names) - len(wanted) in (0, 1):
                    from_top.append(department)
        if len(from_top) == 1:
            return from_top[0]
        return found[0] if len(found) == 1 else found

    def make(self, text: str) -> Department | list[Department]:
        """The same, adding what is missing below the part that is there; several where that part may mean these."""
        found, parts = self.find(text), _parts(text)
        if isinstance(found, Department) or found or not parts:
            return found
        assert self.root is not None, "a company begins with its root"
        above, missing = self.root, parts
        for length in range(len(parts) - 1, 0, -1):
            there = self._ending(parts[:length])
            if isinstance(there, list) and there:
                return there
            if isinstance(there, Department):
                above, missing = there, parts[length:]
                break
        for name in missing:
            above = Department(name, above)
            self._by_name[folded(name)].append(above)
        return above

    def nearest_lead(self, person_id: int, department_id: int | None) -> int | None:
        """As people/leads.py finds it in the database: the nearest active lead beside the person up the tree."""
        department = self.by_id.get(department_id) if department_id is not None else None
        for above in department.upwards() if department else ():
            leads = (above.leads & self.active) - {person_id}
            if leads:
                return min(leads)
        return None


def _parts(text: str) -> list[str]:
    return [part for part in (p.strip() for p in re.split("[/／]", text)) if part]


async def read_organisation(conn: Conn, tenant_id: int) -> Organisation:
    """As it is in the database now."""
    departments = await rows(
        conn,
        "SELECT d.id, d.parent_id, d.name, d.version FROM department d WHERE d.tenant_id = %s ORDER BY d.id",
        (tenant_id,),
    )
    leads = await rows(
        conn,
        "SELECT l.department_id, l.person_id, p.state FROM department_lead l"
        " JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id WHERE l.tenant_id = %s",
        (tenant_id,),
    )
    return Organisation(departments, leads)
