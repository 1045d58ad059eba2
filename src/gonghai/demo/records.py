"""What a demo has beside its customers: reserved ids, the sweeps' records, batches, the first import's record."""

from collections.abc import Mapping
from typing import Any, Final

from psycopg import AsyncConnection, sql

from gonghai.base.database import Conn, run, value
from gonghai.demo.tables import Json, Row, copy_rows
from gonghai.demo.times import DAY, SWEEP, instant, sweeps
from gonghai.demo.world import PER_CUSTOMER, Numbers, World
from gonghai.people.tenants import as_owner

# Batches of the import and of each leaver stand before those of the sweeps.
BATCHES_BEFORE: Final = 8
_LOCKED: Final = "customer, event, follow_up, deal, contact, request, recycle_run, batch"


async def reserve(owner_url: str, customers: int, begin: int, end: int) -> Numbers:
    """Takes a block of ids of each kind out of the sequences, so that nobody else is given one of them."""
    runs = sweeps(begin, end)
    blocks = {kind: per * customers for kind, per in PER_CUSTOMER.items()}
    blocks |= {"recycle_run": runs, "batch": runs + BATCHES_BEFORE}
    async with as_owner(owner_url) as conn:
        # nextval and setval are two steps; inserts of others wait for both.
        await run(conn, f"LOCK TABLE {_LOCKED} IN SHARE ROW EXCLUSIVE MODE")
        first = {table: await _block(conn, table, size) for table, size in blocks.items()}
    return Numbers(
        **{kind: first[kind] for kind in PER_CUSTOMER}, run=first["recycle_run"], batch=first["batch"] + BATCHES_BEFORE
    )


async def _block(conn: Conn, table: str, size: int) -> int:
    first: int = await value(conn, "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", (table,))
    await run(conn, "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, first + size))
    return first


async def write_records(conn: Conn, world: World, moved: Mapping[int, int]) -> None:
    """The records of the sweeps that moved somebody (`moved`: run id → how many), and of all of the last two days."""
    recent = world.numbers.run + sweeps(world.begin, world.end - 2 * DAY)
    last = world.numbers.run + sweeps(world.begin, world.end) - 1
    ids = sorted(set(moved) | set(range(recent, last)))
    runs: list[Row] = []
    batches: list[Row] = []
    for number in ids:
        place = number - world.numbers.run
        runs.append(_run(world, number, world.begin + place * SWEEP, moved.get(number, 0)))
        batches.append((world.tenant_id, runs[-1][-1], "recycle", None, runs[-1][3]))
    batches.append((world.tenant_id, world.import_batch, "import", world.admin_id, instant(world.imported_at)))
    for rep, batch in world.leaver_batches.items():
        left = world.reps[rep].left_at
        assert left is not None
        batches.append((world.tenant_id, batch, "hand_over", world.admin_id, instant(left)))
    await copy_rows(conn, "recycle_run", _RUN, runs)
    await copy_rows(conn, "batch", ("tenant_id", "id", "kind", "actor_id", "at"), batches)
    await _import(conn, world)


_RUN: Final = (
    "tenant_id", "id", "pool_id", "now", "started_at", "finished_at", "state", "due", "moved", "done_to",
    "calendar_hash", "policy_versions", "batch_id",
)  # fmt: skip


def _run(world: World, number: int, at: int, moved: int) -> Row:
    in_force = [world.rules[pool].in_force(at) for pool in sorted(world.pools)]
    versions = [{"pool_id": str(p.pool_id), "number": p.number, "policy_id": str(p.policy_id)} for p in in_force]
    batch = world.numbers.batch + number - world.numbers.run
    return (
        world.tenant_id, number, None, instant(at), instant(at), instant(at + 2), "done", moved, moved,
        world.numbers.customer + world.customers, world.calendar.hash, Json(versions), batch,
    )  # fmt: skip


_MAPPING: Final = {
    "客户名称": "name", "级别": "level", "来源": "source", "行业": "industry", "地区": "region", "阶段": "stage",
    "手机": "phones", "邮箱": "emails", "网站": "website", "统一社会信用代码": "uscc", "地址": "address", "标签": "tags",
    "预计金额": "amount",
}  # fmt: skip


async def _import(conn: Conn, world: World) -> None:
    count = await value(
        conn,
        "SELECT count(*) FROM event WHERE tenant_id = %s AND batch_id = %s",
        (world.tenant_id, world.import_batch),
    )
    values: dict[str, Any] = {
        "tenant_id": world.tenant_id, "pool_id": world.public, "filename": "旧系统客户.xlsx", "asked_by": world.admin_id,
        "dry_run": False, "state": "done", "batch_id": world.import_batch, "rows_done": count, "last_row": count,
        "created": count, "created_at": instant(world.imported_at - 5), "started_at": instant(world.imported_at - 4),
        "finished_at": instant(world.imported_at + 30), "mapping": Json(_MAPPING), "rows_total": count,
    }  # fmt: skip
    await copy_rows(conn, "import", tuple(values), [tuple(values.values())])


async def settle(owner_url: str) -> None:
    """Lets the database know what it holds now, and files the search index's waiting entries."""
    tables = (
        "customer",
        "customer_search",
        "customer_key",
        "spell",
        "event",
        "follow_up",
        "deal",
        "contact",
        "field_history",
    )
    async with await AsyncConnection.connect(owner_url, autocommit=True) as conn:
        for table in tables:
            await conn.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
