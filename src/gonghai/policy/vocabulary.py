"""What a condition builder offers: facts, their operators with words, and the tenant's own choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonghai.base.database import Conn, one, rows
from gonghai.conditions.facts import Fact
from gonghai.conditions.operators import OPERATORS
from gonghai.conditions.phrases import GRAMMARS, Phrase
from gonghai.policy.registry import REGISTRY

# Facts whose values are chosen from the tenant's own lists.
CHOSEN = ("level", "source", "industry", "region", "stage")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may be chosen."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of a fact: what kind of value it takes, and how it reads; … stands for the value."""

    name: str
    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Word:
    """A fact that conditions may ask about. `choices` None: anything may be typed."""

    name: str
    type: str
    zh: str
    en: str
    known_when: str
    choices: Sequence[Choice] | None
    operators: Sequence[Operator]


async def vocabulary(conn: Conn, tenant_id: int) -> list[Word]:
    """Every fact, in the order of the registry."""
    tenant = await one(conn, "SELECT t.choices FROM tenant t WHERE t.id = %s", (tenant_id,))
    chosen: Mapping[str, Any] = tenant["choices"] if tenant is not None else {}
    departments = await rows(
        conn, "SELECT d.id, d.name FROM department d WHERE d.tenant_id = %s ORDER BY d.id", (tenant_id,)
    )
    own = {name: [Choice(str(v), str(v), str(v)) for v in chosen.get(name, ())] for name in CHOSEN}
    own["owner_department"] = [Choice(str(d["id"]), d["name"], d["name"]) for d in departments]
    return [_word(fact, own.get(fact.name)) for fact in REGISTRY.facts.values()]


def _word(fact: Fact, own: Sequence[Choice] | None) -> Word:
    choices = own
    if fact.choices is not None:
        choices = [Choice(value, labels["zh"], labels["en"]) for value, labels in fact.choices.items()]
    zh, en = GRAMMARS["zh"].phrases[fact.type], GRAMMARS["en"].phrases[fact.type]
    operators = [Operator(name, kind, _told(zh[name]), _told(en[name])) for name, kind in OPERATORS[fact.type].items()]
    labels = fact.labels
    return Word(fact.name, fact.type, labels["zh"], labels["en"], fact.known_when, choices or None, operators)


def _told(phrase: Phrase) -> str:
    """A phrase with … where its value stands, unless the value stands at the end."""
    return " … ".join(part for part in phrase if part).strip("：: ")
