"""A person's book and what a hand-over would do with it: read for a preview, or locked to be carried out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.conditions import Context, to_sql
from gonghai.moves.batch import still_open
from gonghai.moves.hand_overs.plan import Item, Place, Row, plan_hand_over
from gonghai.moves.hand_overs.ways import Asked, compiled
from gonghai.moves.limits import pool_usages
from gonghai.moves.receivers import Room, lock_people
from gonghai.people.calendar import tenant_calendar
from gonghai.people.leads import nearest_leads
from gonghai.policy.registry import REGISTRY

# Locked by a statement of its own: one that locks and reads on in the same snapshot misses rows that changed while it
# waited. The giver's collaborations are locked with the book, as they end with a leaver.
_LOCK = """SELECT x.id FROM customer x WHERE x.tenant_id = %(t)s AND x.id IN (
      SELECT c.id FROM customer c WHERE c.tenant_id = %(t)s AND c.owner_id = %(giver)s
      UNION ALL SELECT k.customer_id FROM collaborator k
        WHERE k.tenant_id = %(t)s AND k.person_id = %(giver)s AND %(shared)s)
  ORDER BY x.id FOR NO KEY UPDATE"""
_BOOK = """SELECT c.id, c.version, c.pool_id, c.entered_pool_at, c.first_pooled_at, c.last_return, c.last_return_reason,
    c.spell_claimed, c.clock_start, c.first_contact_at, c.last_follow_up_at, c.deal_lost_at, c.locked_until,
    c.protected_until, c.open_deals, {place} AS place
  FROM customer c WHERE c.tenant_id = %(t)s AND c.owner_id = %(giver)s ORDER BY c.id"""


@dataclass(slots=True)
class Planned:
    """A book with the place of each customer. `over`: customers beyond their receiver's cap, with its numbers."""

    asked: Asked
    rows: tuple[Row, ...]
    people: dict[int, DictRow]
    book: dict[int, DictRow] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    over: dict[int, dict[str, int]] = field(default_factory=dict)


def need_hand_over(actor: Actor, giver_id: int) -> None:
    """403 unless the actor may hand over this person's book: admins anybody's; managers that of the people of their
    subtree, but never their own."""
    if not may_hand_over(actor, giver_id):
        raise Forbidden("people.hand_over")


def may_hand_over(actor: Actor, giver_id: int) -> bool:
    """need_hand_over as an answer."""
    if not actor.may("people.hand_over"):
        return False
    return "admin" in actor.roles or (giver_id != actor.person_id and actor.manages_person(giver_id))


async def lead_of(conn: Conn, tenant_id: int, person_id: int) -> int | None:
    """The nearest active lead up the tree; of several, who has been there longest."""
    leads = (await nearest_leads(conn, tenant_id, [person_id])).get(person_id)
    return leads[0] if leads else None


async def plan_book(conn: Conn, actor: Actor, giver_id: int, asked: Asked, *, now: datetime) -> Planned:
    """What would become of the book, for a look at it; refuses as `hold` does."""
    planned = await _read(conn, actor, giver_id, asked, locked=False)
    await _fill(conn, actor, planned, giver_id, now)
    return planned


async def hold(conn: Conn, actor: Actor, giver_id: int, asked: Asked) -> Planned:
    """Locks the persons, then keeps the named pools open: a plan without its book yet.

    Refuses 404 for persons that aren't there, 403 for heirs and pools that aren't the actor's to choose, `person_left`,
    `heir_not_active`, `pool_not_open` and as `compiled` does.
    """
    return await _read(conn, actor, giver_id, asked, locked=True)


async def fill(conn: Conn, actor: Actor, planned: Planned, giver_id: int, *, now: datetime) -> None:
    """Locks the book of a plan that is held, and places every customer of it."""
    await rows(conn, _LOCK, {"t": actor.tenant_id, "giver": giver_id, "shared": planned.asked.deactivate})
    await _fill(conn, actor, planned, giver_id, now)


async def _read(conn: Conn, actor: Actor, giver_id: int, asked: Asked, *, locked: bool) -> Planned:
    lead = await lead_of(conn, actor.tenant_id, giver_id) if asked.way == "manager" else None
    table = compiled(asked, giver_id, lead)
    _need_choices(actor, asked)
    heirs = {heir for row in table for heir in row.heirs}
    people = await _people(conn, actor.tenant_id, {giver_id, *heirs}, locked)
    if giver_id not in people:
        raise NotFound("person", id=str(giver_id))
    if people[giver_id]["state"] == "left":
        raise Refusal("person_left")
    table = _with_heirs(table, asked, heirs, people)
    await _need_open(conn, actor.tenant_id, asked.pools)
    return Planned(asked, table, people)


async def _fill(conn: Conn, actor: Actor, planned: Planned, giver_id: int, now: datetime) -> None:
    planned.book = await _book(conn, actor.tenant_id, giver_id, planned.rows, now)
    await _deal(conn, actor, planned, now)


def _need_choices(actor: Actor, asked: Asked) -> None:
    """A manager's heirs are of their subtree, or the manager; a pool is one that they see."""
    if "admin" in actor.roles:
        return
    for heir in sorted(asked.named):
        if heir != actor.person_id and not actor.manages_person(heir):
            raise Forbidden("people.hand_over", person={"id": str(heir)})
    seen = actor.visible_pools()
    for pool in sorted(asked.pools):
        if pool not in seen:
            raise Refusal("pool_not_open", pool_id=str(pool))


async def _people(conn: Conn, tenant_id: int, wanted: Iterable[int], locked: bool) -> dict[int, DictRow]:
    if locked:
        return await lock_people(conn, tenant_id, wanted)
    sql = "SELECT p.id, p.name, p.state FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s)"
    return {row["id"]: row for row in await rows(conn, sql, (tenant_id, list(wanted)))}


def _with_heirs(
    table: tuple[Row, ...], asked: Asked, heirs: Iterable[int], people: dict[int, DictRow]
) -> tuple[Row, ...]:
    """The rows, if all heirs can own. A lead whom nobody named and who left meanwhile gives way to the home pools."""
    for heir in sorted(heirs):
        if heir not in people:
            raise NotFound("person", id=str(heir))
    idle = [{"id": str(h), "name": people[h]["name"]} for h in sorted(heirs) if people[h]["state"] != "active"]
    if idle and asked.way == "manager":
        return (Row(),)
    if idle:
        raise Refusal("heir_not_active", persons=idle)
    return table


async def _need_open(conn: Conn, tenant_id: int, pools: Collection[int]) -> None:
    if not pools:
        return
    for closed in sorted(set(pools) - await still_open(conn, tenant_id, pools)):
        raise Refusal("pool_not_open", pool_id=str(closed))


async def _book(conn: Conn, tenant_id: int, giver_id: int, table: Sequence[Row], now: datetime) -> dict[int, DictRow]:
    """The book, with the row of the table that each customer meets."""
    params: dict[str, object] = {"t": tenant_id, "giver": giver_id}
    conditional = [(i, row.condition) for i, row in enumerate(table) if row.condition is not None]
    place = "0"
    if conditional:
        context = Context(now, (await tenant_calendar(conn, tenant_id)).zone)
        whens = []
        for i, condition in conditional:
            fragment = to_sql(condition, REGISTRY, context, f"r{i}")
            whens.append(f"WHEN {fragment.text} THEN {i}")
            params |= fragment.params
        place = f"CASE {' '.join(whens)} ELSE {len(table) - 1} END"
    return {row["id"]: row for row in await rows(conn, _BOOK.replace("{place}", place), params)}


async def _deal(conn: Conn, actor: Actor, planned: Planned, now: datetime) -> None:
    """Places every customer, and says which are beyond their receiver's caps."""
    heirs = sorted({heir for row in planned.rows for heir in row.heirs})
    items = [Item(row["id"], row["pool_id"], row["place"]) for row in planned.book.values()]
    pools = sorted({item.pool_id for item in items})
    usages = await pool_usages(conn, actor.tenant_id, heirs, pools, zone=actor.zone, now=now) if heirs and items else {}
    loads = {}
    if any(row.dealt == "by_load" for row in planned.rows):
        sql = "SELECT c.owner_id, count(*) AS n FROM customer c WHERE c.tenant_id = %s AND c.owner_id = ANY (%s) GROUP BY 1"
        loads = {row["owner_id"]: row["n"] for row in await rows(conn, sql, (actor.tenant_id, heirs))}
    planned.places = plan_hand_over(items, planned.rows, loads)
    rooms = {heir: Room(usages[heir]) for heir in heirs if heir in usages}
    for place in planned.places:
        if place.person_id is None:
            continue
        room = rooms[place.person_id]
        if (over := room.over(place.pool_id)) is not None:
            planned.over[place.customer_id] = over
        room.give(place.pool_id)
