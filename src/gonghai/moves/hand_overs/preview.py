"""Looking at a hand-over before it happens: who would get how much, and what else it would end or pass on."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.tasks.go_along import open_tasks
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import NotFound
from gonghai.moves.hand_overs.book import Planned, need_hand_over, plan_book
from gonghai.moves.hand_overs.carry_out import Receiver, goes_to, receivers, tasks_of
from gonghai.moves.hand_overs.plan import Place
from gonghai.moves.hand_overs.rule import by_rule
from gonghai.moves.hand_overs.ways import Asked
from gonghai.policy.falling import falling

SOON: Final = 7  # days


@dataclass(frozen=True, slots=True)
class Preview:
    """What a hand-over would do. `soon`: how many of each receiver's customers go back within SOON days if nothing
    happens; `tasks`: how many open tasks go to heirs, and how many lapse."""

    planned: Planned
    receivers: list[Receiver]
    soon: Counter[tuple[int | None, int | None]]
    counts: DictRow
    tasks: tuple[int, int]


# Of the giver's: requests that lapse and that pass on, customers locked, planned follow-ups, what others share with them.
_COUNTS = """SELECT
    (SELECT count(*) FROM request r JOIN customer c ON c.tenant_id = r.tenant_id AND c.id = r.customer_id
       WHERE r.tenant_id = %(t)s AND r.state = 'open' AND r.lapses_at > %(now)s
         AND ((c.owner_id = %(giver)s AND c.spell_no = r.spell_no)
           OR (%(leaves)s AND (r.asked_by = %(giver)s OR (r.kind = 'transfer' AND r.decider_id = %(giver)s)))))
      AS requests_lapse,
    (SELECT count(*) FROM request r WHERE r.tenant_id = %(t)s AND r.state = 'open' AND r.lapses_at > %(now)s
       AND r.deciders = 'person' AND r.decider_id = %(giver)s AND r.kind <> 'transfer'
       AND r.asked_by IS DISTINCT FROM %(giver)s AND %(leaves)s) AS requests_pass_on,
    (SELECT count(*) FROM customer c WHERE c.tenant_id = %(t)s AND c.owner_id = %(giver)s
       AND c.locked_until > %(now)s) AS locked,
    (SELECT count(DISTINCT f.customer_id) FROM follow_up f JOIN customer c ON c.tenant_id = f.tenant_id
         AND c.id = f.customer_id
       WHERE f.tenant_id = %(t)s AND c.owner_id = %(giver)s AND f.next_at > %(now)s AND f.voided_at IS NULL) AS planned,
    (SELECT count(*) FROM collaborator k JOIN customer c ON c.tenant_id = k.tenant_id AND c.id = k.customer_id
         AND c.spell_no = k.spell_no AND c.state = 'owned'
       WHERE k.tenant_id = %(t)s AND k.person_id = %(giver)s AND %(leaves)s) AS shared"""


async def preview(conn: Conn, actor: Actor, giver_id: int, asked: Asked, *, now: datetime) -> Preview:
    """What handing over as asked would do now; refuses as carrying it out does, but for caps."""
    need_hand_over(actor, giver_id)
    planned = await plan_book(conn, actor, giver_id, asked, now=now)
    goes = await falling(conn, actor, owners=[giver_id], pool_id=None, days=SOON, now=now)
    params = {"t": actor.tenant_id, "giver": giver_id, "leaves": asked.deactivate, "now": now}
    counts = await one(conn, _COUNTS, params)
    assert counts is not None
    ids = {f.customer_id for f in goes.customers}
    soon = Counter(goes_to(place) for place in planned.places if place.customer_id in ids)
    tasks = tasks_of(planned, await open_tasks(conn, actor.tenant_id, giver_id))
    return Preview(planned, receivers(planned), soon, counts, tasks)


async def preview_rule(conn: Conn, actor: Actor, giver_id: int, *, now: datetime) -> Preview:
    """What deactivating the person would do by the leaver rule."""
    actor.need("people.edit")
    tenant = await one(conn, "SELECT * FROM tenant t WHERE t.id = %s", (actor.tenant_id,))
    if tenant is None:
        raise NotFound("tenant")
    return await preview(conn, actor, giver_id, by_rule(tenant), now=now)


async def preview_places(
    conn: Conn,
    actor: Actor,
    giver_id: int,
    asked: Asked,
    *,
    person_id: int | None,
    pool_id: int | None,
    behind: int,
    limit: int,
    now: datetime,
) -> tuple[Planned, list[tuple[Place, str]]]:
    """Where single customers would go, with their names, in id order behind `behind`; of one receiver, if given."""
    need_hand_over(actor, giver_id)
    planned = await plan_book(conn, actor, giver_id, asked, now=now)
    wanted = [
        place
        for place in planned.places
        if place.customer_id > behind
        and (person_id is None or place.person_id == person_id)
        and (pool_id is None or (place.person_id is None and place.pool_id == pool_id))
    ][:limit]
    sql = "SELECT c.id, c.name FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s)"
    named = await rows(conn, sql, (actor.tenant_id, [p.customer_id for p in wanted]))
    names = {row["id"]: row["name"] for row in named}
    return planned, [(place, names[place.customer_id]) for place in wanted]
