"""The pools that a document sends customers to: by name where people read it, by id where it is kept, so that a pool
may be renamed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any


def target_pools(document: Any) -> Iterator[str]:
    """Names or ids of the pools that a compiled document's segments and cleaning rules name."""
    for node in _nodes(document):
        yield str(node["pool"])


def pinned(document: Mapping[str, Any], pools: Mapping[str, int]) -> dict[str, Any]:
    """The same document with ids. `pools`: ids by name and by id as text; the document compiles with them."""
    copy = deepcopy(dict(document))
    for node in _nodes(copy):
        node["pool"] = str(pools[str(node["pool"])])
    return copy


def with_names(document: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    """The same document with the pools' present names; ids that `names` doesn't know stay, and names that would be
    taken for another pool's id."""
    copy = deepcopy(dict(document))
    by_text = {str(pool_id): name for pool_id, name in names.items()}
    for node in _nodes(copy):
        name = by_text.get(str(node["pool"]))
        if name is not None and name not in by_text:
            node["pool"] = name
    return copy


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    """The `{pool: …}` of each target, of a document that may be faulty."""
    if not isinstance(document, dict):
        return
    for segment in _list(document.get("segments")):
        yield from _pool(segment.get("target"))
    cleaning = document.get("cleaning")
    for rule in _list(cleaning.get("rules") if isinstance(cleaning, dict) else None):
        deed = rule.get("do")
        yield from _pool(deed.get("move") if isinstance(deed, dict) else None)


def _list(given: Any) -> list[dict[str, Any]]:
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def _pool(given: Any) -> Iterator[dict[str, Any]]:
    if isinstance(given, dict) and "pool" in given:
        yield given
