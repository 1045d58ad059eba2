"""How a pool looks from outside: its settings with what each may be, its scopes, its summary in the list."""

from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gonghai.conditions import ConditionError, dump, parse
from gonghai.http.shapes import Id, Rights
from gonghai.http.texts import Line
from gonghai.policy.registry import REGISTRY

Count = Annotated[int, Field(ge=0, le=1_000_000)]
FollowUpKind = Literal["call", "visit", "meeting", "message", "email", "note"]
EMPTIED = frozenset({"holding_exempt_won_days", "holding_exempt", "approval"})
MaskedField = Literal["phones", "emails", "wechat", "contacts", "address", "website", "uscc"]


Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Mode = Literal["list", "next_best", "draw"]


def _condition(given: dict[str, Any]) -> dict[str, Any]:
    """The document of a condition over customer facts, as the registry spells it."""
    try:
        return dump(parse(given, REGISTRY))
    except ConditionError as error:
        raise ValueError(f"{error.path or 'condition'}: {error.code}") from None


ConditionDocument = Annotated[dict[str, Any], AfterValidator(_condition)]


class ClaimWindow(BaseModel):
    """When claiming is open: on weekdays (1 is Monday) or on the calendar's working days, between local times."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    days: Literal["working"] | Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
    from_: Clock = Field("00:00", alias="from")
    until: Clock = "24:00"

    @model_validator(mode="after")
    def _ordered(self) -> "ClaimWindow":
        if self.until <= self.from_:
            raise ValueError("a window ends after it begins, on the same day")
        if self.from_ == "24:00":
            raise ValueError("a window begins before midnight")
        return self


def _apart(windows: list[ClaimWindow]) -> list[ClaimWindow]:
    for a, b in combinations(windows, 2):
        both = a.days == "working" or b.days == "working" or bool(set(a.days) & set(b.days))
        if both and a.from_ < b.until and b.from_ < a.until:
            raise ValueError(f"windows overlap: {a.from_}-{a.until} and {b.from_}-{b.until}")
    return windows


ClaimWindows = Annotated[list[ClaimWindow], Field(max_length=20), AfterValidator(_apart)]


class PoolSummary(BaseModel):
    """A pool in the list. `pooled` counts up to 10,000."""

    id: Id
    name: str
    rights: Rights
    pooled: int
    policy_version: int | None
    mode: Mode
    daily_quota: int
    holding_cap: int
    untouched_cap: int
    cooldown_holders: int
    cooldown_days: int


class SubjectShape(BaseModel):
    """Whom a right is given to: all, a department with all below it, a role, a person."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["all", "department", "role", "person"]
    id: Id | None = None
    role: Literal["rep", "manager", "admin", "auditor"] | None = None
    name: str | None = None


class Scopes(BaseModel):
    """Who sees, who claims, who administers. Claiming and administering include seeing."""

    model_config = ConfigDict(extra="forbid")
    see: list[SubjectShape] | None = None
    claim: list[SubjectShape] | None = None
    admins: list[SubjectShape] | None = None


class ReturnReason(BaseModel):
    """One reason of the list that a release chooses from."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    zh: Annotated[Line, Field(min_length=1, max_length=60)]
    en: Annotated[Line, Field(min_length=1, max_length=60)]


class Settings(BaseModel):
    """What may be set; left out stays (or is the default)."""

    model_config = ConfigDict(extra="forbid")
    daily_quota: Count | None = None
    holding_cap: Count | None = None
    holding_exempt_won_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    untouched_cap: Count | None = None
    cooldown_holders: Annotated[int, Field(ge=0, le=100)] | None = None
    cooldown_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    follow_up_kinds: list[FollowUpKind] | None = None
    follow_up_min_note: Annotated[int, Field(ge=0, le=1000)] | None = None
    backdate_hours: Annotated[int, Field(ge=0, le=24 * 365)] | None = None
    return_reasons: list[ReturnReason] | None = None
    release_elsewhere: bool | None = None
    transfer_needs_acceptance: bool | None = None
    masked_fields: list[MaskedField] | None = None
    lock_grace_days: Annotated[int, Field(ge=0, le=60)] | None = None
    return_grace_days: Annotated[int, Field(ge=0, le=60)] | None = None
    notice_floor: bool | None = None
    lock_quota: Count | None = None
    lock_most_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    extension_limit: Annotated[int, Field(ge=0, le=100)] | None = None
    extension_most_days: Annotated[int, Field(ge=1, le=366)] | None = None
    appeal_days: Annotated[int, Field(ge=0, le=366)] | None = None
    mode: Mode | None = None
    claim_windows: ClaimWindows | None = None
    freeze_hours: Annotated[int, Field(ge=0, le=8760)] | None = None
    min_interval_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    holding_exempt: ConditionDocument | None = None
    approval: ConditionDocument | None = None
    exempt_admins: bool | None = None
    hide_claimers: bool | None = None
    offer_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    decline_cost: Annotated[int, Field(ge=0, le=100)] | None = None
    decline_wait_minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    draw_most_wishes: Annotated[int, Field(ge=1, le=200)] | None = None
    reveal_quota: Count | None = None
    follow_up_unclaimed: bool | None = None
    hide_earlier_notes: bool | None = None
    collaborators_count: bool | None = None
    scopes: Scopes | None = None

    def given(self) -> dict[str, Any]:
        """The settings that were sent, as the pool keeps them. Those in EMPTIED may be null, which says "none"; of the
        others null says "leave it"."""
        sent = self.model_dump(exclude_unset=True, exclude={"scopes", "name", "accept_over_cap"}, by_alias=True)
        return {n: v for n, v in sent.items() if v is not None or n in EMPTIED}


class PoolIn(Settings):
    """A pool to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "华东公海", "daily_quota": 20, "scopes": {"claim": [{"kind": "all"}]}}]
        },
    )
    name: Annotated[Line, Field(min_length=1, max_length=60)]


class PoolEdit(Settings):
    """Settings to change. `accept_over_cap`: also where people hold more than the new cap; they claim nothing until below."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"daily_quota": 15}]})
    name: Annotated[Line, Field(min_length=1, max_length=60)] | None = None
    accept_over_cap: bool = False


class Pool(BaseModel):
    """A pool with all its settings."""

    id: Id
    name: str
    state: Literal["open", "closed"]
    rights: Rights
    daily_quota: int
    holding_cap: int
    holding_exempt_won_days: int | None
    untouched_cap: int
    cooldown_holders: int
    cooldown_days: int
    follow_up_kinds: list[str]
    follow_up_min_note: int
    backdate_hours: int
    return_reasons: list[ReturnReason]
    release_elsewhere: bool
    transfer_needs_acceptance: bool
    masked_fields: list[str]
    lock_grace_days: int
    return_grace_days: int
    notice_floor: bool
    lock_quota: int
    lock_most_days: int
    extension_limit: int
    extension_most_days: int
    appeal_days: int
    mode: Mode
    claim_windows: list[ClaimWindow]
    freeze_hours: int
    min_interval_seconds: int
    holding_exempt: dict[str, Any] | None
    approval: dict[str, Any] | None
    exempt_admins: bool
    hide_claimers: bool
    offer_minutes: int
    decline_cost: int
    decline_wait_minutes: int
    draw_most_wishes: int
    reveal_quota: int
    follow_up_unclaimed: bool
    hide_earlier_notes: bool
    collaborators_count: bool
    scopes: Scopes
    version: int


class Close(BaseModel):
    """Where the customers go."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"successor_id": "1"}]})
    successor_id: Id | None = None


class Closed(BaseModel):
    """How many customers went to the successor."""

    moved: int
