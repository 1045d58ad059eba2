"""Leave: somebody is away for a time, and deadlines of their customers wait. Entered by a manager or an admin."""

from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Forbidden, Invalid, Refusal
from gonghai.events.log import By
from gonghai.people.deputies import appoint, end_with_leave, tell_of_leave
from gonghai.people.record import change, lock, lock_tenant

MOST: Final = timedelta(days=732)  # two years ahead; beyond, a date is a slip of the keyboard


def may_set_leave(actor: Actor, person_id: int) -> bool:
    """Admins for everybody; managers for the people of their subtree, but not for themselves."""
    if actor.may("people.edit"):
        return True
    return actor.may("people.leave") and person_id != actor.person_id and actor.manages_person(person_id)


async def set_leave(
    conn: Conn,
    actor: Actor,
    person_id: int,
    version: int,
    begins: datetime,
    ends: datetime,
    *,
    deputy_id: int | None = None,
    now: datetime,
) -> int:
    """The person is away from `begins` until `ends`, their only leave, and `deputy_id` acts for them; the new version.

    It holds their customers once it has begun. 412 unless `version` is the newest; 422 for a leave that is over
    already, ends before it begins, or ends years ahead; refuses `person_left`, and as `appoint` does.
    """
    person = await _locked(conn, actor, person_id, version)
    if begins >= ends:
        raise Invalid({"path": "until", "code": "leave_order"})
    if ends <= now:
        raise Invalid({"path": "until", "code": "in_the_past"})
    if ends > now + MOST:
        raise Invalid({"path": "until", "code": "leave_too_long"})
    values = {"leave_from": begins, "leave_until": ends}
    by = By.person(actor.person_id)
    version = await change(conn, "person", person, values, kind="set_leave", by=by, at=now)
    await end_with_leave(conn, actor, person_id, now=now)
    if deputy_id is not None:
        await appoint(conn, actor, person_id, deputy_id, begins, ends, with_leave=True, now=now)
    await tell_of_leave(conn, actor.tenant_id, person_id, begins, ends)
    return version


async def end_leave(conn: Conn, actor: Actor, person_id: int, version: int, *, now: datetime) -> int:
    """Calls a planned leave off, or ends one that has begun now, so that its return grace runs from here.

    The new version. Refuses `not_on_leave`.
    """
    person = await _locked(conn, actor, person_id, version)
    if person["leave_from"] is None or person["leave_until"] <= now:
        raise Refusal("not_on_leave")
    await end_with_leave(conn, actor, person_id, now=now)
    values = {"leave_until": now} if person["leave_from"] < now else {"leave_from": None, "leave_until": None}
    return await change(conn, "person", person, values, kind="end_leave", by=By.person(actor.person_id), at=now)


async def _locked(conn: Conn, actor: Actor, person_id: int, version: int) -> DictRow:
    if not may_set_leave(actor, person_id):
        raise Forbidden("people.leave")
    # Before the person, as everywhere: a deputy may come or go with the leave.
    await lock_tenant(conn, actor.tenant_id)
    person = await lock(conn, "person", actor.tenant_id, person_id, version=version)
    if person["state"] == "left":
        raise Refusal("person_left")
    return person
