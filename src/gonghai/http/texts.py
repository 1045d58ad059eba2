"""Text that people type: trimmed, in one Unicode form, without control characters."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field, StringConstraints


def _line(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise ValueError("control characters are not allowed")
    if not text:
        raise ValueError("must not be empty")
    return text


def _login(text: str) -> str:
    text = _line(text).lower()
    if any(c.isspace() for c in text):
        raise ValueError("a sign-in name has no spaces")
    return text


# One line of text: a name, a title.
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
# A sign-in name; lower-cased, as logins are compared.
Login = Annotated[str, StringConstraints(max_length=100), AfterValidator(_login)]
Email = Annotated[EmailStr, Field(max_length=254)]
