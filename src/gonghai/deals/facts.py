"""What conditions may ask about a customer's deals."""

from operator import itemgetter

from gonghai.conditions.facts import Fact

FACTS: tuple[Fact, ...] = (
    Fact(
        name="has_open_deal",
        type="flag",
        labels={"zh": "有进行中的商机", "en": "has an open deal"},
        sql="(c.open_deals > 0)",
        read=lambda row: row["open_deals"] > 0,
        known_when="during",
        readable_when_pooled=True,
    ),
    Fact(
        name="last_win_at",  # "won within n days" is this one with within_days
        type="instant",
        labels={"zh": "最近成交时间", "en": "last win"},
        sql="c.last_win_at",
        read=itemgetter("last_win_at"),
        known_when="after",
        readable_when_pooled=True,
    ),
)
