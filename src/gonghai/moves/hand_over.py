"""Handing over everything a leaver owns, in the transaction that deactivates them."""

from datetime import datetime

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows
from gonghai.customers.collaborators import Shared, unshare
from gonghai.customers.ownership import WAS, Who, close_spells
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import instant
from gonghai.moves.telling import tell
from gonghai.people.persons import deactivate

# Locked by a statement of its own: one that locks and updates in the same snapshot misses rows that changed
# while it waited.
_LOCK = """SELECT x.id FROM customer x WHERE x.tenant_id = %(tenant_id)s AND x.id IN (
      SELECT c.id FROM customer c WHERE c.tenant_id = %(tenant_id)s AND c.owner_id = %(leaver)s
      UNION ALL SELECT k.customer_id FROM collaborator k WHERE k.tenant_id = %(tenant_id)s AND k.person_id = %(leaver)s)
  ORDER BY x.id FOR NO KEY UPDATE"""
_BOOK = f"""SELECT c.id AS customer_id, c.version, c.owner_id AS owner_from, NULL::bigint AS owner_to,
    c.pool_id AS pool_from, c.pool_id AS pool_to, 'owner_left' AS reason, NULL::bigint AS policy_id,
    jsonb_strip_nulls(jsonb_build_object('was', {WAS})) AS data
  FROM customer c WHERE c.tenant_id = %(tenant_id)s AND c.owner_id = %(leaver)s"""

# Of newest spells, also of closed ones: an undo may open those again, and the leaver may come back clean.
_SHARED = """SELECT c.id, c.version FROM collaborator k
  JOIN customer c ON c.tenant_id = %(tenant_id)s AND c.id = k.customer_id AND c.spell_no = k.spell_no
  WHERE k.tenant_id = %(tenant_id)s AND k.person_id = %(leaver)s ORDER BY c.id"""


async def deactivate_person(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> int:
    """Deactivates, and returns every customer of the person to its home pool; how many. Nothing is shared with them
    any more.

    The leaver rule "home pool". Whoever gives the person a customer locks the same row first, so none is left
    behind with an owner who can't sign in.
    """
    await deactivate(conn, actor, person_id, now=now)
    leaver = {"tenant_id": actor.tenant_id, "leaver": person_id}
    await rows(conn, _LOCK, leaver)
    at = await instant(conn)
    batch = await new_batch(conn, actor.tenant_id, "hand_over", actor.person_id, at)
    by = By.person(actor.person_id, batch)
    who = Who(_BOOK, {"leaver": person_id})
    moved = await close_spells(conn, actor.tenant_id, who, kind="hand_over", by=by, at=at)
    shared = [Shared(row, [person_id]) for row in await rows(conn, _SHARED, leaver)]
    await unshare(conn, actor.tenant_id, shared, by=by, at=at)
    await tell(conn, actor.tenant_id, moved, by)
    return len(moved)
