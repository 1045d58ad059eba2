"""Finds out in which encoding a text file was written, from a bounded part of it."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

from gonghai.exchange.faults import ImportFileError

SAMPLE_BYTES = 256 * 1024
# How much leading pure ASCII is skipped in search of the first byte that tells anything.
ASCII_BYTES = 64 * 1024 * 1024

# The longer marks first: UTF-32-LE begins like UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Parts of a larger set that hold the same bytes for the same characters.
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "hz": "hz", "ascii": "utf-8", "utf-8-sig": "utf-8"}
_NUL_SHARE_OF_TEXT = 0.2
_NUL_SHARE_OF_UTF16 = 0.02
_GOOD_PER_BROKEN = 10


@dataclass(frozen=True)
class Encoding:
    """A codec's name, and how many bytes of byte order mark stand before the text."""

    name: str
    mark: int = 0


def named_encoding(name: str) -> Encoding:
    """The encoding of that name, an encoding that a user asked for; raises ImportFileError `unknown_encoding`."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)  # refuses codecs that are not text encodings
    except (LookupError, ValueError) as error:
        raise ImportFileError("unknown_encoding", encoding=name) from error
    return Encoding(_WIDER.get(known, known))


def detect_encoding(stream: BinaryIO) -> Encoding:
    """What to read `stream` with, by byte order mark, then by what decodes.

    Order: mark, UTF-8, UTF-16 without a mark, GB18030, charset-normalizer. Reads at most ASCII_BYTES + SAMPLE_BYTES,
    keeps at most SAMPLE_BYTES, leaves the position at the end of what it read. Raises `unknown_encoding`.
    """
    head = stream.read(SAMPLE_BYTES)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _under_wrong_mark(head, encoding) or Encoding(encoding, len(mark))
    return Encoding(_without_mark(_telling_part(stream, head)))


def _without_mark(sample: bytes) -> str:
    if _decodes(sample, "utf-8") and sample.count(0) < _NUL_SHARE_OF_TEXT * max(1, len(sample)):
        return "utf-8"
    if _nearly_decodes(sample, "utf-8"):
        return "utf-8"
    if sample.count(0) >= _NUL_SHARE_OF_UTF16 * len(sample):
        encoding_16 = _utf16(sample)
        if encoding_16:
            return encoding_16
    if (_decodes(sample, "gb18030") or _nearly_decodes(sample, "gb18030")) and _has_common_chinese(sample):
        return "gb18030"
    return _guessed(sample[: 64 * 1024])


def _guessed(sample: bytes) -> str:
    guesses = list(from_bytes(sample))
    if not guesses:
        raise ImportFileError("unknown_encoding")
    # Western European text reads as well in its neighbours: among equals the common one.
    equals = [guess for guess in guesses if (guess.chaos, guess.coherence) == (guesses[0].chaos, guesses[0].coherence)]
    names = [codecs.lookup(name).name for guess in equals for name in guess.could_be_from_charset]
    return "cp1252" if "cp1252" in names else _WIDER.get(names[0], names[0])


def _under_wrong_mark(head: bytes, encoding: str) -> Encoding | None:
    """Some programs write UTF-32 behind a mark of UTF-16: then, and only then, it has ends of lines as UTF-32."""
    if not encoding.startswith("utf-16"):
        return None
    for wider in ("utf-32-le", "utf-32-be"):
        if _decodes(head[2:], wider) and "\n" in head[2:].decode(wider, "ignore"):
            return Encoding(wider, 2)
    return None


def _telling_part(stream: BinaryIO, head: bytes) -> bytes:
    skipped = 0
    while head.isascii() and 0 not in head and skipped < ASCII_BYTES:
        following = stream.read(SAMPLE_BYTES)
        if not following:
            break
        skipped += len(head)
        head = following
    return head


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        # Not final: the sample may end inside a character.
        codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _nearly_decodes(sample: bytes, encoding: str) -> bool:
    """A few broken characters among many good ones: those rows are faulty, the encoding is not another one."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    broken = text.count("\ufffd")
    beyond_ascii = sum(1 for letter in text if not letter.isascii())
    return beyond_ascii - broken >= _GOOD_PER_BROKEN * broken > 0


def _utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark shows in its ASCII characters: separators and ends of lines, one byte of each is zero."""
    even, odd = sample[0::2], sample[1::2]
    little = sum(1 for low, high in zip(even, odd, strict=False) if high == 0 and 0 < low < 128)
    big = sum(1 for high, low in zip(even, odd, strict=False) if high == 0 and 0 < low < 128)
    encoding = "utf-16-le" if little > big else "utf-16-be"
    if max(little, big) <= 2 * min(little, big) or not _decodes(sample, encoding):
        return None
    text = sample.decode(encoding, "ignore")
    return encoding if "\n" in text or "\r" in text else None


def _has_common_chinese(sample: bytes) -> bool:
    """Latin text with single accented letters decodes as GB18030 too, but only to characters beyond GB 2312."""
    text = sample.decode("gb18030", "ignore")
    return any(_in_gb2312(letter) for letter in set(text) if not letter.isascii())


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
