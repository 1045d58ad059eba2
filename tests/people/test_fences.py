"""Row-level security: what a connection of the product can't do, even with a wrong statement."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row

from gonghai.base.database import Database, app_url, in_tenant, rows, run, value
from tests.fixtures.people import Company, make_company

Owner = AsyncConnection[DictRow]

# The least row of every table that has tenants' rows; order follows the foreign keys. {names} are rows made before.
LEAST_ROWS = {
    "tenant_day": "(tenant_id, day, works) VALUES ({t}, '2026-12-31', false)",
    "department_lead": "(tenant_id, department_id, person_id) VALUES ({t}, {root}, {person})",
    "deputy": "(tenant_id, person_id, deputy_id, from_at, until_at, set_at)"
    " VALUES ({t}, {person}, {deputy}, now(), now() + interval '1 day', now())",
    "session": "(tenant_id, token_hash, person_id, csrf_token, expires_at) VALUES ({t}, '{t}', {person}, 'x', now())",
    "api_key": "(tenant_id, person_id, name, key_hash, scopes) VALUES ({t}, {person}, 'x', '{t}', '{{all}}')",
    "link": "(tenant_id, token_hash, person_id, kind, expires_at) VALUES ({t}, '{t}', {person}, 'reset', now())",
    "idempotency_key": "(tenant_id, person_id, key, request) VALUES ({t}, {person}, 'x', 'x')",
    "pool": "(tenant_id, id, name) VALUES ({t}, {t}, 'x')",
    "pool_scope": "(tenant_id, pool_id, right_name, subject) VALUES ({t}, {t}, 'see', 'all')",
    "policy": "(tenant_id, pool_id, state, document) VALUES ({t}, {t}, 'draft', '{{}}')",
    "customer": "(tenant_id, id, state, pool_id, entered_pool_at, name, created_at, updated_at)"
    " VALUES ({t}, {t}, 'pooled', {t}, now(), 'x', now(), now())",
    "customer_search": "(tenant_id, customer_id, words, grams) VALUES ({t}, {t}, 'x', '{{x}}')",
    "customer_key": "(tenant_id, customer_id, kind, value) VALUES ({t}, {t}, 'name', 'x')",
    "spell": "(tenant_id, customer_id, no, owner_id, started_at, started_by)"
    " VALUES ({t}, {t}, 1, {person}, now(), 'claim')",
    "collaborator": "(tenant_id, customer_id, spell_no, person_id, added_at) VALUES ({t}, {t}, 1, {person}, now())",
    "event": "(tenant_id, at, kind, subject_id, version, actor) VALUES ({t}, now(), 'x', {t}, 1, 'system')",
    "field_history": "(tenant_id, customer_id, version, field) VALUES ({t}, {t}, 1, 'name')",
    "batch": "(tenant_id, kind, at) VALUES ({t}, 'x', now())",
    "contact": "(tenant_id, customer_id, name) VALUES ({t}, {t}, 'x')",
    "follow_up": "(tenant_id, customer_id, kind, at, recorded_at, qualifies)"
    " VALUES ({t}, {t}, 'call', now(), now(), true)",
    "deal": "(tenant_id, customer_id, spell_no, name, opened_at) VALUES ({t}, {t}, 1, 'x', now())",
    "request": "(tenant_id, id, kind, customer_id, spell_no, asked_by, asked_at, decider_id, lapses_at)"
    " VALUES ({t}, {t}, 'transfer', {t}, 1, {person}, now(), {person}, now())",
    "recycle_run": "(tenant_id, now, started_at, state, calendar_hash, policy_versions, batch_id)"
    " VALUES ({t}, now(), now(), 'done', 'x', '{{}}', 1)",
    "recycle_item": "(tenant_id, run_id, customer_id, customer_version, policy_id, segment, timers, pool_to, owner_id)"
    " VALUES ({t}, 1, {t}, 1, 1, 1, 1, {t}, {person})",
    "import": "(tenant_id, id, pool_id, filename, dry_run, state, created_at)"
    " VALUES ({t}, {t}, {t}, 'x', true, 'done', now())",
    "import_piece": "(tenant_id, import_id, part, no, bytes) VALUES ({t}, {t}, 'source', 1, 'x')",
    "warning": "(tenant_id, customer_id, spell_no, step, deadline_date, owner_id, at, day, effective, timer, policy_id,"
    " last) VALUES ({t}, {t}, 1, '7', '2026-12-31', {person}, now(), '2026-12-24', now(), 'follow_up', 1, false)",
    "notice": "(tenant_id, person_id, kind, key, at) VALUES ({t}, {person}, 'x', 'x', now())",
    "request_comment": "(tenant_id, request_id, author_id, at, text) VALUES ({t}, {t}, {person}, now(), 'x')",
    "undo": "(tenant_id, id, batch_id, undo_batch_id, started_at, state, protected_until, total)"
    " VALUES ({t}, {t}, 1, 1, now(), 'done', now(), 0)",
    "undo_item": "(tenant_id, undo_id, customer_id) VALUES ({t}, {t}, {t})",
    "undo_kept": "(tenant_id, undo_id, customer_id, why) VALUES ({t}, {t}, {t}, 'x')",
    "cleaning_run": "(tenant_id, id, pool_id, policy_id, now, started_at, state, batch_id)"
    " VALUES ({t}, {t}, {t}, 1, now(), now(), 'done', 1)",
    "cleaning_item": "(tenant_id, run_id, customer_id, customer_version, rule) VALUES ({t}, {t}, {t}, 1, 0)",
    "browsing": "(tenant_id, person_id, pool_id, day) VALUES ({t}, {person}, {t}, '2026-12-31')",
    "claim_limit": "(tenant_id, pool_id, rule, subject, subject_id, value, set_at)"
    " VALUES ({t}, {t}, 'daily_quota', 'person', {person}, 1, now())",
    "claim_override": "(tenant_id, pool_id, person_id, rule, value, from_at, until_at, why, granted_at)"
    " VALUES ({t}, {t}, {person}, 'daily_quota', 1, now(), now() + interval '1 day', 'x', now())",
    "offer": "(tenant_id, pool_id, person_id, customer_id, offered_at, expires_at, cost)"
    " VALUES ({t}, {t}, {person}, {t}, now(), now() + interval '1 hour', 1)",
    "draw": "(tenant_id, id, pool_id, opens_at, closes_at, seed, planned_at)"
    " VALUES ({t}, {t}, {t}, now(), now() + interval '1 hour', sha256('x'), now())",
    "draw_wish": "(tenant_id, draw_id, person_id, place, customer_id) VALUES ({t}, {t}, {person}, 1, {t})",
    "hand_over": "(tenant_id, id, person_id, at, way, by_rule, left_company, customers, batch_id)"
    " VALUES ({t}, {t}, {person}, now(), 'pools', true, true, 1, (SELECT b.id FROM batch b WHERE b.tenant_id = {t}))",
    "hand_over_receiver": "(tenant_id, hand_over_id, place, pool_id, customers) VALUES ({t}, {t}, 0, {t}, 1)",
    "point_rules": "(tenant_id, number, document, from_at) VALUES ({t}, 1, '{{}}', now())",
    "point_count": "(tenant_id, floor, settled, marked, marked_xid, marked_at, counted_at)"
    " VALUES ({t}, 0, 0, 0, 0, now(), now())",
    "point": "(tenant_id, person_id, rule, cause, turn, customer_id, at, points, version, why, booked_at)"
    " VALUES ({t}, {person}, 'won_from_pool', 1, 1, {t}, now(), 1, 1, '{{}}', now())",
    "contact_deadline": "(tenant_id, customer_id, spell_no, due_at, length) VALUES ({t}, {t}, 1, now(), '1 hours')",
    "season": "(tenant_id, name, first_day, last_day) VALUES ({t}, 'x', '2026-10-01', '2026-12-31')",
    "earned_rule": "(tenant_id, pool_id, document) VALUES ({t}, {t}, '{{}}')",
    "task_batch": "(tenant_id, id, given_by, given_at, title, due_at) VALUES ({t}, {t}, {person}, now(), 'x', now())",
    "task": "(tenant_id, batch_id, customer_id, assignee_id, asked_at, due_at)"
    " VALUES ({t}, {t}, {t}, {person}, now(), now())",
    "handbook_acknowledgement": "(tenant_id, person_id, pool_id, edition, at) VALUES ({t}, {person}, {t}, 'x', now())",
}
BY_PRODUCT = {"department", "person"}  # a new tenant has these


@pytest.fixture
async def owner(migrated_url: str) -> AsyncIterator[Owner]:
    async with await AsyncConnection.connect(migrated_url, autocommit=True, row_factory=dict_row) as conn:
        yield conn


@pytest.fixture
async def other(database: Database, migrated_url: str, owner: Owner) -> Company:
    """Tenant B: with a row in every table that can hold one."""
    company = await make_company(database, migrated_url, "B")
    await company.person("deputy")
    for table in LEAST_ROWS:
        await run(owner, insert(table, company))
    return company


def insert(table: str, company: Company) -> str:
    least = LEAST_ROWS[table].format(t=company.tenant_id, root=company.root_id, person=company.admin_id,
        deputy=company.people.get("deputy"))  # fmt: skip
    return f'INSERT INTO "{table}" {least}'


async def tenant_tables(owner: Owner) -> list[str]:
    found = await rows(
        owner,
        "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables b"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id'"
        " AND b.table_type = 'BASE TABLE' ORDER BY c.table_name",
    )
    return [row["table_name"] for row in found]


async def test_this_file_knows_every_table_that_holds_tenants_rows(owner: Owner) -> None:
    assert set(await tenant_tables(owner)) == set(LEAST_ROWS) | BY_PRODUCT


async def test_inside_one_tenant_no_row_of_another_is_seen_or_changed(
    owner: Owner, company: Company, other: Company
) -> None:
    for table in [*await tenant_tables(owner), "tenant"]:
        column = "id" if table == "tenant" else "tenant_id"
        there = f'SELECT count(*) FROM "{table}" WHERE {column} = {other.tenant_id}'
        assert await value(owner, there) > 0, f"{table} has a row that could be seen"
        async with company.database.tenant(company.tenant_id) as conn:
            assert await value(conn, there) == 0, table
            seen = await rows(conn, f'SELECT DISTINCT {column} AS tenant FROM "{table}"')
            assert {row["tenant"] for row in seen} <= {company.tenant_id}, table
        for change in (f'UPDATE "{table}" SET {column} = {column}', f'DELETE FROM "{table}"'):
            try:
                async with company.database.tenant(company.tenant_id) as conn:
                    assert await run(conn, f"{change} WHERE {column} = {other.tenant_id}") == 0, change
            except psycopg.errors.InsufficientPrivilege:
                assert table in {"event", "tenant"}, change


async def test_outside_any_tenant_no_row_is_seen(owner: Owner, other: Company) -> None:
    for table in [*await tenant_tables(owner), "tenant"]:
        async with other.database.anyone() as conn:
            assert await value(conn, f'SELECT count(*) FROM "{table}"') == 0, table


async def test_inside_one_tenant_no_row_is_added_to_another(owner: Owner, company: Company, other: Company) -> None:
    for table in reversed(LEAST_ROWS):
        await run(owner, f'DELETE FROM "{table}" WHERE tenant_id = {other.tenant_id}')
    for table in LEAST_ROWS:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            async with company.database.tenant(company.tenant_id) as conn:
                await run(conn, insert(table, other))
        # The statement itself is right: only the fence refused it.
        await run(owner, insert(table, other))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with company.database.tenant(company.tenant_id) as conn:
            await run(conn, "INSERT INTO tenant (name) VALUES ('x')")


async def test_functions_that_look_past_the_fence_refuse_another_tenant(
    owner: Owner, company: Company, other: Company
) -> None:
    found = await rows(
        owner,
        "SELECT p.proname AS name, p.pronargs AS arguments, p.oid::regprocedure::text AS signature FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'"
        " WHERE p.prosecdef AND p.proargnames[1] = 'p_tenant'",
    )
    assert {"claim", "search_customers"} <= {row["name"] for row in found}
    for row in found:
        types = row["signature"].partition("(")[2].rstrip(")").split(",")
        arguments = ", ".join([str(other.tenant_id), *(f"NULL::{name}" for name in types[1:])])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="tenant argument differs"):
            async with company.database.tenant(company.tenant_id) as conn:
                await rows(conn, f"SELECT * FROM {row['name']}({arguments})")


async def test_every_other_function_that_looks_past_the_fence_is_known(owner: Owner) -> None:
    """These few come before a tenant is known. Whoever adds one should think twice."""
    found = await rows(
        owner,
        "SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef AND p.proargnames[1] IS DISTINCT FROM 'p_tenant'",
    )
    assert {row["name"] for row in found} == {
        "find_login", "note_sign_in", "find_session", "find_api_key", "find_link", "login_taken", "list_tenants",
    }  # fmt: skip


async def test_the_product_can_not_become_somebody_else(migrated_url: str, owner: Owner, company: Company) -> None:
    owner_name = await value(owner, "SELECT current_user")
    async with await AsyncConnection.connect(app_url(migrated_url), autocommit=True, row_factory=dict_row) as conn:
        assert await value(conn, "SELECT current_user") == "gonghai_app"
        for attempt in (
            sql.SQL("SET ROLE {}").format(sql.Identifier(owner_name)),
            sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(owner_name)),
            sql.SQL("ALTER ROLE gonghai_app BYPASSRLS"),
            sql.SQL("ALTER TABLE customer DISABLE ROW LEVEL SECURITY"),
            sql.SQL("DROP POLICY tenant_only ON customer"),
            sql.SQL("SELECT * FROM sign_in_failure"),
            sql.SQL("CREATE TABLE mine ()"),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await conn.execute(attempt)
        async with in_tenant(conn, company.tenant_id):
            for change in ("UPDATE event SET at = now()", "DELETE FROM event", "TRUNCATE event"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    async with conn.transaction():
                        await run(conn, change)
