"""Reads of people and departments, as typed rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.people.spelling import folded


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists and pages show them; `leads` are ids of departments."""

    id: int
    name: str
    login: str
    email: str | None
    department_id: int | None
    department_name: str | None
    roles: list[str]
    state: str
    leave_from: datetime | None
    leave_until: datetime | None
    locale: str
    leads: list[int]
    version: int


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department of the flat tree; `leads` are (id, name), `people` counts those at home in it who haven't left,
    `people_below` them and those of all departments below."""

    id: int
    parent_id: int | None
    name: str
    version: int
    leads: list[tuple[int, str]]
    people: int
    people_below: int


@dataclass(frozen=True, slots=True)
class TenantRow:
    """The company's own settings."""

    id: int
    name: str
    timezone: str
    locale: str
    choices: dict[str, list[str]]
    country: str
    opening: list[tuple[str, str]]
    leaver_rule: str
    leaver_pool_id: int | None
    handbook_acknowledged: bool
    duplicate_told: str
    duplicate_keeper: str
    duplicate_active_days: int
    holding_cap: int | None
    version: int


_PERSON = """SELECT p.id, p.name, p.login, p.email, p.department_id, d.name AS department_name, p.roles, p.state,
    p.leave_from, p.leave_until, p.locale, p.version,
    ARRAY(SELECT l.department_id FROM department_lead l WHERE l.tenant_id = p.tenant_id AND l.person_id = p.id
          ORDER BY l.department_id) AS leads
  FROM person p LEFT JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
  WHERE p.tenant_id = %(t)s"""


async def person(conn: Conn, tenant_id: int, person_id: int) -> PersonRow:
    """One person; 404 without."""
    row = await one(conn, f"{_PERSON} AND p.id = %(id)s", {"t": tenant_id, "id": person_id})
    if row is None:
        raise NotFound("person", id=str(person_id))
    return PersonRow(**row)


async def person_by_login(conn: Conn, tenant_id: int, login: str) -> PersonRow:
    """One person by sign-in name, in any case; 404 without."""
    row = await one(conn, f"{_PERSON} AND p.login = %(login)s", {"t": tenant_id, "login": login.strip().lower()})
    if row is None:
        raise NotFound("person", login=login)
    return PersonRow(**row)


# Whether a person is found by the text that `like` made of it.
SOUGHT: Final = """(%(like)s::text IS NULL OR p.spelling LIKE %(like)s OR p.login LIKE %(like)s
    OR p.email ILIKE %(like)s)"""


async def people(
    conn: Conn,
    tenant_id: int,
    *,
    text: str | None = None,
    department_id: int | None = None,
    state: str | None = None,
    role: str | None = None,
    among: Collection[int] | None = None,
    after: int | None = None,
    limit: int,
) -> list[PersonRow]:
    """Persons in id order behind `after`. `text` is sought in name, its pinyin and initials, login and e-mail; a
    department means its subtree; `among`: of these ids only."""
    found = await rows(
        conn,
        f"""{_PERSON} AND p.id > %(after)s
            AND (%(state)s::text IS NULL OR p.state = %(state)s)
            AND (%(role)s::text IS NULL OR %(role)s = ANY (p.roles))
            AND (%(among)s::bigint[] IS NULL OR p.id = ANY (%(among)s))
            AND {SOUGHT}
            AND (%(department)s::bigint IS NULL OR p.department_id IN (
                WITH RECURSIVE below AS (
                    SELECT %(department)s::bigint AS id
                    UNION SELECT c.id FROM below b JOIN department c ON c.tenant_id = %(t)s AND c.parent_id = b.id
                ) SELECT id FROM below))
            ORDER BY p.id LIMIT %(limit)s""",
        {
            "t": tenant_id,
            "after": after or 0,
            "state": state,
            "role": role,
            "among": None if among is None else sorted(among),
            "like": like(text),
            "department": department_id,
            "limit": limit,
        },
    )
    return [PersonRow(**row) for row in found]


def like(text: str | None) -> str | None:
    """What to seek people by this text with, in `spelling`, login and e-mail; None for none."""
    plain = folded(text or "").replace("|", "")
    if not plain:
        return None
    plain = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


async def names_of(conn: Conn, tenant_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """The names of these persons, whatever their state."""
    found = await rows(
        conn,
        "SELECT p.id, p.name FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)",
        (tenant_id, list(person_ids)),
    )
    return {row["id"]: row["name"] for row in found}


async def departments(conn: Conn, tenant_id: int, department_id: int | None = None) -> list[DepartmentRow]:
    """The whole tree as a flat list in id order, or the one department."""
    found = await rows(
        conn,
        """WITH RECURSIVE own AS (
            SELECT p.department_id, count(*)::int AS people FROM person p
            WHERE p.tenant_id = %(t)s AND p.state <> 'left' AND p.department_id IS NOT NULL GROUP BY p.department_id
        ), up AS (
            SELECT o.department_id AS at, o.department_id AS of, o.people FROM own o
            UNION ALL SELECT d.parent_id, u.of, u.people FROM up u
            JOIN department d ON d.tenant_id = %(t)s AND d.id = u.at WHERE d.parent_id IS NOT NULL
        ), counted AS (
            SELECT u.at, sum(u.people)::int AS below, coalesce(sum(u.people) FILTER (WHERE u.at = u.of), 0)::int AS own
            FROM up u GROUP BY u.at
        ) SELECT d.id, d.parent_id, d.name, d.version, coalesce(n.own, 0) AS people, coalesce(n.below, 0) AS people_below,
            (SELECT coalesce(jsonb_agg(jsonb_build_array(p.id, p.name) ORDER BY p.id), '[]')
             FROM department_lead l JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
             WHERE l.tenant_id = d.tenant_id AND l.department_id = d.id) AS leads
        FROM department d LEFT JOIN counted n ON n.at = d.id
        WHERE d.tenant_id = %(t)s AND (%(id)s::bigint IS NULL OR d.id = %(id)s) ORDER BY d.id""",
        {"t": tenant_id, "id": department_id},
    )
    return [_department(row) for row in found]


def _department(row: dict[str, Any]) -> DepartmentRow:
    return DepartmentRow(**{**row, "leads": [(lead, name) for lead, name in row["leads"]]})


async def department(conn: Conn, tenant_id: int, department_id: int) -> DepartmentRow:
    """One department; 404 without."""
    found = await departments(conn, tenant_id, department_id)
    if not found:
        raise NotFound("department", id=str(department_id))
    return found[0]


async def lead_ids(conn: Conn, tenant_id: int, department_id: int) -> list[int]:
    """Who leads a department, in id order."""
    found = await rows(
        conn,
        "SELECT l.person_id FROM department_lead l WHERE l.tenant_id = %s AND l.department_id = %s"
        " ORDER BY l.person_id",
        (tenant_id, department_id),
    )
    return [row["person_id"] for row in found]


async def tenant(conn: Conn, tenant_id: int) -> TenantRow:
    """The tenant; 404 without."""
    row = await one(
        conn,
        "SELECT t.id, t.name, t.timezone, t.locale, t.choices, t.country, t.opening, t.leaver_rule, t.leaver_pool_id,"
        " t.handbook_acknowledged, t.duplicate_told, t.duplicate_keeper, t.duplicate_active_days, t.holding_cap, t.version"
        " FROM tenant t WHERE t.id = %s",
        (tenant_id,),
    )
    if row is None:
        raise NotFound("tenant")
    return TenantRow(**row)
