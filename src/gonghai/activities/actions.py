"""Recording and voiding follow-ups: the entry, the customer's clocks and the event in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.activities.decide import Counting, Decision, clocks_after, decide_follow_up
from gonghai.activities.queries import COLUMNS
from gonghai.activities.tasks.complete import do_again, do_tasks
from gonghai.base.database import Conn, one
from gonghai.base.errors import ChangedMeanwhile, NotFound, Refusal
from gonghai.customers.masking import masked_follow_up
from gonghai.customers.permitted import lock_permitted
from gonghai.customers.record import change, write_history
from gonghai.events.log import By


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """What somebody did about a customer; `at` None: just now."""

    kind: str
    note: str = ""
    at: datetime | None = None
    outcome: str | None = None
    next_at: datetime | None = None


async def record_follow_up(conn: Conn, actor: Actor, customer_id: int, new: NewFollowUp) -> dict[str, Any]:
    """Records it in the open spell and moves the clocks if it counts; the stored row, with `author_name`, as masked.

    It does the author's tasks about the customer, and those of whom they act for: `tasks` tells of each whether it is
    done.

    Where the pool allows it on a pooled customer, it belongs to no spell and moves no clock.

    Refuses as `lock_permitted` and `decide_follow_up` do.
    """
    customer = await lock_permitted(conn, actor, customer_id, "follow_up")
    setting = await _setting(conn, customer, actor.person_id)
    owned, mine = customer["state"] == "owned", customer["owner_id"] == actor.person_id
    acted_for = customer["owner_id"] if setting["deputises"] and not mine else None
    decision = decide_follow_up(
        kind=new.kind,
        note=new.note,
        at=new.at,
        now=setting["now"],
        spell_started=setting["started_at"] if owned else None,
        by_owner=mine,
        by_deputy=acted_for is not None,
        by_collaborator=setting["collaborates"],
        counting=Counting(
            setting["follow_up_kinds"],
            setting["follow_up_min_note"],
            setting["backdate_hours"],
            setting["collaborators_count"],
        ),
    )
    stored = await _insert(
        conn, customer, new, decision, author_id=actor.person_id, for_id=acted_for, now=setting["now"]
    )
    data = {
        "id": str(stored["id"]),
        "kind": new.kind,
        "at": decision.at,
        "qualifies": decision.qualifies,
        "why_not": decision.why_not,
    }
    if acted_for is not None:
        data["for"] = str(acted_for)
    columns = clocks_after(customer, decision)
    by = By.person(actor.person_id)
    await change(conn, customer, kind="follow_up", by=by, at=setting["now"], set_columns=columns, data=data)
    tasks = await do_tasks(conn, stored)
    named = {"author_name": actor.name, "for_name": setting["owner_name"]}
    return {**masked_follow_up(actor, customer, {**stored, **named}), "tasks": tasks}


async def _setting(conn: Conn, customer: DictRow, author_id: int | None) -> DictRow:
    # The clock is read in a statement after the lock: before it, a wait would make the instant too old.
    found = await one(
        conn,
        """SELECT q.follow_up_kinds, q.follow_up_min_note, q.backdate_hours, q.collaborators_count, s.started_at,
               EXISTS (SELECT FROM collaborator k WHERE k.tenant_id = %(t)s AND k.customer_id = %(c)s
                   AND k.spell_no = %(no)s AND k.person_id = %(author)s) AS collaborates, clock_timestamp() AS now,
               EXISTS (SELECT FROM deputies_at(%(t)s, clock_timestamp()) x WHERE x.person_id = %(owner)s
                   AND x.deputy_id = %(author)s) AS deputises,
               (SELECT p.name FROM person p WHERE p.tenant_id = %(t)s AND p.id = %(owner)s) AS owner_name
           FROM pool q LEFT JOIN spell s ON s.tenant_id = %(t)s AND s.customer_id = %(c)s AND s.no = %(no)s
           WHERE q.tenant_id = %(t)s AND q.id = %(pool)s""",
        {
            "t": customer["tenant_id"],
            "c": customer["id"],
            "no": customer["spell_no"],
            "pool": customer["pool_id"],
            "author": author_id,
            "owner": customer["owner_id"],
        },
    )
    assert found is not None, "a customer has a pool"
    return found


async def _insert(
    conn: Conn,
    customer: DictRow,
    new: NewFollowUp,
    decision: Decision,
    *,
    author_id: int | None,
    for_id: int | None,
    now: datetime,
) -> DictRow:
    spell_no = customer["spell_no"] if customer["state"] == "owned" else None
    stored = await one(
        conn,
        f"""INSERT INTO follow_up AS f (tenant_id, customer_id, spell_no, author_id, kind, at, recorded_at, outcome,
                note, next_at, qualifies, why_not, for_id)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {COLUMNS}""",
        (
            customer["tenant_id"], customer["id"], spell_no, author_id, new.kind, decision.at, now,
            new.outcome, new.note, new.next_at, decision.qualifies, decision.why_not, for_id,
        ),
    )  # fmt: skip
    assert stored is not None
    return stored


async def void_follow_up(conn: Conn, actor: Actor, customer_id: int, follow_up_id: int, *, reason: str) -> None:
    """Takes a follow-up back: it stays on record, and clocks and tasks become what the remaining ones make them.

    Refuses with 404 and `already_voided`, and as `lock_permitted` does. The reason is free text, so it stands in
    field_history under the event's version.
    """
    owner_id = await _lock_owner(conn, actor.tenant_id, customer_id)
    customer = await lock_permitted(conn, actor, customer_id, "void_follow_up")
    if customer["owner_id"] != owner_id:
        raise ChangedMeanwhile(customer["version"])
    voided = await _void(conn, customer, follow_up_id, actor.person_id)
    columns = await _remaining(conn, customer)
    data = {"id": str(follow_up_id)}
    by = By.person(actor.person_id)
    version = await change(
        conn, customer, kind="void_follow_up", by=by, at=voided["voided_at"], set_columns=columns, data=data
    )
    await do_again(conn, actor.tenant_id, follow_up_id)
    history = [(None, reason, "void_reason")]
    await write_history(conn, actor.tenant_id, customer_id, version, history)


async def _lock_owner(conn: Conn, tenant_id: int, customer_id: int) -> int | None:
    # Voiding can leave the owner one more customer without first contact, which a cap counts: such writes lock
    # the owner, and before the customer.
    owner = await one(
        conn,
        """SELECT p.id FROM person p WHERE p.tenant_id = %(t)s AND p.id = (
               SELECT c.owner_id FROM customer c WHERE c.tenant_id = %(t)s AND c.id = %(c)s) FOR NO KEY UPDATE""",
        {"t": tenant_id, "c": customer_id},
    )
    return owner["id"] if owner is not None else None


async def _void(conn: Conn, customer: DictRow, follow_up_id: int, by: int | None) -> DictRow:
    key = {"t": customer["tenant_id"], "c": customer["id"], "f": follow_up_id, "by": by}
    found = "f.tenant_id = %(t)s AND f.customer_id = %(c)s AND f.id = %(f)s"
    voided = await one(
        conn,
        f"""UPDATE follow_up f SET qualifies = false, why_not = 'voided', voided_at = clock_timestamp(),
                voided_by = %(by)s WHERE {found} AND f.voided_at IS NULL RETURNING f.voided_at""",
        key,
    )
    if voided is not None:
        return voided
    if await one(conn, f"SELECT f.id FROM follow_up f WHERE {found}", key) is None:
        raise NotFound("follow_up", id=str(follow_up_id))
    raise Refusal("already_voided")


async def _remaining(conn: Conn, customer: DictRow) -> dict[str, Any]:
    """The columns as the remaining follow-ups make them.

    Those of the running clocks lie at or after the clock start: an owner's transfer carries clocks of an earlier
    spell over, and every other spell starts after all follow-ups before it.
    """
    columns = await one(
        conn,
        """SELECT min(f.at) FILTER (WHERE f.qualifies AND f.at >= %(start)s) AS first_contact_at,
               max(f.at) FILTER (WHERE f.qualifies AND f.at >= %(start)s) AS last_follow_up_at,
               max(f.at) FILTER (WHERE f.voided_at IS NULL) AS last_activity_at
           FROM follow_up f WHERE f.tenant_id = %(t)s AND f.customer_id = %(c)s""",
        {"t": customer["tenant_id"], "c": customer["id"], "start": customer["clock_start"]},
    )
    assert columns is not None
    return dict(columns)
