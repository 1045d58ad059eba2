"""Carrying a planned hand-over out: one batch, the same few statements whatever the size of the book."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.tasks.go_along import OpenTasks, go_along, open_tasks
from gonghai.base.database import Conn, run, value
from gonghai.base.errors import Refusal
from gonghai.customers.ownership import Mover, clocks, close_spells, listed, pass_spells, was
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.hand_overs.book import Planned
from gonghai.moves.hand_overs.plan import Place
from gonghai.moves.telling import tell


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was done: the id of the record (None: the book was empty), its batch, how many customers moved, and to whom."""

    id: int | None
    batch_id: int | None
    customers: int
    receivers: Sequence["Receiver"] = ()


def need_confirmed(planned: Planned) -> None:
    """Refuses `heirs_over_cap` {heirs} while customers lie beyond their receivers' caps and nobody confirmed that."""
    if not planned.over or planned.asked.confirm_over_cap:
        return
    counted = Counter(place.person_id for place in planned.places if place.customer_id in planned.over)
    heirs = [
        {"id": str(heir), "name": planned.people[heir]["name"], "over": n}
        for heir, n in sorted(counted.items())
        if heir is not None
    ]
    raise Refusal("heirs_over_cap", heirs=heirs)


async def carry_out(conn: Conn, actor: Actor, giver_id: int, planned: Planned) -> HandedOver:
    """Moves the locked book as planned, with its record and its notices."""
    if not planned.places:
        return HandedOver(None, None, 0)
    at = await instant(conn)
    batch = await new_batch(conn, actor.tenant_id, "hand_over", actor.person_id, at)
    by = By.person(actor.person_id, batch)
    tasks = await open_tasks(conn, actor.tenant_id, giver_id)
    movers = [_mover(planned, giver_id, place) for place in planned.places]
    moved: list[DictRow] = []
    if passed := [m for m in movers if m.owner_to is not None]:
        moved += await pass_spells(conn, actor.tenant_id, listed(passed), kind="hand_over", by=by, at=at, carry=False)
    if pooled := [m for m in movers if m.owner_to is None]:
        moved += await close_spells(conn, actor.tenant_id, listed(pooled), kind="hand_over", by=by, at=at)
    assert len(moved) == len(movers), "the rows are locked"
    along, lapsed = tasks_of(planned, tasks)
    if passed:  # of those counted, somebody may have decided one meanwhile
        along = await go_along(conn, actor.tenant_id, [m.customer_id for m in passed], giver_id, by=by, at=at)
    record_id = await _record(conn, actor, giver_id, planned, (along, lapsed), by, at)
    await tell(conn, actor.tenant_id, moved, by)
    return HandedOver(record_id, batch, len(moved), receivers(planned))


def _mover(planned: Planned, giver_id: int, place: Place) -> Mover:
    """With what an undo puts back, and why it goes there."""
    customer = planned.book[place.customer_id]
    data: dict[str, Any] = {"why": _why(planned, place)}
    if place.person_id is None:
        data["was"] = was(customer)
    else:
        data["clocks"] = clocks(customer)
    if (over := planned.over.get(place.customer_id)) is not None:
        data["over_cap"] = over
    reason = "owner_left" if planned.asked.deactivate else "handed_over"
    pools = customer["pool_id"], place.pool_id
    return Mover(place.customer_id, customer["version"], giver_id, place.person_id, *pools, reason, data=data)


def _why(planned: Planned, place: Place) -> Mapping[str, Any]:
    why: dict[str, Any] = {"way": planned.asked.way}
    if planned.asked.by_rule:
        why["by_rule"] = True
    if planned.asked.way == "heirs":
        why["how"] = planned.asked.how
        if planned.asked.how == "by_condition":
            why["row"] = place.row
        if place.number is not None:
            why["number"] = place.number
    return why


async def _record(
    conn: Conn, actor: Actor, giver_id: int, planned: Planned, tasks: tuple[int, int], by: By, at: datetime
) -> int:
    asked = planned.asked
    record_id: int = await value(
        conn,
        "INSERT INTO hand_over (tenant_id, person_id, by_id, at, way, by_rule, left_company, customers, batch_id,"
        " tasks, tasks_lapsed) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            actor.tenant_id, giver_id, actor.person_id, at, asked.way, asked.by_rule, asked.deactivate,
            len(planned.places), by.batch_id, *tasks,
        ),
    )  # fmt: skip
    got = receivers(planned)
    await run(
        conn,
        "INSERT INTO hand_over_receiver (tenant_id, hand_over_id, place, person_id, pool_id, customers, over_cap)"
        " SELECT %s, %s, x.* FROM unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::integer[], %s::integer[]) AS x",
        (
            actor.tenant_id, record_id, list(range(len(got))), [r.person_id for r in got], [r.pool_id for r in got],
            [r.customers for r in got], [r.over_cap for r in got],
        ),
    )  # fmt: skip
    return record_id


def tasks_of(planned: Planned, tasks: OpenTasks) -> tuple[int, int]:
    """Of the giver's open tasks, how many go to heirs, and how many lapse: with the spell of what goes into a pool, and
    all others of somebody who leaves."""
    along = sum(tasks.all[place.customer_id] for place in planned.places if place.person_id is not None)
    if planned.asked.deactivate:
        return along, tasks.all.total() - along
    return along, sum(tasks.of_spell[place.customer_id] for place in planned.places if place.person_id is None)


@dataclass(slots=True)
class Receiver:
    """What one person, or one pool, gets: customers, their open deals, and how many lie beyond a cap."""

    person_id: int | None
    pool_id: int | None
    customers: int = 0
    open_deals: int = 0
    over_cap: int = 0


def receivers(planned: Planned) -> list[Receiver]:
    """Who gets how much: persons first, whoever gets most first."""
    got: dict[tuple[int | None, int | None], Receiver] = {}
    for place in planned.places:
        receiver = got.setdefault(goes_to(place), Receiver(*goes_to(place)))
        receiver.customers += 1
        receiver.open_deals += planned.book[place.customer_id]["open_deals"]
        receiver.over_cap += place.customer_id in planned.over
    return sorted(got.values(), key=lambda r: (r.person_id is None, -r.customers, r.person_id or r.pool_id))


def goes_to(place: Place) -> tuple[int | None, int | None]:
    """(person, pool) of whom gets the customer: one of them."""
    return place.person_id, place.pool_id if place.person_id is None else None
