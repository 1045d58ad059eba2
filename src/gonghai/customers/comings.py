"""Who entered a pool and who left it, read from the log for those who look at the pool at this moment.

An event says from which pool to which; what it came to is read beside it, from the customer as it is now. So what is
told holds when it is told, and telling it twice does no harm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows
from gonghai.customers.may import relation

How = Literal["claimed", "assigned", "archived", "merged", "moved"]

# The events are cut before anything is joined: thousands may be new, the customers are millions.
_LOG = """WITH cut AS MATERIALIZED (
    SELECT e.id, e.subject_id, e.owner_from, e.pool_from, e.pool_to,
        e.subject = 'customer' AND coalesce(e.pool_from, e.pool_to) IS NOT NULL AS moved
    FROM event e WHERE e.tenant_id = %(t)s AND e.id > %(above)s AND e.id <> ALL (%(told)s)
    ORDER BY e.id LIMIT %(limit)s
) SELECT cut.*, c.state, c.pool_id, c.owner_id, c.spell_no, c.spell_claimed, p.name AS owner_name, q.hide_claimers
  FROM cut LEFT JOIN customer c ON c.tenant_id = %(t)s AND c.id = cut.subject_id AND cut.moved
  LEFT JOIN person p ON p.tenant_id = %(t)s AND p.id = c.owner_id
  LEFT JOIN pool q ON q.tenant_id = %(t)s AND q.id = cut.pool_from
  ORDER BY cut.id"""


@dataclass(frozen=True, slots=True)
class Coming:
    """A customer that entered `pool_id` (`how` is None) or left it; the owner it has now, if any."""

    customer_id: int
    pool_id: int
    how: How | None = None
    owner_id: int | None = None
    owner_name: str | None = None
    hide_claimers: bool = False
    spell_no: int = 0

    def owner_shown(self, actor: Actor) -> bool:
        """Whether this reader may know the owner: all do, unless the pool hides claimers from those not concerned."""
        if self.owner_id is None:
            return False
        customer = {"id": self.customer_id, "state": "owned", "owner_id": self.owner_id, "pool_id": self.pool_id,
                    "spell_no": self.spell_no}  # fmt: skip
        return not self.hide_claimers or relation(actor, customer).unmasked


async def read_log(
    conn: Conn, tenant_id: int, *, above: int, told: Sequence[int], limit: int
) -> tuple[list[int], list[Coming]]:
    """(ids of the events read, what they came to), the oldest `limit` of those above an id and not told yet."""
    found = await rows(conn, _LOG, {"t": tenant_id, "above": above, "told": list(told), "limit": limit})
    return [row["id"] for row in found], [coming for row in found for coming in _comings(row)]


def _comings(row: Mapping[str, Any]) -> list[Coming]:
    if row["state"] is None:
        return []
    pooled_in = row["pool_id"] if row["state"] == "pooled" else None
    said = []
    if row["pool_from"] is not None and row["owner_from"] is None and row["pool_from"] != pooled_in:
        owner = row["owner_id"], row["owner_name"], row["hide_claimers"], row["spell_no"]
        said.append(Coming(row["subject_id"], row["pool_from"], _how(row), *owner))
    if row["pool_to"] is not None and row["pool_to"] == pooled_in:
        said.append(Coming(row["subject_id"], row["pool_to"]))
    return said


def _how(row: Mapping[str, Any]) -> How:
    if row["state"] == "owned":
        return "claimed" if row["spell_claimed"] else "assigned"
    gone: dict[str, How] = {"archived": "archived", "merged": "merged"}
    return gone.get(row["state"], "moved")


async def newest_event(conn: Conn, tenant_id: int, *, older_than: float = 0) -> int:
    """The highest id of the tenant's events, of those at least so many seconds old; 0 without any."""
    found = await one(
        conn,
        "SELECT e.id FROM event e WHERE e.tenant_id = %s AND e.at <= clock_timestamp() - make_interval(secs => %s)"
        " ORDER BY e.id DESC LIMIT 1",
        (tenant_id, older_than),
    )
    return int(found["id"]) if found else 0
