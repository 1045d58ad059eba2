"""Reading customers: one, and lists by keyset; visibility is a predicate inside every statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.access.visibility import predicate, shared_with
from gonghai.base.database import Conn, one, rows, value
from gonghai.base.errors import Invalid, NotFound

# Counts are exact up to here, then "10,000+".
COUNT_CAP: Final = 10_000

_SELECT = """SELECT c.*, o.name AS owner_name, o.department_id AS owner_department_id,
    o.leave_from AS owner_leave_from, o.leave_until AS owner_leave_until, q.name AS pool_name
  FROM customer c JOIN pool q ON q.tenant_id = c.tenant_id AND q.id = c.pool_id
  LEFT JOIN person o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id"""

# What a list may be ordered by: (columns, descending). An index serves the pool's; the others are for one person's
# or one team's customers.
SORTS: Final[dict[str, tuple[str, bool]]] = {
    "entered_pool_at": ("c.entered_pool_at", False),
    "-entered_pool_at": ("c.entered_pool_at", True),
    "-id": ("c.id", True),
    "id": ("c.id", False),
}
FILTERS: Final = ("level", "source", "industry", "region", "stage", "kind")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which customers a list asks for; everything None is everything visible."""

    states: Sequence[str] = ("pooled", "owned")
    pool_id: int | None = None
    owner_ids: Sequence[int] | None = None
    fresh: bool | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    ids: Sequence[int] | None = None
    shared: bool = False  # only those that others share with the actor
    untouched: bool = False  # only those claimed and still without first contact, as a cap counts them

    def where(self, actor: Actor) -> tuple[str, dict[str, Any]]:
        """The WHERE clause, tenant and visibility included, with its parameters."""
        seen, params = predicate(actor)
        if "see_pools" in params and list(self.states) == ["pooled"]:
            # The same for pooled ones, and all in the index, so that counting need not read the rows.
            seen = "c.pool_id = ANY (%(see_pools)s)"
        if self.shared:
            seen, params = shared_with(actor)
        parts = ["c.tenant_id = %(tenant_id)s", seen]
        # A plain equality lets the partial index on pooled customers serve the page.
        parts.append(f"c.state = '{self.states[0]}'" if len(self.states) == 1 else "c.state = ANY (%(states)s)")
        params |= {"tenant_id": actor.tenant_id, "states": list(self.states)}
        if self.pool_id is not None:
            parts.append("c.pool_id = %(pool_id)s")
            params["pool_id"] = self.pool_id
        if self.owner_ids is not None:
            parts.append("c.owner_id = ANY (%(owner_ids)s)")
            params["owner_ids"] = list(self.owner_ids)
        if self.fresh is not None:
            # Never owned, or owned before.
            parts.append("c.spell_no = 0" if self.fresh else "c.spell_no > 0")
        if self.untouched:
            parts.append("c.state = 'owned' AND c.spell_claimed AND c.first_contact_at IS NULL")
        if self.ids is not None:
            parts.append("c.id = ANY (%(ids)s)")
            params["ids"] = list(self.ids)
        for name, wanted in self.equal.items():
            if name not in FILTERS:
                raise Invalid({"path": name, "code": "unknown_filter"})
            parts.append(f"c.{name} = %(f_{name})s")
            params[f"f_{name}"] = wanted
        return " AND ".join(parts), params


async def get(conn: Conn, actor: Actor, customer_id: int) -> DictRow:
    """One customer with its owner's and pool's names; 404 when not visible."""
    seen, params = predicate(actor)
    row = await one(
        conn,
        f"{_SELECT} WHERE c.tenant_id = %(t)s AND c.id = %(id)s AND {seen}",
        {"t": actor.tenant_id, "id": customer_id, **params},
    )
    if row is None:
        raise NotFound("customer", id=str(customer_id))
    return row


async def page(
    conn: Conn, actor: Actor, wanted: Filter, *, sort: str, after: Sequence[Any] | None, limit: int
) -> list[DictRow]:
    """Up to `limit` rows behind the key `after` = (sort value, id) of the last row seen."""
    if sort not in SORTS:
        raise Invalid({"path": "sort", "code": "unknown_sort", "allowed": sorted(SORTS)})
    column, descending = SORTS[sort]
    direction, sign = ("DESC", "<") if descending else ("ASC", ">")
    where, params = wanted.where(actor)
    if after is not None:
        cast = "bigint" if column == "c.id" else "timestamptz"
        where += f" AND ({column}, c.id) {sign} (%(after_key)s::{cast}, %(after_id)s)"
        params |= {"after_key": after[0], "after_id": after[1]}
    # The page is cut before the names are joined.
    order = f"ORDER BY {column} {direction}, c.id {direction}"
    inner = f"SELECT c.id, {column} AS k FROM customer c WHERE {where} {order} LIMIT %(limit)s"
    return await rows(
        conn,
        f"WITH cut AS MATERIALIZED ({inner}) {_SELECT} JOIN cut ON cut.id = c.id"
        f" WHERE c.tenant_id = %(tenant_id)s ORDER BY cut.k {direction}, c.id {direction}",
        {**params, "limit": limit},
    )


async def count(conn: Conn, actor: Actor, wanted: Filter) -> tuple[int, bool]:
    """(count, capped): exact up to COUNT_CAP, then COUNT_CAP and True."""
    where, params = wanted.where(actor)
    n: int = await value(
        conn,
        f"SELECT count(*) FROM (SELECT FROM customer c WHERE {where} LIMIT %(cap)s) x",
        {**params, "cap": COUNT_CAP + 1},
    )
    return min(n, COUNT_CAP), n > COUNT_CAP


async def by_ids(conn: Conn, actor: Actor, ids: Sequence[int]) -> list[DictRow]:
    """The visible ones of these customers, in the order given."""
    seen, params = predicate(actor)
    found = await rows(
        conn,
        f"{_SELECT} WHERE c.tenant_id = %(t)s AND c.id = ANY (%(ids)s) AND {seen}",
        {"t": actor.tenant_id, "ids": list(ids), **params},
    )
    by_id = {row["id"]: row for row in found}
    return [by_id[i] for i in ids if i in by_id]


async def matching_ids(conn: Conn, actor: Actor, wanted: Filter, *, limit: int, sort: str = "id") -> list[int]:
    """Ids of all that match, up to `limit`, in the order of a list (one of SORTS)."""
    where, params = wanted.where(actor)
    column, descending = SORTS[sort]
    direction = "DESC" if descending else "ASC"
    found = await rows(
        conn,
        f"SELECT c.id FROM customer c WHERE {where} ORDER BY {column} {direction}, c.id {direction} LIMIT %(limit)s",
        {**params, "limit": limit},
    )
    return [row["id"] for row in found]


async def lying_in(conn: Conn, tenant_id: int, ids: Sequence[int], pool_ids: Sequence[int]) -> list[int]:
    """Those of these customers whose home is one of the pools, whatever their state."""
    found = await rows(
        conn,
        "SELECT c.id FROM customer c WHERE c.tenant_id = %s AND c.id = ANY (%s) AND c.pool_id = ANY (%s)",
        (tenant_id, list(ids), list(pool_ids)),
    )
    return [row["id"] for row in found]


async def lying_in_claim_scope(conn: Conn, tenant_id: int, person_id: int, ids: Sequence[int]) -> list[int]:
    """Those of these customers whose home is a pool that the person may claim from, whatever their state."""
    found = await rows(
        conn,
        "SELECT c.id FROM customer c JOIN person p ON p.tenant_id = %(t)s AND p.id = %(p)s"
        " WHERE c.tenant_id = %(t)s AND c.id = ANY (%(ids)s)"
        " AND has_pool_right(%(t)s, c.pool_id, 'claim', p.id, p.roles, p.department_id)",
        {"t": tenant_id, "p": person_id, "ids": list(ids)},
    )
    return [row["id"] for row in found]
