"""A pool's cleaning rules, as part of its policy's document: which pooled customers leave it, and how. Pure.

Ordered: a customer goes by the first rule whose condition holds. Conditions speak of facts that pooled customers have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, get_args

from gonghai.conditions.comparisons import Context
from gonghai.conditions.facts import Registry
from gonghai.conditions.sql import to_sql
from gonghai.conditions.tree import And, Condition, Leaf, Not, Or
from gonghai.workdays import Calendar, local_midnight

MOST_RULES: Final = 20
MOST_REASON: Final = 100  # letters
Every = Literal["day", "week", "month"]
DEEDS: Final = ("archive", "move", "reverify")


@dataclass(frozen=True, slots=True)
class Archive:
    """Out of circulation, with this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Into this pool."""

    pool_id: int


@dataclass(frozen=True, slots=True)
class Reverify:
    """Somebody is asked whether the customer is still good: the pool's admins, or the person with this login."""

    login: str | None


Deed = Archive | Move | Reverify


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its names, whom it is about, what is done."""

    zh: str
    en: str
    condition: Condition
    deed: Deed


@dataclass(frozen=True, slots=True)
class Cleaning:
    """The rules of a pool in their order; `every` None: on demand only."""

    every: Every | None
    rules: tuple[Rule, ...]


class Reader(Protocol):
    """What reading a document offers to its parts; faults are collected."""

    registry: Registry
    pools: Mapping[str, int]

    def fault(self, path: str, code: str, **data: Any) -> None: ...
    def name(self, given: Any, path: str) -> tuple[str, str]: ...
    def condition(self, given: Any, path: str) -> Condition | None: ...
    def pool(self, given: Any, path: str) -> int | None: ...


def read_cleaning(given: Any, reader: Reader) -> Cleaning | None:
    """`{every: week, rules: [{name, when, do}]}`; None where there are no rules, or faults."""
    if given is None:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("rules"), list):
        reader.fault("cleaning", "not_cleaning")
        return None
    for key in given.keys() - {"every", "rules"}:
        reader.fault(f"cleaning.{key}", "unknown_key", allowed=["every", "rules"])
    every = given.get("every")
    if every is not None and every not in get_args(Every):
        reader.fault("cleaning.every", "every_unknown", allowed=list(get_args(Every)))
    if len(given["rules"]) > MOST_RULES:
        reader.fault("cleaning.rules", "too_many_rules", limit=MOST_RULES)
        return None
    read = [_rule(rule, f"cleaning.rules[{i}]", reader) for i, rule in enumerate(given["rules"])]
    names = [rule.zh for rule in read if rule is not None]
    for i, rule in enumerate(read):
        if rule is not None and rule.zh in names[:i]:
            reader.fault(f"cleaning.rules[{i}].name", "name_taken", name=rule.zh)
    rules = tuple(rule for rule in read if rule is not None)
    return Cleaning(every if every in get_args(Every) else None, rules) if rules else None


def _rule(given: Any, path: str, reader: Reader) -> Rule | None:
    keys = ["name", "when", "do"]
    if not isinstance(given, Mapping):
        reader.fault(path, "not_a_rule")
        return None
    for key in given.keys() - set(keys):
        reader.fault(f"{path}.{key}", "unknown_key", allowed=keys)
    zh, en = reader.name(given.get("name"), f"{path}.name")
    condition = None
    if given.get("when") is None:
        reader.fault(f"{path}.when", "empty")
    else:
        condition = reader.condition(given["when"], f"{path}.when")
    # What is no condition may be of any depth.
    for where, fact in _facts(given["when"], f"{path}.when") if condition is not None else ():
        known = reader.registry.facts.get(fact)
        if known is not None and not known.readable_when_pooled:
            reader.fault(f"{where}.fact", "fact_of_owned_only", fact=fact)
    deed = _deed(given.get("do"), f"{path}.do", reader)
    return None if condition is None or deed is None else Rule(zh, en, condition, deed)


def _facts(given: Any, path: str) -> Iterator[tuple[str, str]]:
    """The leaves of a condition's document: where each stands, and its fact."""
    if not isinstance(given, Mapping):
        return
    if isinstance(given.get("fact"), str):
        yield path, given["fact"]
    yield from _facts(given.get("not"), f"{path}.not")
    for group in ("all", "any"):
        for i, part in enumerate(given[group] if isinstance(given.get(group), list) else ()):
            yield from _facts(part, f"{path}.{group}[{i}]")


def _deed(given: Any, path: str, reader: Reader) -> Deed | None:
    if not isinstance(given, Mapping) or len(given) != 1 or next(iter(given)) not in DEEDS:
        reader.fault(path, "action_unknown", allowed=list(DEEDS))
        return None
    ((name, value),) = given.items()
    if name == "archive":
        if isinstance(value, str) and 0 < len(value.strip()) <= MOST_REASON:
            return Archive(value.strip())
        reader.fault(f"{path}.archive", "reason_missing", most=MOST_REASON)
    elif name == "move":
        if isinstance(value, Mapping) and value.get("pool") in (None, ""):
            reader.fault(f"{path}.move", "pool_missing")
            return None
        pool_id = reader.pool(value, f"{path}.move")
        return None if pool_id is None else Move(pool_id)
    elif value == "pool_admins":
        return Reverify(None)
    else:
        login = value.get("person") if isinstance(value, Mapping) and value.keys() == {"person"} else None
        if isinstance(login, str) and login.strip():
            return Reverify(login.strip().lower())
        reader.fault(f"{path}.reverify", "reverify_by_whom")
    return None


def select(cleaning: Cleaning, pool_id: int, registry: Registry, context: Context) -> tuple[str, dict[str, Any]]:
    """SELECT id, tenant_id, version, rule of the pool's customers that a rule is about; `%(tenant_id)s` is the caller's.

    A rule that moves into the pool itself takes its customers and does nothing with them.
    """
    params: dict[str, Any] = {"clean_pool": pool_id}
    branches = []
    for i, rule in enumerate(cleaning.rules):
        fragment = to_sql(rule.condition, registry, context, f"rule{i}")
        params |= fragment.params
        branches.append(f"WHEN {fragment.text} THEN {'NULL' if rule.deed == Move(pool_id) else i}")
    text = f"""SELECT x.* FROM (SELECT c.id, c.tenant_id, c.version, CASE {" ".join(branches)} END AS rule
        FROM customer c WHERE c.tenant_id = %(tenant_id)s AND c.state = 'pooled' AND c.pool_id = %(clean_pool)s) x
      WHERE x.rule IS NOT NULL"""
    return text, params


def facts_of(condition: Condition) -> list[str]:
    """The facts that a condition names, each once, in the order written."""
    if isinstance(condition, Leaf):
        return [condition.fact]
    parts: Sequence[Condition] = (condition.part,) if isinstance(condition, Not) else condition.parts
    assert isinstance(condition, And | Or | Not)
    return list(dict.fromkeys(fact for part in parts for fact in facts_of(part)))


def period_start(every: Every, now: datetime, calendar: Calendar) -> datetime:
    """The local midnight from which on this period's run is due: today's, Monday's, the first's."""
    local = now.astimezone(calendar.zone)
    back = {"day": 0, "week": local.weekday(), "month": local.day - 1}[every]
    # Noon is the same date whatever the clocks did in between.
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=back)
    return local_midnight(noon, calendar)
