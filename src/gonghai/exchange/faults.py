"""What can be wrong with an import: a whole file, or one row or cell of it, under stable codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gonghai.base.errors import Refusal

FileCode = Literal[
    "empty_file",
    "no_rows",
    "unreadable_file",
    "unknown_encoding",
    "zip_bomb",
    "line_too_long",
    "duplicate_header",
    "no_header_recognised",
    "no_name_column",
    "no_login_column",
    "mapping_unknown_header",
    "mapping_unknown_field",
    "mapping_field_twice",
    # found while writing
    "pool_closed",
    "importer_may_not",
    "internal_error",
]

CellCode = Literal[
    # the row as such
    "bad_encoding",
    "bad_quotes",
    "nul_byte",
    "too_many_cells",
    "formula_without_value",
    # any cell
    "formula_error",
    "too_long",
    "too_many_values",
    "digits_lost",
    # one kind of cell
    "customer_missing",
    "unknown_kind",
    "bad_phone",
    "phone_country_unclear",
    "bad_email",
    "bad_uscc",
    "bad_website",
    "bad_amount",
    "negative_amount",
    "amount_too_large",
    "bad_date",
    "impossible_date",
    "ambiguous_date",
    "follow_up_in_future",
    "login_missing",
    "login_malformed",
    "unknown_role",
    "unknown_state",
    "unknown_yes_no",
    "several_emails",
    # found while writing
    "unknown_owner",
    "ambiguous_owner",
    "unknown_pool",
    "name_missing",
    "repeated",
    "same_as_row",
    "same_as_customer",
    "unknown_customer",
    "time_missing",
    "login_repeated",
    "login_taken",
    "person_name_missing",
    "unknown_department",
    "ambiguous_department",
    "role_not_yours",
    "own_admin",
    "last_admin",
    "leaves_themself",
    "unknown_leaver",
    "person_left",
]


class ImportFileError(Refusal):
    """The file can't be imported as a whole; `code` is a FileCode, or the CellCode of a faulty header."""

    status = 422

    def __init__(self, code: FileCode | CellCode, /, **data: Any) -> None:
        super().__init__(code, None, **data)


@dataclass(frozen=True)
class CellError:
    """One fault of one row. `row` as the user sees it; `column` counts from 1, 0 when the row as such is faulty."""

    row: int
    column: int
    header: str
    code: CellCode
    value: str
    data: Mapping[str, Any] = field(default_factory=dict)


class BadValueError(ValueError):
    """A text that is not a value of its field; the caller adds row and column."""

    def __init__(self, code: CellCode, /, value: str | None = None, **data: Any) -> None:
        super().__init__(code)
        self.code: CellCode = code
        self.value = value
        self.data = data
