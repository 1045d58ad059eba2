"""Who a demo customer is: name, codes, phones, address, contacts; each from its number and its own random stream."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from gonghai.demo import words

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = ("134", "135", "136", "137", "138", "139", "150", "151", "152", "157", "158", "159", "177", "180", "181",
           "182", "185", "186", "187", "188", "189", "198")  # fmt: skip

_SOURCES = ("展会", "官网", "转介绍", "电话开发", "广告", "老客户")

# All names that two syllables can make; a step with no common factor walks through every one before the first repeats.
NAMES = len(words.CITIES) * len(words.FIRST_SYLLABLES) * len(words.SECOND_SYLLABLES) * len(words.TRADES)
_STEP = 2_971_215_073


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to talk to."""

    name: str
    title: str
    phone: str
    wechat: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer's fields as somebody typed or imported them, and whom one talks to there."""

    fields: dict[str, Any]
    region: str
    contacts: tuple[Contact, ...]


def identity(number: int, seed: int, rng: Random, *, lean: bool) -> Identity:
    """The customer with this number; `number` below NAMES gives every one of a seed another name.

    `lean` leaves out what only a page of one customer shows.
    """
    (region, city, code), brand, (industry, trade) = _name_parts((number + seed * 7_919) * _STEP % NAMES)
    level = rng.choices("ABCD", cum_weights=(14, 44, 86, 100))[0]
    fields: dict[str, Any] = {
        "name": f"{city}{brand}{trade}{rng.choice(words.FORMS)}",
        "level": level,
        "source": rng.choices(_SOURCES, cum_weights=(24, 46, 60, 80, 94, 100))[0],
        "industry": industry,
        "region": region,
        "stage": "线索",
        "phones": [mobile(rng)],
    }
    if rng.random() < 0.85:
        fields["uscc"] = uscc(code, 10_000_000 + (number * 61 + seed) % 89_999_999)
    if not lean:
        _details(fields, city, rng)
    with_contacts = 0.85 if not lean else 0.25
    contacts = tuple(_contact(rng) for _ in range(1 + (rng.random() < 0.3))) if rng.random() < with_contacts else ()
    return Identity(fields, region, contacts)


def _name_parts(index: int) -> tuple[tuple[str, str, str], str, tuple[str, str]]:
    index, city = divmod(index, len(words.CITIES))
    index, first = divmod(index, len(words.FIRST_SYLLABLES))
    trade, second = divmod(index, len(words.SECOND_SYLLABLES))
    brand = words.FIRST_SYLLABLES[first] + words.SECOND_SYLLABLES[second]
    return words.CITIES[city], brand, words.TRADES[trade]


def _details(fields: dict[str, Any], city: str, rng: Random) -> None:
    domain = f"{rng.choice(words.DOMAIN_SYLLABLES)}{rng.choice(words.DOMAIN_SYLLABLES)}{rng.randrange(10, 9999)}"
    if rng.random() < 0.45:
        fields["emails"] = [f"{rng.choice(('sales', 'info', 'buy', 'office'))}@{domain}.example.com"]
    if rng.random() < 0.35:
        fields["website"] = f"https://www.{domain}.example.com"
    if rng.random() < 0.7:
        fields["address"] = f"{city}市{rng.choice(words.ROADS)}{rng.randrange(1, 999)}号"
    if rng.random() < 0.3:
        fields["tags"] = sorted(rng.sample(words.TAGS, rng.randrange(1, 3)))
    if rng.random() < 0.5:
        fields["amount"] = Decimal(rng.randrange(2, 120) * 5000)


def contract_end(rng: Random, signed: date) -> date:
    """The end of a year's contract, or of two or three, at a month's end or thereabouts."""
    return date.fromordinal(signed.toordinal() + 365 * rng.choice((1, 1, 1, 2, 3)))


def person_name(rng: Random) -> str:
    """A Chinese full name."""
    return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN_FIRST) + rng.choice(words.GIVEN_SECOND)


def mobile(rng: Random) -> str:
    """A number that looks like a Chinese mobile's, in E.164."""
    return f"+86{rng.choice(_MOBILE)}{rng.randrange(100_000_000):08d}"


def _contact(rng: Random) -> Contact:
    wechat = f"wx_{rng.randrange(16**8):08x}" if rng.random() < 0.4 else None
    return Contact(person_name(rng), rng.choice(words.TITLES), mobile(rng), wechat)


def uscc(area: str, organisation: int) -> str:
    """统一社会信用代码 of a company: 91, area, organisation code with its check character, check character."""
    body = f"{organisation:08d}"
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(body, _ORG_WEIGHTS, strict=True)) % 11
    code = f"91{area}{body}{'X' if remainder == 10 else 0 if remainder == 11 else remainder}"
    total = sum(_USCC.index(char) * weight for char, weight in zip(code, _USCC_WEIGHTS, strict=True))
    return code + _USCC[(31 - total % 31) % 31]
