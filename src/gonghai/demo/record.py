"""One customer's rows as the real actions would have written them: each method is one move or change.

What the columns become is taken from the actions' own pure parts (`clocks_after`, `after_win` …) where there are
some; `gonghai verify` replays the events over the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gonghai.activities.decide import clocks_after, decide_follow_up
from gonghai.customers.fields import PRIVATE, plain
from gonghai.customers.likeness import keys_of
from gonghai.customers.ownership import was
from gonghai.customers.record import initial_facts
from gonghai.customers.search import words_and_grams
from gonghai.deals.clocks import after_adopt, after_loss, after_open, after_win
from gonghai.demo.identity import Contact, Identity
from gonghai.demo.ledger import Ledger
from gonghai.demo.tables import CUSTOMER_COLUMNS, Rows
from gonghai.demo.times import DAY, instant
from gonghai.demo.world import World
from gonghai.policy.decide import Decision
from gonghai.policy.timers import BIT
from gonghai.workdays import local_date

_NEW_CLOCKS = dict.fromkeys(
    ("first_contact_at", "last_follow_up_at", "deal_lost_at", "locked_until", "protected_until", "notice_until")
)
# The facts that decided, as a recycle's event carries them (moves/recycle.py).
_DECIDING = (
    "clock_start", "first_contact_at", "last_follow_up_at", "deal_lost_at", "live_deals", "last_win_at", "contract_end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked a colleague to take a customer over."""

    at: int
    receiver: int
    asker: int
    spell_no: int
    note: str


class Record(Ledger):
    """A customer being written, with its spells, deals and all that was done."""

    def __init__(self, world: World, number: int, who: Identity, rows: Rows) -> None:
        super().__init__(world, number, who, rows)
        self._who = who
        # Each: tenant, customer, number, owner, started at and by, ended at and by.
        self.spells: list[list[Any]] = []
        self.deals: list[dict[str, Any]] = []
        self.follow_ups = self.requests = self.contacts = 0

    # Moves ----------------------------------------------------------------------------------------------

    def begin(
        self, at: int, kind: str, pool_id: int, owner_id: int | None, actor: int | None, batch: int | None
    ) -> None:
        """create or import."""
        t = instant(at)
        self.row.update(version=0, pool_id=pool_id, created_at=t, created_by=actor)
        if owner_id is None:
            self.row.update(state="pooled", entered_pool_at=t, first_pooled_at=t)
        else:
            self._open(t, owner_id, kind, claimed=False)
        self._event(
            t, kind, actor, owner_to=owner_id, pool_to=pool_id, spell_no=1 if owner_id else None, batch=batch,
            data={"facts": {"kind": "company", **initial_facts(self._who.fields)}},
        )  # fmt: skip
        for name in sorted(PRIVATE):
            if self.row[name]:
                self._history(name, None, self.row[name])
        if kind == "import" and self._who.contacts:
            self._contact(self._who.contacts[0])  # a row of the file, which the import's event stands for

    def take(self, at: int, kind: str, owner_id: int, actor: int, data: dict[str, Any] | None = None) -> None:
        """claim or assign."""
        t, pool = instant(at), self.row["pool_id"]
        self._open(t, owner_id, kind, claimed=kind == "claim")
        no = self.row["spell_no"]
        self._event(t, kind, actor, owner_to=owner_id, pool_from=pool, pool_to=pool, spell_no=no, data=data)

    def give_back(
        self, at: int, kind: str, pool_to: int, actor: int | None, reason: str | None = None, *,
        batch: int | None = None, policy: int | None = None, data: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """release, recycle, hand_over."""
        t, row = instant(at), self.row
        owner, pool = row["owner_id"], row["pool_id"]
        if kind != "release":
            data = {**(data or {}), "was": was(row)}  # so that it can be undone
        row.update(state="pooled", owner_id=None, pool_id=pool_to, last_return=kind, last_return_reason=reason)
        row["recycle_count"] += kind == "recycle"
        self._unowned(t, "pooled", None)
        self.spells[-1][6:8] = t, kind
        self._event(
            t, kind, actor, owner_from=owner, pool_from=pool, pool_to=pool_to, spell_no=row["spell_no"], reason=reason,
            batch=batch, policy=policy, data=data, by="policy" if kind == "recycle" else None,
        )  # fmt: skip

    def recycle(self, at: int, decision: Decision) -> None:
        """The sweep at `at` takes the customer; its run's item beside the move."""
        row, world = self.row, self.world
        sweep = world.run_number(at)
        bits = sum(BIT[r.timer] for r in decision.running if r.deadline <= instant(at))
        data = {"run": world.numbers.run + sweep, "segment": decision.segment_index, "timers": bits}
        data |= {name: _json(row[name]) for name in _DECIDING if row[name] is not None}
        self._rows.recycle_item.append(
            (world.tenant_id, data["run"], self.id, row["version"], decision.policy_id, decision.segment_index, bits,
             decision.target, row["owner_id"])
        )  # fmt: skip
        batch = world.numbers.batch + sweep
        # The run decides by its own instant and writes a moment later.
        self.give_back(at + 1, "recycle", decision.target, None, batch=batch, policy=decision.policy_id, data=data)

    def pass_on(self, at: int, owner_id: int, actor: int, *, carry: bool, request: int | None = None) -> None:
        """transfer: by the owner with all clocks, by a manager with new ones."""
        t, row = instant(at), self.row
        owner, pool, old = row["owner_id"], row["pool_id"], row["spell_no"]
        self.spells[-1][6:8] = t, "transfer"
        clocks = {name: row[name] for name in (*_NEW_CLOCKS, "clock_start", "live_deals")}
        self._open(t, owner_id, "transfer", claimed=False)
        if carry:
            row.update(clocks)
        for deal in self.deals:
            if deal["spell_no"] == old and (deal["state"] == "open" or (carry and deal["state"] == "won")):
                deal["spell_no"] = row["spell_no"]
                row["live_deals"] += not carry
        data = {"carry": carry} if request is None else {"carry": carry, "request": request}
        self._event(
            t, "transfer", actor, owner_from=owner, owner_to=owner_id, pool_from=pool, pool_to=pool,
            spell_no=row["spell_no"], data=data,
        )  # fmt: skip

    def move_unowned(self, at: int, kind: str, pool_to: int, actor: int, state: str, reason: str | None = None) -> None:
        """move_pool, archive, restore of one that nobody owns."""
        t, row = instant(at), self.row
        pool, no = row["pool_id"], row["spell_no"]
        data = {"was": was(row)} if kind != "restore" else None
        row.update(state=state, pool_id=pool_to)
        self._unowned(t, state, reason)
        self._event(t, kind, actor, pool_from=pool, pool_to=pool_to, spell_no=no, reason=reason, data=data)

    # Changes --------------------------------------------------------------------------------------------

    def follow_up(
        self, at: int, happened: int, kind: str, note: str, author: int, outcome: str | None, next_at: int | None
    ) -> None:
        """Records a follow-up of the open spell; the clocks move if it counts."""
        now, row = instant(at), self.row
        decision = decide_follow_up(
            kind=kind, note=note, at=instant(happened), now=now, spell_started=self.spells[-1][4],
            by_owner=author == row["owner_id"], counting=self.world.pools[row["pool_id"]].counting,
        )  # fmt: skip
        number = self._next("follow_up", self.follow_ups)
        self.follow_ups += 1
        self._rows.follow_up.append(
            (self.world.tenant_id, number, self.id, row["spell_no"], author, kind, decision.at, now, outcome, note,
             instant(next_at) if next_at else None, decision.qualifies, decision.why_not)
        )  # fmt: skip
        row.update(clocks_after(row, decision))
        data = {
            "id": str(number), "kind": kind, "at": _json(decision.at), "qualifies": decision.qualifies,
            "why_not": decision.why_not,
        }  # fmt: skip
        self._change(now, "follow_up", author, data)

    def warned(self, decision: Decision) -> None:
        """The last step of the ladder, told a day before the decision's deadline. As notice was given before, it is all."""
        assert decision.effective is not None
        row, calendar, at = self.row, self.world.calendar, decision.effective - timedelta(days=1)
        self._rows.warning.append(
            (self.world.tenant_id, self.id, row["spell_no"], "1", local_date(decision.effective, calendar),
             row["owner_id"], at, local_date(at, calendar), decision.effective, decision.running[0].timer,
             decision.policy_id, True)
        )  # fmt: skip

    def edit(self, at: int, actor: int, values: Mapping[str, Any]) -> None:
        """Changes fields; those that don't differ are left out."""
        row = self.row
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return
        public = {n: [plain(row[n]), plain(v)] for n, v in changed.items() if n not in PRIVATE}
        before = {name: row[name] for name in changed}
        row.update(changed)
        private = sorted(changed.keys() & PRIVATE)
        self._change(instant(at), "edit", actor, {"changes": public, "private": private})
        for name in private:
            self._history(name, before[name], changed[name])

    def add_contact(self, at: int, actor: int | None, contact: Contact) -> None:
        """Somebody to talk to, named after the customer began."""
        number = self._contact(contact)
        fields = ["name", "phones", "title", *(["wechat"] if contact.wechat else [])]
        self._change(instant(at), "edit_contact", actor, {"contact": str(number), "how": "create", "fields": fields})

    def _contact(self, contact: Contact) -> int:
        number = self._next("contact", self.contacts)
        self.contacts += 1
        self._rows.contact.append(
            (self.world.tenant_id, number, self.id, contact.name, contact.title, [contact.phone], [], contact.wechat)
        )
        return number

    def open_deal(self, at: int, deal: dict[str, Any]) -> None:
        """`deal` holds name, amount, expected_date."""
        t, row = instant(at), self.row
        number = self._next("deal", len(self.deals))
        self.deals.append(
            {"stage": None, "lost_reason": None, "closed_at": None, **deal, "id": number, "spell_no": row["spell_no"],
             "state": "open", "opened_at": t, "created_by": row["owner_id"], "version": 1}
        )  # fmt: skip
        row.update(after_open(row))
        changes = {name: [None, plain(deal[name])] for name in ("amount", "expected_date") if deal[name] is not None}
        self._deal_event(t, "open_deal", self.deals[-1], {"changes": changes})

    def close_deal(self, at: int, deal: dict[str, Any], lost_reason: str | None) -> None:
        """win_deal, or lose_deal with a reason."""
        t, row = instant(at), self.row
        row.update((after_loss if lost_reason else after_win)(row, deal, t))
        deal.update(state="lost" if lost_reason else "won", closed_at=t, version=deal["version"] + 1)
        if lost_reason:
            deal["lost_reason"] = lost_reason
        else:
            deal["spell_no"] = row["spell_no"]
        kind = "lose_deal" if lost_reason else "win_deal"
        self._deal_event(t, kind, deal, {"changes": {}, "private": ["lost_reason"] if lost_reason else []})

    def adopt_deal(self, at: int, deal: dict[str, Any]) -> None:
        """An open deal of an earlier spell becomes one of this spell."""
        self.row.update(after_adopt(self.row))
        deal.update(spell_no=self.row["spell_no"], version=deal["version"] + 1)
        self._deal_event(instant(at), "adopt_deal", deal, {"changes": {}, "private": []})

    def transfer_request(self, asked: Asked, state: str, decided_at: int | None) -> int:
        """A request to take the customer over, in the state it came to; its id."""
        number = self._next("request", self.requests)
        self.requests += 1
        decided = instant(decided_at) if decided_at else None
        self._rows.request.append(
            (self.world.tenant_id, number, "transfer", self.id, asked.spell_no, asked.asker, instant(asked.at),
             asked.receiver, instant(asked.at + 7 * DAY), state, decided, asked.note)
        )  # fmt: skip
        return number

    def finish(self) -> None:
        """Writes the customer as it stands, with its spells, deals, search text and keys."""
        rows, tenant = self._rows, self.world.tenant_id
        rows.customer.append(tuple(map(self.row.__getitem__, CUSTOMER_COLUMNS)))
        words, grams = words_and_grams(self.row["name"])
        rows.customer_search.append((tenant, self.id, words, grams))
        phones = [contact.phone for contact in self._who.contacts[: self.contacts]]
        rows.customer_key.extend((tenant, self.id, *key) for key in sorted(keys_of(self.row, "CN", phones=phones)))
        rows.spell.extend(map(tuple, self.spells))
        for d in self.deals:
            rows.deal.append(
                (tenant, d["id"], self.id, d["spell_no"], d["name"], d["stage"], d["state"], d["amount"],
                 d["expected_date"], d["lost_reason"], d["opened_at"], d["closed_at"], d["created_by"], d["version"])
            )  # fmt: skip

    # Parts ----------------------------------------------------------------------------------------------

    def _open(self, t: datetime, owner_id: int, kind: str, *, claimed: bool) -> None:
        row = self.row
        row.update(_NEW_CLOCKS)
        row.update(
            state="owned", owner_id=owner_id, spell_no=row["spell_no"] + 1, spell_claimed=claimed, clock_start=t,
            live_deals=0,
        )  # fmt: skip
        away = self.world.reps[owner_id].away
        row["owner_leave_from"] = instant(away[0]) if away else None
        row["owner_leave_until"] = instant(away[1]) if away else None
        self.spells.append([self.world.tenant_id, self.id, row["spell_no"], owner_id, t, kind, None, None])

    def _unowned(self, t: datetime, state: str, reason: str | None) -> None:
        row = self.row
        if state == "pooled":
            row["entered_pool_at"] = t
            row["first_pooled_at"] = row["first_pooled_at"] or t
        row["archived_reason"] = reason if state == "archived" else None

    def _deal_event(self, t: datetime, kind: str, deal: dict[str, Any], more: dict[str, Any]) -> None:
        self._change(t, kind, self.row["owner_id"], {"deal": str(deal["id"]), "spell_no": deal["spell_no"], **more})


def _json(value: Any) -> Any:
    return value if isinstance(value, int) else value.isoformat()
