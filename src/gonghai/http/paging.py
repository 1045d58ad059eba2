"""Keyset pages: the opaque cursor, and cutting one page off rows of which one more was read."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Query

from gonghai.base.errors import Invalid

T = TypeVar("T")
LARGEST_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="The most items on this page.")]
After = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]


def encode_cursor(*values: Any) -> str:
    """The sort values of the last item on a page, as text that goes into `after=`. Instants become RFC 3339."""
    return urlsafe_b64encode(orjson.dumps(list(values))).rstrip(b"=").decode()


def decode_cursor(after: str | None, *types: type) -> list[Any] | None:
    """The values again, each of the type given (None stays None); None without a cursor.

    422 for text that no such page has given out. The values are the client's: they may only be compared with.
    """
    if after is None:
        return None
    try:
        raw = orjson.loads(urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)))
        if not isinstance(raw, list) or len(raw) != len(types):
            raise ValueError("another list's cursor")
        return [_typed(item, wanted) for item, wanted in zip(raw, types, strict=True)]
    except (ValueError, binascii.Error):
        raise Invalid({"path": "query.after", "code": "cursor"}) from None


def _typed(item: Any, wanted: type) -> Any:
    if item is None:
        return None
    if wanted is datetime and isinstance(item, str):
        at = datetime.fromisoformat(item)
        if at.tzinfo is None:
            raise ValueError("an instant without a zone")
        return at
    if type(item) is not wanted:
        raise ValueError("another type")
    if isinstance(item, int) and not -(2**63) <= item < 2**63:
        raise ValueError("too large a number")
    if isinstance(item, str) and "\0" in item:
        raise ValueError("not text that a database holds")
    return item


def cut_page(found: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> tuple[Sequence[T], str | None]:
    """(items, next) of `found`, for which `limit + 1` rows were asked; `key` gives an item's sort values."""
    if len(found) <= limit:
        return found, None
    return found[:limit], encode_cursor(*key(found[limit - 1]))
