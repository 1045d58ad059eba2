"""Reads one cell's text as the value of its field: phones, e-mails, codes, money, tags, kinds."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

from gonghai.customers.likeness import uscc_key
from gonghai.exchange.faults import BadValueError

# Written into typed cells for "nothing".
PLACEHOLDERS = frozenset({"-", "--", "—", "/", "无", "暂无", "未知", "n/a", "na", "null", "none", "nil", "select"})
_KINDS = {
    "company": (
        "company",
        "公司",
        "企业",
        "单位",
        "机构",
        "组织",
        "organization",
        "organisation",
        "business",
        "企业客户",
        "公司客户",
    ),
    "person": ("person", "个人", "自然人", "individual", "个人客户", "consumer"),
}
KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words}
_FOLLOW_UPS = {
    "call": "call 电话 电话跟进 电话沟通 打电话 phone outbound inbound outgoing incoming 呼出 呼入 去电 来电",
    "visit": "visit 拜访 上门 上门拜访 实地拜访 外出拜访 走访",
    "meeting": "meeting 会议 会面 面谈 见面 线上会议 视频会议 demo 演示",
    "message": "message 消息 微信 短信 企业微信 微信沟通 wechat sms whatsapp qq 钉钉",
    "email": "email e-mail 邮件 电子邮件 mail",
    "note": "note 备注 记录 其他 其它 other",
}
FOLLOW_UP_WORDS = {word: kind for kind, words in _FOLLOW_UPS.items() for word in words.split()}

_HARD_SEPARATORS = re.compile(r"[,;，；、/|\n]+")
_SOFT_SEPARATORS = re.compile(r"[,;，；、/|\s]+")
_TAG_SEPARATORS = re.compile(r"[,;，；、|\n]+")
_PHONE = re.compile(r"\+?[\d\s().-]+(?:(?:ext\.?|x|#|转|分机)\s*\d{1,7})?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:转|分机|#)\s*(?=\d{1,7}$)")
_HYPHENED_EXTENSION = re.compile(r"(?<=\d{7})-(?=\d{1,5}$)")
_NORTH_AMERICAN = re.compile(r"\(?(?!400|800)\d{3}\)?[ .-]?\d{3}[ .-]\d{4}")
_ROUNDED = re.compile(r"\d(?:\.\d+)?e\+\d+", re.IGNORECASE)
_WEBSITE = re.compile(r"(?:https?://)?[^\s/:@.<>\"']+(?:\.[^\s/:@.<>\"']+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_AMOUNT = re.compile(r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?P<unit>\D*)")
_CURRENCY = re.compile(r"[¥$€£]|rmb|cny|usd|eur|hkd|us|人民币|美元|元整|元")
_UNITS = {
    "": 1, "k": 10**3, "千": 10**3, "万": 10**4, "w": 10**4, "十万": 10**5, "百万": 10**6, "m": 10**6,
    "million": 10**6, "千万": 10**7, "亿": 10**8, "bn": 10**9, "billion": 10**9, "万亿": 10**12,
}  # fmt: skip
_AMOUNT_BELOW = Decimal(10) ** 16


def folded(text: str) -> str:
    """For comparing words: NFKC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def refuse_rounded(text: str) -> None:
    """Raises `digits_lost` for "9.13E+17": a spreadsheet has thrown digits of a number away."""
    if _ROUNDED.fullmatch(text):
        raise BadValueError("digits_lost")


def parse_kind(text: str) -> str:
    """company or person; raises `unknown_kind`."""
    kind = KIND_WORDS.get(folded(text))
    if kind is None:
        raise BadValueError("unknown_kind")
    return kind


def parse_phones(text: str, region: str) -> tuple[tuple[str, ...], bool]:
    """E.164 numbers without repeats, and whether an extension was left off. Numbers without a country are of `region`.

    Raises `bad_phone`, `phone_country_unclear` (in China, digits grouped as in North America), `digits_lost`.
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers: list[str] = []
    extended = False
    for piece in filter(None, (piece.strip() for piece in _HARD_SEPARATORS.split(plain))):
        refuse_rounded(piece)
        for number, extension in _one_or_more(piece.removesuffix(".0"), region):
            extended = extended or extension
            if number not in numbers:
                numbers.append(number)
    return tuple(numbers), extended


def _one_or_more(piece: str, region: str) -> list[tuple[str, bool]]:
    """A piece is one number with spaces in it, or else several with spaces between."""
    if region == "CN" and _NORTH_AMERICAN.fullmatch(piece):
        # Half of such numbers would pass as Chinese landlines.
        raise BadValueError("phone_country_unclear", value=piece)
    whole = _phone(piece, region) or _phone(_HYPHENED_EXTENSION.sub(" ext ", piece), region)
    if whole is not None:
        return [whole]
    found, waiting = [], ""
    for word in piece.split():
        waiting = f"{waiting} {word}".strip()
        number = _phone(waiting, region)
        if number is not None:
            found.append(number)
            waiting = ""
    if waiting:
        raise BadValueError("bad_phone", value=piece, region=region)
    return found


def _phone(text: str, region: str) -> tuple[str, bool] | None:
    if not _PHONE.fullmatch(text):
        return None
    try:
        number = parse(_EXTENSION.sub(" ext ", text), region)
    except NumberParseException:
        return None
    if not is_valid_number(number):
        return None
    return format_number(number, PhoneNumberFormat.E164), bool(number.extension)


def parse_emails(text: str) -> tuple[str, ...]:
    """Addresses with the domain in lower case, without repeats; raises `bad_email`."""
    found: list[str] = []
    for piece in filter(None, _SOFT_SEPARATORS.split(unicodedata.normalize("NFKC", text))):
        address = _email(piece)
        if address not in found:
            found.append(address)
    return tuple(found)


@lru_cache(maxsize=1024)
def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise BadValueError("bad_email", value=text, why=str(error)) from error


def parse_uscc(text: str) -> str:
    """A unified social credit code with its check character right (GB 32100-2015); raises `bad_uscc`, `digits_lost`."""
    refuse_rounded(text)
    code = uscc_key(text)
    if not code:
        raise BadValueError("bad_uscc")
    return code


def parse_website(text: str) -> str:
    """A web address as given, with or without http(s); raises `bad_website` for anything else, scripts included."""
    if not _WEBSITE.fullmatch(text):
        raise BadValueError("bad_website")
    return text


def parse_amount(text: str) -> Decimal:
    """An amount with two places, whatever its currency: "$22,700.00", "12万", "￥3.5 亿", "1.2M".

    Raises `bad_amount`, `negative_amount`, `amount_too_large`.
    """
    plain = _CURRENCY.sub("", folded(text)).replace(" ", "")
    positive = plain.removeprefix("-")
    if plain.startswith("(") and plain.endswith(")"):
        positive = plain[1:-1]
    found = _AMOUNT.fullmatch(positive)
    if found is None or found["unit"] not in _UNITS:
        raise BadValueError("bad_amount")
    if positive != plain:
        raise BadValueError("negative_amount")
    amount = Decimal(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    if amount >= _AMOUNT_BELOW:
        raise BadValueError("amount_too_large")
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def split_tags(text: str) -> tuple[str, ...]:
    """Tags without repeats, compared as conditions compare: NFKC, case-insensitive. The first spelling stays."""
    tags: dict[str, str] = {}
    for tag in _TAG_SEPARATORS.split(text):
        if tag.strip():
            tags.setdefault(folded(tag), tag.strip())
    return tuple(tags.values())
