"""Requests: one mechanism for all that needs somebody's yes. So far the kind transfer."""

from datetime import datetime, timedelta

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run, value
from gonghai.base.errors import Forbidden, NotFound, Refusal
from gonghai.customers.record import lock

LAPSES_AFTER = timedelta(days=7)


async def ask_transfer(conn: Conn, actor: Actor, customer: DictRow, decider_id: int, *, note: str, at: datetime) -> int:
    """Asks `decider_id` to take a locked customer over. A second request for the same spell replaces the first."""
    await run(
        conn,
        "UPDATE request SET state = 'withdrawn', decided_at = %s WHERE tenant_id = %s AND kind = 'transfer'"
        " AND customer_id = %s AND spell_no = %s AND state = 'open'",
        (at, actor.tenant_id, customer["id"], customer["spell_no"]),
    )
    request_id: int = await value(
        conn,
        "INSERT INTO request (tenant_id, kind, customer_id, spell_no, asked_by, asked_at, decider_id, lapses_at, note)"
        " VALUES (%s, 'transfer', %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            actor.tenant_id,
            customer["id"],
            customer["spell_no"],
            actor.person_id,
            at,
            decider_id,
            at + LAPSES_AFTER,
            note,
        ),
    )
    return request_id


async def lock_request(conn: Conn, actor: Actor, request_id: int) -> DictRow:
    """A request's row, locked behind its customer's; 404 unless the actor asked or decides it."""
    sql = "SELECT * FROM request WHERE tenant_id = %s AND id = %s"
    found = await one(conn, sql, (actor.tenant_id, request_id))
    if found is None or actor.person_id not in (found["asked_by"], found["decider_id"]):
        raise NotFound("request", id=str(request_id))
    # Asking somebody else holds the customer when it withdraws this request: the other order would be a deadlock.
    await lock(conn, actor.tenant_id, found["customer_id"])
    row = await one(conn, f"{sql} FOR NO KEY UPDATE", (actor.tenant_id, request_id))
    assert row is not None, "requests are never deleted"
    return row


async def close_request(
    conn: Conn, actor: Actor, request: DictRow, state: str, *, answer: str = "", at: datetime
) -> None:
    """Accepted or declined by the decider, withdrawn by the asker."""
    if (request["asked_by"] if state == "withdrawn" else request["decider_id"]) != actor.person_id:
        raise Forbidden("requests.decide")
    if request["state"] != "open":
        raise Refusal("request_decided", state=request["state"])
    if state == "accepted" and request["lapses_at"] <= at:
        raise Refusal("request_lapsed", lapsed_at=request["lapses_at"])
    await run(
        conn,
        "UPDATE request SET state = %s, decided_at = %s, answer = %s WHERE tenant_id = %s AND id = %s",
        (state, at, answer, actor.tenant_id, request["id"]),
    )


# A request is in force only while the spell it is about is open.
_LIST = """SELECT r.*, c.name AS customer_name, a.name AS asker_name, d.name AS decider_name,
    CASE WHEN r.state <> 'open' THEN r.state
         WHEN r.lapses_at <= %(now)s OR c.state <> 'owned' OR c.spell_no <> r.spell_no THEN 'lapsed'
         ELSE 'open' END AS shown_state
  FROM request r JOIN customer c ON c.tenant_id = %(t)s AND c.id = r.customer_id
  JOIN person a ON a.tenant_id = %(t)s AND a.id = r.asked_by
  JOIN person d ON d.tenant_id = %(t)s AND d.id = r.decider_id
  WHERE r.tenant_id = %(t)s"""


async def list_requests(
    conn: Conn, actor: Actor, *, box: str, now: datetime, before: int | None, limit: int
) -> list[DictRow]:
    """box `to_decide`: open ones waiting for the actor; `mine`: all the actor asked for. Newest first."""
    where = "r.decider_id = %(p)s AND r.state = 'open'" if box == "to_decide" else "r.asked_by = %(p)s"
    found = await rows(
        conn,
        f"{_LIST} AND {where} AND (%(before)s::bigint IS NULL OR r.id < %(before)s) ORDER BY r.id DESC LIMIT %(limit)s",
        {"t": actor.tenant_id, "p": actor.person_id, "now": now, "before": before, "limit": limit},
    )
    return [row for row in found if box == "mine" or row["shown_state"] == "open"]


async def count_to_decide(conn: Conn, tenant_id: int, person_id: int, now: datetime) -> int:
    """Open requests waiting for the person."""
    n: int = await value(
        conn,
        f"SELECT count(*) FROM ({_LIST} AND r.decider_id = %(p)s AND r.state = 'open') x WHERE x.shown_state = 'open'",
        {"t": tenant_id, "p": person_id, "now": now},
    )
    return n
