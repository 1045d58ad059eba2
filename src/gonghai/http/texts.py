"""Text that people type: trimmed, in one Unicode form, without control characters."""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, StringConstraints


def _line(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise ValueError("control characters are not allowed")
    if not text:
        raise ValueError("must not be empty")
    return text


def _blank_is_none(raw: Any) -> Any:
    return None if isinstance(raw, str) and not raw.strip() else raw


def _note(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\0", "").strip()


def _said(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    if any(unicodedata.category(c) == "Cs" for c in raw):
        raise ValueError("half a character is not allowed")
    return _note(raw)


def _login(text: str) -> str:
    text = _line(text).lower()
    if any(c.isspace() for c in text):
        raise ValueError("a sign-in name has no spaces")
    return text


# One line of text: a name, a title.
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
# One line, or nothing: blank is none.
MaybeLine = Annotated[Line | None, BeforeValidator(_blank_is_none)]
# Several lines, or an empty text.
Note = Annotated[str, StringConstraints(max_length=5000), AfterValidator(_note)]
# What is said with a move or a request, cleaned before it is measured; to be given a length.
Said = Annotated[str, BeforeValidator(_said)]
# A sign-in name; lower-cased, as logins are compared.
Login = Annotated[str, StringConstraints(max_length=100), AfterValidator(_login)]
Email = Annotated[EmailStr, Field(max_length=254)]
