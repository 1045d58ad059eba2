"""A length of time as rules state it: a number and one of four units, with its JSON, its text and its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

Unit = Literal["hours", "days", "working_days", "working_hours"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

# About twenty years each: further out a rule is a slip of the keyboard.
LONGEST: Final[Mapping[Unit, int]] = {"hours": 175_000, "days": 7_300, "working_days": 5_000, "working_hours": 40_000}

_ZH: Final[Mapping[Unit, str]] = {
    "hours": "{n} 小时",
    "days": "{n} 天",
    "working_days": "{n} 个工作日",
    "working_hours": "{n} 个工作小时",
}
_TEXT = re.compile(r"\s*([0-9]{1,9})\s+(working[_ ])?(hour|day)s?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """`n` whole units. Raises ValueError unless the unit is known and 1 <= n <= LONGEST[unit]."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"a length's unit is one of {', '.join(UNITS)}, not {self.unit!r}")
        if type(self.n) is not int:
            raise ValueError(f"a length is a whole number of {self.unit}, not {self.n!r}")
        if not 1 <= self.n <= LONGEST[self.unit]:
            raise ValueError(f"a length in {self.unit} lies between 1 and {LONGEST[self.unit]}, not {self.n}")

    @classmethod
    def parse(cls, given: object) -> "Length":
        """Reads `{"n": 3, "unit": "working_days"}`, "3 working_days" or "3 working days"; else ValueError."""
        if isinstance(given, Length):
            return given
        if isinstance(given, Mapping) and set(given) == {"n", "unit"}:
            return cls(given["n"], given["unit"])
        if isinstance(given, str) and (found := _TEXT.fullmatch(given)):
            number, working, noun = found.groups()
            return cls(int(number), cast(Unit, f"{'working_' if working else ''}{noun}s"))
        raise ValueError(f'a length reads like "3 working days" or {{"n": 3, "unit": "working_days"}}, not {given!r}')

    def dump(self) -> dict[str, int | str]:
        """The JSON form that `parse` reads back."""
        return {"n": self.n, "unit": self.unit}

    def __str__(self) -> str:
        """The text form that `parse` reads back, such as "3 working_days"."""
        return f"{self.n} {self.unit}"

    def words(self, language: str) -> str:
        """For people: "3 个工作日" for a Chinese language tag, else "3 working days", "1 working day"."""
        if language.lower().startswith("zh"):
            return _ZH[self.unit].format(n=self.n)
        noun = self.unit.replace("_", " ")
        return f"{self.n} {noun.removesuffix('s') if self.n == 1 else noun}"
