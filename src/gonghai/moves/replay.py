"""Replaying one customer's events into what the customer must be now. Pure; `verify` compares it with the tables.

The fold is written against what each kind of event means, not with the code that wrote it: a mistake in a writer
then shows as a difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gonghai.moves.replayed import NEW_CLOCKS, Collaborator, Deal, Event, FollowUp, Replayed, Spell


def replay(events: Iterable[Event]) -> Replayed:
    """Folds one customer's events, given in the order of their versions."""
    now = Replayed()
    columns = now.columns
    for event in events:
        if event.version != columns["version"] + 1:
            now.faults.append((event.version, "version_gap"))
        if (event.kind in _BEGINNINGS) != (columns["state"] is None):
            now.faults.append((event.version, "not_the_beginning" if columns["state"] else "no_beginning"))
        handler = _HANDLERS.get(event.kind)
        before = {name: columns[name] for name in _PLACE} if event.kind in _PLACING else None
        if handler is not None:
            try:
                handler(now, event)
            except (KeyError, TypeError, ValueError, AttributeError):
                now.faults.append((event.version, "unreadable"))
        if before is not None:
            now.newest_move, now.before_it = (event.version, event.kind), before
            _check_kept(now, event)
            if event.kind != "move_pool":
                now.recycled = (now.newest_move, before) if event.kind == "recycle" else ((0, ""), {})
        columns["version"] = event.version
        columns["updated_at"] = event.at
    return now


def _begin(now: Replayed, event: Event) -> None:
    facts = event.data["facts"]
    now.columns.update(facts, created_at=event.at, created_by=event.actor_id)
    if event.owner_to is None:
        _into_pool(now, event)
    else:
        now.columns["pool_id"] = event.pool_to
        _open(now, event)


def _move(now: Replayed, event: Event) -> None:
    """A move's ends say what it does to the spells: from nobody or somebody, to somebody or nobody."""
    _check_origin(now, event)
    if event.owner_from is not None:
        _end(now, event)
        if event.owner_to is None:
            now.columns.update(last_return=event.kind, last_return_reason=event.reason)
    if event.kind == "recycle":
        now.columns["recycle_count"] += 1
    now.columns["pool_id"] = event.pool_to
    if event.owner_to is not None:
        _pass(now, event) if event.owner_from is not None else _open(now, event)
    elif event.kind == "archive":
        now.columns.update(state="archived", owner_id=None, archived_reason=event.reason)
    else:
        _into_pool(now, event)


def _check_origin(now: Replayed, event: Event) -> None:
    if (event.owner_from, event.pool_from) != (now.columns["owner_id"], now.columns["pool_id"]):
        now.faults.append((event.version, "other_origin"))


def _rehome(now: Replayed, event: Event) -> None:
    """Another home pool. Nothing but a pooled customer's entry depends on it: owners and archives stay."""
    _check_origin(now, event)
    now.columns["pool_id"] = event.pool_to
    if now.columns["state"] == "pooled":
        now.columns["entered_pool_at"] = event.at


def _check_kept(now: Replayed, event: Event) -> None:
    """What a move says that it overwrote, for its undoing, is what stood there."""
    data = event.data if isinstance(event.data, dict) else {}
    for key, names in (("was", _OVERWRITTEN), ("clocks", _RESET)):
        if key in data and _kept(data[key], names) != _kept(now.before_it, names):
            now.faults.append((event.version, f"other_{key}"))


def _kept(values: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [datetime.fromisoformat(v) if isinstance(v := values.get(n), str) and n in _INSTANTS else v for n in names]


def _undo(now: Replayed, event: Event) -> None:
    """Back to before the newest move; what that overwrote too, where its event kept it. Nothing is before an import.

    An appeal goes back behind a recycle, into whichever pool the customer was moved since.
    """
    data, columns = event.data, now.columns
    newest, before = now.recycled if event.kind == "appeal" else (now.newest_move, now.before_it)
    if newest != (data["version"], data["of"]):
        now.faults.append((event.version, "not_the_newest_move"))
    if data["of"] == "import":
        _archive(now, event)
        return
    _check_origin(now, event)
    if event.owner_from is not None:
        _give_back(now, event, before)
        return
    restored = _OVERWRITTEN if "restored" in data else ()
    columns.update({name: before[name] for name in ("state", "owner_id", "pool_id", "archived_reason", *restored)})
    columns["recycle_count"] -= data["of"] == "recycle"
    if (event.owner_to, event.pool_to) != (columns["owner_id"], columns["pool_id"]):
        now.faults.append((event.version, "other_destination"))
    if event.owner_to is not None:
        no, until = columns["spell_no"], datetime.fromisoformat(data["protected_until"])
        now.spells[no] = now.spells[no]._replace(ended_at=None, ended_by=None)
        columns.update(protected_until=_later(columns["protected_until"], until), notice_until=None)


def _give_back(now: Replayed, event: Event, before: Mapping[str, Any]) -> None:
    """From the receiver of a hand-over to the giver: a spell of its own with the clocks of then, which go on with what
    was done meanwhile. Deals and collaborators of both spells come along."""
    columns = now.columns
    if (event.owner_to, event.pool_to) != (before["owner_id"], before["pool_id"]):
        now.faults.append((event.version, "other_destination"))
    _end(now, event)
    no = columns["spell_no"] + 1
    for deal_id, deal in now.deals.items():
        if no - deal.spell_no in (1, 2) and deal.state != "lost":
            now.deals[deal_id] = deal._replace(spell_no=no)
    for spell_no, person in [k for k in now.collaborators if no - k[0] in (1, 2) and k[1] != event.owner_to]:
        now.collaborators[no, person] = now.collaborators.pop((spell_no, person))
    meanwhile = {name: columns[name] for name in ("first_contact_at", "last_follow_up_at", "deal_lost_at")}
    columns.update({name: before[name] for name in _RESET}, notice_until=None, pool_id=event.pool_to)
    columns["first_contact_at"] = before["first_contact_at"] or meanwhile["first_contact_at"]
    for name in ("last_follow_up_at", "deal_lost_at"):
        columns[name] = max((at for at in (before[name], meanwhile[name]) if at is not None), default=None)
    until = datetime.fromisoformat(event.data["protected_until"])
    columns["protected_until"] = _later(before["protected_until"], until)
    columns["live_deals"] = sum(deal.spell_no == no and deal.state != "lost" for deal in now.deals.values())
    _spell(now, event, no)
    columns["spell_claimed"] = before["spell_claimed"]


def _archive(now: Replayed, event: Event) -> None:
    _check_origin(now, event)
    if event.owner_from is not None:
        _end(now, event)
        now.columns.update(last_return=event.kind, last_return_reason=event.reason)
    now.columns.update(state="archived", owner_id=None, archived_reason=event.reason)


def _into_pool(now: Replayed, event: Event) -> None:
    now.columns.update(
        state="pooled", owner_id=None, pool_id=event.pool_to, entered_pool_at=event.at, archived_reason=None,
        first_pooled_at=now.columns["first_pooled_at"] or event.at,
    )  # fmt: skip


def _open(now: Replayed, event: Event) -> None:
    no = now.columns["spell_no"] + 1
    now.columns.update(NEW_CLOCKS, clock_start=event.at, live_deals=0)
    _spell(now, event, no)


def _pass(now: Replayed, event: Event) -> None:
    """Open deals go along; won ones only with the clocks, which the owner's own transfer carries. Collaborators go
    along, but for the new owner."""
    before, no = now.columns["spell_no"], now.columns["spell_no"] + 1
    carry = event.data.get("carry", False) if event.data else False
    for deal_id, deal in now.deals.items():
        if deal.spell_no == before and (deal.state == "open" or (carry and deal.state == "won")):
            now.deals[deal_id] = deal._replace(spell_no=no)
    for spell_no, person in [k for k in now.collaborators if k[0] == before and k[1] != event.owner_to]:
        now.collaborators[no, person] = now.collaborators.pop((spell_no, person))
    if not carry:
        live = sum(deal.spell_no == no for deal in now.deals.values())
        now.columns.update(NEW_CLOCKS, clock_start=event.at, live_deals=live)
    _spell(now, event, no)


def _spell(now: Replayed, event: Event, no: int) -> None:
    if event.spell_no != no:
        now.faults.append((event.version, "spell_gap"))
    now.spells[no] = Spell(no, event.owner_to, event.at, event.kind)
    now.columns.update(state="owned", owner_id=event.owner_to, spell_no=no, spell_claimed=event.kind == "claim")


def _end(now: Replayed, event: Event) -> None:
    no = now.columns["spell_no"]
    if no in now.spells:
        now.spells[no] = now.spells[no]._replace(ended_at=event.at, ended_by=event.kind)


def _share(now: Replayed, event: Event) -> None:
    """Of the newest spell. Adding takes an open one; who leaves the company leaves closed ones too."""
    if event.kind == "share" and now.columns["state"] != "owned":
        now.faults.append((event.version, "no_open_spell"))
    for person in event.data["persons"]:
        key = (now.columns["spell_no"], int(person))
        if (event.kind == "share") == (key in now.collaborators):
            now.faults.append((event.version, "other_collaborators"))
        elif event.kind == "share":
            now.collaborators[key] = Collaborator(event.actor_id, event.at)
        else:
            del now.collaborators[key]


def _changes(now: Replayed, event: Event) -> None:
    for name, (_, new) in event.data["changes"].items():
        now.columns[name] = datetime.fromisoformat(new) if new is not None and name.endswith("_until") else new


def _follow_up(now: Replayed, event: Event) -> None:
    data, columns = event.data, now.columns
    at = datetime.fromisoformat(data["at"])
    # One that was imported, or logged on a pooled customer, belongs to no spell.
    owned = columns["state"] == "owned" and data["why_not"] != "imported"
    spell_no = columns["spell_no"] if owned else None
    now.follow_ups[int(data["id"])] = FollowUp(spell_no, data["kind"], at, data["qualifies"], data["why_not"])
    columns["last_activity_at"] = _later(columns["last_activity_at"], at)
    if data["qualifies"]:
        columns["first_contact_at"] = min(columns["first_contact_at"] or at, at)
        columns["last_follow_up_at"] = _later(columns["last_follow_up_at"], at)
        columns["notice_until"] = None


def _void_follow_up(now: Replayed, event: Event) -> None:
    """The clocks are those of the follow-ups that remain; of this spell, or of one it carries clocks on from."""
    follow_up_id = int(event.data["id"])
    if follow_up_id not in now.follow_ups:
        now.faults.append((event.version, "unknown_follow_up"))
        return
    voided = now.follow_ups[follow_up_id]
    now.follow_ups[follow_up_id] = voided._replace(qualifies=False, why_not="voided")
    remaining = [f for f in now.follow_ups.values() if f.why_not != "voided"]
    counting = [f.at for f in remaining if f.qualifies and f.at >= now.columns["clock_start"]]
    now.columns["first_contact_at"] = min(counting, default=None)
    now.columns["last_follow_up_at"] = max(counting, default=None)
    now.columns["last_activity_at"] = max((f.at for f in remaining), default=None)


def _deal(now: Replayed, event: Event) -> None:
    deal_id, columns = int(event.data["deal"]), now.columns
    if event.kind == "open_deal":
        now.deals[deal_id] = Deal(columns["spell_no"], "open", None, None, event.at, None)
        columns["open_deals"] += 1
        columns["live_deals"] += 1
    deal = now.deals.get(deal_id)
    if deal is None or deal.state != "open":
        now.faults.append((event.version, "no_open_deal"))
        return
    changed = {name: new for name, (_, new) in event.data["changes"].items()}
    deal = deal._replace(**changed)
    ours = deal.spell_no == columns["spell_no"]
    if event.kind in ("win_deal", "adopt_deal"):
        columns["live_deals"] += not ours
        deal = deal._replace(spell_no=columns["spell_no"])
    if event.kind in ("win_deal", "lose_deal"):
        columns["open_deals"] -= 1
        deal = deal._replace(state="won" if event.kind == "win_deal" else "lost", closed_at=event.at)
    if event.kind == "win_deal":
        columns.update(last_win_at=event.at, notice_until=None)
    if event.kind == "lose_deal" and ours:
        columns["live_deals"] -= 1
        if columns["live_deals"] == 0:
            columns["deal_lost_at"] = event.at
    now.deals[deal_id] = deal


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None or known < at else known


_BEGINNINGS: Final = ("create", "import")
_MOVES: Final = ("claim", "assign", "release", "recycle", "transfer", "hand_over", "archive", "restore")
_UNDOING: Final = ("undo", "appeal")
# Kinds that say where a customer is, and what of it they may change that an undo puts back.
_PLACING: Final = frozenset({*_BEGINNINGS, *_MOVES, *_UNDOING, "move_pool"})
_OVERWRITTEN: Final = ("entered_pool_at", "first_pooled_at", "last_return", "last_return_reason")
# What a new spell begins anew, and undoing a hand-over to a person puts back.
_RESET: Final = ("spell_claimed", "clock_start", "first_contact_at", "last_follow_up_at", "deal_lost_at", "locked_until",
                 "protected_until")  # fmt: skip
_INSTANTS: Final = frozenset({"entered_pool_at", "first_pooled_at", *_RESET[1:]})
_PLACE: Final = ("state", "owner_id", "pool_id", "archived_reason", *_OVERWRITTEN, *_RESET)
_DEALS: Final = ("open_deal", "edit_deal", "win_deal", "lose_deal", "adopt_deal")
# Other kinds (a contact, say) change nothing that is replayed but the version.
_HANDLERS: Final[Mapping[str, Callable[[Replayed, Event], None]]] = {
    **dict.fromkeys(_BEGINNINGS, _begin),
    **dict.fromkeys(_MOVES, _move),
    **dict.fromkeys(_UNDOING, _undo),
    **dict.fromkeys(_DEALS, _deal),
    **dict.fromkeys(("edit", "lock", "unlock", "protect", "unprotect", "warn"), _changes),
    **dict.fromkeys(("share", "unshare"), _share),
    "move_pool": _rehome,
    "follow_up": _follow_up,
    "void_follow_up": _void_follow_up,
}
