"""Handing over a person's whole book: previewed, carried out in one batch, its record. Undoing is in undos.py."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from gonghai.http.call import ActorCall, By
from gonghai.http.hand_over_shapes import (
    FullCap,
    HandedCustomer,
    HandedOver,
    HandOver,
    HandOverIn,
    HandOverPreview,
    HeirOut,
    PlaceOut,
    ReceiverPreview,
    hand_over_shape,
)
from gonghai.http.idempotency import idempotent
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.problems import refusals
from gonghai.http.run_shapes import person
from gonghai.http.shapes import Id, Named, Page
from gonghai.moves.hand_over import hand_over
from gonghai.moves.hand_overs import queries
from gonghai.moves.hand_overs.heirs import heirs
from gonghai.moves.hand_overs.preview import Preview, preview, preview_places, preview_rule
from gonghai.moves.undone import newest_undos
from gonghai.people.queries import names_of
from gonghai.policy.versions import every_pool

router = APIRouter(tags=["hand-overs"])
REFUSED = ("heir_not_active", "heir_is_giver", "no_heirs", "pool_not_open", "person_left")


@router.get("/people/{person_id}/hand-over/heirs")
async def list_heirs(
    call: By,
    person_id: Id,
    q: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[^\x00]*$", description="In name, its pinyin and initials, login, e-mail."),
    ] = None,
    limit: Limit = 50,
) -> Page[HeirOut]:
    """Whom this person's book may go to: the first of those that match, each with what they hold already."""
    found = await heirs(call.conn, call.actor, person_id, text=q, limit=limit, now=call.now)
    pools = await every_pool(call.conn, call.tenant_id)
    items = [
        HeirOut(
            id=heir.id,
            name=heir.name,
            department=Named(id=heir.department[0], name=heir.department[1]) if heir.department else None,
            owned=heir.owned,
            back_at=heir.back_at,
            full=FullCap(pool=_named(heir.full.pool_id, pools), used=heir.full.used, limit=heir.full.limit)
            if heir.full
            else None,
        )
        for heir in found
    ]
    return Page(items=items)


@router.post("/people/{person_id}/hand-over/preview", responses=refusals(*REFUSED))
async def look(call: By, person_id: Id, body: HandOverIn) -> HandOverPreview:
    """What handing this person's book over would do now, per receiver. For admins, and managers of the person."""
    return await _preview(call, await preview(call.conn, call.actor, person_id, body.asked(), now=call.now))


@router.post("/people/{person_id}/hand-over/preview/customers", responses=refusals(*REFUSED))
async def look_closer(
    call: By,
    person_id: Id,
    body: HandOverIn,
    to_person: Annotated[Id | None, Query(description="Only what this person would get.")] = None,
    to_pool: Annotated[Id | None, Query(description="Only what would go into this pool.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[PlaceOut]:
    """Where each customer would go, in the order of their ids."""
    key = decode_cursor(after, int)
    planned, found = await preview_places(
        call.conn, call.actor, person_id, body.asked(), person_id=to_person, pool_id=to_pool,
        behind=key[0] if key else 0, limit=limit + 1, now=call.now,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda one: (one[0].customer_id,))
    pools = await every_pool(call.conn, call.tenant_id)
    items = [
        PlaceOut(
            customer=Named(id=place.customer_id, name=name),
            person=_named(place.person_id, {i: p["name"] for i, p in planned.people.items()}),
            pool=None if place.person_id is not None else _named(place.pool_id, pools),
            row=place.row,
            over_cap=place.customer_id in planned.over,
        )
        for place, name in cut
    ]
    return Page(items=items, next=following)


@router.post(
    "/people/{person_id}/hand-over",
    responses=refusals(*REFUSED, "heirs_over_cap", "nothing_to_hand_over", "last_admin"),
)
@idempotent
async def carry_out(call: By, person_id: Id, body: HandOverIn) -> HandedOver:
    """Hands the book over, as it is now, in one batch that can be undone; with `deactivate` the person leaves too."""
    done = await hand_over(call.conn, call.actor, person_id, body.asked(), now=call.now)
    if body.deactivate:
        call.request.app.state.identities.forget_person(person_id)
    record = await _one(call, done.id) if done.id is not None else None
    return HandedOver(hand_over=record, customers=done.customers, previewed=body.previewed)


@router.get("/people/{person_id}/deactivate/preview", responses=refusals("person_left"))
async def look_at_leaving(call: By, person_id: Id) -> HandOverPreview:
    """What deactivating this person would do by the company's leaver rule. For admins."""
    return await _preview(call, await preview_rule(call.conn, call.actor, person_id, now=call.now))


@router.get("/hand-overs")
async def list_hand_overs(
    call: By,
    person_id: Annotated[Id | None, Query(description="Only of this person's book.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[HandOver]:
    """Hand-overs, newest first: all for admins and auditors, those of their people for managers."""
    key = decode_cursor(after, int)
    found = await queries.hand_over_list(
        call.conn, call.actor, person_id=person_id, before=key[0] if key else None, limit=limit + 1
    )
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    undos = await newest_undos(call.conn, call.tenant_id, [row["batch_id"] for row in cut])
    return Page(items=[hand_over_shape(call.actor, row, undos.get(row["batch_id"])) for row in cut], next=following)


@router.get("/hand-overs/{hand_over_id}")
async def get_one(call: By, hand_over_id: Id) -> HandOver:
    """One hand-over, with how far its undoing is."""
    return await _one(call, hand_over_id)


@router.get("/hand-overs/{hand_over_id}/customers")
async def list_customers(
    call: By,
    hand_over_id: Id,
    to_person: Annotated[Id | None, Query(description="Only what this person got.")] = None,
    to_pool: Annotated[Id | None, Query(description="Only what went into this pool.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[HandedCustomer]:
    """Where each customer of a hand-over went, in the order of their ids."""
    key = decode_cursor(after, int)
    found = await queries.customer_list(
        call.conn, call.actor, hand_over_id, person_id=to_person, pool_id=to_pool, behind=key[0] if key else 0,
        limit=limit + 1,
    )  # fmt: skip
    cut, following = cut_page(found, limit, lambda row: (row["customer_id"],))
    items = [
        HandedCustomer.model_validate({
            **row, "customer": Named(id=row["customer_id"], name=row["customer_name"]),
            "person": person(row, "person_id"), "pool": person(row, "pool_id"),
        })
        for row in cut
    ]  # fmt: skip
    return Page(items=items, next=following)


async def _one(call: ActorCall, hand_over_id: int) -> HandOver:
    row = await queries.get_hand_over(call.conn, call.actor, hand_over_id)
    undos = await newest_undos(call.conn, call.tenant_id, [row["batch_id"]])
    return hand_over_shape(call.actor, row, undos.get(row["batch_id"]))


async def _preview(call: ActorCall, found: Preview) -> HandOverPreview:
    people = await names_of(
        call.conn, call.tenant_id, [r.person_id for r in found.receivers if r.person_id is not None]
    )
    pools = await every_pool(call.conn, call.tenant_id)
    receivers = [
        ReceiverPreview(
            person=_named(r.person_id, people),
            pool=_named(r.pool_id, pools),
            customers=r.customers,
            over_cap=r.over_cap,
            open_deals=r.open_deals,
            falling_soon=found.soon[r.person_id, r.pool_id],
        )
        for r in found.receivers
    ]
    return HandOverPreview(
        customers=len(found.planned.places),
        open_deals=sum(r.open_deals for r in found.receivers),
        planned_follow_ups=found.counts["planned"],
        tasks=found.tasks[0],
        tasks_lapse=found.tasks[1],
        locked=found.counts["locked"],
        requests_lapse=found.counts["requests_lapse"],
        requests_pass_on=found.counts["requests_pass_on"],
        shared=found.counts["shared"],
        receivers=receivers,
    )


def _named(number: int | None, names: Mapping[int, str]) -> Named | None:
    return Named(id=number, name=names.get(number, "")) if number is not None else None
