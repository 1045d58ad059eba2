"""The keys of customers (customers/likeness.py) in their table: written with the fields, and asked for a match."""

from collections.abc import Collection, Sequence
from typing import Final

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows, run
from gonghai.customers.likeness import KINDS, Key, keys_of

# Of each key: what many share, such as a switchboard's number, tells nobody apart.
MOST: Final = 20

# What keys are made of, over customers c: with the contacts' phones and e-mails, and the country of bare numbers.
_SOURCES: Final = """SELECT c.id, c.kind, c.name, c.phones, c.emails, c.uscc, t.country,
    ARRAY(SELECT unnest(k.phones) FROM contact k WHERE k.tenant_id = c.tenant_id AND k.customer_id = c.id) AS more_phones,
    ARRAY(SELECT unnest(k.emails) FROM contact k WHERE k.tenant_id = c.tenant_id AND k.customer_id = c.id) AS more_emails
  FROM customer c JOIN tenant t ON t.id = c.tenant_id WHERE c.tenant_id = %s AND c.id = ANY (%s)"""
_STORE = """WITH n AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(kinds)s::text[], %(values)s::text[]) AS n (id, kind, value)
), gone AS (
    DELETE FROM customer_key k WHERE k.tenant_id = %(t)s AND k.customer_id = ANY (%(of)s)
      AND NOT EXISTS (SELECT FROM n WHERE n.id = k.customer_id AND n.kind = k.kind AND n.value = k.value)
) INSERT INTO customer_key (tenant_id, customer_id, kind, value)
  SELECT %(t)s, n.id, n.kind, n.value FROM n ON CONFLICT DO NOTHING"""


async def write_keys(conn: Conn, tenant_id: int, customer_ids: Sequence[int]) -> None:
    """Makes the keys of these customers what their fields and contacts, just written, say. Two statements for any number."""
    if not customer_ids:
        return
    keys = [
        (row["id"], key)
        for row in await rows(conn, _SOURCES, (tenant_id, list(customer_ids)))
        for key in keys_of(row, row["country"], phones=row["more_phones"], emails=row["more_emails"])
    ]
    await run(
        conn,
        _STORE,
        {
            "t": tenant_id,
            "of": list(customer_ids),
            "ids": [i for i, _ in keys],
            "kinds": [key.kind for _, key in keys],
            "values": [key.value for _, key in keys],
        },
    )


async def lock_creations(conn: Conn, tenant_id: int) -> None:
    """Lets one transaction of the tenant at a time look for matches and create; held until it ends.

    Taken after persons and pools, before customers. Whoever waited sees what the other one created.
    """
    await run(conn, "SELECT pg_advisory_xact_lock(hashtextextended('create', %s))", (tenant_id,))


# Customers are read by key (LATERAL, LIMIT 1), however many the planner expects: it would rather read all of them.
# A merged customer's keys lead to the one that answers for it; what an undone import left behind is nobody's customer.
_MATCHES = """WITH RECURSIVE met AS (
    SELECT w.no, k.customer_id AS id, w.kind FROM unnest(%(nos)s::integer[], %(kinds)s::text[], %(values)s::text[])
        AS w (no, kind, value) CROSS JOIN LATERAL (
        SELECT k.customer_id FROM customer_key k WHERE k.tenant_id = %(t)s AND k.kind = w.kind AND k.value = w.value
        ORDER BY k.customer_id LIMIT %(most)s) k
    UNION SELECT m.no, c.merged_into, m.kind FROM met m CROSS JOIN LATERAL (
        SELECT c.merged_into FROM customer c WHERE c.tenant_id = %(t)s AND c.id = m.id AND c.state = 'merged'
        LIMIT 1) c
  ) SELECT m.no, m.kinds, c.*, o.name AS owner_name, q.name AS pool_name, q.mode,
        (SELECT s.started_at FROM spell s WHERE s.tenant_id = %(t)s AND s.customer_id = c.id AND s.no = c.spell_no)
    FROM (SELECT no, id, array_agg(kind) AS kinds FROM met GROUP BY no, id) m CROSS JOIN LATERAL (
        SELECT c.id, c.external_id, c.name, c.state, c.owner_id, c.pool_id, c.spell_no, c.last_follow_up_at
        FROM customer c WHERE c.tenant_id = %(t)s AND c.id = m.id AND c.state <> 'merged'
          AND c.archived_reason IS DISTINCT FROM 'import_undone' LIMIT 1) c
    JOIN pool q ON q.tenant_id = %(t)s AND q.id = c.pool_id
    LEFT JOIN person o ON o.tenant_id = %(t)s AND o.id = c.owner_id
    ORDER BY m.no, c.id"""


async def matches(conn: Conn, tenant_id: int, wanted: Sequence[Collection[Key]]) -> dict[int, list[DictRow]]:
    """Per place in `wanted`, whoever has one of its keys, the most alike first; places without are left out.

    Whoever it is and whoever may see it: what is told of it is decided above (moves/duplicates.py). `kinds`, of KINDS in
    their order, says by what; `started_at` is the newest spell's.
    """
    keys = [(no, key) for no, some in enumerate(wanted) for key in some]
    if not keys:
        return {}
    params = {
        "t": tenant_id,
        "nos": [no for no, _ in keys],
        "kinds": [key.kind for _, key in keys],
        "values": [key.value for _, key in keys],
        "most": MOST,
    }
    found: dict[int, list[DictRow]] = {}
    for row in await rows(conn, _MATCHES, params):
        row["kinds"] = [kind for kind in KINDS if kind in row["kinds"]]
        found.setdefault(row["no"], []).append(row)
    for some in found.values():
        some.sort(key=lambda row: (KINDS.index(row["kinds"][0]), -len(row["kinds"]), row["id"]))
    return found
