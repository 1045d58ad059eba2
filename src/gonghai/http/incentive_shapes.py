"""How points, seasons, leaderboards and earned limits look from outside."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gonghai.http.limit_shapes import PersonRef
from gonghai.http.shapes import ANSWER, Id, Named, Words
from gonghai.http.texts import Line
from gonghai.incentives.rules import COMPLETABLE

Points = Annotated[int, Field(ge=1, le=1000)]
RuleName = Literal["first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect"]
Completable = Literal[*COMPLETABLE]  # type: ignore[valid-type]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
_STRICT: Final = ConfigDict(extra="forbid")


class FirstContactRule(BaseModel):
    """A claimed customer's first follow-up that counts, before the policy's deadline; without one, within `hours`
    working hours."""

    model_config = _STRICT
    on: bool
    points: Points
    hours: Annotated[int, Field(ge=1, le=1000)]


class WonRule(BaseModel):
    """A deal won in a spell that began by claim, draw or offer; `step_points` more for each full `step_amount` (null:
    none), up to `most`."""

    model_config = _STRICT
    on: bool
    points: Points
    step_amount: Annotated[int, Field(ge=1, le=10**12)] | None
    step_points: Points
    most: Annotated[int, Field(ge=1, le=10_000)]


class CompleteRule(BaseModel):
    """`fields` filled, those that were missing by the owner; once per customer and season."""

    model_config = _STRICT
    on: bool
    points: Points
    fields: Annotated[list[Completable], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        self.fields = list(dict.fromkeys(self.fields))
        return self


class NeglectRule(BaseModel):
    """`points` less for a customer taken back without a follow-up that counts, or for want of one."""

    model_config = _STRICT
    on: bool
    points: Points


class Rules(BaseModel):
    """What earns points. `leaderboard`: whose places people see: everybody's, their own team's, or their own (managers
    see their teams in each case)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "leaderboard": "all",
                    "first_contact_in_time": {"on": True, "points": 5, "hours": 8},
                    "won_from_pool": {"on": True, "points": 20, "step_amount": 10000, "step_points": 1, "most": 50},
                    "complete_record": {"on": True, "points": 3, "fields": ["industry", "phones"]},
                    "recycled_by_neglect": {"on": True, "points": 5},
                }
            ]
        },
    )
    leaderboard: Literal["all", "team", "managers"]
    first_contact_in_time: FirstContactRule
    won_from_pool: WonRule
    complete_record: CompleteRule
    recycled_by_neglect: NeglectRule


class RulesInForce(BaseModel):
    """The rules, their version (0: nobody has set any), since when, and who set them."""

    rules: Rules
    version: int
    since: datetime | None
    set_by: PersonRef | None
    completable: list[str]


class NewSeason(BaseModel):
    """A season; both days belong to it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "第四季度", "first_day": "2026-10-01", "last_day": "2026-12-31"}]},
    )
    name: Line
    first_day: Day
    last_day: Day


class Season(BaseModel):
    """A season, and how it stands today."""

    id: Id
    name: str
    first_day: date
    last_day: date
    standing: Literal["planned", "running", "over"]
    version: int


class Placed(BaseModel):
    """One person, or one team with everybody below it, on a leaderboard. `points` of a team are all its people's; `mean`
    is per head. Equal ones share a place. `may_see_points`: whether the reader may see what a person's points were for."""

    model_config = ANSWER
    id: Id
    name: str
    team: str | None
    place: int
    points: int
    heads: int = 1
    mean: float
    left: bool = False
    may_see_points: bool = False


class Mine(BaseModel):
    """One's own place among all `of`, and the neighbours who may be seen."""

    place: int
    of: int
    points: int
    near: list[Placed]


class Leaderboard(BaseModel):
    """One page; `top` is the longest bar's value. `season` null: there is none yet. `mine` null: one is on no board.
    `counted_at`: until when what happened is counted; null: there are no rules yet."""

    season: Season | None
    by: Literal["person", "team"]
    shown: Literal["all", "team", "managers"]
    top: float
    mine: Mine | None
    counted_at: datetime | None
    items: list[Placed]
    next: str | None


class PointRow(BaseModel):
    """A row of the ledger. `customer` null: not for this reader; `reverses`: the row that it takes back."""

    id: Id
    rule: RuleName
    points: int
    at: datetime
    booked_at: datetime
    version: int
    reverses: Id | None
    customer: Named | None
    sentence: Words
    why: dict[str, Any]


class EarnedStep(BaseModel):
    """From this conversion on, in percent, so many more."""

    model_config = _STRICT
    percent: Annotated[float, Field(gt=0, le=100, multiple_of=0.5)]
    add: Annotated[int, Field(ge=1, le=10_000)]


class EarnedDocument(BaseModel):
    """Of the last `last` customers claimed in `days` days (at least `least`): the share that `counts`, a win or at least
    a deal. From each step's percent on, `add` more of `limit` on the next day; up to `most` in all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "on": True, "limit": "daily_quota", "counts": "won", "last": 40, "days": 30, "least": 20,
                    "steps": [{"percent": 10, "add": 2}, {"percent": 20, "add": 4}], "most": 30,
                }
            ]
        },
    )  # fmt: skip
    on: bool
    limit: Literal["daily_quota", "holding_cap"]
    counts: Literal["won", "deal"]
    last: Annotated[int, Field(ge=1, le=1000)]
    days: Annotated[int, Field(ge=1, le=366)]
    least: Annotated[int, Field(ge=1, le=1000)]
    steps: Annotated[list[EarnedStep], Field(min_length=1, max_length=10)]
    most: Annotated[int, Field(ge=1, le=1_000_000)]


class Earned(BaseModel):
    """How a pool's limits are earned; version 0: nobody has said yet. `granted_for`: the last day that was decided."""

    pool: Named
    rule: EarnedDocument
    version: int
    granted_for: date | None
    base: int


class EarnedStanding(BaseModel):
    """What somebody would get by what stands now. `why_not`: too few claims (sample), below the first step, at the most
    already, or set by hand; null: `value` is granted."""

    person: PersonRef
    claimed: int
    converted: int
    percent: float
    base: int
    value: int
    why_not: Literal["sample", "below", "most", "hand"] | None


class EarnedPreview(BaseModel):
    """Everybody who claimed from the pool in those days, the best first."""

    day: date
    items: list[EarnedStanding]
