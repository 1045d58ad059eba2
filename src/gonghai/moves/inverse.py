"""The inverse of a move: where its customer was before, as a Mover. Pure; undo and granted appeals write it."""

from collections.abc import Mapping
from typing import Any

from gonghai.customers.ownership import Mover

REOPENS = ("recycle", "hand_over")  # and the archiving of an owned one
UNDOABLE = (*REOPENS, "archive", "move_pool", "import")


def inverse(move: Mapping[str, Any], customer: Mapping[str, Any]) -> Mover:
    """What takes a customer (a locked row) back behind its newest move (an event's row).

    An import's inverse archives: there is nothing before it.
    """
    data = {"undoes": str(move["id"]), "version": move["version"], "of": move["kind"]}
    if move["kind"] == "import":
        pool = customer["pool_id"]
        return Mover(
            customer["id"], customer["version"], customer["owner_id"], None, pool, pool, "import_undone", data=data
        )
    kept = move["data"] or {}
    if "was" in kept:
        data["restored"] = kept["was"]
    if "clocks" in kept:
        data["clocks"] = kept["clocks"]
    # A hand-over may have gone to a person, who owns it now; after the others nobody does.
    owner, pool = customer["owner_id"], customer["pool_id"]
    return Mover(customer["id"], customer["version"], owner, move["owner_from"], pool, move["pool_from"], data=data)
