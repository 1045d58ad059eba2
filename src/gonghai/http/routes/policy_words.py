"""What rules are written with: facts and operators for the condition builder, the schema, ready-made policies."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from gonghai.http.call import By
from gonghai.http.policy_shapes import Document
from gonghai.http.shapes import Words
from gonghai.policy.schema import policy_schema
from gonghai.policy.templates import TEMPLATES
from gonghai.policy.vocabulary import Word, vocabulary

router = APIRouter(prefix="/policy", tags=["policy"])


class ChoiceShape(BaseModel):
    """A value that may be chosen."""

    value: str
    words: Words


class OperatorShape(BaseModel):
    """An operator: the kind of value it takes, and its words; … stands for the value."""

    name: str
    value: Literal["none", "value", "values", "piece", "number", "range", "date", "days"]
    words: Words


class FactShape(BaseModel):
    """A fact. `choices` null: anything may be typed."""

    name: str
    type: Literal["text", "number", "date", "instant", "flag", "list"]
    words: Words
    known_when: Literal["before_contact", "during", "after"]
    choices: list[ChoiceShape] | None
    operators: list[OperatorShape]


class Facts(BaseModel):
    """All that conditions may ask about."""

    items: list[FactShape]


class TemplateShape(BaseModel):
    """A ready-made policy; `settings` fit PATCH /pools/{id}."""

    model_config = ConfigDict(extra="forbid")
    code: str
    name: Words
    about: Words
    document: Document
    settings: dict[str, Any]


class Templates(BaseModel):
    """For four kinds of company."""

    items: list[TemplateShape]


@router.get("/facts")
async def facts(call: By) -> Facts:
    """The facts with their operators and the company's own choices."""
    call.actor.need("policy.read")
    return Facts(items=[_fact(word) for word in await vocabulary(call.conn, call.tenant_id)])


@router.get("/schema")
async def schema(call: By) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy document."""
    call.actor.need("policy.read")
    return policy_schema()


@router.get("/templates")
async def templates(call: By) -> Templates:
    """Ready-made policies, each with why."""
    call.actor.need("policy.read")
    return Templates(
        items=[
            TemplateShape(
                code=t.code,
                name=Words(zh=t.zh, en=t.en),
                about=Words(zh=t.about_zh, en=t.about_en),
                document=dict(t.document),
                settings=dict(t.settings),
            )
            for t in TEMPLATES
        ]
    )


def _fact(word: Word) -> FactShape:
    choices = None
    if word.choices is not None:
        choices = [ChoiceShape(value=c.value, words=Words(zh=c.zh, en=c.en)) for c in word.choices]
    return FactShape.model_validate(
        {
            "name": word.name,
            "type": word.type,
            "words": Words(zh=word.zh, en=word.en),
            "known_when": word.known_when,
            "choices": choices,
            "operators": [{"name": o.name, "value": o.value, "words": Words(zh=o.zh, en=o.en)} for o in word.operators],
        }
    )
