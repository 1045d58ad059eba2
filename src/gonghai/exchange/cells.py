"""What any cell may be: nothing, clean text, or a fault that belongs to no field in particular."""

import unicodedata

from gonghai.exchange.faults import BadValueError, CellError
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.table import Row, shortened
from gonghai.exchange.texts import PLACEHOLDERS, folded

_FORMULA_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}


def cell_text(raw: str, longest: int, *, typed: bool = False, lines: bool = False) -> str | None:
    """The text of a cell, None for nothing; in a `typed` one a dash is nothing too. Raises BadValueError."""
    text = clean(raw, lines=lines)
    if not text or (typed and folded(text) in PLACEHOLDERS):
        return None
    if text in _FORMULA_ERRORS:
        raise BadValueError("formula_error")
    # What a faulty row looks like when it comes back without having been mended.
    if "\ufffd" in text:
        raise BadValueError("bad_encoding")
    if text.startswith('"') and text.count('"') % 2:
        raise BadValueError("bad_quotes")
    # Before parsing, which need not be linear in the length.
    limit(text, longest)
    return text


def cell_error(row: Row, mapping: Mapping, column: int, error: BadValueError) -> CellError:
    """The fault of a cell, with its place."""
    value = error.value if error.value is not None else row.cells[column - 1]
    return CellError(row.number, column, mapping.headers[column - 1], error.code, shortened(value), error.data)


def limit(text: str, longest: int) -> None:
    """Raises `too_long` beyond `longest` characters."""
    if len(text) > longest:
        raise BadValueError("too_long", limit=longest, length=len(text))


def clean(text: str, *, lines: bool = False) -> str:
    """Without control and invisible formatting characters, and trimmed; `lines` keeps ends of lines and tabs."""
    if text.isprintable():
        return text.strip() if lines else " ".join(text.split())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        letter
        for letter in text
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs") or letter == "\u200d"
    )
    return kept.strip() if lines else " ".join(kept.split())
