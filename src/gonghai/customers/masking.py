"""What leaves the server of a customer the reader isn't entitled to in full: the pool's masked fields."""

from collections.abc import Mapping
from typing import Any

from gonghai.access.actor import Actor
from gonghai.customers.may import relation


def masked_fields(actor: Actor, row: Mapping[str, Any]) -> frozenset[str]:
    """The fields of this customer to mask for this reader."""
    return frozenset() if relation(actor, row).unmasked else actor.rights(row["pool_id"]).masked_fields


def masked_data(data: Mapping[str, Any] | None, hidden: frozenset[str]) -> dict[str, Any] | None:
    """An event's data as a reader may see it: old and new values, and facts, of hidden fields are masked."""
    if data is None:
        return None
    shown = dict(data)
    for part in {"changes", "facts"} & shown.keys():
        shown[part] = {n: mask(v, n) if n in hidden else v for n, v in shown[part].items()}
    return shown


def mask(value: Any, name: str) -> Any:
    """A masked value: enough to recognise one's own note of it, not enough to use."""
    if isinstance(value, list):
        return [mask(item, name) for item in value]
    if not value:
        return value
    text = str(value)
    if name == "emails":
        return f"{text[:1]}***@***"
    return f"{text[:-8]}****{text[-2:]}" if len(text) > 10 else "****"
