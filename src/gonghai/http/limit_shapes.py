"""How limits look from outside: how much is used, what sets them, and all that could."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gonghai.http.shapes import Id, Instant
from gonghai.http.texts import Said
from gonghai.moves.limits import Usage, Used

RuleName = Literal["daily_quota", "min_interval", "holding_cap", "untouched_cap", "lock_quota", "reveal_quota"]
Role = Literal["rep", "manager", "admin", "auditor"]
# min_interval is in seconds, the others count customers.
Value = Annotated[int, Field(ge=0, le=1_000_000)]


class EarnedNumbers(BaseModel):
    """What an override was earned by: of `claimed` customers in `days` days `converted`, so `add` beside `base`."""

    days: int
    claimed: int
    converted: int
    counts: Literal["won", "deal"]
    percent: float
    base: int
    add: int
    limit: Literal["daily_quota", "holding_cap"]


class SetBy(BaseModel):
    """What sets a limit: the pool itself, the company, or what beats them. Of an override `name` is who granted it;
    one that was earned by rule has no name, and `earned`."""

    kind: Literal["pool", "company", "role", "department", "person", "override"]
    id: str | None = None
    name: str | None = None
    why: str | None = None
    until: datetime | None = None
    earned: EarnedNumbers | None = None


class Quota(BaseModel):
    """How much of a limit is used."""

    used: int
    limit: int


class Left(Quota):
    """How much of a limit is used, and what sets it."""

    by: SetBy


class Limits(BaseModel):
    """今日 7/20 · 持有 143/200 · 待联系 3/10 · 锁定 2/20 · 查看 0/5; `company_cap`: over all pools, null where there is none."""

    daily_quota: Left
    holding_cap: Left
    untouched_cap: Left
    lock_quota: Left
    reveal_quota: Left
    company_cap: Left | None


def set_by(by: Mapping[str, Any] | None) -> SetBy:
    """Of what the SQL function limits_of says; None: the pool."""
    return SetBy.model_validate(by or {"kind": "pool"})


def limits_shape(usage: Usage) -> Limits:
    """Of one pool."""

    def left(used: Used) -> Left:
        return Left(used=used.used, limit=used.limit, by=set_by(used.by))

    return Limits(
        daily_quota=left(usage.daily_quota),
        holding_cap=left(usage.holding_cap),
        untouched_cap=left(usage.untouched_cap),
        lock_quota=left(usage.lock_quota),
        reveal_quota=left(usage.reveal_quota),
        company_cap=left(usage.company_cap) if usage.company_cap is not None else None,
    )


class LimitSubject(BaseModel):
    """Whom a limit is for: a person, a department with all below it, a role."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["person", "department", "role"]
    id: Id | None = None
    role: Role | None = None
    name: str | None = None


class LimitShape(BaseModel):
    """A limit that differs for somebody."""

    id: Id
    rule: RuleName
    subject: LimitSubject
    value: int


class NewLimit(BaseModel):
    """A limit to set. `accept_over_cap`: also where people hold more than that by now; nobody loses a customer by it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"rule": "daily_quota", "subject": {"kind": "role", "role": "rep"}, "value": 14}]
        },
    )
    rule: RuleName
    subject: LimitSubject
    value: Value
    accept_over_cap: bool = False


class LimitEdit(BaseModel):
    """Another value."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"value": 14}]})
    value: Value
    accept_over_cap: bool = False


class PersonRef(BaseModel):
    """A person; null where it was the system."""

    id: Id
    name: str


class OverrideShape(BaseModel):
    """What holds for one person for a while, and why. One that was earned by rule is granted by nobody."""

    id: Id
    person: PersonRef
    rule: RuleName
    value: int
    from_: datetime = Field(alias="from")
    until: datetime
    why: str
    granted_by: PersonRef | None
    source: Literal["hand", "earned"]
    earned: EarnedNumbers | None
    granted_at: datetime
    revoked_at: datetime | None


class NewOverride(BaseModel):
    """An override to grant; `from` left out is now."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "person_id": "7",
                    "rule": "daily_quota",
                    "value": 40,
                    "until": "2026-12-11T16:00:00Z",
                    "why": "双十二活动",
                }
            ]
        },
    )
    person_id: Id
    rule: RuleName
    value: Value
    from_: Instant | None = Field(None, alias="from")
    until: Instant
    why: Annotated[Said, Field(min_length=1, max_length=500)]
    accept_over_cap: bool = False


class Considered(BaseModel):
    """One number that could hold. The first in the list does."""

    kind: Literal["pool", "company", "role", "department", "person", "override"]
    id: str | None
    name: str | None
    value: int
    why: str | None
    until: datetime | None
    earned: EarnedNumbers | None
    holds: bool


class LimitOf(BaseModel):
    """A rule's limit for one person: what is used (null where nothing is counted), and why it is this number."""

    rule: RuleName | Literal["company_cap"]
    value: int
    used: int | None
    by: SetBy
    considered: list[Considered]


class LimitsOf(BaseModel):
    """Every limit of one person in one pool."""

    exempt: bool
    items: list[LimitOf]
