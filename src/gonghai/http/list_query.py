"""What a list of customers is narrowed and ordered by, as it stands in the URL."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from gonghai.base.errors import Refusal
from gonghai.customers.field_rights import need_readable
from gonghai.customers.queries import Filter, matching_ids
from gonghai.http.call import ActorCall
from gonghai.http.shapes import Id
from gonghai.moves.batch import MOST_IDS


class ListQuery(BaseModel):
    """What a list of customers is narrowed and ordered by."""

    scope: Literal["mine", "team", "shared", "acting_for", "all", "archived"] = "all"
    q: str | None = Field(None, max_length=100, description="Name: Chinese, pinyin or initials.")
    state: Literal["pooled", "owned"] | None = None
    pool_id: Id | None = None
    owner_id: Id | None = None
    level: str | None = None
    source: str | None = None
    industry: str | None = None
    region: str | None = None
    stage: str | None = None
    kind: Literal["company", "person"] | None = None
    fresh: bool | None = None
    untouched: bool = Field(False, description="Only those claimed and still without first contact.")
    sort: Literal["-id", "id", "countdown", "entered_pool_at", "-entered_pool_at"] = "-id"

    def filter(self, call: ActorCall) -> Filter:
        """The filter over customers that this query means for the caller. 403 for a field that is hidden from them."""
        actor = call.actor
        owners: Sequence[int] | None = [self.owner_id] if self.owner_id is not None else None
        states: tuple[str, ...] = ("archived",) if self.scope == "archived" else ("pooled", "owned")
        if self.scope == "mine":
            owners, states = [actor.person_id or 0], ("owned",)
        elif self.scope == "team":
            led = actor.subordinates
            owners, states = [o for o in owners or led if o in led], ("owned",)
        elif self.scope == "acting_for":
            owners, states = [o for o in owners or actor.deputises if o in actor.deputises], ("owned",)
        elif self.scope == "shared":
            states = ("owned",)
        elif self.state is not None:
            states = (self.state,)
        named = ("level", "source", "industry", "region", "stage", "kind")
        equal = {name: getattr(self, name) for name in named if getattr(self, name) is not None}
        need_readable(actor, equal)
        return Filter(
            states, self.pool_id, owners, self.fresh, equal, shared=self.scope == "shared", untouched=self.untouched
        )


async def chosen(call: ActorCall, ids: list[int] | None, matching: ListQuery | None) -> list[int]:
    """The customers that a batch is about: those named, or all that match a list's query, up to 10,000.

    Refuses `matching_by_search` and `too_many_matching` {limit}.
    """
    if ids is not None:
        return ids
    assert matching is not None
    if matching.q:
        raise Refusal("matching_by_search", 422)
    found = await matching_ids(call.conn, call.actor, matching.filter(call), limit=MOST_IDS + 1)
    if len(found) > MOST_IDS:
        raise Refusal("too_many_matching", 422, limit=MOST_IDS)
    return found
