"""The handbook on claiming, giving back and passing on."""

from gonghai.policy.handbook.claim_rules import after_limits, before_limits, dealing, exempt_customers, interval
from gonghai.policy.handbook.sentences import NO_LIMIT, Section, Sentence, Source, at, listed, plural
from gonghai.workdays import Length, add, local_date


def claims(source: Source) -> Section:
    """The limits of a claim in the order in which they are asked."""
    said = [
        *dealing(source), *before_limits(source), *_cooldown(source), *_daily(source), *interval(source),
        *_holding(source), *exempt_customers(source), *_untouched(source), *after_limits(source),
        Sentence("claim_on_leave", "休假期间不能领取。", "Nobody claims while on leave."),
    ]  # fmt: skip
    return Section("claims", "领取", "Claiming", tuple(said))


def _daily(source: Source) -> list[Sentence]:
    limit = source.pool["daily_quota"]
    if limit >= NO_LIMIT:
        return []
    return [Sentence(
        "daily_quota",
        f"每人每天最多从这里领取 {limit} 个，零点恢复；退回不返还，主管分配的不占。",
        f"At most {plural(limit, 'claim')} a day each, renewed at midnight; releasing gives none back, what a manager"
        " assigns uses none.",
        {"limit": limit},
    )]  # fmt: skip


def _holding(source: Source) -> list[Sentence]:
    limit, exempt = source.pool["holding_cap"], source.pool["holding_exempt_won_days"]
    if limit >= NO_LIMIT:
        return []
    zh = f"；最近 {exempt} 天内成交过的不占名额" if exempt else ""
    en = f"; those won within the last {plural(exempt, 'day')} take no room" if exempt else ""
    return [Sentence(
        "holding_cap",
        f"每人名下最多持有 {limit} 个这个公海的客户，满了要先退回或转出才能再领{zh}。",
        f"At most {plural(limit, 'customer')} of this pool in one person's book; when full, give back or pass on"
        f" first{en}.",
        {"limit": limit, "exempt_won_days": exempt},
    )]  # fmt: skip


def _untouched(source: Source) -> list[Sentence]:
    limit = source.pool["untouched_cap"]
    if limit >= NO_LIMIT:
        return []
    return [Sentence(
        "untouched_cap",
        f"领了还没有首次跟进的客户到了 {limit} 个，就不能再领，先去联系。",
        f"With {plural(limit, 'customer')} claimed but not contacted yet there are no more claims: contact those first.",
        {"limit": limit},
    )]  # fmt: skip


def _cooldown(source: Source) -> list[Sentence]:
    holders, days = source.pool["cooldown_holders"], source.pool["cooldown_days"]
    if not holders or not days:
        return [Sentence(
            "no_cooldown", "退回的客户，原负责人马上就可以再领。", "Former owners may claim a customer again at once."
        )]  # fmt: skip
    ended = source.start
    until = add(ended, Length(days, "days"), source.calendar)
    then = at(ended, source.calendar)
    free = at(until, source.calendar, year=local_date(ended, source.calendar).year)
    return [
        Sentence(
            "cooldown",
            f"客户离手后，最近 {holders} 任负责人 {days} 天内不能再领同一个客户。",
            f"The last {plural(holders, 'owner')} of a customer may not claim it again for {plural(days, 'day')}.",
            {"holders": holders, "days": days},
        ),
        Sentence(
            "cooldown_example",
            f"例：{then[0]} 离手 → {free[0]} 起可以再领。",
            f"Example: out of one's book {then[1]} → may be claimed again from {free[1]}.",
            {"ended": ended, "until": until},
            example=True,
        ),
    ]


def moves(source: Source) -> Section:
    """Releasing and transferring."""
    return Section("moves", "退回与转移", "Giving back and passing on", (*_release(source), *_transfer(source)))


def _release(source: Source) -> list[Sentence]:
    reasons = source.pool["return_reasons"]
    if reasons:
        why = Sentence(
            "release_reason",
            f"退回要从列表里选一个原因：{listed([r['zh'] for r in reasons], 'zh')}。",
            f"Giving a customer back takes a reason from the list: {listed([r['en'] for r in reasons], 'en', last='or')}.",
            {"codes": [r["code"] for r in reasons]},
        )
    else:
        why = Sentence("release_freely", "退回不用选原因。", "Giving a customer back takes no reason.")
    if source.pool["release_elsewhere"]:
        where = Sentence("release_elsewhere", "退回时可以另选公海。", "It may be given back into another pool.")
    else:
        where = Sentence("release_here", "只能退回这个公海。", "It can only be given back into this pool.")
    return [why, where]


def _transfer(source: Source) -> list[Sentence]:
    accepted = source.pool["transfer_needs_acceptance"]
    first_zh = "对方接受后才转过去" if accepted else "立即转过去"
    first_en = "the colleague accepts first" if accepted else "at once"
    return [
        Sentence(
            "transfer",
            f"负责人可以把客户转给同事，{first_zh}；计时、锁定、保护和提醒都跟着客户走，不会重新开始。",
            f"An owner may pass a customer on to a colleague, {first_en}; its clocks, lock, protection and warning go"
            " along, none starts again.",
            {"accepted": accepted},
        ),
        Sentence(
            "manager_transfer",
            "主管在下属之间转移，立即生效，重新计时。",
            "A manager's transfer between their people holds at once and starts the clocks anew.",
        ),
    ]
