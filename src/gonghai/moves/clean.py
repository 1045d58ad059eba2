"""Cleaning a pool: select whom its rules are about into the run's items, then carry the rules out in guarded chunks.

Two phases and resumable, as the sweep: a chunk does only what concerns customers whose version is still the one that
the selection decided on, and skips what changed meanwhile, saying so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, Database, one, rows, run
from gonghai.base.errors import Refusal
from gonghai.conditions.comparisons import Context
from gonghai.customers.fields import PRIVATE
from gonghai.customers.ownership import WAS, Who, move_unowned
from gonghai.events.log import By, new_batch
from gonghai.moves.batch import still_open
from gonghai.moves.requests.reverify import TO_ASK, ask_reverify
from gonghai.people.calendar import tenant_calendar
from gonghai.policy.cleaning import Archive, Cleaning, Move, Reverify, Rule, facts_of, select
from gonghai.policy.registry import REGISTRY
from gonghai.policy.versions import in_force, version_in_force

CHUNK: Final = 1000


async def start_cleaning(conn: Conn, tenant_id: int, pool_id: int, *, requested_by: int | None, now: datetime) -> int:
    """Opens the record of cleaning a pool by its policy in force; its id.

    Refuses `no_cleaning_rules`, `policy_broken`, and `run_in_progress` while another one is at work in the pool.
    """
    compiled, broken = await in_force(conn, tenant_id, now, [pool_id])
    if pool_id in broken:
        raise Refusal("policy_broken")
    if pool_id not in compiled or compiled[pool_id].policy.cleaning is None:
        raise Refusal("no_cleaning_rules")
    batch = await new_batch(conn, tenant_id, "clean", requested_by, now)
    row = await one(
        conn,
        "INSERT INTO cleaning_run (tenant_id, pool_id, policy_id, requested_by, now, started_at, state, batch_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'selecting', %s)"
        " ON CONFLICT (tenant_id, pool_id) WHERE finished_at IS NULL DO NOTHING RETURNING id",
        (tenant_id, pool_id, compiled[pool_id].policy_id, requested_by, now, now, batch),
    )
    if row is None:
        raise Refusal("run_in_progress")
    return int(row["id"])


async def carry_out(database: Database, tenant_id: int, run_id: int) -> None:
    """Selects (unless already done) and cleans until nothing is left; each chunk is a transaction."""
    async with database.tenant(tenant_id) as conn:
        await _select(conn, tenant_id, run_id)
    while True:
        async with database.tenant(tenant_id) as conn:
            if await _clean_chunk(conn, tenant_id, run_id):
                return


async def fail_cleaning(conn: Conn, tenant_id: int, run_id: int, error: str) -> None:
    """Closes a run that can't go on; what it did stays done and recorded."""
    await run(
        conn,
        "UPDATE cleaning_run SET state = 'failed', finished_at = clock_timestamp(), error = %s"
        " WHERE tenant_id = %s AND id = %s AND finished_at IS NULL",
        (error, tenant_id, run_id),
    )


def found_by(cleaning: Cleaning, pool_id: int, context: Context) -> tuple[str, dict[str, Any]]:
    """SELECT id, version, rule of the customers that a run at that moment is about, with its named parameters.

    Who is being asked about already, or was found good a short while ago, is not asked about again.
    """
    text, params = select(cleaning, pool_id, REGISTRY, context)
    asking = [i for i, rule in enumerate(cleaning.rules) if isinstance(rule.deed, Reverify)]
    sql = f"SELECT c.id, c.version, c.rule FROM ({text}) c WHERE c.rule <> ALL (%(asking)s) OR {TO_ASK}"
    return sql, {**params, "asking": asking, "now": context.now}


async def _select(conn: Conn, tenant_id: int, run_id: int) -> None:
    record = await one(
        conn,
        "SELECT * FROM cleaning_run WHERE tenant_id = %s AND id = %s AND state = 'selecting' FOR NO KEY UPDATE",
        (tenant_id, run_id),
    )
    if record is None:
        return
    calendar = await tenant_calendar(conn, tenant_id)
    cleaning = await _cleaning(conn, record)
    sql, params = found_by(cleaning, record["pool_id"], Context(record["now"], calendar.zone))
    found = await run(
        conn,
        "INSERT INTO cleaning_item (tenant_id, run_id, customer_id, customer_version, rule)"
        f" SELECT %(tenant_id)s, %(run_id)s, d.id, d.version, d.rule FROM ({sql}) d",
        {**params, "tenant_id": tenant_id, "run_id": run_id},
    )
    await run(
        conn,
        "UPDATE cleaning_run SET state = 'moving', found = %s WHERE tenant_id = %s AND id = %s",
        (found, tenant_id, run_id),
    )


async def _cleaning(conn: Conn, record: DictRow) -> Cleaning:
    """The rules that the run began by, even where a new version has come since."""
    _, version = await version_in_force(conn, record["tenant_id"], record["policy_id"])
    assert version.policy.cleaning is not None, "a run has rules"
    return version.policy.cleaning


async def _clean_chunk(conn: Conn, tenant_id: int, run_id: int) -> bool:
    """Does the next items, up to CHUNK, or closes the run when there are none; whether the run is closed."""
    # One worker at a time; another one that carries out the same run goes on behind this chunk.
    record = await one(
        conn, "SELECT * FROM cleaning_run WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE", (tenant_id, run_id)
    )
    if record is None or record["state"] != "moving":
        return True
    items = await rows(
        conn,
        "SELECT customer_id, rule FROM cleaning_item WHERE tenant_id = %s AND run_id = %s AND customer_id > %s"
        " ORDER BY customer_id LIMIT %s",
        (tenant_id, run_id, record["done_to"], CHUNK),
    )
    if not items:
        sql = "UPDATE cleaning_run SET state = 'done', finished_at = clock_timestamp() WHERE tenant_id = %s AND id = %s"
        await run(conn, sql, (tenant_id, run_id))
        return True
    done = await _Chunk(conn, record, (await _cleaning(conn, record)).rules).carry_out(items)
    await run(
        conn,
        "UPDATE cleaning_run SET done_to = %s, archived = archived + %s, moved = moved + %s, asked = asked + %s,"
        " skipped = skipped + %s WHERE tenant_id = %s AND id = %s",
        (
            items[-1]["customer_id"],
            *(done.count(what) for what in (Archive, Move, Reverify)),
            len(items) - len(done),
            tenant_id,
            run_id,
        ),
    )
    return False


# Rows whose version is still the decision's; whoever holds one right now is changing it, so it is skipped.
_LOCK = """SELECT c.id FROM cleaning_item i JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
  WHERE i.tenant_id = %(t)s AND i.run_id = %(run)s AND i.customer_id = ANY (%(ids)s) AND c.version = i.customer_version
  ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED"""


class _Chunk:
    """Some items of a run, done rule by rule under their locks."""

    def __init__(self, conn: Conn, record: DictRow, rules: Sequence[Rule]) -> None:
        self._conn = conn
        self._record = record
        self._rules = rules
        self._by = By(kind="policy", batch_id=record["batch_id"])

    async def carry_out(self, items: Sequence[DictRow]) -> list[type]:
        """The kinds of what was done, one per customer."""
        tenant_id = self._record["tenant_id"]
        used = sorted({item["rule"] for item in items})
        people = await self._active(used)
        targets = {d.pool_id for i in used if isinstance(d := self._rules[i].deed, Move)}
        pools = await still_open(self._conn, tenant_id, targets)
        params = {"t": tenant_id, "run": self._record["id"], "ids": [item["customer_id"] for item in items]}
        locked = {row["id"] for row in await rows(self._conn, _LOCK, params)}
        (instant,) = await rows(self._conn, "SELECT clock_timestamp() AS at")
        done: list[type] = []
        for index in used:
            rule = self._rules[index]
            ids = [item["customer_id"] for item in items if item["rule"] == index]
            obstacle = _obstacle(rule, people, pools)
            did = [] if obstacle else await self._do(index, [i for i in ids if i in locked], people, instant["at"])
            done += [type(rule.deed)] * len(did)
            await self._note_skipped(sorted(set(ids) - set(did)), obstacle)
        return done

    async def _active(self, used: Sequence[int]) -> dict[str, int]:
        """The persons that rules ask, by login: those who are active, and stay so until the transaction ends."""
        logins = {d.login for i in used if isinstance(d := self._rules[i].deed, Reverify) and d.login}
        found = await rows(
            self._conn,
            "SELECT id, login, state FROM person WHERE tenant_id = %s AND login = ANY (%s) ORDER BY id FOR SHARE",
            (self._record["tenant_id"], list(logins)),
        )
        return {row["login"]: row["id"] for row in found if row["state"] == "active"}

    async def _do(self, index: int, ids: Sequence[int], people: Mapping[str, int], at: datetime) -> list[int]:
        """Carries one rule out; the customers that it concerned."""
        if not ids:
            return []
        rule, record = self._rules[index], self._record
        deed = rule.deed
        if isinstance(deed, Reverify):
            asked = await ask_reverify(
                self._conn, record["tenant_id"], ids, pool_id=record["pool_id"],
                decider_id=people[deed.login] if deed.login else None, batch_id=record["batch_id"],
                rule={"zh": rule.zh, "en": rule.en}, at=at,
            )  # fmt: skip
            return list(asked)
        kind, state_to = ("archive", "archived") if isinstance(deed, Archive) else ("move_pool", "pooled")
        moved = await move_unowned(
            self._conn, record["tenant_id"], self._who(index, ids), kind=kind, by=self._by, at=at,
            state_from="pooled", state_to=state_to,
        )  # fmt: skip
        return [row["id"] for row in moved]

    def _who(self, index: int, ids: Sequence[int]) -> Who:
        """The facts that decided go into the event; what is personal stays out of the log."""
        rule = self._rules[index]
        facts = [REGISTRY.facts[name] for name in facts_of(rule.condition) if name not in PRIVATE]
        told = ", ".join(f"'{fact.name}', {fact.sql.replace('%', '%%')}" for fact in facts)
        select_text = f"""SELECT c.id AS customer_id, i.customer_version AS version, NULL::bigint AS owner_from,
            NULL::bigint AS owner_to, c.pool_id AS pool_from, coalesce(%(target)s::bigint, c.pool_id) AS pool_to,
            %(reason)s::text AS reason, %(policy)s::bigint AS policy_id, jsonb_strip_nulls(jsonb_build_object(
                'run', i.run_id, 'rule', i.rule, 'facts', jsonb_build_object({told}), 'was', {WAS})) AS data
          FROM cleaning_item i JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
          WHERE i.tenant_id = %(tenant_id)s AND i.run_id = %(run)s AND i.customer_id = ANY (%(ids)s)"""
        deed = rule.deed
        return Who(
            select_text,
            {
                "target": deed.pool_id if isinstance(deed, Move) else None,
                "reason": deed.reason if isinstance(deed, Archive) else None,
                "policy": self._record["policy_id"],
                "run": self._record["id"],
                "ids": list(ids),
            },
        )

    async def _note_skipped(self, ids: Sequence[int], why: str | None) -> None:
        if not ids:
            return
        await run(
            self._conn,
            """UPDATE cleaning_item i SET outcome = 'skipped', why = coalesce(%(why)s,
                CASE WHEN c.version <> i.customer_version THEN 'changed' ELSE 'busy' END)
              FROM customer c WHERE c.tenant_id = i.tenant_id AND c.id = i.customer_id
                AND i.tenant_id = %(t)s AND i.run_id = %(run)s AND i.customer_id = ANY (%(ids)s)""",
            {"t": self._record["tenant_id"], "run": self._record["id"], "ids": list(ids), "why": why},
        )


def _obstacle(rule: Rule, people: Mapping[str, int], pools: set[int]) -> str | None:
    """What keeps a whole rule from being carried out now."""
    if isinstance(rule.deed, Move) and rule.deed.pool_id not in pools:
        return "pool_closed"
    if isinstance(rule.deed, Reverify) and rule.deed.login is not None and rule.deed.login not in people:
        return "person_not_active"
    return None
