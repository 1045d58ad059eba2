"""Opens an XLSX's zip archive after refusing what would blow up, and reads its parts as streams of XML events."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.table import MEGABYTE, Limits

_CHUNK = 64 * 1024
_RATIO_FROM = 16 * MEGABYTE
_LARGE_PARTS = ("xl/worksheets/", "xl/media/", "xl/embeddings/")
# One XML token (a tag with its attributes) must be held whole by the parser.
_TOKEN_BYTES = MEGABYTE

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@contextmanager
def reading_workbook() -> Iterator[None]:
    """Turns what broken archives and XML raise into ImportFileError `unreadable_file`."""
    try:
        yield
    except (BadZipFile, zlib.error, EOFError, OSError, expat.ExpatError) as error:
        raise ImportFileError("unreadable_file", why=str(error)) from error
    except (KeyError, ValueError, IndexError, RuntimeError, OverflowError) as error:
        # RuntimeError: an encrypted entry; NotImplementedError, a kind of it: an unknown compression.
        raise ImportFileError("unreadable_file", why=f"not a workbook: {error}") from error


def open_archive(stream: BinaryIO, limits: Limits) -> ZipFile:
    """The archive, after its declared sizes and then its real ones were checked; raises `zip_bomb`.

    Unpacks everything once, in chunks, so that headers that lie are found before anything is parsed.
    """
    stream.seek(0)
    with reading_workbook():
        archive = ZipFile(stream)
        _check_declared(archive.infolist(), limits)
        for entry in archive.infolist():
            _check_real_size(archive, entry)
    return archive


def _check_declared(entries: list[ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise ImportFileError("zip_bomb", why="entries", found=len(entries), limit=limits.archive_entries)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.archive_bytes:
        raise ImportFileError("zip_bomb", why="size", found=unpacked, limit=limits.archive_bytes)
    if unpacked > _RATIO_FROM and unpacked > limits.archive_ratio * max(1, packed):
        raise ImportFileError("zip_bomb", why="ratio", found=unpacked // max(1, packed), limit=limits.archive_ratio)
    for entry in entries:
        large = entry.filename.startswith(_LARGE_PARTS) or entry.filename.lower().endswith("sharedstrings.xml")
        if not large and entry.file_size > limits.small_part_bytes:
            raise ImportFileError("zip_bomb", why="part", found=entry.file_size, limit=limits.small_part_bytes)


def _check_real_size(archive: ZipFile, entry: ZipInfo) -> None:
    # zipfile stops at the declared size and then finds the checksum wrong, so ask for more than is read.
    probe = copy(entry)
    probe.file_size = entry.file_size + 2 * _CHUNK
    found = 0
    with archive.open(probe) as part:
        while chunk := part.read(_CHUNK):
            found += len(chunk)
            if found > entry.file_size:
                raise ImportFileError("zip_bomb", why="lying", found=found, limit=entry.file_size)


def scan_part(archive: ZipFile, name: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Reads one part to its end, calling back with local names of elements and attributes."""
    for _ in scan_in_steps(archive, name, start, end, text):
        pass


def scan_in_steps(
    archive: ZipFile, name: str, start: Start, end: End | None = None, text: Text | None = None
) -> Iterator[None]:
    """Like scan_part, but pauses after every chunk, so that the caller can hand on what it has."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda tag, attributes: start(_local(tag), _local_keys(attributes))
    if end is not None:
        parser.EndElementHandler = lambda tag: end(_local(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _TOKEN_BYTES:
                raise ImportFileError("zip_bomb", why="token", found=fed, limit=_TOKEN_BYTES)
            yield
        parser.Parse(b"", True)
        yield


def _refuse_doctype(*_: object) -> None:
    raise ImportFileError("unreadable_file", why="a document type declaration has no place in a workbook")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _local_keys(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(key): value for key, value in attributes.items()} if attributes else attributes
