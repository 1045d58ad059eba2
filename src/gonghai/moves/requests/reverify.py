"""Re-verification: a cleaning rule asks whether a pooled customer is still good. Yes: it stays; no: it is archived."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.customers.ownership import Mover, listed, move_unowned, was
from gonghai.customers.record import lock_many
from gonghai.events.log import By, new_batch
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark
from gonghai.moves.requests.table import Asking, ask

STAYS_DAYS: Final = 90  # after a yes nobody asks again for so long
REASON: Final = "not_verified"

# Over a customer c, with the parameter `now`: neither asked already nor found good a short while ago.
TO_ASK: Final = f"""NOT EXISTS (SELECT FROM request r WHERE r.tenant_id = c.tenant_id AND r.customer_id = c.id
    AND r.kind = 'reverify' AND ((r.state = 'open' AND r.lapses_at > %(now)s)
      OR (r.state = 'accepted' AND r.decided_at > %(now)s - interval '{STAYS_DAYS} days')))"""


async def ask_reverify(
    conn: Conn,
    tenant_id: int,
    customer_ids: Sequence[int],
    *,
    pool_id: int,
    decider_id: int | None = None,
    batch_id: int,
    rule: Mapping[str, Any],
    at: datetime,
) -> dict[int, int]:
    """Asks a person, or without one the admins of `pool_id`; request ids by customer, for those not asked already.

    Customers that aren't pooled are left out. `rule` says which rule asks, in words: {"zh": …, "en": …}.
    """  # fmt: skip
    found = await lock_many(conn, tenant_id, customer_ids)
    asking = [
        Asking("reverify", customer, decider_id=decider_id, pool_id=pool_id, data={"rule": dict(rule)})
        for customer in found.values()
        if customer["state"] == "pooled"
    ]
    return await ask(conn, tenant_id, asking, asked_by=None, at=at, batch_id=batch_id)


async def decline_reverifies(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """No good any more: archived."""
    movers = [
        Mover(
            c["id"], c["version"], None, None, c["pool_id"], c["pool_id"], REASON,
            data={**mark(request), "was": was(c)},
        )
        for request, c in pairs
    ]  # fmt: skip
    many = len(movers) > 1
    batch = await new_batch(conn, actor.tenant_id, "archive", actor.person_id, answer.at) if many else None
    moved = await move_unowned(
        conn, actor.tenant_id, listed(movers), kind="archive", by=By.person(actor.person_id, batch), at=answer.at,
        state_from="pooled", state_to="archived",
    )  # fmt: skip
    assert len(moved) == len(movers), "the rows are locked"
    return {}
