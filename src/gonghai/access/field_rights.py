"""Which fields of a customer somebody may not see or not change, from what their roles are granted. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

# By rank: the most permissive of a person's roles holds. What a role says nothing of, it writes.
_RANKS: Final = {"hide": 0, "read": 1, "write": 2}
# Granted at the most: an auditor changes nothing, so that role lifts no other's ban on writing.
_MOST: Final = {"auditor": "read"}

# {role: {field: "hide" or "read"}}
FieldRights = Mapping[str, Mapping[str, str]]


def narrowed(rights: FieldRights, roles: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """(fields hidden, fields that may be read only) for a person of these roles. Admins always write."""
    roles = list(roles)
    if "admin" in roles:
        return frozenset(), frozenset()
    granted = {
        field: max(
            min(_RANKS[rights.get(role, {}).get(field, "write")], _RANKS[_MOST.get(role, "write")]) for role in roles
        )
        for field in {field for role in roles for field in rights.get(role, {})}
    }
    hidden = frozenset(field for field, rank in granted.items() if rank == _RANKS["hide"])
    return hidden, frozenset(field for field, rank in granted.items() if rank == _RANKS["read"])
