"""The handbook on what counts as a follow-up, and how late one may be typed in."""

from typing import Final

from gonghai.policy.handbook.sentences import Section, Sentence, Source, listed, plural

KINDS: Final = {
    "call": ("电话", "calls"),
    "visit": ("拜访", "visits"),
    "meeting": ("会议", "meetings"),
    "message": ("消息", "messages"),
    "email": ("邮件", "e-mails"),
    "note": ("备注", "notes"),
}


def follow_ups(source: Source) -> Section:
    """Kinds, the shortest note, whose count, backdating."""
    pool = source.pool
    kinds = [k for k in KINDS if k in pool["follow_up_kinds"]]
    least = pool["follow_up_min_note"]
    zh = f"，而且要写至少 {least} 个字" if least else ""
    en = f", with a note of at least {plural(least, 'character')}" if least else ""
    said = [
        Sentence(
            "counts",
            f"算有效跟进的：{listed([KINDS[k][0] for k in kinds], 'zh')}{zh}。",
            f"These count as a follow-up: {listed([KINDS[k][1] for k in kinds], 'en')}{en}.",
            {"kinds": kinds, "min_note": least},
        ),
        _whose(pool["collaborators_count"]),
        _backdate(pool["backdate_hours"]),
    ]  # fmt: skip
    return Section("follow_ups", "怎样算跟进", "What counts as a follow-up", tuple(said))


def _whose(collaborators: bool) -> Sentence:
    zh, en = (
        "负责人和代理人记的才算，协作人和主管记的不算。",
        "The owner's and their deputy's count, a collaborator's or a manager's do not.",
    )
    if collaborators:
        zh = "负责人、代理人和协作人记的都算，主管代记的不算。"
        en = "The owner's, their deputy's and collaborators' count, a manager's do not."
    return Sentence("by_owner", zh, en, {"deputies": True, "collaborators": collaborators})


def _backdate(hours: int) -> Sentence:
    if hours == 0:
        zh, en = "跟进要当时记，不能补录。", "A follow-up is logged when it happens, not later."
    else:
        zh = f"最多可以补录 {hours} 小时以内的跟进，不能早于拿到客户的时间，也不能是将来的时间。"
        en = f"One may be logged up to {plural(hours, 'hour')} later, but not from before one had the customer, nor ahead."
    return Sentence("backdate", zh, en, {"hours": hours})
