"""For declaring what conditions may speak of: slices above register their facts here, once each."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, get_args

from gonghai.conditions.fold import fold

FactType = Literal["text", "number", "date", "instant", "flag", "list"]
KnownWhen = Literal["before_contact", "during", "after"]
Locale = Literal["zh", "en"]
Labels = Mapping[str, str]

LOCALES: tuple[Locale, ...] = get_args(Locale)
_NAME = re.compile(r"[a-z][a-z0-9_.]*")


@dataclass(frozen=True)
class Fact:
    """One thing known about a customer, in three forms that mean the same.

    `sql` is an expression of the statement's tables (`c.level`), written as for psql, so with single `%`. Its type and
    that of what `read` takes from a row, None where missing:
    text → text, str · number → integer or finite numeric, int or Decimal · date → date, date · instant → timestamptz,
    aware datetime · flag → boolean, bool · list → text[], iterable of str.
    `choices` (text and list) closes the set of values: value → {"zh", "en"} labels. A choice that was retired stays in
    it as long as a condition may name it. Raises ValueError where the declaration contradicts itself.
    """

    name: str
    type: FactType
    labels: Labels
    sql: str
    read: Callable[[Any], Any] = field(repr=False)
    known_when: KnownWhen
    readable_when_pooled: bool
    choices: Mapping[str, Labels] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"fact {self.name!r}: a name is lower-case letters, digits, '_' and '.'")
        if self.type not in get_args(FactType) or self.known_when not in get_args(KnownWhen):
            raise ValueError(f"fact {self.name}: unknown type {self.type!r} or known_when {self.known_when!r}")
        if self.choices is not None and self.type not in ("text", "list"):
            raise ValueError(f"fact {self.name}: only text and list facts have choices")
        choices = self.choices or {}
        if len(self._choice_by_fold) != len(choices) or "" in self._choice_by_fold:
            raise ValueError(f"fact {self.name}: choices must differ after folding and not be empty")
        for labels in (self.labels, *choices.values()):
            if any(not labels.get(locale, "").strip() for locale in LOCALES):
                raise ValueError(f"fact {self.name}: labels need zh and en")
        _refuse_same_labels(f"choices of fact {self.name}", choices.values())

    @cached_property
    def _choice_by_fold(self) -> dict[str, str]:
        return {fold(value): value for value in self.choices or {}}

    def choice(self, text: str) -> str | None:
        """The declared choice that compares equal to this text, or None."""
        return self._choice_by_fold.get(fold(text))


class Registry:
    """All facts that conditions of one tenant may use; fixed once built. Raises ValueError on duplicates."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        found: dict[str, Fact] = {}
        for fact in facts:
            if fact.name in found:
                raise ValueError(f"fact {fact.name} is registered twice")
            found[fact.name] = fact
        _refuse_same_labels("facts", (fact.labels for fact in found.values()))
        self.facts: Mapping[str, Fact] = MappingProxyType(found)


def _refuse_same_labels(whose: str, all_labels: Iterable[Labels]) -> None:
    """Two things with one label would make two conditions read the same."""
    seen: set[tuple[str, str]] = set()
    for labels in all_labels:
        for locale in LOCALES:
            key = (locale, labels[locale])
            if key in seen:
                raise ValueError(f"{whose}: two have the {locale} label {labels[locale]!r}")
            seen.add(key)
