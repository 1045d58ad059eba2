"""Filling the Actor, once per request: roles, the led subtree, what is shared with them, for whom they act, what each
pool and each role's fields allow."""

from collections.abc import Mapping, Sequence

from gonghai.access.actor import Actor, PoolRights, Standing
from gonghai.access.field_rights import narrowed
from gonghai.base.database import Conn, one, rows
from gonghai.base.errors import Refusal

_PERSON = """WITH RECURSIVE led AS (
    SELECT l.department_id AS id FROM department_lead l WHERE l.tenant_id = %(t)s AND l.person_id = %(p)s
    UNION SELECT d.id FROM led JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = led.id
), above AS (
    SELECT d.id, d.parent_id FROM person p JOIN department d ON d.tenant_id = %(t)s AND d.id = p.department_id
    WHERE p.tenant_id = %(t)s AND p.id = %(p)s
    UNION SELECT d.id, d.parent_id FROM above a JOIN department d ON d.tenant_id = %(t)s AND d.id = a.parent_id
) SELECT p.id, p.name, p.roles, p.state, p.department_id, p.locale, t.timezone, t.field_rights,
    ARRAY(SELECT id FROM led) AS led, ARRAY(SELECT id FROM above) AS above,
    ARRAY(SELECT s.id FROM person s WHERE s.tenant_id = %(t)s AND s.department_id IN (SELECT id FROM led))
        AS subordinates,
    (SELECT jsonb_object_agg(k.customer_id, k.spell_no) FROM collaborator k
        JOIN customer c ON c.tenant_id = %(t)s AND c.id = k.customer_id AND c.spell_no = k.spell_no AND c.state = 'owned'
        WHERE k.tenant_id = %(t)s AND k.person_id = %(p)s) AS shared,
    ARRAY(SELECT x.person_id FROM deputies_at(%(t)s, clock_timestamp()) x WHERE x.deputy_id = %(p)s) AS deputises
  FROM person p JOIN tenant t ON t.id = %(t)s WHERE p.tenant_id = %(t)s AND p.id = %(p)s"""

_POOLS = """SELECT q.id, q.masked_fields, q.hide_earlier_notes, q.follow_up_unclaimed,
    array_agg(DISTINCT s.right_name) FILTER (WHERE s.subject = 'all'
        OR (s.subject = 'person' AND s.subject_id = %(p)s)
        OR (s.subject = 'role' AND s.role = ANY (%(roles)s))
        OR (s.subject = 'department' AND s.subject_id = ANY (%(above)s))) AS rights
  FROM pool q LEFT JOIN pool_scope s ON s.tenant_id = %(t)s AND s.pool_id = q.id
  WHERE q.tenant_id = %(t)s AND q.state = 'open' GROUP BY q.tenant_id, q.id"""


# What waits for those one acts for: as managers of whom, and as admins of which pools.
_STANDING = """WITH RECURSIVE led AS (
    SELECT l.person_id, l.department_id AS id FROM department_lead l
    WHERE l.tenant_id = %(t)s AND l.person_id = ANY (%(ids)s)
    UNION SELECT led.person_id, d.id FROM led JOIN department d ON d.tenant_id = %(t)s AND d.parent_id = led.id
) SELECT p.id,
    ARRAY(SELECT s.id FROM led JOIN person s ON s.tenant_id = %(t)s AND s.department_id = led.id
        WHERE led.person_id = p.id AND 'manager' = ANY (p.roles)) AS managed,
    ARRAY(SELECT q.id FROM pool q WHERE q.tenant_id = %(t)s AND q.state = 'open'
        AND has_pool_right(%(t)s, q.id, 'admin', p.id, p.roles, p.department_id)) AS pools
  FROM person p WHERE p.tenant_id = %(t)s AND p.id = ANY (%(ids)s)"""


async def _standing(conn: Conn, tenant_id: int, person_ids: Sequence[int]) -> dict[int, Standing]:
    if not person_ids:
        return {}
    found = await rows(conn, _STANDING, {"t": tenant_id, "ids": list(person_ids)})
    return {row["id"]: Standing(frozenset(row["managed"]), frozenset(row["pools"])) for row in found}


async def load_actor(conn: Conn, tenant_id: int, person_id: int, *, scopes: frozenset[str] | None = None) -> Actor:
    """The Actor of an active person; 401 when the person is no longer active."""
    person = await one(conn, _PERSON, {"t": tenant_id, "p": person_id})
    if person is None or person["state"] != "active":
        raise Refusal("not_signed_in", 401)
    found = await rows(
        conn, _POOLS, {"t": tenant_id, "p": person_id, "roles": person["roles"], "above": person["above"]}
    )
    sees_all = bool({"admin", "auditor"} & set(person["roles"]))
    pools: Mapping[int, PoolRights] = {
        row["id"]: PoolRights(
            see=sees_all or bool(row["rights"]),
            claim="claim" in (row["rights"] or ()),
            admin="admin" in (row["rights"] or ()),
            masked_fields=frozenset(row["masked_fields"]),
            hide_earlier_notes=row["hide_earlier_notes"],
            follow_up_unclaimed=row["follow_up_unclaimed"],
        )
        for row in found
    }
    hidden, readonly = narrowed(person["field_rights"], person["roles"])
    return Actor(
        tenant_id=tenant_id,
        person_id=person_id,
        name=person["name"],
        roles=frozenset(person["roles"]),
        department_id=person["department_id"],
        led=frozenset(person["led"]),
        subordinates=frozenset(person["subordinates"]),
        pools=pools,
        shared={int(customer): spell_no for customer, spell_no in (person["shared"] or {}).items()},
        deputises=await _standing(conn, tenant_id, person["deputises"]),
        hidden_fields=hidden,
        readonly_fields=readonly,
        scopes=scopes,
        zone=person["timezone"],
        locale=person["locale"],
    )
