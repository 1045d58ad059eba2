"""What a hand-over may ask for, and its refusals in words: no heir, the giver as heir, conditions that say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gonghai.base.errors import Invalid, Refusal
from gonghai.conditions import Condition, ConditionError, parse
from gonghai.moves.hand_overs.plan import Row
from gonghai.policy.registry import REGISTRY

Way = Literal["manager", "heirs", "pools"]
How = Literal["in_turn", "by_load", "by_condition"]


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One row as asked for. `when` None: everyone else; the last row's."""

    when: Any = None
    heirs: tuple[int, ...] = ()
    pool_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `pool_id` None with the way `pools`: each to its home pool. `deactivate`: the giver leaves."""

    way: Way
    how: How = "in_turn"
    heirs: tuple[int, ...] = ()
    rows: tuple[AskedRow, ...] = ()
    pool_id: int | None = None
    deactivate: bool = False
    confirm_over_cap: bool = False
    by_rule: bool = False

    @property
    def named(self) -> set[int]:
        """The heirs that it names anywhere."""
        return {*self.heirs, *(heir for row in self.rows for heir in row.heirs)}

    @property
    def pools(self) -> set[int]:
        """The pools that it names anywhere."""
        return {pool for pool in (self.pool_id, *(row.pool_id for row in self.rows)) if pool is not None}


def compiled(asked: Asked, giver_id: int, lead_id: int | None) -> tuple[Row, ...]:
    """The rows to deal by. `lead_id`: the giver's nearest lead; without one, the way `manager` means the home pools.

    Refuses `no_heirs`, `heir_is_giver`; 422 for a condition's faults, each at its path.
    """
    if giver_id in asked.named:
        raise Refusal("heir_is_giver")
    if asked.way == "manager":
        return (Row(heirs=(lead_id,) if lead_id is not None else ()),)
    if asked.way == "pools":
        return (Row(pool_id=asked.pool_id),)
    if asked.how == "by_condition":
        return _rows(asked.rows)
    if not asked.heirs:
        raise Refusal("no_heirs")
    heirs = tuple(dict.fromkeys(asked.heirs))
    return (Row(heirs=heirs, dealt="by_load" if asked.how == "by_load" else "in_turn"),)


def _rows(asked: Sequence[AskedRow]) -> tuple[Row, ...]:
    errors: list[dict[str, Any]] = []
    rows = []
    for i, row in enumerate(asked):
        last = i == len(asked) - 1
        condition = None if last else _condition(row.when, f"body.rows[{i}].when", errors)
        if last and row.when is not None:
            errors.append({"path": f"body.rows[{i}].when", "code": "last_row_is_everyone_else"})
        rows.append(Row(condition, tuple(dict.fromkeys(row.heirs)), pool_id=row.pool_id))
    if not rows:
        errors.append({"path": "body.rows", "code": "rows_missing"})
    if errors:
        raise Invalid(*errors)
    return tuple(rows)


def _condition(given: Any, path: str, errors: list[dict[str, Any]]) -> Condition | None:
    if given is None:
        errors.append({"path": path, "code": "condition_missing"})
        return None
    try:
        return parse(given, REGISTRY)
    except ConditionError as error:
        where = f"{path}.{error.path}" if error.path else path
        errors.append({"path": where, "code": error.code, "data": error.data})
        return None
