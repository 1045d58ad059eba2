"""What a file of faulty rows has on top of the user's own cells, and how to take it off when the file comes back."""

from collections.abc import Sequence

ERROR_HEADERS = {
    "zh": ("错误行", "错误列", "错误信息"),
    "en": ("Error row", "Error column", "Error message"),
}
# A spreadsheet takes cells that begin so for formulas. An apostrophe in front stops it, and is taken off again on
# import; cells that begin with an apostrophe get one more, so that taking off is always right.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")


def guarded(cell: str) -> str:
    """The cell as text to any spreadsheet."""
    return "'" + cell if cell.startswith(_GUARDED) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given; a cell typed anew stays as it is, unless it looks guarded."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_GUARDED) else cell


def error_columns(headers: Sequence[str]) -> frozenset[int]:
    """Positions (from 0) of our own columns; none unless all three are there."""
    for names in ERROR_HEADERS.values():
        found = [index for index, header in enumerate(headers) if header.strip() in names]
        if len(found) == len(names):
            return frozenset(found)
    return frozenset()
