"""A policy as a document: what its YAML or JSON may say, and each fault with the path of its node."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gonghai.base.errors import Refusal
from gonghai.conditions.errors import ConditionError
from gonghai.conditions.facts import Registry
from gonghai.conditions.tree import Condition, parse
from gonghai.policy.cleaning import Cleaning, read_cleaning
from gonghai.policy.timers import BY_NAME, TIMERS
from gonghai.workdays import Length

MOST_SEGMENTS = 50
MOST_STEPS = 10
MOST_STEP_DAYS = 90
MOST_NAME = 200  # letters
MOST_NESTING: Final = 100  # whatever else a document says: nothing that is read here nests half as deep
LADDER: Final = (7, 3, 1)
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
KEYS: Final = frozenset({"segments", "warnings", "cleaning"})


class PolicyInvalid(Refusal):
    """The document can't be compiled; `errors` name each faulty node by its path."""

    status = 422

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("policy_invalid")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Segment:
    """One row of the matrix. `condition` None: everyone else. `target` None: back to the home pool."""

    zh: str
    en: str
    condition: Condition | None
    timers: Mapping[str, Length]
    target: int | None


@dataclass(frozen=True, slots=True)
class Policy:
    """The compiled document: the first segment whose condition holds is the customer's.

    `ladder`: days before the effective deadline at which the owner is warned, most first.
    """

    segments: tuple[Segment, ...]
    ladder: tuple[int, ...] = LADDER
    cleaning: Cleaning | None = None


def compile_policy(document: Any, registry: Registry, pools: Mapping[str, int]) -> Policy:
    """Compiles a document; `pools` maps the tenant's open pools by name and by id (as text). Raises PolicyInvalid.

    All faults are collected, so that one reading mends them all.
    """
    _need_readable(document)
    reader = _Reader(registry, pools)
    policy = reader.policy(document)
    if reader.errors:
        raise PolicyInvalid(reader.errors)
    return policy


def compile_cleaning(document: Any, registry: Registry, pools: Mapping[str, int]) -> Cleaning | None:
    """Only a document's cleaning rules, so that they can be tried while its segments have faults."""
    _need_readable(document)
    reader = _Reader(registry, pools)
    cleaning = read_cleaning(document.get("cleaning") if isinstance(document, Mapping) else None, reader)
    if reader.errors:
        raise PolicyInvalid(reader.errors)
    return cleaning


def _need_readable(document: Any) -> None:
    """Refuses text that no answer and no database can hold, before any of it is quoted in another fault."""
    if faults := list(_unreadable(document, "", 0)):
        raise PolicyInvalid([{"path": path, "code": code, "data": data} for path, code, data in faults])


def _unreadable(node: Any, path: str, depth: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if isinstance(node, str):
        if _NO_TEXT.search(node):
            yield path, "bad_characters", {}
    elif depth > MOST_NESTING:
        yield path, "too_deep", {"limit": MOST_NESTING}
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if _NO_TEXT.search(str(key)):
                yield path, "bad_characters", {}
            else:
                yield from _unreadable(value, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _unreadable(value, f"{path}[{i}]", depth + 1)


class _Reader:
    def __init__(self, registry: Registry, pools: Mapping[str, int]) -> None:
        self.registry = registry
        self.pools = pools
        self.errors: list[dict[str, Any]] = []

    def fault(self, path: str, code: str, **data: Any) -> None:
        self.errors.append({"path": path, "code": code, "data": data})

    def policy(self, document: Any) -> Policy:
        if not isinstance(document, Mapping):
            self.fault("", "not_a_policy")
            return Policy(())
        for key in document.keys() - KEYS:
            self.fault(str(key), "unknown_key", allowed=sorted(KEYS))
        segments = document.get("segments")
        if not isinstance(segments, list) or not segments:
            self.fault("segments", "segments_missing")
            return Policy(())
        if len(segments) > MOST_SEGMENTS:
            self.fault("segments", "too_many_segments", limit=MOST_SEGMENTS)
            return Policy(())
        last = len(segments) - 1
        read = tuple(self._segment(s, f"segments[{i}]", i == last) for i, s in enumerate(segments))
        seen: set[str] = set()
        for i, segment in enumerate(read):
            if segment.zh in seen:
                self.fault(f"segments[{i}].name", "name_taken", name=segment.zh)
            seen.add(segment.zh)
        return Policy(read, self._ladder(document.get("warnings")), read_cleaning(document.get("cleaning"), self))

    def _ladder(self, given: Any) -> tuple[int, ...]:
        """`{days: [7, 3, 1]}`; an empty list warns only who would fall untold."""
        if given is None:
            return LADDER
        if not isinstance(given, Mapping) or given.keys() != {"days"} or not isinstance(given["days"], list):
            self.fault("warnings", "not_warnings")
            return LADDER
        if len(given["days"]) > MOST_STEPS:
            self.fault("warnings.days", "too_many_steps", limit=MOST_STEPS)
            return LADDER
        for i, days in enumerate(given["days"]):
            if type(days) is not int or not 1 <= days <= MOST_STEP_DAYS:
                self.fault(f"warnings.days[{i}]", "step_invalid", most=MOST_STEP_DAYS)
            elif days in given["days"][:i]:
                self.fault(f"warnings.days[{i}]", "step_repeated", days=days)
        return tuple(sorted((d for d in given["days"] if type(d) is int), reverse=True))

    def _segment(self, given: Any, path: str, last: bool) -> Segment:
        if not isinstance(given, Mapping):
            self.fault(path, "not_a_segment")
            return Segment("", "", None, {}, None)
        for key in given.keys() - {"name", "when", "timers", "target"}:
            self.fault(f"{path}.{key}", "unknown_key", allowed=["name", "when", "timers", "target"])
        zh, en = self.name(given.get("name"), f"{path}.name")
        when, where = given.get("when"), f"{path}.when"
        condition = None if last else self.condition(when, where)
        if last and when is not None:
            self.fault(where, "last_segment_is_everyone_else")
        timers = self._timers(given.get("timers", {}), f"{path}.timers")
        return Segment(zh, en, condition, timers, self._target(given.get("target", "home"), f"{path}.target"))

    def name(self, given: Any, path: str) -> tuple[str, str]:
        said = {"zh": given} if isinstance(given, str) else given
        if (
            not isinstance(said, Mapping)
            or not said
            or not all(isinstance(v, str) and v.strip() for v in said.values())
        ):
            self.fault(path, "name_missing")
            return "", ""
        for key in said.keys() - {"zh", "en"}:
            self.fault(f"{path}.{key}", "unknown_key", allowed=["zh", "en"])
        zh, en = (said.get(language, "").strip() for language in ("zh", "en"))
        if max(len(zh), len(en)) > MOST_NAME:
            self.fault(path, "too_long", limit=MOST_NAME)
        return zh or en, en or zh

    def condition(self, given: Any, path: str) -> Condition | None:
        if given is None:
            self.fault(path, "condition_missing")
            return None
        try:
            return parse(given, self.registry)
        except ConditionError as error:
            self.fault(f"{path}.{error.path}" if error.path else path, error.code, **error.data)
            return None

    def _timers(self, given: Any, path: str) -> dict[str, Length]:
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self.fault(path, "not_timers")
            return {}
        timers: dict[str, Length] = {}
        for name, length in given.items():
            if name not in BY_NAME:
                self.fault(f"{path}.{name}", "unknown_timer", allowed=[t.name for t in TIMERS])
            elif length is not None:
                try:
                    timers[name] = Length.parse(length)
                except (ValueError, TypeError) as error:
                    self.fault(f"{path}.{name}", "length_invalid", reason=str(error))
        return timers

    def _target(self, given: Any, path: str) -> int | None:
        return None if given == "home" else self.pool(given, path)

    def pool(self, given: Any, path: str) -> int | None:
        if isinstance(given, Mapping):
            for key in given.keys() - {"pool"}:
                self.fault(f"{path}.{key}", "unknown_key", allowed=["pool"])
        name = given.get("pool") if isinstance(given, Mapping) else None
        if name is None or str(name) not in self.pools:
            self.fault(path, "pool_unknown", pool=str(name if name is not None else given))
            return None
        return self.pools[str(name)]
