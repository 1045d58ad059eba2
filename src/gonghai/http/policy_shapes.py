"""How a policy looks from outside: versions, the matrix in words, faults, the draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from psycopg.rows import DictRow
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from gonghai.conditions.facts import Registry
from gonghai.conditions.words import words
from gonghai.http.shapes import Instant, Named, Words
from gonghai.http.texts import Said
from gonghai.policy.document import Policy, Segment
from gonghai.policy.timers import TIMERS
from gonghai.policy.versions import Start, standing
from gonghai.workdays import Length

Document = dict[str, Any]
Note = Annotated[Said, Field(max_length=500)]
State = Literal["in_force", "planned", "superseded"]
# From the start on.
Grace = Annotated[
    Length, BeforeValidator(Length.parse), WithJsonSchema({"type": "string", "examples": ["3 working_days"]})
]
EXAMPLE: JsonDict = {"segments": [{"name": "全部客户", "timers": {"follow_up": "30 days"}}]}


class Cell(BaseModel):
    """A timer's length in one segment."""

    n: int
    unit: str
    words: Words


class Row(BaseModel):
    """One segment: who is in it, how long each timer gives, where it goes. `condition` null: everyone else;
    `target` null: the home pool."""

    name: Words
    condition: Words | None
    cells: dict[str, Cell]
    target: Named | None


class Column(BaseModel):
    """A timer."""

    name: str
    words: Words


class Version(BaseModel):
    """One version in the list. `superseded` is also what was overtaken before it started."""

    number: int
    state: State
    note: str
    author: str | None
    published_at: datetime
    effective_from: datetime
    grace_until: datetime | None
    superseded_at: datetime | None
    based_on: int | None


class PolicyFault(BaseModel):
    """What is wrong at one node of a document."""

    path: str
    code: str
    data: dict[str, Any]


class Draft(BaseModel):
    """A pool's draft; `errors` keep it from being published."""

    document: Document
    version: int
    based_on: int | None
    author: str | None
    updated_at: datetime
    errors: list[PolicyFault]


class DraftSummary(BaseModel):
    """That there is a draft, and whose."""

    version: int
    based_on: int | None
    author: str | None
    updated_at: datetime


class Versions(BaseModel):
    """All versions, newest first. `draft` is shown to whom it concerns."""

    versions: list[Version]
    draft: DraftSummary | None


class PolicyShape(BaseModel):
    """One version as the matrix in words. `document` is what `gonghai policy publish` reads."""

    number: int
    state: State
    published_at: datetime
    effective_from: datetime
    grace_until: datetime | None
    based_on: int | None
    note: str
    author: str | None
    document: Document
    timers: list[Column]
    rows: list[Row]
    ladder: list[int]
    versions: list[Version]


class Checked(BaseModel):
    """What a document says, or what is wrong with it; rows and timers are empty then."""

    errors: list[PolicyFault]
    timers: list[Column]
    rows: list[Row]


class StartIn(BaseModel):
    """From when (default: at once), and the grace of clocks that began before."""

    model_config = ConfigDict(extra="forbid")
    effective_from: Instant | None = None
    grace: Grace | None = None

    def start(self, grace_until: datetime | None = None) -> Start:
        return Start(self.effective_from, self.grace, grace_until)


class PublishAgain(StartIn):
    """An old version, published as a new one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "恢复旧规则"}]})
    note: Note = ""


class PublishDraft(StartIn):
    """The draft, published."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "展会线索抢时间", "grace": "3 working_days"}]}
    )
    note: Note = ""


class Publish(StartIn):
    """A document to publish."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"document": EXAMPLE, "note": "首版"}]})
    document: Document
    note: Note = ""
    grace_until: Instant | None = None


class DocumentIn(BaseModel):
    """A document to look at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"document": EXAMPLE}]})
    document: Document


class DraftIn(BaseModel):
    """A draft to keep, faulty or not. `based_on`: the number it was begun from."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"document": EXAMPLE}]})
    document: Document
    based_on: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class DiffItem(BaseModel):
    """One difference in words."""

    kind: str
    words: Words


class Diff(BaseModel):
    """What differs, in the order of the newer one."""

    items: list[DiffItem]


def version(row: DictRow, now: datetime) -> Version:
    """One version of policy/versions.py: versions."""
    return Version.model_validate({**row, "author": row["author_name"], "state": standing(row, now)})


def columns(policy: Policy) -> list[Column]:
    """The timers that the policy uses."""
    used = [t for t in TIMERS if any(t.name in s.timers for s in policy.segments)]
    return [Column(name=t.name, words=Words(zh=t.zh, en=t.en)) for t in used]


def matrix(policy: Policy, registry: Registry, pools: Mapping[int, str]) -> list[Row]:
    """The segments in words; `pools` names the targets."""
    return [_row(segment, registry, pools) for segment in policy.segments]


def faults(errors: Sequence[Mapping[str, Any]]) -> list[PolicyFault]:
    return [PolicyFault.model_validate(error) for error in errors]


def _row(segment: Segment, registry: Registry, pools: Mapping[int, str]) -> Row:
    condition = segment.condition
    target = segment.target
    return Row(
        name=Words(zh=segment.zh, en=segment.en),
        condition=Words(zh=words(condition, registry, "zh"), en=words(condition, registry, "en"))
        if condition is not None
        else None,
        cells={name: _cell(length) for name, length in segment.timers.items()},
        target=Named(id=target, name=pools.get(target, "")) if target is not None else None,
    )


def _cell(length: Length) -> Cell:
    return Cell(n=length.n, unit=length.unit, words=Words(zh=length.words("zh"), en=length.words("en")))
