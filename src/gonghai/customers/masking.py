"""What leaves the server of a customer the reader isn't entitled to in full: the pool's masked fields."""

from collections.abc import Mapping
from typing import Any

from gonghai.access.actor import Actor
from gonghai.customers.may import relation


def masked_fields(actor: Actor, row: Mapping[str, Any]) -> frozenset[str]:
    """The fields of this customer to mask for this reader."""
    return frozenset() if relation(actor, row).unmasked else actor.rights(row["pool_id"]).masked_fields


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
