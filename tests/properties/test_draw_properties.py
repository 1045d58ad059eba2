"""Draws over wishes, limits and refusals told by chance: nobody beyond a limit, one owner each, no favourites, and a
record that checks out until a single field of it is touched."""

import copy
import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gonghai.moves.draws.dealing import Attempt, Outcome, deal, in_order
from gonghai.moves.draws.record import differences, digest, published

PEOPLE, CUSTOMERS = st.integers(1, 9), st.integers(100, 115)
wishes = st.dictionaries(PEOPLE, st.lists(CUSTOMERS, min_size=1, max_size=8, unique=True), min_size=1)
quotas = st.dictionaries(PEOPLE, st.integers(0, 4))
barred = st.sets(st.tuples(PEOPLE, CUSTOMERS), max_size=10)
seeds = st.binary(min_size=32, max_size=32)


@dataclass
class Rules:
    """Quotas by person (none: 3) and pairs that a cool-down keeps apart."""

    quotas: Mapping[int, int]
    barred: set[tuple[int, int]]

    def __post_init__(self) -> None:
        self.got: Counter[int] = Counter()

    def answer(self, attempt: Attempt) -> str | None:
        person = attempt.person_id
        if (person, attempt.customer_id) in self.barred:
            return "cooldown_until"
        if self.got[person] >= self.quotas.get(person, 3):
            return "daily_quota"
        self.got[person] += 1
        return None


def dealt(seed: bytes, given: Mapping[int, Sequence[int]], answer: Callable[[Attempt], str | None]) -> list[Outcome]:
    dealing = deal(seed, given)
    try:
        attempt = next(dealing)
        while True:
            attempt = dealing.send(answer(attempt))
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def record_of(seed: bytes, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    draw = {"id": 5, "pool_id": 2, "opens_at": at, "closes_at": at, "decided_at": at, "seed": seed}
    rows = [{name: getattr(outcome, name) for name in Outcome.__slots__} for outcome in outcomes]
    return json.loads(json.dumps(published(draw, rows)))  # type: ignore[no-any-return]


def counted_by_hand(seed: bytes, given: Mapping[int, Sequence[int]], rules: Rules) -> dict[int, list[int]]:
    """Who gets what, the slow way: round by round, each time from the whole list of wishes."""
    owner: dict[int, int] = {}
    ended: set[int] = set()
    for round_no in range(1, 20):
        for person in in_order(seed, round_no, given):
            for customer in given[person]:
                if person in ended or customer in owner or (person, customer) in rules.barred:
                    continue
                if sum(o == person for o in owner.values()) >= rules.quotas.get(person, 3):
                    ended.add(person)
                    break
                owner[customer] = person
                break
    return {person: [c for c in ids if owner.get(c) == person] for person, ids in given.items()}


@settings(max_examples=300, deadline=None)
@given(seeds, wishes, quotas, barred)
def test_nobody_exceeds_a_limit_everything_has_one_owner_and_the_record_checks_out(
    seed: bytes, given: dict[int, list[int]], limits: dict[int, int], apart: set[tuple[int, int]]
) -> None:
    outcomes = dealt(seed, given, Rules(limits, apart).answer)
    assert [(o.person_id, o.place, o.customer_id) for o in outcomes] == [
        (person, place, customer) for person in sorted(given) for place, customer in enumerate(given[person], 1)
    ]
    won = [o for o in outcomes if o.outcome == "won"]
    assert len({o.customer_id for o in won}) == len(won)
    assert all(n <= limits.get(person, 3) for person, n in Counter(o.person_id for o in won).items())
    assert not {(o.person_id, o.customer_id) for o in won} & apart
    assert all(o.taken_by != o.person_id for o in outcomes)
    by_hand = counted_by_hand(seed, given, Rules(limits, apart))
    # In the order of the rounds a person may win a later wish first, so the sets are compared.
    assert {p: {o.customer_id for o in won if o.person_id == p} for p in given} == {
        p: set(ids) for p, ids in by_hand.items()
    }
    assert differences(record_of(seed, outcomes)) == []


@settings(max_examples=200, deadline=None)
@given(seeds, st.lists(CUSTOMERS, min_size=1, max_size=12, unique=True), st.sets(PEOPLE, min_size=2))
def test_of_people_with_the_same_wishes_none_gets_two_more_than_another(
    seed: bytes, ids: list[int], people: set[int]
) -> None:
    won = Counter(dict.fromkeys(people, 0))
    for outcome in dealt(seed, dict.fromkeys(people, ids), lambda _: None):
        won[outcome.person_id] += outcome.outcome == "won"
    assert sum(won.values()) == len(ids)
    assert max(won.values()) - min(won.values()) <= 1


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in leaves(value, (*path, key))]
    if isinstance(node, list):
        return [found for i, value in enumerate(node) for found in leaves(value, (*path, i))]
    return [path]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seeds, wishes, quotas, barred, st.data())
def test_touching_any_field_of_a_record_is_found(
    seed: bytes, given: dict[int, list[int]], limits: dict[int, int], apart: set[tuple[int, int]], data: st.DataObject
) -> None:
    record = record_of(seed, dealt(seed, given, Rules(limits, apart).answer))
    path = data.draw(st.sampled_from(leaves(record)))
    touched = copy.deepcopy(record)
    node = touched
    for step in path[:-1]:
        node = node[step]
    old = node[path[-1]]
    node[path[-1]] = data.draw(st.sampled_from([f"{old}0", f"{old}"[:-1], 0, None, "won", "1", True, [], {}]))
    assume(json.dumps(touched, sort_keys=True) != json.dumps(record, sort_keys=True))
    assert differences(touched) != []
    del node[path[-1]]
    assert differences(touched) != []


def test_the_checker_that_the_page_for_outsiders_prints_agrees_and_finds_what_was_touched(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "draw.md").read_text(encoding="utf-8")
    script = tmp_path / "check.py"
    script.write_text(page.partition("```python\n")[2].partition("```")[0])
    file = tmp_path / "record.json"
    given = {1: [100, 101, 102], 2: [100, 102, 103, 104], 3: [101, 100, 104]}
    record = record_of(bytes(range(32)), dealt(bytes(range(32)), given, Rules({2: 1}, {(3, 104)}).answer))

    def checked() -> subprocess.CompletedProcess[str]:
        file.write_text(json.dumps(record))
        return subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=False)

    assert {w["outcome"] for e in record["entries"] for w in e["wishes"]} >= {"won", "taken", "refused", "not_reached"}
    assert checked().stdout.startswith("OK")
    record["entries"][0]["wishes"][0]["round"] += 1
    assert checked().returncode == 1
    record["digest"] = digest(record)
    assert checked().returncode == 1


def test_what_is_no_record_is_said_to_be_none() -> None:
    for other in (None, [], {}, "x", {"format": "gonghai-draw/1"}, {"format": "gonghai-draw/2", "draw": {}}):
        assert len(differences(other)) == 1


def test_the_first_round_follows_the_hash_of_seed_round_and_person() -> None:
    """As a stranger would compute it with a calculator for SHA-256."""
    seed = bytes(range(32))
    said = sorted([1, 2, 17], key=lambda p: hashlib.sha256(seed + b"1:%d" % p).hexdigest())
    assert in_order(seed, 1, [1, 2, 17]) == said
