"""The handbook on warnings and on what puts a deadline off: notice, grace, lock, protection, leave, extension."""

from datetime import timedelta

from gonghai.policy.decide import NOTICE_HOLDS, is_short
from gonghai.policy.handbook.sentences import NO_LIMIT, Section, Sentence, Source, at, listed, plural, working
from gonghai.workdays import Length, add, after_next_opening_day, local_date, local_midnight


def warnings(source: Source) -> Section | None:
    """When the owner is told, and that nobody loses a customer untold."""
    if source.in_force is None:
        return None
    lengths = [length for s in source.in_force.policy.segments for length in s.timers.values()]
    ladder = source.in_force.policy.ladder
    said = []
    if ladder and not all(map(is_short, lengths)):
        said.append(_ladder(ladder))
    if any(map(is_short, lengths)):
        said.append(Sentence(
            "quarter",
            "不足 3 天或按小时计的，只提醒一次：剩下四分之一时间的时候，同时提醒主管。",
            "Clocks in hours, or shorter than 3 days, have one warning: when a quarter is left, to the manager as well.",
            {"days": 3},
        ))  # fmt: skip
    if lengths:
        said += _notice(source)
    return Section("warnings", "到期前的提醒", "Warnings", tuple(said)) if said else None


def _ladder(days: tuple[int, ...]) -> Sentence:
    zh = listed([str(d) for d in days], "zh")
    en = listed([str(d) for d in days], "en")
    last_zh = "，最后一次同时提醒主管" if len(days) > 1 else "，同时提醒主管"
    last_en = ", the last time the manager as well" if len(days) > 1 else ", and the manager"
    noun = "day" if days == (1,) else "days"
    return Sentence(
        "ladder",
        f"退回前 {zh} 天提醒负责人{last_zh}；期限短的，只提醒提前天数不到期限一半的那几次。",
        f"The owner is warned {en} {noun} before it goes back{last_en}; only at steps shorter than half the time given.",
        {"days": list(days)},
    )


def _notice(source: Source) -> list[Sentence]:
    assert source.in_force is not None
    if not source.in_force.notice_floor:
        return [Sentence(
            "no_notice", "到期就退回，不要求事先提醒过。", "What is due goes back, whether or not there was a warning."
        )]  # fmt: skip
    if all(is_short(length) for s in source.in_force.policy.segments for length in s.timers.values()):
        return []
    told = source.start
    until = after_next_opening_day(told, source.calendar)
    year = local_date(told, source.calendar).year
    then, kept = at(told, source.calendar), at(until, source.calendar, year=year)
    holds = NOTICE_HOLDS.days
    return [
        Sentence(
            "notice",
            "没提醒过，就不会退回：第一次提醒之后，至少留到其后开工的第一个工作日结束。"
            f"提醒 {holds} 天内有效；有效跟进、成交、设保护或解锁之后作废，要重新提醒。",
            "Nobody loses a customer untold: after the first warning it stays at least to the end of the first working"
            f" day that opens afterwards. A warning holds for {holds} days past that, and is void after a follow-up that"
            " counts, a win, a protection or an unlock.",
            {"holds_days": holds},
        ),
        Sentence(
            "notice_example",
            f"例：早就到期、却没提醒过的客户，{then[0]} 第一次提醒 → 最早 {kept[0]} 退回。",
            f"Example: long due but never warned of, first warned {then[1]} → goes back on {kept[1]} at the earliest.",
            {"told": told, "until": until},
            example=True,
        ),
    ]


def floors(source: Source) -> Section | None:
    """What keeps a customer beyond its deadline."""
    if source.in_force is None:
        return None
    said = [*_grace(source), *_lock(source), _protection(), *_leave(source), *_extension(source)]
    return Section("floors", "什么时候可以缓一缓", "What puts it off", tuple(said))


def _grace(source: Source) -> list[Sentence]:
    assert source.in_force is not None
    until, since = source.in_force.grace_until, source.in_force.effective_from
    if until is None:
        return []
    zh_until, en_until = at(until, source.calendar)
    zh_since, en_since = at(since, source.calendar)
    return [Sentence(
        "grace",
        f"新规则 {zh_since} 生效，之前已经在计时的客户，{zh_until} 以前不会退回。",
        f"These rules hold since {en_since}; customers whose clock was running before stay until {en_until} at least.",
        {"effective_from": since, "grace_until": until},
    )]  # fmt: skip


def _lock(source: Source) -> list[Sentence]:
    quota, most, grace = (source.pool[n] for n in ("lock_quota", "lock_most_days", "lock_grace_days"))
    said = []
    if quota == 0:
        said.append(Sentence("no_lock", "这里的客户不能锁定。", "Customers can't be locked here.", {"quota": 0}))
    else:
        room_zh = "" if quota >= NO_LIMIT else f"每人在这个公海最多同时锁定 {quota} 个，"
        room_en = "" if quota >= NO_LIMIT else f"at most {quota} of this pool at a time, and "
        said.append(Sentence(
            "lock",
            f"负责人可以锁定客户：{room_zh}每次最长 {most} 天。",
            f"Owners may lock customers: {room_en}for {plural(most, 'day')} at the longest.",
            {"quota": quota, "most_days": most},
        ))  # fmt: skip
    if quota:
        after_zh = f"解锁或到期后还留 {working(grace)[0]}" if grace else "解锁或到期后按原期限算"
        after_en = f"{working(grace)[1]} longer after the lock ends" if grace else "after that the deadline holds again"
        said.append(Sentence(
            "locked",
            f"锁定期间不会退回，{after_zh}。",
            f"While locked it does not go back; {'it stays ' if grace else ''}{after_en}.",
            {"grace_days": grace},
        ))  # fmt: skip
    return said


def _protection() -> Sentence:
    return Sentence(
        "protected",
        "主管可以设「暂不回收」到某个时间，在那之前不会退回。",
        "A manager may protect a customer until some date; before that it does not go back.",
    )


def _leave(source: Source) -> list[Sentence]:
    grace = source.pool["return_grace_days"]
    zh = f"，返岗后还留 {working(grace)[0]}" if grace else ""
    en = f", and for {working(grace)[1]} after the return" if grace else ""
    # A leave of a week from the day after the example's start.
    begins = local_midnight(source.start + timedelta(days=1), source.calendar)
    until = local_midnight(source.start + timedelta(days=8), source.calendar)
    end = add(until, Length(grace, "working_days"), source.calendar) if grace else until
    year = local_date(source.start, source.calendar).year
    from_, back, kept = (at(i, source.calendar, year=y) for i, y in ((begins, None), (until, year), (end, year)))
    return [
        Sentence(
            "leave",
            f"负责人休假开始后，名下客户不会退回{zh}；只登记、还没开始的休假不算。",
            f"Once its owner's leave has begun a customer does not go back{en}; a leave that is only planned does not"
            " count.",
            {"grace_days": grace},
        ),
        Sentence(
            "leave_example",
            f"例：{from_[0]} 开始休假、{back[0]} 返岗，休假中到期的客户 → 最早 {kept[0]} 退回。",
            f"Example: away from {from_[1]}, back {back[1]}; what fell due meanwhile → goes back on {kept[1]} at the"
            " earliest.",
            {"from": begins, "until": until, "end": end},
            example=True,
        ),
    ]


def _extension(source: Source) -> list[Sentence]:
    limit, most, days = (source.pool[n] for n in ("extension_limit", "extension_most_days", "appeal_days"))
    if limit:
        extension = Sentence(
            "extension",
            f"来不及了可以申请延期：拿到客户期间最多 {limit} 次，每次最多 {most} 天，主管同意后顺延。",
            f"Short of time, an owner may ask for an extension: at most {limit} per customer held, up to"
            f" {plural(most, 'day')} each; a manager decides.",
            {"limit": limit, "most_days": most},
        )
    else:
        extension = Sentence("no_extension", "这里不能申请延期。", "There are no extensions here.", {"limit": 0})
    if days:
        appeal = Sentence(
            "appeal",
            f"被收回不服气，{days} 天内可以向公海管理员申诉；同意时还没人领走的，客户回到原负责人名下并受保护。",
            f"Within {plural(days, 'day')} of losing a customer to these rules its former owner may appeal to the pool's"
            " admins; granted, it comes back protected, unless somebody has it by then.",
            {"days": days},
        )
    else:
        appeal = Sentence("no_appeal", "被收回的客户不能申诉。", "There are no appeals here.", {"days": 0})
    return [extension, appeal]
