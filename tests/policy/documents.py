"""Random policy documents that compile, with everything a document may say."""

from random import Random
from typing import Any

from gonghai.conditions.operators import OPERATORS
from gonghai.policy.registry import REGISTRY
from gonghai.policy.timers import TIMERS
from gonghai.workdays import UNITS

TEXTS = ["A", "展会", "C类「重点」", "it's: #1", "no", "2026-09-30", "1e3", "Ａ１", "~", "- x"]


def a_document(random: Random, pools: list[str], depth: int = 3, who: str = "li.na") -> dict[str, Any]:
    """One of them; its targets are among `pools`, or home, and `who` may be asked by its cleaning rules."""
    segments: list[dict[str, Any]] = []
    for i in range(random.randint(1, 6)):
        segment: dict[str, Any] = {"name": _name(random, i), "when": _condition(random, depth)}
        if random.random() < 0.8:
            segment["timers"] = {t.name: _length(random) for t in TIMERS if random.random() < 0.5}
        if random.random() < 0.8:
            segment["target"] = random.choice(["home", *({"pool": name} for name in pools)])
        segments.append(segment)
    del segments[-1]["when"]
    document: dict[str, Any] = {"segments": segments}
    if random.random() < 0.5:
        document["warnings"] = {"days": random.sample(range(1, 60), random.randint(0, 5))}
    if random.random() < 0.5:
        rules = [_rule(random, i, pools, who) for i in range(random.randint(1, 3))]
        document["cleaning"] = {"rules": rules, "every": random.choice(["day", "week", "month", None])}
    return document


def _rule(random: Random, i: int, pools: list[str], who: str) -> dict[str, Any]:
    deeds: list[dict[str, Any]] = [{"archive": random.choice(TEXTS)}, {"reverify": "pool_admins"}]
    deeds += [{"reverify": {"person": who}}, *({"move": {"pool": name}} for name in pools)]
    return {"name": _name(random, i), "when": _condition(random, 2, pooled=True), "do": random.choice(deeds)}


def _name(random: Random, i: int) -> Any:
    text = f"{random.choice(TEXTS)} {i}"
    return text if random.random() < 0.5 else {"zh": text, "en": f"segment {i}"}


def _length(random: Random) -> Any:
    n, unit = random.randint(1, 400), random.choice(UNITS)
    return random.choice([f"{n} {unit}", f"{n} {unit.replace('_', ' ')}", {"n": n, "unit": unit}, None])


def _condition(random: Random, depth: int, pooled: bool = False) -> dict[str, Any]:
    if depth and random.random() < 0.5:
        key = random.choice(["all", "any", "not"])
        if key == "not":
            return {"not": _condition(random, depth - 1, pooled)}
        return {key: [_condition(random, depth - 1, pooled) for _ in range(random.randint(1, 3))]}
    fact = random.choice([f for f in REGISTRY.facts.values() if f.readable_when_pooled or not pooled])
    operator, kind = random.choice(list(OPERATORS[fact.type].items()))
    leaf: dict[str, Any] = {"fact": fact.name, "is": operator}
    texts = list(fact.choices) if fact.choices and kind in ("value", "values") else TEXTS
    values: dict[str, Any] = {
        "value": random.choice(texts),
        "values": random.sample(texts, random.randint(1, min(3, len(texts)))),
        "piece": random.choice(TEXTS),
        "number": random.choice([0, 12, -3, 1.5, "12.50", "0.1"]),
        "range": [1, random.choice([1, 2.5, "30"])],
        "date": "2026-09-30",
        "days": random.randint(0, 900),
    }
    return leaf if kind == "none" else {**leaf, "value": values[kind]}
