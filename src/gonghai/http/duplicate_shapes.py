"""How a match looks from outside, and the bodies that ask for one."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gonghai.http.move_shapes import Note
from gonghai.http.shapes import Id, Named

Key = Literal["uscc", "phone", "email", "name"]
_EXAMPLE: JsonDict = {"name": "云帆智造科技有限公司", "phones": ["13800138000"]}


class Match(BaseModel):
    """A customer that matches. `level`: `named` is one that the reader sees; of others `owner` tells name and owner,
    `exists` only that there is at least one. `matched`: what both have.

    `kept`: it stays with its owner and can't be asked for, until `kept_until` where that is told.
    """

    level: Literal["named", "owner", "exists"]
    matched: list[Key]
    id: Id | None
    name: str | None
    state: Literal["pooled", "owned", "archived"] | None
    owner: Named | None
    pool: Named | None
    mine: bool
    kept: bool
    kept_until: datetime | None
    can: list[Literal["open", "claim", "ask"]]


class Matches(BaseModel):
    """What the reader is told, the most alike first; empty where nothing matches, or nothing is told."""

    matches: list[Match]


class Typed(BaseModel):
    """The fields by which a customer is known again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})
    kind: Literal["company", "person"] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None
    phones: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=20)
    emails: list[Annotated[str, Field(max_length=254)]] = Field([], max_length=20)
    uscc: Annotated[str, Field(max_length=40)] | None = None


class AskDuplicate(Typed):
    """The same fields again, and why one should have the customer; `customer_id` of one that was named."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{**_EXAMPLE, "note": "客户主动找到我，下周签约"}]}
    )
    name: Annotated[str, Field(min_length=1, max_length=200)]
    customer_id: Id | None = None
    note: Annotated[Note, Field(min_length=1)]
