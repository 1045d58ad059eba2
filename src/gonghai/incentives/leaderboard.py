"""Leaderboards of a season: by person, and by team with everybody below it; equal points share a place.

Places are the company's, whoever looks; whom a reader may not see is not named, and not in the list.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows

NEIGHBOURS: Final = 2  # above and below
Between = tuple[datetime, datetime]

# Active reps, and whoever has points.
_PEOPLE: Final = """WITH RECURSIVE sums AS (
    SELECT p.person_id, sum(p.points) AS points FROM point p
    WHERE p.tenant_id = %(t)s AND p.at >= %(from)s AND p.at < %(until)s GROUP BY p.person_id),
  people AS (
    SELECT n.id, n.name, n.state, n.department_id, d.name AS department, coalesce(s.points, 0)::integer AS points,
      rank() OVER (ORDER BY coalesce(s.points, 0) DESC) AS place, count(*) OVER () AS of_all
    FROM person n LEFT JOIN sums s ON s.person_id = n.id
    LEFT JOIN department d ON d.tenant_id = %(t)s AND d.id = n.department_id
    WHERE n.tenant_id = %(t)s AND (s.person_id IS NOT NULL OR (n.state = 'active' AND 'rep' = ANY (n.roles))))"""
_TEAMS: Final = f"""{_PEOPLE}, below AS (
    SELECT d.id AS top, d.id FROM department d WHERE d.tenant_id = %(t)s
    UNION ALL SELECT b.top, d.id FROM below b JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = b.id),
  sized AS (
    SELECT b.top AS id, sum(x.points)::integer AS points, count(*)::integer AS heads,
      round(avg(x.points), 4) AS mean
    FROM below b JOIN people x ON x.department_id = b.id GROUP BY b.top),
  teams AS (
    SELECT s.*, d.name, u.name AS above, rank() OVER (ORDER BY s.mean DESC) AS place FROM sized s
    JOIN department d ON d.tenant_id = %(t)s AND d.id = s.id
    LEFT JOIN department u ON u.tenant_id = %(t)s AND u.id = d.parent_id)"""


def _visible(actor: Actor, setting: str) -> tuple[str, dict[str, Any]]:
    """SQL that is true for the people `x` whose place the actor sees."""
    if actor.sees_all or setting == "all":
        return "true", {}
    seen = {*(actor.subordinates if "manager" in actor.roles else ()), actor.person_id}
    params = {"seen": [p for p in seen if p is not None], "home": actor.department_id if setting == "team" else None}
    return "(x.id = ANY (%(seen)s) OR x.department_id = %(home)s)", params


async def people_board(
    conn: Conn, actor: Actor, setting: str, between: Between, *, before: tuple[int, int] | None, limit: int
) -> list[DictRow]:
    """People by points, behind the one at `before` = (points, id)."""
    seen, params = _visible(actor, setting)
    points, person = before or (None, None)
    return await rows(
        conn,
        f"""{_PEOPLE} SELECT x.* FROM people x WHERE {seen}
          AND (%(points)s::bigint IS NULL OR (x.points, -x.id) < (%(points)s, -%(id)s::bigint))
          ORDER BY x.points DESC, x.id LIMIT %(limit)s""",
        {**_key(actor, between), **params, "points": points, "id": person, "limit": limit},
    )


async def my_place(conn: Conn, actor: Actor, setting: str, between: Between) -> list[DictRow]:
    """One's own row among the visible neighbours; empty for somebody who is on no board."""
    seen, params = _visible(actor, setting)
    return await rows(
        conn,
        f"""{_PEOPLE}, lined AS (
            SELECT x.*, row_number() OVER (ORDER BY x.points DESC, x.id) AS n FROM people x WHERE {seen})
          SELECT l.* FROM lined l JOIN lined me ON me.id = %(me)s AND abs(l.n - me.n) <= %(near)s ORDER BY l.n""",
        {**_key(actor, between), **params, "me": actor.person_id, "near": NEIGHBOURS},
    )


async def team_board(
    conn: Conn, actor: Actor, setting: str, between: Between, *, before: tuple[str, int] | None, limit: int
) -> list[DictRow]:
    """Departments with all below them, by points per head, behind the one at `before` = (mean, id)."""
    seen, params = "true", dict[str, Any]()
    if not actor.sees_all and setting != "all":
        home = [actor.department_id] if setting == "team" and actor.department_id is not None else []
        seen, params = "x.id = ANY (%(seen)s)", {"seen": [*actor.led, *home]}
    mean, team = before or (None, None)
    return await rows(
        conn,
        f"""{_TEAMS} SELECT x.* FROM teams x WHERE {seen}
          AND (%(mean)s::numeric IS NULL OR (x.mean, -x.id) < (%(mean)s::numeric, -%(id)s::bigint))
          ORDER BY x.mean DESC, x.id LIMIT %(limit)s""",
        {**_key(actor, between), **params, "mean": mean, "id": team, "limit": limit},
    )


async def top_of(conn: Conn, actor: Actor, setting: str, between: Between, *, by_team: bool) -> Decimal:
    """The longest bar's value: the most points of anybody on the board, or per head of any team; at least 0."""
    found = (
        await team_board(conn, actor, setting, between, before=None, limit=1)
        if by_team
        else await people_board(conn, actor, setting, between, before=None, limit=1)
    )
    return max(Decimal(0), *(Decimal(row["mean" if by_team else "points"]) for row in found)) if found else Decimal(0)


def _key(actor: Actor, between: Between) -> dict[str, Any]:
    return {"t": actor.tenant_id, "from": between[0], "until": between[1]}
