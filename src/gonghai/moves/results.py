"""What a batch answers, per id: what can succeed does, the others say why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gonghai.base.errors import Forbidden, NotFound, Refusal


@dataclass(frozen=True, slots=True)
class Result:
    """One id of a batch. `code` None: it moved."""

    id: int
    outcome: str
    code: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def refused(customer_id: int, code: str, data: dict[str, Any] | None = None) -> "Result":
        return Result(customer_id, "refused", code, data or {})


def only(results: Sequence[Result]) -> Result:
    """The single result of a single move; a refusal is raised with its code."""
    (result,) = results
    if result.code is None:
        return result
    if result.code == "not_found":
        raise NotFound("customer", id=str(result.id))
    if result.code == "forbidden":
        raise Forbidden(result.data.get("action", "move"), id=str(result.id))
    raise Refusal(result.code, **result.data)
