"""Shapes shared by several routes: ids as strings, pages, named things, words in both languages."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

T = TypeVar("T")


def parse_id(raw: Any) -> int:
    """An id from JSON or a path. ValueError unless it is a string of digits."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError("an id is a string of digits")
    number = int(raw) if isinstance(raw, int) or (raw.isascii() and raw.isdigit()) else -1
    if not 0 <= number < 2**63:
        raise ValueError("an id is a string of digits")
    return number


# A bigint inside, a string outside: JavaScript's numbers end at 2^53.
Id = Annotated[
    int,
    BeforeValidator(parse_id),
    PlainSerializer(str, return_type=str, when_used="json"),
    Field(json_schema_extra={"type": "string"}),
]

# An instant that people mean: further off, arithmetic with zones and days leaves the calendar.
Instant = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2200, 12, 31, tzinfo=UTC))]


# For answers: what has a default is always there.
ANSWER = ConfigDict(json_schema_serialization_defaults_required=True)


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` goes into `after=` of the next call, and is null on the last page."""

    model_config = ANSWER

    items: list[T]
    next: str | None = None


class Named(BaseModel):
    """A reference to something, with its name."""

    id: Id
    name: str


class Words(BaseModel):
    """One text in both languages."""

    zh: str
    en: str


class Rights(BaseModel):
    """What the reader may do in the pool."""

    see: bool
    claim: bool
    admin: bool
