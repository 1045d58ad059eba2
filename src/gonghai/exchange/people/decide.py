"""Decides what becomes of each row of a chunk of people: somebody new, changes, a leaver, a re-joiner, or faults. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from gonghai.exchange.chunks import Chunk, fault_in
from gonghai.exchange.faults import CellCode, CellError
from gonghai.exchange.mapping import Mapping as Columns
from gonghai.exchange.people.organisation import Department, Organisation
from gonghai.exchange.people.values import ParsedPerson

PLAIN = ("rep",)  # what somebody is of whom no roles are said


@dataclass(frozen=True, slots=True)
class Importer:
    """On whose behalf: their id, None for the command line; whether a key narrows them, so that they make no admins; and
    whether departments that are missing are to be made."""

    person_id: int | None
    narrowed: bool
    makes_departments: bool


@dataclass(slots=True)
class Known:
    """What the database has of a chunk: persons by login, with their `leads`; logins of others in the installation; the
    active admins. Deciding keeps `admins` and `organisation` as the rows before make them."""

    persons: Mapping[str, Mapping[str, Any]]
    taken: Collection[str]
    admins: set[int]
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class New:
    """Somebody to invite."""

    parsed: ParsedPerson
    department: Department | None
    roles: tuple[str, ...]


@dataclass(slots=True)
class Changed:
    """Somebody who is there: `person` as locked, what differs; `told`: field → [old, new] as a reader knows them."""

    row: int
    person: Mapping[str, Any]
    rejoins: bool
    values: dict[str, Any] = field(default_factory=dict)
    department: Department | None = None  # to move to
    led: Department | None = None  # whose leads change
    told: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaver:
    row: int
    person: Mapping[str, Any]


@dataclass(slots=True)
class Decided:
    """A chunk's outcome; each row counts once. `led`: departments whose leads are others now."""

    new: list[New] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    leavers: list[Leaver] = field(default_factory=list)
    made: list[Department] = field(default_factory=list)
    faults: dict[int, list[CellError]] = field(default_factory=dict)
    duplicates: dict[int, list[CellError]] = field(default_factory=dict)
    unchanged: int = 0
    outcome: dict[str, Any] | None = None

    @property
    def created(self) -> int:
        return len(self.new)

    @property
    def updated(self) -> int:
        return len(self.changed) - self.rejoined

    @property
    def deactivated(self) -> int:
        return len(self.leavers)

    @property
    def rejoined(self) -> int:
        return sum(each.rejoins for each in self.changed)

    @property
    def left_out(self) -> dict[int, list[CellError]]:
        """The rows that were not imported, with why."""
        return self.faults


def decide(chunk: Chunk[ParsedPerson], known: Known, columns: Columns, importer: Importer) -> Decided:
    """What becomes of the chunk, row by row."""
    decided = Decided(faults=dict(chunk.faults))
    for parsed in chunk.parsed:
        faults = _Row(parsed, known, columns, importer, decided).decide()
        if faults:
            decided.faults[parsed.row] = faults
    return decided


class _Row:
    """One row being decided on; a row with a fault leaves nothing behind."""

    def __init__(
        self, parsed: ParsedPerson, known: Known, columns: Columns, importer: Importer, decided: Decided
    ) -> None:
        self._parsed = parsed
        self._known = known
        self._columns = columns
        self._importer = importer
        self._decided = decided
        self._faults: list[CellError] = []

    def decide(self) -> list[CellError]:
        person = self._known.persons.get(self._parsed.login)
        if person is None:
            self._newcomer()
        elif self._parsed.state == "left":
            self._leaver(person)
        elif person["state"] == "left" and self._parsed.state is None:
            self._fault("login", "person_left")
        else:
            self._colleague(person)
        return self._faults

    def _fault(self, name: str, code: CellCode, /, **data: Any) -> None:
        self._faults.append(fault_in(self._columns, self._parsed, name, code, **data))

    def _newcomer(self) -> None:
        parsed = self._parsed
        if parsed.state == "left":
            self._fault("login", "unknown_leaver")
            return
        if parsed.login in self._known.taken:
            self._fault("login", "login_taken")
        if parsed.name is None:
            self._fault("name" if "name" in self._columns.columns else "login", "person_name_missing")
        roles = parsed.roles or PLAIN
        self._check_admin(roles, ())
        department = self._department() or self._known.organisation.root
        if not self._faults:
            self._keep(department)
            self._decided.new.append(New(parsed, department, roles))

    def _leaver(self, person: Mapping[str, Any]) -> None:
        if person["state"] == "left":
            self._decided.unchanged += 1
            return
        if person["id"] == self._importer.person_id:
            self._fault("state", "leaves_themself")
        elif self._is_last_admin(person):
            self._fault("state", "last_admin")
        else:
            self._known.admins.discard(person["id"])
            self._known.organisation.active.discard(person["id"])
            self._decided.leavers.append(Leaver(self._parsed.row, person))

    def _colleague(self, person: Mapping[str, Any]) -> None:
        """Somebody who is here, or comes back: then they are a plain rep, whatever they were."""
        parsed = self._parsed
        rejoins = person["state"] == "left"
        before = {**person, "roles": list(PLAIN)} if rejoins else person
        changed = Changed(parsed.row, person, rejoins)
        for name in ("name", "email"):
            said = getattr(parsed, name)
            if said is not None and said != before[name]:
                changed.values[name] = said
                changed.told[name] = [before[name], said]
        self._change_roles(changed, before)
        home = self._known.organisation.by_id.get(before["department_id"])
        department = self._department()
        if department is not None and department is not home:
            changed.department = department
            changed.told["department"] = [home.path if home else None, department.path]
        self._change_lead(changed, department or home)
        if self._faults:
            return
        if not rejoins and not changed.told:
            self._decided.unchanged += 1
            return
        self._keep(changed.department)
        self._take_effect(changed)
        self._decided.changed.append(changed)

    def _change_roles(self, changed: Changed, before: Mapping[str, Any]) -> None:
        roles = self._parsed.roles
        if roles is None or set(roles) == set(before["roles"]):
            return
        self._check_admin(roles, before["roles"])
        if "admin" in before["roles"] and "admin" not in roles:
            if before["id"] == self._importer.person_id:
                self._fault("roles", "own_admin")
            elif self._is_last_admin(before):
                self._fault("roles", "last_admin")
        changed.values["roles"] = list(roles)
        changed.told["roles"] = [sorted(before["roles"]), list(roles)]

    def _change_lead(self, changed: Changed, department: Department | None) -> None:
        said, person_id = self._parsed.leads, changed.person["id"]
        if said is None or department is None:
            return
        leads = person_id in department.leads
        if said != leads:
            changed.led = department
            changed.told["leads"] = [leads, said]

    def _take_effect(self, changed: Changed) -> None:
        """As the rows after this one find it."""
        person = changed.person
        if "roles" in changed.values and person["state"] == "active":
            (self._known.admins.add if "admin" in changed.values["roles"] else self._known.admins.discard)(person["id"])
        if changed.led is not None:
            (changed.led.leads.add if self._parsed.leads else changed.led.leads.discard)(person["id"])
            if person["state"] == "active":
                self._known.organisation.active.add(person["id"])

    def _is_last_admin(self, person: Mapping[str, Any]) -> bool:
        return person["id"] in self._known.admins and len(self._known.admins) == 1

    def _check_admin(self, roles: Collection[str], before: Collection[str]) -> None:
        if self._importer.narrowed and "admin" in set(roles) - set(before):
            self._fault("roles", "role_not_yours")

    def _department(self) -> Department | None:
        """The one that the row names, perhaps still to be made."""
        said = self._parsed.department
        if said is None:
            return None
        organisation = self._known.organisation
        found = organisation.make(said) if self._importer.makes_departments else organisation.find(said)
        if isinstance(found, Department):
            return found
        if found:
            self._fault("department", "ambiguous_department", departments=[d.whole_path for d in found[:5]])
        else:
            self._fault("department", "unknown_department")
        return None

    def _keep(self, department: Department | None) -> None:
        """Notes what is to be made, those above first."""
        for each in reversed(list(department.upwards()) if department else []):
            if each.id is None and each not in self._decided.made:
                self._decided.made.append(each)
