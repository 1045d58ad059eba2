"""The only writer of owner, pool, state and spells: guarded statements, each with its spell and its event.

Every move names the customers by a `Who`: a SELECT yielding (customer_id, version, …). A row moves only if
its version is still the one that the decision read, so a stale decision moves nothing. The statement returns
what did move; whoever called compares it with what was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.base.database import Conn, rows
from gonghai.events.log import By


@dataclass(frozen=True, slots=True)
class Who:
    """The customers of one statement: a SELECT with named parameters.

    Columns: customer_id, version, owner_from, owner_to, pool_from, pool_to, reason, policy_id, data.
    """

    select: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mover:
    """One customer of a move decided in Python, with the version that was read."""

    customer_id: int
    version: int
    owner_from: int | None = None
    owner_to: int | None = None
    pool_from: int | None = None
    pool_to: int | None = None
    reason: str | None = None
    policy_id: int | None = None
    data: dict[str, Any] | None = None


_COLUMNS = {
    "customer_id": "bigint", "version": "bigint", "owner_from": "bigint", "owner_to": "bigint", "pool_from": "bigint",
    "pool_to": "bigint", "reason": "text", "policy_id": "bigint", "data": "jsonb",
}  # fmt: skip


def listed(movers: Sequence[Mover]) -> Who:
    """Who, from rows at hand."""
    if len(movers) == 1:
        return _single(movers[0])
    arrays = ", ".join(f"%(w_{name})s::{kind}[]" for name, kind in _COLUMNS.items())
    select = f"SELECT * FROM unnest({arrays}) AS x ({', '.join(_COLUMNS)})"
    return Who(select, {f"w_{name}": [_adapted(m, name) for m in movers] for name in _COLUMNS})


def _single(mover: Mover) -> Who:
    """One row of plain values: a third of the cost of nine arrays of one."""
    values = {name: _adapted(mover, name) for name in _COLUMNS}
    given = {name: v for name, v in values.items() if v is not None}
    columns = (f"{f'%(w_{name})s' if name in given else 'NULL'}::{kind} AS {name}" for name, kind in _COLUMNS.items())
    return Who(f"SELECT {', '.join(columns)}", {f"w_{name}": v for name, v in given.items()})


def _adapted(mover: Mover, name: str) -> Any:
    value = getattr(mover, name)
    return Jsonb(value) if name == "data" and value is not None else value


# The clocks of a new spell. Fields that a spell carries are reset here and nowhere else.
_NEW_CLOCKS = """clock_start = %(at)s, first_contact_at = NULL, last_follow_up_at = NULL, live_deals = 0,
    deal_lost_at = NULL, locked_until = NULL, protected_until = NULL, notice_until = NULL"""
_RETURNING = """RETURNING c.id, c.version, c.spell_no, c.owner_id, c.pool_id, w.owner_from, w.pool_from,
    w.reason, w.policy_id, w.data"""
_GUARD = "c.tenant_id = %(tenant_id)s AND c.id = w.customer_id AND c.version = w.version"
_BEGUN = """begun AS (
    INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by)
    SELECT %(tenant_id)s, u.id, u.spell_no, u.owner_id, %(at)s, %(kind)s FROM u)"""
_LOGGED = """logged AS (
    INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, owner_from, owner_to,
        pool_from, pool_to, spell_no, reason, batch_id, policy_id, data)
    SELECT %(tenant_id)s, %(at)s, %(kind)s, u.id, u.version, %(actor)s, %(actor_id)s, u.owner_from, u.owner_id,
        u.pool_from, u.pool_id, u.spell_no, u.reason, %(batch_id)s, u.policy_id, u.data FROM u)"""

# The SQL function does the guarded update, the spell and the event: claiming uses it too.
_OPEN = """WITH w AS ({who}) SELECT x.* FROM (
    SELECT w.customer_id AS id, open_spell(%(tenant_id)s, w.customer_id, w.version, w.owner_to, %(kind)s, %(actor)s,
        %(actor_id)s, %(at)s, %(batch_id)s, w.reason, w.data) AS spell_no FROM w) x WHERE x.spell_no IS NOT NULL"""

_END_OLD = """ended AS (
    UPDATE spell s SET ended_at = %(at)s, ended_by = %(kind)s FROM u
    WHERE s.tenant_id = %(tenant_id)s AND s.customer_id = u.id AND s.no = u.spell_no)"""

_CLOSE = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET state = %(state_to)s, owner_id = NULL, pool_id = w.pool_to,
        entered_pool_at = CASE WHEN %(state_to)s = 'pooled' THEN %(at)s ELSE c.entered_pool_at END,
        first_pooled_at = CASE WHEN %(state_to)s = 'pooled' THEN coalesce(c.first_pooled_at, %(at)s)
                               ELSE c.first_pooled_at END,
        recycle_count = c.recycle_count + %(recycled)s,
        last_return = %(kind)s, last_return_reason = w.reason,
        archived_reason = CASE WHEN %(state_to)s = 'archived' THEN w.reason END,
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state = 'owned' {_RETURNING}), {_END_OLD}, {_LOGGED}
    SELECT id, version, spell_no FROM u"""

# The owner's own transfer carries all clocks, so that friends can't reset them; a manager's starts them anew.
_PASS = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET owner_id = w.owner_to, spell_no = c.spell_no + 1, spell_claimed = false,
        {{clocks}}, version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state = 'owned' AND c.owner_id = w.owner_from {_RETURNING}),
    ended AS (UPDATE spell s SET ended_at = %(at)s, ended_by = %(kind)s FROM u
        WHERE s.tenant_id = %(tenant_id)s AND s.customer_id = u.id AND s.no = u.spell_no - 1),
    deals AS (UPDATE deal d SET spell_no = u.spell_no FROM u
        WHERE d.tenant_id = %(tenant_id)s AND d.customer_id = u.id AND d.spell_no = u.spell_no - 1
          AND (d.state = 'open' OR (%(carry)s AND d.state = 'won'))),
    -- The new owner needs no sharing any more.
    shared AS (UPDATE collaborator k SET spell_no = u.spell_no FROM u
        WHERE k.tenant_id = %(tenant_id)s AND k.customer_id = u.id AND k.spell_no = u.spell_no - 1
          AND k.person_id <> u.owner_id),
    {_BEGUN}, {_LOGGED}
    SELECT id, version, spell_no FROM u"""
_OPEN_DEALS = """(SELECT count(*) FROM deal d WHERE d.tenant_id = %(tenant_id)s AND d.customer_id = c.id
    AND d.spell_no = c.spell_no AND d.state = 'open')"""

_UNOWNED = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET state = %(state_to)s, pool_id = w.pool_to,
        entered_pool_at = CASE WHEN %(state_to)s = 'pooled' THEN %(at)s ELSE c.entered_pool_at END,
        first_pooled_at = CASE WHEN %(state_to)s = 'pooled' THEN coalesce(c.first_pooled_at, %(at)s)
                               ELSE c.first_pooled_at END,
        archived_reason = CASE WHEN %(state_to)s = 'archived' THEN w.reason END,
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state = %(state_from)s {_RETURNING}), {_LOGGED}
    SELECT id, version, spell_no FROM u"""

# What a move overwrites beside owner, pool and state: the moves that can be undone keep it in their event as `was`.
_OVERWRITTEN = ("entered_pool_at", "first_pooled_at", "last_return", "last_return_reason")
WAS = "jsonb_build_object(" + ", ".join(f"'{name}', c.{name}" for name in _OVERWRITTEN) + ")"
_RESTORED = ", ".join(
    f"{name} = CASE WHEN w.data ? 'restored' THEN (w.data->'restored'->>'{name}')::{kind} ELSE c.{name} END"
    for name, kind in zip(_OVERWRITTEN, ("timestamptz", "timestamptz", "text", "text"), strict=True)
)
# The spell's clocks stand as they are in the customer's row: only a new spell would have reset them.
_REOPEN = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET state = 'owned', owner_id = w.owner_to, pool_id = w.pool_to, archived_reason = NULL,
        recycle_count = c.recycle_count - (w.data->>'of' = 'recycle')::integer, {_RESTORED},
        protected_until = greatest(c.protected_until, %(protected_until)s), notice_until = NULL,
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state IN ('pooled', 'archived') AND EXISTS (
        SELECT FROM spell s WHERE s.tenant_id = c.tenant_id AND s.customer_id = c.id AND s.no = c.spell_no
          AND s.owner_id = w.owner_to AND s.ended_at IS NOT NULL)
    {_RETURNING} || jsonb_build_object('protected_until', %(protected_until)s::timestamptz) AS data),
    reopened AS (UPDATE spell s SET ended_at = NULL, ended_by = NULL FROM u
        WHERE s.tenant_id = %(tenant_id)s AND s.customer_id = u.id AND s.no = u.spell_no), {_LOGGED}
    SELECT id, version, spell_no FROM u"""

_PUT_BACK = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET state = 'pooled', pool_id = w.pool_to, archived_reason = NULL, {_RESTORED},
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state IN ('pooled', 'archived') {_RETURNING}), {_LOGGED}
    SELECT id, version, spell_no FROM u"""

# What a new spell resets and a hand-over keeps in its event as `clocks`: undoing it puts them back.
_RESET = {
    "spell_claimed": "boolean", "clock_start": "timestamptz", "first_contact_at": "timestamptz",
    "last_follow_up_at": "timestamptz", "deal_lost_at": "timestamptz", "locked_until": "timestamptz",
    "protected_until": "timestamptz",
}  # fmt: skip
_KEPT = {name: f"(w.data->'clocks'->>'{name}')::{kind}" for name, kind in _RESET.items()}
# The receiver's spell ends, and a new one of the former owner goes on with the clocks; what the receiver did counts.
_GIVE_BACK = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET owner_id = w.owner_to, pool_id = w.pool_to, spell_no = c.spell_no + 1,
        spell_claimed = {_KEPT["spell_claimed"]}, clock_start = {_KEPT["clock_start"]},
        first_contact_at = coalesce({_KEPT["first_contact_at"]}, c.first_contact_at),
        last_follow_up_at = greatest({_KEPT["last_follow_up_at"]}, c.last_follow_up_at),
        deal_lost_at = greatest({_KEPT["deal_lost_at"]}, c.deal_lost_at), locked_until = {_KEPT["locked_until"]},
        protected_until = greatest({_KEPT["protected_until"]}, %(protected_until)s), notice_until = NULL,
        live_deals = (SELECT count(*) FROM deal d WHERE d.tenant_id = %(tenant_id)s AND d.customer_id = c.id
            AND d.spell_no IN (c.spell_no, c.spell_no - 1) AND d.state IN ('open', 'won')),
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} AND c.state = 'owned' AND c.owner_id = w.owner_from AND EXISTS (
        SELECT FROM spell s WHERE s.tenant_id = c.tenant_id AND s.customer_id = c.id AND s.no = c.spell_no - 1
          AND s.owner_id = w.owner_to)
    {_RETURNING} - 'clocks' || jsonb_build_object('protected_until', %(protected_until)s::timestamptz) AS data),
    ended AS (UPDATE spell s SET ended_at = %(at)s, ended_by = %(kind)s FROM u
        WHERE s.tenant_id = %(tenant_id)s AND s.customer_id = u.id AND s.no = u.spell_no - 1),
    deals AS (UPDATE deal d SET spell_no = u.spell_no FROM u
        WHERE d.tenant_id = %(tenant_id)s AND d.customer_id = u.id AND d.state IN ('open', 'won')
          AND d.spell_no IN (u.spell_no - 1, u.spell_no - 2)),
    shared AS (UPDATE collaborator k SET spell_no = u.spell_no FROM u
        WHERE k.tenant_id = %(tenant_id)s AND k.customer_id = u.id AND k.person_id <> u.owner_id
          AND k.spell_no IN (u.spell_no - 1, u.spell_no - 2)),
    {_BEGUN}, {_LOGGED}
    SELECT id, version, spell_no FROM u"""

# Closing a pool changes the home of its customers, whatever their state; entering the successor is an entry.
_REHOME = f"""WITH w AS ({{who}}), u AS (
    UPDATE customer c SET pool_id = w.pool_to,
        entered_pool_at = CASE WHEN c.state = 'pooled' THEN %(at)s ELSE c.entered_pool_at END,
        version = c.version + 1, updated_at = %(at)s
    FROM w WHERE {_GUARD} {_RETURNING}), {_LOGGED}
    SELECT id, version, spell_no FROM u"""


async def _move(
    conn: Conn, tenant_id: int, statement: str, who: Who, kind: str, by: By, at: datetime, **params: Any
) -> list[DictRow]:
    common = {
        "tenant_id": tenant_id,
        "kind": kind,
        "at": at,
        "actor": by.kind,
        "actor_id": by.person_id,
        "batch_id": by.batch_id,
    }
    return await rows(conn, statement.replace("{who}", who.select), {**common, **who.params, **params})


async def open_spells(conn: Conn, tenant_id: int, who: Who, *, kind: str, by: By, at: datetime) -> list[DictRow]:
    """Pooled → owned by `owner_to` (assign). Returns id and spell_no of those that moved."""
    return await _move(conn, tenant_id, _OPEN, who, kind, by, at)


async def close_spells(
    conn: Conn, tenant_id: int, who: Who, *, kind: str, by: By, at: datetime, state_to: str = "pooled"
) -> list[DictRow]:
    """Owned → pooled in `pool_to` (release, recycle, hand_over), or archived."""
    recycled = int(kind == "recycle")
    return await _move(conn, tenant_id, _CLOSE, who, kind, by, at, state_to=state_to, recycled=recycled)


async def pass_spells(
    conn: Conn, tenant_id: int, who: Who, *, kind: str, by: By, at: datetime, carry: bool
) -> list[DictRow]:
    """Owned by `owner_from` → owned by `owner_to`; `carry` keeps every clock, protection and notice."""
    clocks = (
        "live_deals = c.live_deals" if carry else _NEW_CLOCKS.replace("live_deals = 0", f"live_deals = {_OPEN_DEALS}")
    )
    return await _move(conn, tenant_id, _PASS.replace("{clocks}", clocks), who, kind, by, at, carry=carry)


async def move_unowned(
    conn: Conn, tenant_id: int, who: Who, *, kind: str, by: By, at: datetime, state_from: str, state_to: str
) -> list[DictRow]:
    """Pooled or archived → pooled or archived in `pool_to` (move_pool, archive, restore)."""
    return await _move(conn, tenant_id, _UNOWNED, who, kind, by, at, state_from=state_from, state_to=state_to)


async def reopen_spells(
    conn: Conn, tenant_id: int, who: Who, *, kind: str, by: By, at: datetime, protected_until: datetime
) -> list[DictRow]:
    """Pooled or archived → owned again by `owner_to`, whose newest spell it was (undo, appeal); home pool `pool_to`.

    `data` is that of moves/inverse.py: it says what is undone, and what is put back.
    """
    return await _move(conn, tenant_id, _REOPEN, who, kind, by, at, protected_until=protected_until)


async def give_back(
    conn: Conn, tenant_id: int, who: Who, *, by: By, at: datetime, protected_until: datetime
) -> list[DictRow]:
    """Owned by `owner_from` by a hand-over → owned again by `owner_to`, who had it before (undo); clocks as then.

    `data` as of reopen_spells, with the `clocks` of the hand-over's event.
    """
    return await _move(conn, tenant_id, _GIVE_BACK, who, "undo", by, at, protected_until=protected_until)


async def put_back(conn: Conn, tenant_id: int, who: Who, *, by: By, at: datetime) -> list[DictRow]:
    """Pooled or archived → pooled in `pool_to` as it was (undo); `data` as of reopen_spells."""
    return await _move(conn, tenant_id, _PUT_BACK, who, "undo", by, at)


def was(customer: Mapping[str, Any]) -> dict[str, Any]:
    """WAS of a row at hand, as events hold it."""
    return _plain(customer, _OVERWRITTEN)


def clocks(customer: Mapping[str, Any]) -> dict[str, Any]:
    """What a hand-over to a person resets, of a row at hand, as events hold it."""
    return _plain(customer, _RESET)


def _plain(customer: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    values = {name: customer[name] for name in names if customer[name] is not None}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


async def rehome(conn: Conn, tenant_id: int, who: Who, *, by: By, at: datetime) -> list[DictRow]:
    """Any state, same owner → home pool `pool_to`; when a pool is closed."""
    return await _move(conn, tenant_id, _REHOME, who, "move_pool", by, at)
