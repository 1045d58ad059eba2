r"""For comparing text the same way in Python and in any PostgreSQL: NFKC, without regard to case, trimmed.

`lower()` and `normalize()` can't simply be called on both sides: lower-casing depends on the database's locale, and
what is normalised depends on the Unicode version of each (Python 3.11 knows 14.0, PostgreSQL 15 to 18 know 14 to 16).
So the folding is built from parts that are equal everywhere:

1. NFKC where every character of the text is in SAFE: characters assigned in Unicode 14, whose normalisation is frozen
   by Unicode's stability policy (U+11A7 is left out: PostgreSQL swallows it after a Hangul syllable). It covers Latin,
   Greek, Cyrillic, Arabic, Thai, Han, Kana, Bopomofo, Hangul, Yi, full-width and circled forms, emoji up to Unicode 14.
   A text with any other character is compared as it stands, but for case and trimming.
2. Case by an explicit one-to-one table over ASCII, Latin, Greek and Cyrillic: ς is σ, ẞ is ß; but ß is not ss, and İ
   and ı are letters of their own.
3. Whitespace trimmed at both ends, by an explicit list.
"""

import re
import unicodedata
from functools import lru_cache

# Ranges of code points (hexadecimal) that were all assigned in Unicode 14.
_SAFE = """
1-377 37a-37f 384-38a 38c 38e-3a1 3a3-52f 600-6ff e01-e3a e3f-e5b 1100-11a6 11a8-11ff 1e00-1eff 2000-2064 2066-2071
2074-208e 2090-209c 20a0-20c0 20d0-20f0 2100-218b 2190-2426 2440-244a 2460-2b73 2b76-2b95 2b97-2bff 2e80-2e99
2e9b-2ef3 2f00-2fd5 2ff0-2ffb 3000-303f 3041-3096 3099-30ff 3105-312f 3131-318e 3190-31e3 31f0-321e 3220-a48c a490-a4c6
ac00-d7a3 e000-fa6d fa70-fad9 fb00-fb06 fe00-fe19 fe20-fe52 fe54-fe66 fe68-fe6b feff ff01-ffbe ffc2-ffc7 ffca-ffcf
ffd2-ffd7 ffda-ffdc ffe0-ffe6 ffe8-ffee fffc-fffd 1d400-1d454 1d456-1d49c 1d49e-1d49f 1d4a2 1d4a5-1d4a6 1d4a9-1d4ac
1d4ae-1d4b9 1d4bb 1d4bd-1d4c3 1d4c5-1d505 1d507-1d50a 1d50d-1d514 1d516-1d51c 1d51e-1d539 1d53b-1d53e 1d540-1d544
1d546 1d54a-1d550 1d552-1d6a5 1d6a8-1d7cb 1d7ce-1d7ff 1f100-1f1ad 1f1e6-1f202 1f210-1f23b 1f240-1f248 1f250-1f251
1f300-1f6d7 1f900-1fa53 1fa70-1fa74 1fa78-1fa7c 1fa80-1fa86 1fa90-1faac 1fab0-1faba 20000-2a6df 2a700-2b738 2b740-2b81d
2b820-2cea1 2ceb0-2ebe0 2f800-2fa1d 30000-3134a
"""
# Texts whose NFKC has no cased letter but ASCII's: spared the walk through the case table (10 µs a name).
_COMMON = "1-7f 3000-303f 3041-3096 3099-30ff 4e00-9fff ff01-ff5e"
# Texts that are their own NFKC and have nothing to trim: nearly all values of real facts.
_PLAIN = "21-7e 4e00-9fff"

_WHITESPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0x1680, 0x2028, 0x2029)))
# What NFKC turns into a space; U+00A0 and the like also stay themselves in a text that isn't normalised.
_SPACES = "".join(map(chr, (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
BLANKS = _WHITESPACE + _SPACES


def _pattern(ranges: str) -> str:
    """A regular expression for texts of these code points only, ASCII, read alike by Python and PostgreSQL."""
    parts = ("-".join(f"\\U{int(end, 16):08x}" for end in item.split("-")) for item in ranges.split())
    return f"^[{''.join(parts)}]*$"


def _lower(char: str) -> str:
    folded = char.casefold()
    return folded if len(folded) == 1 else char.lower()


def _case_table() -> dict[int, str]:
    letters = map(chr, (*range(0x41, 0x5B), *range(0xC0, 0x530), *range(0x1E00, 0x1F00), *range(0xFF21, 0xFF3B)))
    return {ord(char): _lower(char) for char in letters if _lower(char) != char and len(_lower(char)) == 1}


PATTERNS = {"fold_plain": _pattern(_PLAIN), "fold_common": _pattern(_COMMON), "fold_safe": _pattern(_SAFE)}
_CASE = _case_table()
_IS_SAFE = re.compile(PATTERNS["fold_safe"].removesuffix("$") + r"\Z")

# Shared by all fragments of a statement, so that a policy of many segments sends them once.
SQL_PARAMS: dict[str, str] = {
    **PATTERNS,
    "fold_upper": "".join(map(chr, _CASE)),
    "fold_lower": "".join(_CASE.values()),
    "fold_blanks": BLANKS,
}


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text as it is compared; two texts are equal where their folds are. Empty for a missing text."""
    if _IS_SAFE.match(text):
        text = unicodedata.normalize("NFKC", text)
    return text.translate(_CASE).strip(BLANKS)


def fold_sql(sql: str) -> str:
    """The same of an SQL text expression (psycopg-escaped), null on null; needs SQL_PARAMS. Its collation is "C"."""
    text = f'({sql})::text COLLATE "C"'
    return (
        f"(CASE WHEN {text} ~ %(fold_plain)s::text THEN lower({text}) "
        f"WHEN {text} ~ %(fold_common)s::text THEN btrim(lower(normalize({text}, NFKC)), %(fold_blanks)s::text) "
        f"ELSE btrim(translate(CASE WHEN {text} ~ %(fold_safe)s::text THEN normalize({text}, NFKC) ELSE {text} END, "
        "%(fold_upper)s::text, %(fold_lower)s::text), %(fold_blanks)s::text) END)"
    )


def blank_sql(sql: str) -> str:
    """Whether an SQL text expression is missing: null, or nothing but blanks. Never null; needs SQL_PARAMS."""
    return f"coalesce(btrim(({sql})::text COLLATE \"C\", %(fold_blanks)s::text) = '', true)"
