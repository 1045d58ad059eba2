"""By what a customer is known again: its credit code, its phones, its e-mails, its name without what every name has.

Pure. The same text gives the same key whoever typed it, so equal keys are what "matches" means (customers/keys.py).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import phonenumbers

# The surest first: one code is one company, while two companies may share a name.
KINDS: Final = ("uscc", "phone", "email", "name")
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "uscc": ("统一社会信用代码", "credit code"), "phone": ("电话", "phone"), "email": ("邮箱", "e-mail"),
    "name": ("名称", "name"),
}  # fmt: skip
# The fields that keys are made of; `contacts` have phones and e-mails too.
KEYED: Final = frozenset({"kind", "name", "phones", "emails", "uscc"})
LONGEST: Final = 250  # characters of a key
_LEAST_NAME: Final = 2  # characters
_LEAST_DIGITS: Final = 7

_USCC: Final = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
_USCC_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# How a company is constituted says nothing about which one it is. A branch (分公司) is another one.
_FORM: Final = re.compile(
    r"(?:股份|有限|责任|責任|集团|集團|(?<!分)公司|普通合伙|特殊普通合伙|有限合伙|合伙企业|合夥企業|株式会社|有限会社|合同会社"
    r"|(?<![a-z])(?:co|company|corp|corporation|inc|incorporated|llc|llp|plc|gmbh|ag|kg|sarl|srl|bv|nv|sdn|bhd|group"
    r"|(?:(?:pte|pty|pvt|private) )?(?:ltd|limited)))$"
)
_BEFORE: Final = re.compile(r"^(?:株式会社|有限会社|合同会社)")
_BETWEEN: Final = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")  # only western words are told apart by spaces
_DOTS: Final = re.compile(r"[.'’·・]")
_EXTENSION: Final = re.compile(r"转|轉|分机|分機")
_TOY_RUN: Final = "01234567890123456789"


class Key(NamedTuple):
    """One of KINDS with what is compared."""

    kind: str
    value: str


def keys_of(
    fields: Mapping[str, Any], country: str, *, phones: Iterable[str] = (), emails: Iterable[str] = ()
) -> set[Key]:
    """The keys of a customer's fields; `phones` and `emails` are its contacts'.

    `country` (ISO 3166) is that of numbers which name none. Values that anybody might type to fill a field make no key,
    and neither does a person's name: too many people share one.
    """
    found = {Key("phone", number_key(text, country)) for text in (*(fields.get("phones") or ()), *phones)}
    found |= {Key("email", email_key(text)) for text in (*(fields.get("emails") or ()), *emails)}
    found.add(Key("uscc", uscc_key(fields.get("uscc") or "")))
    if fields.get("kind") != "person":
        found.add(Key("name", name_key(fields.get("name") or "")))
    return {Key(kind, value[:LONGEST]) for kind, value in found if value}


def in_words(kinds: Iterable[str]) -> tuple[str, str]:
    """(zh, en) of some kinds."""
    words = [WORDS[kind] for kind in kinds]
    return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)


def name_key(name: str) -> str:
    """A name without case, spaces, punctuation, brackets and legal form; "" where less than two characters are left."""
    text = unicodedata.normalize("NFKC", name).casefold()
    spaced = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in _DOTS.sub("", text))
    core = _BEFORE.sub("", _BETWEEN.sub("", " ".join(spaced.split())))
    while (shorter := _FORM.sub("", core).rstrip()) != core:
        core = shorter
    core, whole = core.replace(" ", ""), spaced.replace(" ", "")
    key = core if len(core) >= _LEAST_NAME else whole
    return key if len(key) >= _LEAST_NAME else ""


def email_key(text: str) -> str:
    """An address without case; "" for what is none."""
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    local, _, host = address.rpartition("@")
    return address if local and host else ""


def number_key(text: str, country: str) -> str:
    """A phone number in E.164 without its extension, or the digits of what is no number; "" for less, and for toys."""
    text = _EXTENSION.split(unicodedata.normalize("NFKC", text), maxsplit=1)[0]
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is not None and phonenumbers.is_possible_number(parsed):
        key = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.national_significant_number(parsed)
    else:
        key = national = "".join(letter for letter in text if letter.isdecimal())
    return "" if len(national) < _LEAST_DIGITS or _is_toy(national) else key


def _is_toy(digits: str) -> bool:
    """0000000, 1111111, 1234567…, 13800000000."""
    return len(set(digits)) == 1 or digits in _TOY_RUN or digits.endswith("0" * _LEAST_DIGITS)


def uscc_key(text: str) -> str:
    """A unified social credit code whose check character is right (GB 32100-2015); "" for anything else."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _USCC.fullmatch(code):
        return ""
    total = sum(_USCC_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    return code if _USCC_LETTERS[-total % 31] == code[17] else ""
