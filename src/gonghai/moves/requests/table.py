"""The rows of requests: asking, who may see and decide them, when they have lapsed, closing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run
from gonghai.base.queue import defer

LAPSES_AFTER: Final = timedelta(days=7)
KINDS: Final = ("transfer", "extension", "appeal", "archive", "reverify", "claim", "duplicate")
# About a customer whom nobody owns; the others are about an open spell.
ABOUT_POOLED: Final = frozenset({"appeal", "reverify", "claim"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to make: `decider_id` decides; or any manager of the asker; or any admin of `pool_id`."""

    kind: str
    customer: Mapping[str, Any]
    note: str = ""
    decider_id: int | None = None
    pool_id: int | None = None
    event_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def deciders(self) -> str:
        if self.decider_id is not None:
            return "person"
        return "managers" if self.pool_id is None else "pool_admins"


_INSERT = """INSERT INTO request (tenant_id, kind, customer_id, spell_no, asked_by, asked_at, deciders, decider_id,
    pool_id, lapses_at, note, event_id, batch_id, data)
  SELECT %(t)s, x.kind, x.customer_id, x.spell_no, %(asked_by)s, %(at)s, x.deciders, x.decider_id, x.pool_id,
    %(lapses_at)s, x.note, x.event_id, %(batch_id)s, x.data
  FROM unnest(%(kinds)s::text[], %(customers)s::bigint[], %(spells)s::integer[], %(deciders)s::text[],
    %(decider_ids)s::bigint[], %(pools)s::bigint[], %(notes)s::text[], %(events)s::bigint[], %(data)s::jsonb[])
    AS x (kind, customer_id, spell_no, deciders, decider_id, pool_id, note, event_id, data)
  ON CONFLICT (tenant_id, kind, customer_id, spell_no,
    (CASE WHEN kind IN ('claim', 'duplicate') THEN asked_by ELSE 0 END)) WHERE state = 'open' DO NOTHING
  RETURNING id, customer_id"""


async def ask(
    conn: Conn,
    tenant_id: int,
    asking: Sequence[Asking],
    *,
    asked_by: int | None,
    at: datetime,
    batch_id: int | None = None,
) -> dict[int, int]:
    """Makes requests of one kind about locked customers, and has people told; the ids by customer.

    One that waits already for the same spell stays, and the new one isn't made.
    """  # fmt: skip
    if not asking:
        return {}
    customers = [a.customer["id"] for a in asking]
    await close_lapsed(conn, tenant_id, at, customers)
    params = {
        "t": tenant_id, "asked_by": asked_by, "at": at, "lapses_at": at + LAPSES_AFTER, "batch_id": batch_id,
        "kinds": [a.kind for a in asking],
        "customers": customers,
        "spells": [a.customer["spell_no"] for a in asking],
        "deciders": [a.deciders for a in asking],
        "decider_ids": [a.decider_id for a in asking],
        "pools": [a.pool_id for a in asking],
        "notes": [a.note for a in asking],
        "events": [a.event_id for a in asking],
        "data": [Jsonb(dict(a.data)) for a in asking],
    }  # fmt: skip
    made = {row["customer_id"]: row["id"] for row in await rows(conn, _INSERT, params)}
    await tell(conn, tenant_id, list(made.values()))
    return made


async def close_lapsed(conn: Conn, tenant_id: int, now: datetime, customer_ids: Sequence[int] | None = None) -> int:
    """Closes what waited too long, so that what is open stays a short list; how many.

    Not what is about a spell that is over: an undo or an appeal may open that again.
    """
    return await run(
        conn,
        # In the order in which a bulk decision locks them.
        "WITH late AS (SELECT r.id FROM request r WHERE r.tenant_id = %(t)s AND r.state = 'open' AND r.lapses_at <= %(now)s"
        " AND (%(ids)s::bigint[] IS NULL OR r.customer_id = ANY (%(ids)s)) ORDER BY r.id FOR NO KEY UPDATE)"
        " UPDATE request r SET state = 'lapsed', decided_at = r.lapses_at FROM late"
        " WHERE r.tenant_id = %(t)s AND r.id = late.id",
        {"t": tenant_id, "now": now, "ids": customer_ids},
    )


async def tell(conn: Conn, tenant_id: int, request_ids: Sequence[int]) -> None:
    """Has those whom it concerns told, once this is committed: whoever decides an open one, whoever asked otherwise."""
    if request_ids:
        await defer(conn, "notify", tenant_id=tenant_id, requests=list(request_ids))


async def close(
    conn: Conn,
    tenant_id: int,
    requests: Sequence[DictRow],
    state: str,
    *,
    decided_by: int | None,
    answer: str,
    at: datetime,
) -> None:
    """Locked, open requests become accepted, declined or withdrawn. Their `data` is written as it stands by now."""  # fmt: skip
    await run(
        conn,
        "UPDATE request r SET state = %s, decided_at = %s, decided_by = %s, answer = %s, data = x.data"
        " FROM unnest(%s::bigint[], %s::jsonb[]) AS x (id, data) WHERE r.tenant_id = %s AND r.id = x.id",
        (
            state, at, decided_by, answer, [r["id"] for r in requests], [Jsonb(r["data"]) for r in requests],
            tenant_id,
        ),
    )  # fmt: skip
    await tell(conn, tenant_id, [r["id"] for r in requests])


def may_decide(actor: Actor, request: Mapping[str, Any]) -> bool:
    """Whether the actor's yes or no counts now. Nobody decides what they asked for themselves."""
    if actor.person_id is None or actor.person_id == request["asked_by"] or not actor.may("requests.decide"):
        return False
    return _waits_for(actor, request) or decides_for(actor, request) is not None


def decides_for(actor: Actor, request: Mapping[str, Any]) -> int | None:
    """The person for whom the actor decides as their deputy; None where it is the actor's own to decide, or not at all."""
    if _waits_for(actor, request):
        return None
    standing = {p: s for p, s in actor.deputises.items() if p != request["asked_by"]}
    if request["deciders"] == "person":
        return request["decider_id"] if request["decider_id"] in standing else None
    by_managers = request["deciders"] == "managers"
    of = request["asked_by"] if by_managers else request["pool_id"]
    return next((p for p, s in standing.items() if of in (s.managed if by_managers else s.pools)), None)


def _waits_for(actor: Actor, request: Mapping[str, Any]) -> bool:
    if request["deciders"] == "person":
        return bool(request["decider_id"] == actor.person_id)
    if request["deciders"] == "managers":
        return actor.manages_person(request["asked_by"])
    return actor.administers(request["pool_id"])


def decidable(actor: Actor) -> tuple[str, dict[str, Any]]:
    """`may_decide` as SQL over request r, with its parameters."""
    if not actor.may("requests.decide"):
        return "false", {}
    params: dict[str, Any] = {
        "me": actor.person_id,
        "every": "admin" in actor.roles,
        "led": sorted(actor.subordinates) if "manager" in actor.roles else [],
        "pools_led": sorted(p for p, rights in actor.pools.items() if rights.admin),
    }
    also, more = _standing_in(actor)
    return (
        "(r.asked_by IS DISTINCT FROM %(me)s AND ((r.deciders = 'person' AND r.decider_id = %(me)s)"
        " OR (r.deciders = 'managers' AND (%(every)s OR r.asked_by = ANY (%(led)s)))"
        " OR (r.deciders = 'pool_admins' AND (%(every)s OR r.pool_id = ANY (%(pools_led)s)))"
        f"{also}))"
    ), params | more


def _standing_in(actor: Actor) -> tuple[str, dict[str, Any]]:
    """`decides_for` as SQL: one more arm, for those who are deputies now."""
    if not actor.deputises:
        return "", {}
    pairs = {
        "managed": [(p, one) for p, standing in actor.deputises.items() for one in standing.managed],
        "pools": [(p, one) for p, standing in actor.deputises.items() for one in standing.pools],
    }
    params: dict[str, Any] = {"acts_for": list(actor.deputises)}
    for name, found in pairs.items():
        params |= {f"for_{name}": [p for p, _ in found], name: [one for _, one in found]}

    def among(name: str, column: str) -> str:
        return (
            f"EXISTS (SELECT FROM unnest(%(for_{name})s::bigint[], %({name})s::bigint[]) AS x (person, one)"
            f" WHERE x.one = {column} AND x.person IS DISTINCT FROM r.asked_by)"
        )

    return (
        " OR (r.deciders = 'person' AND r.decider_id = ANY (%(acts_for)s) AND r.decider_id IS DISTINCT FROM r.asked_by)"
        f" OR (r.deciders = 'managers' AND {among('managed', 'r.asked_by')})"
        f" OR (r.deciders = 'pool_admins' AND {among('pools', 'r.pool_id')})"
    ), params


def asked(actor: Actor) -> str:
    """SQL over request r: the actor's own; none for a key that has nothing to do with requests. Parameter: me."""
    return "r.asked_by = %(me)s" if actor.may("requests.ask") else "false"


# What a request is about has passed: the spell is over; for one about a pooled customer, somebody has it. A 撞单 request
# is about the customer wherever it lies, until the next owner has it.
OVER_SQL: Final = """(c.spell_no <> r.spell_no OR c.state = 'merged' OR (r.kind <> 'duplicate'
    AND c.state <> CASE WHEN r.kind IN ('appeal', 'reverify', 'claim') THEN 'pooled' ELSE 'owned' END))"""


def over(request: Mapping[str, Any], customer: Mapping[str, Any]) -> bool:
    """OVER_SQL of rows at hand."""
    if customer["spell_no"] != request["spell_no"] or customer["state"] == "merged":
        return True
    state = "pooled" if request["kind"] in ABOUT_POOLED else "owned"
    return bool(request["kind"] != "duplicate" and customer["state"] != state)
