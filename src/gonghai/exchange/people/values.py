"""Reads one row of a file of people, or says what is wrong with which cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from unicodedata import normalize

from gonghai.exchange.cells import cell_error, cell_text, limit
from gonghai.exchange.faults import BadValueError, CellError
from gonghai.exchange.mapping import Mapping
from gonghai.exchange.table import Row
from gonghai.exchange.texts import folded, parse_emails, refuse_rounded

LIMITS: Final = {"login": 100, "name": 200, "email": 254, "department": 1000, "roles": 200, "state": 50, "leads": 50}
LONGEST_NAME: Final = 200  # of one department
_ROLES = {
    "rep": "rep|sales|sales rep|salesperson|sales representative|销售|业务员|销售代表|销售员",
    "manager": "manager|sales manager|主管|经理|销售主管|销售经理",
    "admin": "admin|administrator|管理员|系统管理员",
    "auditor": "auditor|audit|审计|审计员",
}
ROLE_WORDS: Final = {word: role for role, words in _ROLES.items() for word in words.split("|")}
_STATES: Final = {
    "active": "active|在职|正式|试用|试用期|正常|启用|已启用|待激活|已激活|invited|employed|current|enabled",
    "left": "left|离职|已离职|停用|已停用|禁用|inactive|deactivated|disabled|former|resigned|terminated",
}
STATE_WORDS: Final = {word: state for state, words in _STATES.items() for word in words.split("|")}
_YES_NO = {True: "是|yes|y|true|1|√|✓|负责人|主管|lead", False: "否|不是|no|n|false|0|×|✗"}
YES_NO_WORDS: Final = {folded(word): said for said, words in _YES_NO.items() for word in words.split("|")}
_SEPARATORS = re.compile(r"[,;，；、/|+\n]+")


@dataclass(frozen=True, slots=True)
class ParsedPerson:
    """One row's person. None means "the row doesn't say". `department` is a text still to be looked up; `leads`: whether
    they lead it."""

    row: int
    login: str
    name: str | None = None
    department: str | None = None
    roles: tuple[str, ...] | None = None
    email: str | None = None
    state: Literal["active", "left"] | None = None
    leads: bool | None = None
    cells: dict[str, str] = field(default_factory=dict, compare=False)  # as written, by field


def parse_person(row: Row, mapping: Mapping) -> ParsedPerson | list[CellError]:
    """The row's person, or all its faults."""
    if row.fault is not None:
        return [row.fault]
    values: dict[str, Any] = {}
    cells: dict[str, str] = {}
    errors: list[CellError] = []
    for name, (column, *_) in mapping.columns.items():
        try:
            text = cell_text(
                row.cells[column - 1], LIMITS[name], typed=name not in ("login", "name"), lines=name == "roles"
            )
            if text is not None:
                values[name], cells[name] = _PARSERS[name](text), text
            elif name == "login":
                raise BadValueError("login_missing")
        except BadValueError as error:
            errors.append(cell_error(row, mapping, column, error))
    return errors or ParsedPerson(row.number, **values, cells=cells)


def as_login(text: str) -> str:
    """A sign-in name as it is stored and compared."""
    return normalize("NFC", text).strip().lower()


def _login(text: str) -> str:
    refuse_rounded(text)
    login = as_login(text)
    if any(character.isspace() for character in login):
        raise BadValueError("login_malformed")
    return login


def _department(text: str) -> str:
    for part in re.split("[/／]", text):
        limit(part.strip(), LONGEST_NAME)
    return text


def _roles(text: str) -> tuple[str, ...]:
    """Roles in the permission table's words, in order."""
    found = set()
    for said in filter(None, (piece.strip() for piece in _SEPARATORS.split(text))):
        role = ROLE_WORDS.get(folded(said))
        if role is None:
            raise BadValueError("unknown_role", value=said)
        found.add(role)
    if not found:
        raise BadValueError("unknown_role")
    return tuple(sorted(found))


def _state(text: str) -> str:
    state = STATE_WORDS.get(folded(text))
    if state is None:
        raise BadValueError("unknown_state")
    return state


def _leads(text: str) -> bool:
    said = YES_NO_WORDS.get(folded(text))
    if said is None:
        raise BadValueError("unknown_yes_no")
    return said


def _email(text: str) -> str:
    addresses = parse_emails(text)
    if len(addresses) > 1:
        raise BadValueError("several_emails")
    return addresses[0]


_PARSERS: Final[dict[str, Callable[[str], Any]]] = {
    "login": _login,
    "name": lambda text: normalize("NFC", text),
    "department": _department,
    "roles": _roles,
    "email": _email,
    "state": _state,
    "leads": _leads,
}
