"""Rows as the bytes of a CSV that a spreadsheet opens as text, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from gonghai.exchange.mended import guarded

# Tells a spreadsheet that the file is UTF-8.
BOM: Final = "\ufeff".encode()


def csv_text(lines: Iterable[Sequence[str]]) -> bytes:
    """The lines in CSV, each cell guarded."""
    file = io.StringIO()
    csv.writer(file).writerows([guarded(cell) for cell in line] for line in lines)
    return file.getvalue().encode()
