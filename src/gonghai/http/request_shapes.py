"""How requests look from outside: a line of the lists, one with its facts, bodies and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gonghai.access.actor import Actor
from gonghai.customers.masking import mask_text, masked_fields
from gonghai.http.customer_shapes import Countdown
from gonghai.http.move_shapes import Ids, Note, Reason
from gonghai.http.routes.history import FollowUpLine, WhyShape
from gonghai.http.shapes import ANSWER, Id, Named, Words

Kind = Literal["transfer", "extension", "appeal", "archive", "reverify", "claim", "duplicate"]
State = Literal["open", "accepted", "declined", "withdrawn", "lapsed"]
Days = Annotated[int, Field(ge=1, le=1000)]


class RequestShape(BaseModel):
    """A request. `decider`: one person; else any manager of the asker, or any admin of `pool`.

    `days` and `until` of an extension are what was asked for, and what was given once it is accepted. `countdown` is
    the customer's while the request waits. `can`: what the reader may do with it now. `subject`: the customer's name; of
    a 撞单 what its asker typed, and then there is no `customer` where the asker doesn't know which one it is.
    """

    id: Id
    kind: Kind
    subject: str
    customer: Named | None
    asked_by: Named | None
    asked_at: datetime
    deciders: Literal["person", "managers", "pool_admins"]
    decider: Named | None
    pool: Named | None
    lapses_at: datetime
    state: State
    decided_at: datetime | None
    decided_by: Named | None
    note: str
    answer: str
    days: int | None
    until: datetime | None
    reason: Words | None
    rule: Words | None
    matched: list[Literal["uscc", "phone", "email", "name"]]
    comments: int
    countdown: Countdown | None
    can: list[Literal["accept", "decline", "withdraw", "comment"]]


class Comment(BaseModel):
    """What somebody said about a request."""

    id: Id
    author: Named
    at: datetime
    text: str


class RequestDetail(RequestShape):
    """One request with what both sides should know: why the customer goes or went, its follow-ups, the argument.

    `why` of an appeal is the recycle's; of the others the present, while the request waits.
    """

    why: WhyShape | None
    follow_ups: list[FollowUpLine]
    thread: list[Comment]


class Answer(BaseModel):
    """A word with it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
    note: Note = ""


class Accept(Answer):
    """A word with it; `days`: another length than an extension asked for; `confirm_over_cap`: a 撞单 may go over it."""

    days: Days | None = None
    confirm_over_cap: bool = False


class Decided(BaseModel):
    """The request's state now."""

    id: Id
    state: Literal["accepted", "declined", "withdrawn"]


class Decisions(BaseModel):
    """One answer to many requests."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ids": ["4", "5"], "decision": "accept"}]}
    )
    ids: Ids
    decision: Literal["accept", "decline"]
    note: Note = ""


class DecisionResult(BaseModel):
    """One id of a bulk decision: what became of it, or the code that refused it with its numbers."""

    model_config = ANSWER

    id: Id
    outcome: Literal["accepted", "declined", "refused"]
    code: str | None = None
    data: dict[str, Any] = {}


class DecisionResults(BaseModel):
    """Per id, in the order given."""

    results: list[DecisionResult]


class NewComment(BaseModel):
    """Something to say."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "合同周五签"}]})
    text: Annotated[Note, Field(min_length=1)]


class ExtensionChance(BaseModel):
    """Whether the reader may ask for more time; `code` with `data` says why not. `waiting`: a request that does.

    `effective`: when the customer goes.
    """

    possible: bool
    code: str | None
    data: dict[str, Any]
    waiting: Id | None
    used: int
    limit: int
    most_days: int
    effective: datetime | None


class AskExtension(BaseModel):
    """How many days more, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 7, "note": "客户下周定方案"}]})
    days: Days
    note: Note = ""


class AppealChance(BaseModel):
    """Whether the reader may appeal against the newest recycle, until when; `code` with `data` says why not."""

    possible: bool
    code: str | None
    data: dict[str, Any]
    until: datetime
    event_id: Id


class AskAppeal(BaseModel):
    """Why it should come back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "一直在跟进，微信沟通没有记录"}]}
    )
    note: Annotated[Note, Field(min_length=1)]


class AskArchive(BaseModel):
    """Why it is no good."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "公司已注销"}]})
    reason: Annotated[Reason, Field(min_length=1)]
    note: Note = ""


def request_fields(
    row: Mapping[str, Any],
    actor: Actor,
    countdown: Countdown | None,
    reasons: Mapping[str, tuple[str, str]],
) -> dict[str, Any]:
    """A row of moves/requests/queries.py as the fields of RequestShape. `reasons` gives a reason code's words."""
    data, hidden = row["data"], request_hidden(row, actor)
    reason = mask_text(data.get("reason"), hidden)
    zh, en = reasons.get(reason, (reason, reason))
    secret = is_secret(row, actor.person_id)
    waits, mine = row["shown_state"] == "open", row["asked_by"] == actor.person_id
    can = ["accept", "decline"] if waits and row["may_decide"] else []
    can += ["withdraw"] if waits and mine else []
    return {
        **row,
        "state": row["shown_state"],
        "customer": None if secret else Named(id=row["customer_id"], name=row["customer_name"]),
        "subject": data["typed"] if secret else row["customer_name"],
        "matched": data.get("matched", []),
        "asked_by": named(row["asked_by"], row["asker_name"]),
        "decider": named(row["decider_id"], row["decider_name"]),
        "decided_by": named(row["decided_by"], row["decided_name"]),
        "pool": None if secret else named(row["pool_id"], row["pool_name"]),
        "note": mask_text(row["note"], hidden),
        "answer": mask_text(row["answer"], hidden),
        "days": data.get("granted_days", data.get("days")),
        "until": data.get("granted_until", data.get("until")),
        "reason": Words(zh=zh, en=en) if reason is not None else None,
        "rule": data.get("rule"),
        "countdown": countdown if row["kind"] != "duplicate" or row["may_decide"] else None,
        "can": [*can, "comment"],
    }


def request_hidden(row: Mapping[str, Any], actor: Actor) -> frozenset[str]:
    """The fields of the request's customer, as it stands now, that are masked for the reader."""
    customer = {"id": row["customer_id"], "state": row["customer_state"], "owner_id": row["customer_owner_id"],
                "pool_id": row["customer_pool_id"], "spell_no": row["customer_spell_no"]}  # fmt: skip
    return masked_fields(actor, customer)


def is_secret(row: Mapping[str, Any], actor_id: int | None) -> bool:
    """Whether a request's own asker may not know which customer it is about: it was not named, and not given either."""
    unnamed = row["kind"] == "duplicate" and not row["data"]["named"] and row["shown_state"] != "accepted"
    return bool(unnamed and row["asked_by"] == actor_id)


def named(id_: int | None, name: str | None) -> Named | None:
    """A reference where there is one."""
    return Named(id=id_, name=name) if id_ is not None and name is not None else None
