"""What a faulty condition is refused with: where, which fault, and the numbers and names that explain it."""

from collections.abc import Mapping
from typing import Any


class ConditionError(ValueError):
    """A condition document that can't be used.

    `path` names the faulty node as written (`all[1].value`; empty for the whole document), `code` is stable for
    translation, `data` holds JSON-able details such as what would have been accepted.
    """

    def __init__(self, path: str, code: str, data: Mapping[str, Any] | None = None) -> None:
        self.path = path
        self.code = code
        self.data: dict[str, Any] = dict(data or {})
        details = ", ".join(f"{key}={value!r}" for key, value in self.data.items())
        super().__init__(f"{path or 'condition'}: {code}" + (f" ({details})" if details else ""))
