"""Refusals: typed, stable, translated by the client."""

from typing import Any


class Refusal(Exception):
    """Something that can't be done, with a stable code, an HTTP status and the data that explains it.

    Rendered once, at the edge, as application/problem+json.
    """

    status = 409

    def __init__(self, code: str, status: int | None = None, /, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
        if status is not None:
            self.status = status


class NotFound(Refusal):
    """Not there, or not visible to this actor: the answer is the same."""

    status = 404

    def __init__(self, what: str, /, **data: Any) -> None:
        super().__init__("not_found", what=what, **data)


class Forbidden(Refusal):
    """Visible, but not this actor's to do."""

    status = 403

    def __init__(self, action: str, /, **data: Any) -> None:
        super().__init__("forbidden", action=action, **data)


class Invalid(Refusal):
    """Malformed input; `errors` is a list of {path, code, …}."""

    status = 422

    def __init__(self, *errors: dict[str, Any]) -> None:
        super().__init__("invalid")
        self.errors = list(errors)


class ChangedMeanwhile(Refusal):
    """An edit was made against a version that is no longer the newest."""

    status = 412

    def __init__(self, current: int) -> None:
        super().__init__("changed_meanwhile", version=current)
