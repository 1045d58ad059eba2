"""Decides which column of a file is which field, by the column's name or as the user says."""

import difflib
import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.fields import CUSTOMER_FIELDS, Field, Fields

# Alike enough to be a slip of the pen. One wrong character of four weighs more than one of twelve.
_ALIKE_CHINESE = 0.74
_ALIKE = 0.8
_OPTIONAL_MARK = re.compile(r"(必填|选填|required|optional)$")


@dataclass(frozen=True)
class Unmapped:
    """A column that is left out; `suggestion` is the field whose name it nearly has."""

    column: int
    header: str
    suggestion: str | None = None


@dataclass(frozen=True)
class Mapping:
    """Which columns (counted from 1) feed which field. `guessed`: columns taken by a weak sign, to be looked at."""

    headers: tuple[str, ...]
    columns: AnyMapping[str, tuple[int, ...]]
    unmapped: tuple[Unmapped, ...] = ()
    guessed: tuple[int, ...] = ()

    def as_headers(self) -> dict[str, str]:
        """header → field, as used."""
        return {self.headers[column - 1]: name for name, columns in self.columns.items() for column in columns}


def folded(header: str) -> str:
    """A column name without what people vary: width, case, spaces, punctuation, "required" marks."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _OPTIONAL_MARK.sub("", "".join(letter for letter in text if letter.isalnum()))


@cache
def _ranks(fields: Fields) -> dict[str, dict[str, int]]:
    """folded column name → field → how well it means that field; 0 is best."""
    ranks: dict[str, dict[str, int]] = {}
    for field in fields.all:
        for rank, name in enumerate(field.names):
            ranks.setdefault(folded(name), {}).setdefault(field.name, rank)
    return ranks


def map_headers(
    headers: Sequence[str], explicit: AnyMapping[str, str | None] | None = None, fields: Fields = CUSTOMER_FIELDS
) -> Mapping:
    """The mapping for these headers. `explicit` (header → field, or None to leave the column out) goes first.

    Raises ImportFileError: `mapping_unknown_header`, `mapping_unknown_field`, `mapping_field_twice`,
    `duplicate_header`, `no_header_recognised`, and as `fields` says where no column is what they need.
    """
    words = [folded(header) for header in headers]
    chosen, left_out = _explicit(headers, words, explicit or {}, fields)
    free = [column for column in range(1, len(headers) + 1) if column not in left_out and column not in chosen]
    for field in fields.all:
        if field.name in chosen.values() and field.several == "first":
            continue
        for column in _columns_of(field, [column for column in free if column not in chosen], words, _ranks(fields)):
            chosen[column] = field.name
    guessed = _guess(chosen, free, words, fields)
    columns = _by_field(chosen, fields)
    _check(headers, columns, fields)
    rest = (column for column in range(1, len(headers) + 1) if column not in chosen)
    unmapped = tuple(
        Unmapped(
            column, headers[column - 1], None if column in left_out else _suggestion(words[column - 1], columns, fields)
        )
        for column in rest
    )
    return Mapping(tuple(headers), columns, unmapped, guessed)


def _explicit(
    headers: Sequence[str], words: list[str], explicit: AnyMapping[str, str | None], fields: Fields
) -> tuple[dict[int, str], set[int]]:
    chosen: dict[int, str] = {}
    left_out: set[int] = set()
    for header, name in explicit.items():
        columns = [column for column, own in enumerate(headers, 1) if own == header]
        columns = columns or [column for column, word in enumerate(words, 1) if word == folded(header)]
        if not columns:
            raise ImportFileError("mapping_unknown_header", header=header, headers=list(headers))
        if name is None:
            left_out.update(columns)
            continue
        if name not in fields.by_name:
            near = difflib.get_close_matches(name, fields.by_name, 1, 0.7)
            raise ImportFileError("mapping_unknown_field", field=name, suggestion=near[0] if near else None)
        if fields.by_name[name].several == "first" and (name in chosen.values() or len(columns) > 1):
            raise ImportFileError("mapping_field_twice", field=name, header=header)
        chosen.update(dict.fromkeys(columns, name))
    return chosen, left_out


def _rank(word: str, field: Field, ranks: AnyMapping[str, AnyMapping[str, int]]) -> int | None:
    rank = ranks.get(word, {}).get(field.name)
    if rank is None and field.several != "first":
        # 电话2, Street2
        rank = ranks.get(word.rstrip("0123456789"), {}).get(field.name)
    return rank


def _columns_of(
    field: Field, free: list[int], words: list[str], ranks: AnyMapping[str, AnyMapping[str, int]]
) -> list[int]:
    ranked = [(rank, column) for column in free if (rank := _rank(words[column - 1], field, ranks)) is not None]
    if not ranked or field.several != "first":
        return [column for _, column in ranked]
    best = min(ranked)[0]
    return [column for rank, column in ranked if rank == best]


def _guess(chosen: dict[int, str], free: list[int], words: list[str], fields: Fields) -> tuple[int, ...]:
    guessed = []
    for field in fields.all:
        if not field.endings or field.name in chosen.values():
            continue
        for column in free:
            if column not in chosen and words[column - 1].endswith(field.endings):
                chosen[column] = field.name
                guessed.append(column)
                break
    return tuple(guessed)


def _by_field(chosen: dict[int, str], fields: Fields) -> dict[str, tuple[int, ...]]:
    return {
        field.name: columns
        for field in fields.all
        if (columns := tuple(sorted(column for column, name in chosen.items() if name == field.name)))
    }


def _check(headers: Sequence[str], columns: dict[str, tuple[int, ...]], fields: Fields) -> None:
    if not columns:
        raise ImportFileError("no_header_recognised", headers=list(headers))
    for name, found in columns.items():
        if len(found) > 1 and fields.by_name[name].several == "first":
            raise ImportFileError("duplicate_header", header=headers[found[1] - 1], columns=list(found), field=name)
    if not columns.keys() & fields.needed:
        raise ImportFileError(fields.without, headers=list(headers))


def _suggestion(word: str, columns: dict[str, tuple[int, ...]], fields: Fields) -> str | None:
    ranks = _ranks(fields)
    # A known name that lost to a better one is no slip of the pen.
    if not word or word in ranks:
        return None
    for near in difflib.get_close_matches(word, ranks, 5, _ALIKE if word.isascii() else _ALIKE_CHINESE):
        for name in ranks[near]:
            if name not in columns or fields.by_name[name].several != "first":
                return name
    return None
