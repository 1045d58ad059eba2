"""What else ends or passes on when somebody leaves: sharing, rights that name them, requests. They may come back clean."""

from collections.abc import Sequence
from datetime import datetime

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run
from gonghai.customers.collaborators import Shared, unshare
from gonghai.events.log import By
from gonghai.moves.batch import instant
from gonghai.moves.requests.table import tell
from gonghai.people.leads import admins, nearest_leads
from gonghai.pools.admins import pool_admins
from gonghai.pools.leavers import end_rights

# Of newest spells, also of closed ones: an undo may open those again, and the leaver may come back.
_SHARED = """SELECT c.id, c.version FROM collaborator k
  JOIN customer c ON c.tenant_id = %(t)s AND c.id = k.customer_id AND c.spell_no = k.spell_no
  WHERE k.tenant_id = %(t)s AND k.person_id = %(leaver)s ORDER BY c.id"""


async def end_sharing(conn: Conn, actor: Actor, leaver: int, batch_id: int | None) -> None:
    """Nothing is shared with the leaver any more. Their collaborations are locked with their book."""
    found = await rows(conn, _SHARED, {"t": actor.tenant_id, "leaver": leaver})
    if found:
        by, at = By.person(actor.person_id, batch_id), await instant(conn)
        await unshare(conn, actor.tenant_id, [Shared(row, [leaver]) for row in found], by=by, at=at)


async def waiting_for(conn: Conn, tenant_id: int, leaver: int) -> list[int]:
    """The open requests that wait for the leaver as the asker's only nearest lead: read before they stop leading."""
    found = await rows(
        conn,
        "SELECT r.id, r.asked_by FROM request r WHERE r.tenant_id = %s AND r.state = 'open' AND r.deciders = 'managers'"
        " AND r.asked_by IS NOT NULL ORDER BY r.id",
        (tenant_id,),
    )
    leads = await nearest_leads(conn, tenant_id, sorted({row["asked_by"] for row in found})) if found else {}
    return [row["id"] for row in found if leads.get(row["asked_by"]) == [leaver]]


async def forget_person(conn: Conn, actor: Actor, leaver: int, *, now: datetime) -> list[int]:
    """Ends rights on pools, limits and overrides that name the leaver; the open requests that now wait for nobody else
    of their pool."""
    administered = await end_rights(conn, actor, leaver, now=now)
    if not administered:
        return []
    left = set(administered) - (await pool_admins(conn, actor.tenant_id, administered)).keys()
    found = await rows(
        conn,
        "SELECT r.id FROM request r WHERE r.tenant_id = %s AND r.state = 'open' AND r.deciders = 'pool_admins'"
        " AND r.pool_id = ANY (%s) ORDER BY r.id",
        (actor.tenant_id, sorted(left)),
    )
    return [row["id"] for row in found]


async def pass_requests_on(conn: Conn, actor: Actor, leaver: int, waiting: Sequence[int]) -> None:
    """Requests of the leaver lapse, and so does a transfer to them: nobody takes it over in their stead. What else they
    were asked alone goes to their lead, or to an admin. Who has to decide now, or asked in vain, is told.

    `waiting`: others that wait for somebody else from now on.
    """
    theirs = await rows(
        conn,
        "SELECT r.id, r.kind, r.asked_by FROM request r WHERE r.tenant_id = %(t)s AND r.state = 'open'"
        " AND (r.asked_by = %(leaver)s OR (r.deciders = 'person' AND r.decider_id = %(leaver)s))"
        " ORDER BY r.id FOR NO KEY UPDATE",
        {"t": actor.tenant_id, "leaver": leaver},
    )
    passing = [row for row in theirs if row["asked_by"] != leaver and row["kind"] != "transfer"]
    successors = await _successors(conn, actor.tenant_id, leaver) if passing else []
    # Nobody decides what they asked for themselves.
    chosen = {row["id"]: next((s for s in successors if s != row["asked_by"]), None) for row in passing}
    if theirs:
        await run(
            conn,
            "UPDATE request r SET decider_id = coalesce(x.decider_id, r.decider_id),"
            " state = CASE WHEN x.decider_id IS NULL THEN 'lapsed' ELSE r.state END,"
            " decided_at = CASE WHEN x.decider_id IS NULL THEN clock_timestamp() END"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS x (id, decider_id) WHERE r.tenant_id = %s AND r.id = x.id",
            ([row["id"] for row in theirs], [chosen.get(row["id"]) for row in theirs], actor.tenant_id),
        )
    await tell(conn, actor.tenant_id, sorted({*waiting, *(row["id"] for row in theirs)}))


async def _successors(conn: Conn, tenant_id: int, leaver: int) -> list[int]:
    leads = (await nearest_leads(conn, tenant_id, [leaver])).get(leaver, [])
    return [*leads, *(admin for admin in await admins(conn, tenant_id) if admin != leaver)]
