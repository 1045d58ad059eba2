"""Dealing a draw that has closed: once, in one transaction, with one batch; each win is a claim by all the rules."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows, run
from gonghai.base.queue import defer
from gonghai.customers.record import lock_many
from gonghai.events.log import By, append, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.claim import claim
from gonghai.moves.draws.dealing import Attempt, Outcome, deal
from gonghai.moves.draws.planning import call_off, lock_draw, plan_next
from gonghai.moves.draws.queries import all_wishes
from gonghai.moves.draws.record import published
from gonghai.people.calendar import tenant_calendar
from gonghai.pools.actions import lock_pool


async def deal_draw(conn: Conn, tenant_id: int, draw_id: int) -> bool:
    """Deals a planned draw whose window has closed; whether it did. Deals none twice.

    One whose pool no longer draws is called off, at whatever time.
    """
    draw = await lock_draw(conn, tenant_id, draw_id)
    if draw["state"] != "planned":
        return False
    wishes = await all_wishes(conn, tenant_id, draw_id)
    # People, pool, customers: the order of all locks.
    await _lock_people(conn, tenant_id, {row["person_id"] for row in wishes})
    pool = await lock_pool(conn, tenant_id, draw["pool_id"])
    at = await instant(conn)
    if pool["state"] != "open" or pool["mode"] != "draw":
        why = "pool_closed" if pool["state"] != "open" else "mode_changed"
        await call_off(conn, draw, why, by=By.person(None), at=at)
        return False
    if at < draw["closes_at"]:
        return False
    await lock_many(conn, tenant_id, sorted({row["customer_id"] for row in wishes}))
    batch = await new_batch(conn, tenant_id, "draw", None, at)
    outcomes = await _deal(conn, draw, wishes, batch)
    await _write(conn, draw, outcomes, batch, at)
    await plan_next(conn, draw, at=at)
    await defer(conn, "notify", tenant_id=tenant_id, draw=draw_id)
    return True


async def _lock_people(conn: Conn, tenant_id: int, people: set[int]) -> None:
    await rows(
        conn,
        "SELECT p.id FROM person p WHERE p.tenant_id = %s AND p.id = ANY (%s) ORDER BY p.id FOR NO KEY UPDATE",
        (tenant_id, sorted(people)),
    )


async def _deal(conn: Conn, draw: DictRow, wishes: Sequence[DictRow], batch: int) -> list[Outcome]:
    zone = (await tenant_calendar(conn, draw["tenant_id"])).zone.key

    async def answer(attempt: Attempt) -> str | None:
        (result,) = await claim(
            conn, draw["tenant_id"], attempt.person_id, [attempt.customer_id], zone=zone,
            expected_pool=draw["pool_id"], how="dealt", data={"draw": str(draw["id"])}, batch=batch,
        )  # fmt: skip
        # A customer that needs approval is asked for instead, and stays free.
        return "needs_approval" if result.outcome == "asked" else result.code

    by_person: dict[int, list[int]] = {}
    for row in wishes:
        by_person.setdefault(row["person_id"], []).append(row["customer_id"])
    dealing = deal(bytes(draw["seed"]), by_person)
    try:
        attempt = next(dealing)
        while True:
            attempt = dealing.send(await answer(attempt))
    except StopIteration as done:
        outcomes: list[Outcome] = done.value
        return outcomes


async def _write(conn: Conn, draw: DictRow, outcomes: Sequence[Outcome], batch: int, at: datetime) -> None:
    tenant_id, draw_id = draw["tenant_id"], draw["id"]
    columns = {name: [getattr(o, name) for o in outcomes] for name in Outcome.__slots__}
    await run(
        conn,
        "UPDATE draw_wish w SET outcome = x.outcome, round = x.round, turn = x.turn, taken_by = x.taken_by, code = x.code"
        " FROM unnest(%(person_id)s::bigint[], %(place)s::smallint[], %(outcome)s::text[], %(round)s::smallint[],"
        " %(turn)s::smallint[], %(taken_by)s::bigint[], %(code)s::text[])"
        " AS x (person_id, place, outcome, round, turn, taken_by, code)"
        " WHERE w.tenant_id = %(t)s AND w.draw_id = %(d)s AND w.person_id = x.person_id AND w.place = x.place",
        {**columns, "t": tenant_id, "d": draw_id},
    )
    record = published({**draw, "decided_at": at}, await all_wishes(conn, tenant_id, draw_id))
    await run(
        conn,
        "UPDATE draw d SET state = 'dealt', decided_at = %s, batch_id = %s, digest = %s"
        " WHERE d.tenant_id = %s AND d.id = %s",
        (at, batch, record["digest"], tenant_id, draw_id),
    )
    won = sum(o.outcome == "won" for o in outcomes)
    data = {"seed": record["seed"], "digest": record["digest"], "people": len(record["entries"]), "won": won}
    await append(
        conn, tenant_id, kind="deal_draw", subject="draw", subject_id=draw_id, version=2, by=By.person(None, batch),
        at=at, pool_from=draw["pool_id"], data=data,
    )  # fmt: skip
