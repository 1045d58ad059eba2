"""Rights on pools, limits and overrides that name somebody who leaves: they end, each with its event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, rows, run
from gonghai.events.log import By

_EVENT = "INSERT INTO event (tenant_id, at, kind, subject, subject_id, version, actor, actor_id, data)"
_LIMITS = f"""WITH gone AS (
    DELETE FROM claim_limit l WHERE l.tenant_id = %(t)s AND l.subject = 'person' AND l.subject_id = %(p)s RETURNING l.*)
  {_EVENT} SELECT %(t)s, %(now)s, 'remove_limit', 'limit', g.id, 1, %(actor)s, %(by)s, jsonb_build_object(
    'pool', g.pool_id::text, 'rule', g.rule, 'value', jsonb_build_array(g.value, NULL)) FROM gone g"""
_OVERRIDES = f"""WITH ended AS (
    UPDATE claim_override o SET revoked_at = %(now)s, revoked_by = %(by)s WHERE o.tenant_id = %(t)s
      AND o.person_id = %(p)s AND o.revoked_at IS NULL AND o.until_at > %(now)s RETURNING o.*)
  {_EVENT} SELECT %(t)s, %(now)s, 'revoke_override', 'override', e.id, 1, %(actor)s, %(by)s, jsonb_build_object(
    'pool', e.pool_id::text, 'rule', e.rule, 'person', e.person_id::text) FROM ended e"""
_POOLS = f"""WITH named AS (
    SELECT * FROM unnest(%(pools)s::bigint[], %(data)s::jsonb[]) AS x (id, data)
), edited AS (
    UPDATE pool q SET version = q.version + 1 FROM named n WHERE q.tenant_id = %(t)s AND q.id = n.id
    RETURNING q.id, q.version, n.data)
  {_EVENT} SELECT %(t)s, %(now)s, 'edit_pool', 'pool', e.id, e.version, %(actor)s, %(by)s, e.data FROM edited e"""


async def end_rights(conn: Conn, actor: Actor, person_id: int, *, now: datetime) -> list[int]:
    """Ends them; the pools that the person was named on as admin. The person is locked; pools are, before customers."""
    params = {"t": actor.tenant_id, "p": person_id, "now": now, "by": actor.person_id,
              "actor": By.person(actor.person_id).kind}  # fmt: skip
    await run(conn, _LIMITS, params)
    await run(conn, _OVERRIDES, params)
    await rows(
        conn,
        "SELECT q.id FROM pool q WHERE q.tenant_id = %(t)s AND q.id IN (SELECT s.pool_id FROM pool_scope s WHERE"
        " s.tenant_id = %(t)s AND s.subject = 'person' AND s.subject_id = %(p)s) ORDER BY q.id FOR NO KEY UPDATE",
        params,
    )
    gone = await rows(
        conn,
        "DELETE FROM pool_scope s WHERE s.tenant_id = %(t)s AND s.subject = 'person' AND s.subject_id = %(p)s"
        " RETURNING s.pool_id, s.right_name",
        params,
    )
    named: dict[int, list[str]] = {}
    for row in gone:
        named.setdefault(row["pool_id"], []).append(row["right_name"])
    if named:
        await _say(conn, params, named)
    return [pool for pool, rights in named.items() if "admin" in rights]


async def _say(conn: Conn, params: Mapping[str, Any], named: Mapping[int, Sequence[str]]) -> None:
    """The pools' events, with whom else these rights are given to."""
    found = await rows(
        conn,
        "SELECT s.* FROM pool_scope s WHERE s.tenant_id = %(t)s AND s.pool_id = ANY (%(pools)s)",
        {**params, "pools": list(named)},
    )
    data = []
    for pool, rights in named.items():
        kept: dict[str, list[Any]] = {right: [] for right in sorted(rights)}
        for row in found:
            if row["pool_id"] == pool and row["right_name"] in kept:
                subject = {"kind": row["subject"], "id": row["subject_id"], "role": row["role"]}
                kept[row["right_name"]].append(subject)
        data.append(Jsonb({"changes": {}, "scopes": kept}))
    await run(conn, _POOLS, {**params, "pools": list(named), "data": data})
