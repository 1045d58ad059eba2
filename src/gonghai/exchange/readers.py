"""Opens an import file, whatever it is: the one way into CSV, XLSX and XLS."""

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gonghai.exchange.cell_text import moment_text, number_text
from gonghai.exchange.csv_reader import read_csv, sniff_delimiter
from gonghai.exchange.encodings import detect_encoding, named_encoding
from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.table import Limits, Row, Table
from gonghai.exchange.xlsx_reader import Workbook

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"


def open_table(
    source: str | PathLike[str] | BinaryIO,
    *,
    filename: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Limits | None = None,
) -> Table:
    """The table in `source`, a path or a seekable binary file, which stays open as long as the table is read.

    What it is, is told by its first bytes; `filename` is the user's name for it. `encoding` and `delimiter` override
    what is detected in a CSV. Raises ImportFileError, also while the table is read.
    """
    limits = limits or Limits()
    owned = Path(source).open("rb") if isinstance(source, str | PathLike) else None  # noqa: SIM115 - the table closes it
    stream = owned or source
    assert not isinstance(stream, str | PathLike)
    try:
        return _open(stream, owned, Path(filename).suffix.lower(), encoding, delimiter, limits)
    except BaseException:
        if owned is not None:
            owned.close()
        raise


def _open(
    stream: BinaryIO,
    owned: BinaryIO | None,
    suffix: str,
    encoding: str | None,
    delimiter: str | None,
    limits: Limits,
) -> Table:
    stream.seek(0)
    magic = stream.read(4)
    stream.seek(0)
    if magic.startswith(_ZIP):
        return Table(Workbook(stream, limits).rows, kind="xlsx", owned=owned)
    if magic == _OLE:
        rows = _read_xls(stream, limits)
        return Table(lambda: iter(rows), kind="xls", owned=owned)
    if magic and suffix in (".xlsx", ".xlsm"):
        raise ImportFileError("unreadable_file", why="not a workbook, whatever its name says")
    chosen = named_encoding(encoding) if encoding else detect_encoding(stream)
    cut = delimiter or sniff_delimiter(stream, chosen, limits.row_characters)
    return Table(
        lambda: read_csv(stream, chosen, cut, limits.row_characters),
        kind="csv",
        encoding=chosen.name,
        delimiter=cut,
        owned=owned,
    )


def _read_xls(stream: BinaryIO, limits: Limits) -> list[Row]:
    """The old format holds at most 65,536 rows and can't be read as a stream; hence its limit on size."""
    if len(stream.read(limits.xls_bytes + 1)) > limits.xls_bytes:
        raise ImportFileError("unreadable_file", why=f"an .xls over {limits.xls_bytes} bytes; save it as .xlsx")
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        name = next(
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        )
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, StopIteration) as error:
        raise ImportFileError("unreadable_file", why=str(error)) from error
    first_row, first_column = sheet.start or (0, 0)
    return list(_xls_rows(sheet.iter_rows(), first_row + 1, first_column))


def _xls_rows(rows: Iterable[Sequence[object]], first: int, margin: int) -> Iterator[Row]:
    for number, cells in enumerate(rows, first):
        yield Row(number, [""] * margin + [_xls_text(cell) for cell in cells])


def _xls_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell)
    return cell if isinstance(cell, str) else moment_text(cell)  # type: ignore[arg-type]
