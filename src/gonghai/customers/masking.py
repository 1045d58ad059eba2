"""What leaves the server of a customer: the one place that every way out asks, from lists to exports and live events.

A pool names the fields that are masked for everybody but owner, collaborators, their managers, its admins, admins and
auditors; free text about such a customer loses the numbers and addresses that people type into it. What the company
hides from somebody's roles leaves no value at all, whosever the customer is.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from gonghai.access.actor import Actor
from gonghai.customers.may import relation

# Text of the record and of what was said about it, in which people type numbers.
_RECORD_TEXTS: Final = ("note", "archived_reason", "last_return_reason")
_DEAL_TEXTS: Final = ("name", "stage", "lost_reason")


class Cover(frozenset[str]):
    """The fields of a customer that a reader sees in part only; `dropped` are those of them that leave no value."""

    dropped: frozenset[str]

    def __new__(cls, masked: frozenset[str], dropped: frozenset[str]) -> "Cover":
        made = super().__new__(cls, masked | dropped)
        made.dropped = dropped
        return made


def masked_fields(actor: Actor, row: Mapping[str, Any]) -> Cover:
    """The fields of this customer to mask for this reader, and those to drop."""
    masked = frozenset[str]() if relation(actor, row).unmasked else actor.rights(row["pool_id"]).masked_fields
    return Cover(masked, actor.hidden_fields)


def _dropped(hidden: frozenset[str]) -> frozenset[str]:
    return hidden.dropped if isinstance(hidden, Cover) else frozenset()


def _covered(value: Any, name: str, hidden: frozenset[str]) -> Any:
    """A value of a hidden field: masked, or nothing."""
    if name not in _dropped(hidden):
        return mask(value, name)
    return [] if isinstance(value, list) else None


def masked_record(actor: Actor, row: Mapping[str, Any]) -> dict[str, Any]:
    """A customer's row as this reader may see it: hidden fields masked, and numbers in its free text; `masked` names
    the fields, `hidden` those that hold nothing for them."""
    hidden = masked_fields(actor, row)
    shown = {**row, "masked": sorted(hidden - hidden.dropped), "hidden": sorted(hidden.dropped)}
    if not hidden:
        return shown
    shown |= {name: _covered(row[name], name, hidden) for name in hidden & row.keys()}
    shown |= {name: mask_text(row[name], hidden) for name in _RECORD_TEXTS if name in row and name not in hidden}
    if "tags" in row and "tags" not in hidden:
        shown["tags"] = [mask_text(tag, hidden) for tag in row["tags"]]
    return shown


def masked_contact(contact: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A contact: masked as a whole, or only in what the customer's own fields are masked in."""
    whole = "contacts" in hidden
    shown = {**contact, "title": mask_text(contact["title"], hidden)}
    shown |= {n: _covered(contact[n], n, hidden) for n in ("phones", "emails", "wechat") if whole or n in hidden}
    return shown | {"name": f"{contact['name'][:1]}**" if whole else mask_text(contact["name"], hidden)}


def masked_follow_up(actor: Actor, customer: Mapping[str, Any], follow_up: Mapping[str, Any]) -> dict[str, Any]:
    """A follow-up as this reader may see it. `note_hidden`: the pool hides what earlier owners wrote; then note, outcome
    and next step are None."""
    if _is_hidden(actor, customer, follow_up):
        return {**follow_up, "note": None, "outcome": None, "next_at": None, "note_hidden": True}
    hidden = masked_fields(actor, customer)
    said = {name: mask_text(follow_up[name], hidden) for name in ("note", "outcome")}
    return {**follow_up, **said, "note_hidden": False}


def _is_hidden(actor: Actor, customer: Mapping[str, Any], follow_up: Mapping[str, Any]) -> bool:
    spell = follow_up["spell_no"]
    earlier = spell is not None and (customer["state"] != "owned" or spell < customer["spell_no"])
    if not earlier or not actor.rights(customer["pool_id"]).hide_earlier_notes:
        return False
    author = follow_up["author_id"] is not None and follow_up["author_id"] == actor.person_id
    r = relation(actor, customer)
    return not (author or r.manager or r.pool_admin or actor.sees_all)


def masked_deal(deal: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A deal, without the numbers that were typed into its name."""
    return {**deal, **{name: mask_text(deal[name], hidden) for name in _DEAL_TEXTS}}


def masked_event(event: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """An event's row: its data, and the reason, which may be free text."""
    return {**event, "data": masked_data(event["data"], hidden), "reason": mask_text(event["reason"], hidden)}


def masked_data(data: Mapping[str, Any] | None, hidden: frozenset[str]) -> dict[str, Any] | None:
    """An event's data as a reader may see it: old and new values, and facts, of hidden fields are masked or left out."""
    if data is None:
        return None
    # By `matched` the admins are told of a 撞单; readers may not know that those customers are there.
    dropped = _dropped(hidden) | {"matched"}
    # A recycle keeps its facts beside each other.
    shown = {name: value for name, value in data.items() if name not in dropped}
    for part in {"changes", "facts"} & shown.keys():
        kept = {n: v for n, v in shown[part].items() if n not in dropped}
        shown[part] = {n: mask(v, n) if n in hidden else _tags(v, hidden, n) for n, v in kept.items()}
    if "private" in shown:
        shown["private"] = [name for name in shown["private"] if name not in dropped]
    return shown


def _tags(value: Any, hidden: frozenset[str], name: str) -> Any:
    if name != "tags" or not hidden:
        return value
    return [_tags(v, hidden, name) for v in value] if isinstance(value, list) else mask_text(value, hidden)


def mask(value: Any, name: str) -> Any:
    """A masked value: enough to recognise one's own note of it, not enough to use."""
    if isinstance(value, list):
        return [mask(item, name) for item in value]
    if not value:
        return value
    text = str(value)
    if name == "phones":
        return _phone(text)
    if name == "emails":
        return f"{text[:1]}***@***"
    return f"{text[:2]}****" if len(text) >= 8 else "****"


def _phone(text: str) -> str:
    """The beginning and the last two digits of a whole number; nothing of remarks or of a second number beside it."""
    digits = "".join(_DIGIT.get(c, c) for c in text if c in _DIGIT)
    head = f"+{digits[:5]}" if text.lstrip().startswith(("+", "＋")) else digits[:3]
    return f"{head}****{digits[-2:]}" if len(digits) >= len(head) + 7 else "****"


_DIGIT: Final = {
    **{c: c for c in "0123456789"},
    **{chr(0xFF10 + n): str(n) for n in range(10)},  # full width
    **dict(zip("零〇一幺二两三四五六七八九", "0011223456789", strict=True)),
}
_D: Final = f"[{''.join(_DIGIT)}]"
# What people put between the digits of a number, zero-width characters included.
_BETWEEN: Final = r"[\s\-.·•()（）\[\]【】_/\\—–‐－．　\u200b-\u200f\u2060\ufeff]{0,3}"
_DATE: Final = r"(?<![0-9])(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])"
_NUMBER: Final = re.compile(rf"(?P<date>{_DATE})|[+＋]?{_D}(?:{_BETWEEN}{_D}){{6,}}")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]+\s?[@＠]\s?[A-Za-z0-9][A-Za-z0-9.。．\-]*")


def mask_text(text: Any, hidden: frozenset[str]) -> Any:
    """Free text without its numbers of seven digits and more, however they are written, where phones are hidden; and
    without e-mail addresses where those are. Dates stay. None stays None."""
    if not text:
        return text
    if hidden & {"emails", "contacts"}:
        text = _EMAIL.sub(lambda found: mask(found[0], "emails"), text)
    if hidden & {"phones", "contacts"}:
        text = _NUMBER.sub(lambda found: found[0] if found["date"] else _phone(found[0]), text)
    return text
