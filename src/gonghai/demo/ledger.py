"""One customer's row while it is written, and its events: each numbers itself and makes the row's next version."""

from datetime import datetime
from typing import Any, Final

from gonghai.customers.fields import LISTS
from gonghai.demo.identity import Identity
from gonghai.demo.tables import CUSTOMER_COLUMNS, Json, Rows
from gonghai.demo.world import PER_CUSTOMER, World

_BLANK: Final[dict[str, Any]] = {
    **dict.fromkeys(CUSTOMER_COLUMNS), **{name: [] for name in LISTS}, "kind": "company", "spell_no": 0,
    "spell_claimed": False, "recycle_count": 0, "live_deals": 0, "open_deals": 0,
    "owner_leave_from": None, "owner_leave_until": None, "owner_department_id": None,
}  # fmt: skip


class Ledger:
    """`row` holds the customer's columns as they are now, and of its owner what `decide` reads."""

    def __init__(self, world: World, number: int, who: Identity, rows: Rows) -> None:
        self.world, self._rows = world, rows
        self._first: dict[str, int] = {
            name: getattr(world.numbers, name) + number * n for name, n in PER_CUSTOMER.items()
        }
        self.id = self._first["customer"]
        self.row: dict[str, Any] = {**_BLANK, **who.fields, "tenant_id": world.tenant_id, "id": self.id}

    def _change(self, t: datetime, kind: str, actor: int | None, data: dict[str, Any]) -> None:
        self._event(t, kind, actor, spell_no=self.row["spell_no"] or None, data=data)

    def _event(
        self, t: datetime, kind: str, actor: int | None, *, by: str | None = None, owner_from: int | None = None,
        owner_to: int | None = None, pool_from: int | None = None, pool_to: int | None = None,
        spell_no: int | None = None, reason: str | None = None, batch: int | None = None, policy: int | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        row = self.row
        row["version"] += 1
        row["updated_at"] = t
        self._rows.event.append(
            (self.world.tenant_id, self._next("event", row["version"] - 1), t, kind, "customer", self.id,
             row["version"], by or ("system" if actor is None else "person"), actor, owner_from, owner_to, pool_from,
             pool_to, spell_no, reason, batch, policy, data)
        )  # fmt: skip

    def _history(self, name: str, old: Any, new: Any) -> None:
        self._rows.field_history.append(
            (self.world.tenant_id, self.id, self.row["version"], name, Json(old), Json(new))
        )

    def _next(self, kind: str, place: int) -> int:
        assert place < PER_CUSTOMER[kind], f"customer {self.id} has more {kind}s than places"
        return self._first[kind] + place
