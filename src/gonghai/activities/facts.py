"""What conditions may ask about what was done with a customer."""

from operator import itemgetter

from gonghai.conditions.facts import Fact

FACTS: tuple[Fact, ...] = tuple(
    Fact(
        name=name,
        type="instant",
        labels={"zh": zh, "en": en},
        sql=f"c.{name}",
        read=itemgetter(name),
        known_when="during",
        readable_when_pooled=True,
    )
    for name, zh, en in (
        ("first_contact_at", "本次持有期首次有效跟进", "first qualifying follow-up of the spell"),
        ("last_follow_up_at", "本次持有期最近有效跟进", "last qualifying follow-up of the spell"),
        ("last_activity_at", "最近活动时间", "last activity"),
    )
)
