"""撞单: whom a customer that is typed in matches, what its author is told of that, and whether it stays with its owner.

What is told follows from what the author may see, and for the rest from a setting of the company: name and owner, that
there is one, or nothing. With nothing, all must look as if there were none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one
from gonghai.base.errors import Refusal
from gonghai.customers.keys import matches
from gonghai.customers.likeness import keys_of
from gonghai.customers.masking import masked_fields
from gonghai.customers.may import relation
from gonghai.people.calendar import tenant_calendar
from gonghai.workdays import Length, add

MOST_TOLD: Final = 5
# The fields that hold what a key is made of: where one is masked, a match by it would confirm a guess.
_HELD_IN: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset({"phones", "contacts"}),
    "email": frozenset({"emails", "contacts"}),
    "uscc": frozenset({"uscc"}),
    "name": frozenset({"name"}),
}
Level = Literal["named", "owner", "exists", "nothing"]


@dataclass(frozen=True, slots=True)
class Match:
    """A customer that matches, as far as one reader may know of it.

    `kinds`: the keys that both have. `kept`: it stays with its owner, until `kept_until` or, without, as long as they
    have it. `claimable`: whoever wants it may claim it, so nobody need be asked.
    """

    row: DictRow
    kinds: list[str]
    level: Level
    mine: bool
    claimable: bool
    kept: bool
    kept_until: datetime | None

    @property
    def id(self) -> int:
        return int(self.row["id"])

    def refusal(self) -> Refusal | None:
        """Why it can't be asked for."""
        if self.mine:
            return Refusal("already_yours")
        if self.claimable:
            return Refusal("duplicate_claimable", id=str(self.id))
        if self.kept:
            # When an owner last followed up is not for those who are told no more than that there is somebody.
            until = self.kept_until if self.level != "exists" else None
            return Refusal("duplicate_kept", **({"until": until} if until is not None else {}))
        return None

    def shown(self) -> dict[str, Any]:
        """What is told of it, as JSON; an id only of what the reader may open."""
        row, named = self.row, self.level == "named"
        owner = {"id": str(row["owner_id"]), "name": row["owner_name"]} if row["owner_id"] is not None else None
        can = ["open"] if named else []
        can += ["claim"] if self.claimable else []
        can += ["ask"] if self.refusal() is None else []
        until = self.kept_until if self.level != "exists" else None
        return {
            "level": self.level,
            "matched": self.kinds,
            "id": str(self.id) if named else None,
            "name": row["name"] if self.level != "exists" else None,
            "state": row["state"] if named else None,
            "owner": owner if self.level != "exists" else None,
            "pool": {"id": str(row["pool_id"]), "name": row["pool_name"]} if named else None,
            "mine": self.mine,
            "kept": self.kept,
            "kept_until": until.isoformat() if until is not None else None,
            "can": can,
        }


async def find(conn: Conn, actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> list[Match]:
    """All that match these fields, the most alike first, each with what the actor may be told of it."""
    rules = await one(
        conn,
        "SELECT t.country, t.duplicate_told, t.duplicate_keeper, t.duplicate_active_days FROM tenant t WHERE t.id = %s",
        (actor.tenant_id,),
    )
    assert rules is not None
    found = (await matches(conn, actor.tenant_id, [keys_of(fields, rules["country"])])).get(0, [])
    kept = await _kept(conn, actor.tenant_id, found, rules, now)
    return [_judged(actor, row, rules["duplicate_told"], kept.get(row["id"], (False, None))) for row in found]


def _judged(actor: Actor, row: DictRow, setting: Level, kept: tuple[bool, datetime | None]) -> Match:
    """A key that is masked for the reader is nothing to know a customer by: else typing would be a way to guess it."""
    related = relation(actor, row)
    masked = masked_fields(actor, row)
    clear = [kind for kind in row["kinds"] if not _HELD_IN[kind] & masked]
    level: Level = setting
    if related.viewer:
        level = "named" if clear else "nothing" if setting == "nothing" else "exists"
    claimable = (
        level == "named" and row["state"] == "pooled" and row["mode"] == "list"
        and actor.rights(row["pool_id"]).claim and actor.may("customers.claim")
    )  # fmt: skip
    return Match(row, clear if level == "named" else row["kinds"], level, related.owner, claimable, *kept)


async def _kept(
    conn: Conn, tenant_id: int, found: Sequence[DictRow], rules: DictRow, now: datetime
) -> dict[int, tuple[bool, datetime | None]]:
    """Of those that somebody owns: whether they stay there, and until when. Nobody keeps what lies in a pool."""
    owned = [row for row in found if row["state"] == "owned"]
    if not owned or rules["duplicate_keeper"] == "admin":
        return {}
    if rules["duplicate_keeper"] == "owner":
        return {row["id"]: (True, None) for row in owned}
    calendar, length = await tenant_calendar(conn, tenant_id), Length(rules["duplicate_active_days"], "days")
    ends = {row["id"]: add(row["last_follow_up_at"] or row["started_at"], length, calendar) for row in owned}
    return {customer_id: (True, until) for customer_id, until in ends.items() if until > now}


def told(found: Sequence[Match]) -> list[Match]:
    """Those that the reader is told of; of what merely exists one, so that nobody counts them."""
    shown = [match for match in found if match.level not in ("nothing", "exists")]
    unnamed = [match for match in found if match.level == "exists"]
    # The one that can be asked for, if any can.
    unnamed.sort(key=lambda match: match.refusal() is not None)
    return [*shown[:MOST_TOLD], *unnamed[:1]]


def refuse_told(actor: Actor, found: Sequence[Match], *, despite: bool, pool_id: int) -> bool:
    """Whether the author was told of a match and creates the customer `despite` it; refuses otherwise.

    Refuses `duplicate` {matches}, and `duplicate_same_code` where the credit code is the same, so that it can't be
    another company, for all but managers and the pool's admins.
    """
    known = told(found)
    if not known:
        return False
    if not despite:
        raise Refusal("duplicate", matches=[match.shown() for match in known])
    trusted = "manager" in actor.roles or actor.administers(pool_id)
    if not trusted and any("uscc" in match.kinds for match in known):
        raise Refusal("duplicate_same_code")
    return True
