"""Protecting: a manager says that a customer isn't taken before an instant, and why; and takes it back."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.customers.floors import Kept
from gonghai.moves.batch import state_refusal
from gonghai.moves.keep import Refused, keep_each
from gonghai.moves.results import Result
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import Length, add

MOST_DAYS = 1830  # five years; beyond, a date is a slip of the keyboard


async def protect(
    conn: Conn, actor: Actor, customer_ids: Sequence[int], *, until: datetime, reason: str
) -> list[Result]:
    """Owned customers aren't taken before that instant; a notice given before is void. For the owner's managers.

    Refuses `until_past` and `protection_too_long` {limit: days}; `reason_missing` without one.
    """
    actor.need("customers.protect")
    if not reason:
        raise Refusal("reason_missing", 422)
    calendar = await tenant_calendar(conn, actor.tenant_id)

    def decide(row: DictRow, at: datetime) -> Kept | Refused:
        refusal = _not_theirs(actor, row)
        if refusal is None and until <= at:
            refusal = "until_past", {}
        if refusal is None and until > add(at, Length(MOST_DAYS, "days"), calendar):
            refusal = "protection_too_long", {"limit": MOST_DAYS}
        return refusal or Kept(row, {"protected_until": until, "notice_until": None}, reason)

    return await keep_each(conn, actor, customer_ids, decide, kind="protect")


async def unprotect(conn: Conn, actor: Actor, customer_ids: Sequence[int]) -> list[Result]:
    """Ends protections now; the clocks ran on meanwhile, and a notice given for the protection's end is void.

    Refuses `not_protected`.
    """
    actor.need("customers.protect")

    def decide(row: DictRow, at: datetime) -> Kept | Refused:
        refusal = _not_theirs(actor, row)
        if refusal is None and (row["protected_until"] is None or row["protected_until"] <= at):
            refusal = "not_protected", {}
        return refusal or Kept(row, {"protected_until": None, "notice_until": None})

    return await keep_each(conn, actor, customer_ids, decide, kind="unprotect")


def _not_theirs(actor: Actor, row: DictRow) -> Refused | None:
    refusal = state_refusal(row, "owned")
    if refusal is None and not actor.manages_person(row["owner_id"]):
        refusal = "forbidden", {"action": "customers.protect"}
    return refusal
