"""The handbook on when a claim is possible at all: how the pool deals, its hours, freezes, intervals and approvals."""

from collections.abc import Mapping
from typing import Any, Final

from gonghai.conditions import parse, words
from gonghai.policy.handbook.sentences import Sentence, Source, listed, plural

_DAYS: Final = (
    ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"), ("周五", "Friday"),
    ("周六", "Saturday"), ("周日", "Sunday"),
)  # fmt: skip


def dealing(source: Source) -> list[Sentence]:
    """How customers are handed out, where nobody chooses them from the list."""
    pool = source.pool
    if pool["mode"] == "next_best":
        minutes, cost, wait = pool["offer_minutes"], pool["decline_cost"], pool["decline_wait_minutes"]
        pays_zh = [f"占当天 {cost} 次领取"] if cost else []
        pays_en = [f"uses {plural(cost, 'claim')} of the day"] if cost else []
        pays_zh += [f"要等 {wait} 分钟才有下一个"] if wait else []
        pays_en += [f"makes one wait {plural(wait, 'minute')} for the next"] if wait else []
        declined = "、".join(pays_zh) or "没有代价"
        declined_en = " and ".join(pays_en) or "costs nothing"
        return [Sentence(
            "next_best",
            f"这里不能自己挑客户：系统每次派一个，为你保留 {minutes} 分钟；换一个或过时不领，{declined}。",
            f"Nobody picks customers here: the pool deals one at a time and keeps it for {plural(minutes, 'minute')};"
            f" declining it, or letting it lapse, {declined_en}.",
            {"minutes": minutes, "cost": cost, "wait": wait},
        )]  # fmt: skip
    if pool["mode"] == "draw":
        most = pool["draw_most_wishes"]
        return [Sentence(
            "draw",
            f"这里的客户靠抽签：报名时每人最多选 {most} 个，按先后填；到点一起抽，先每人一个，再抽第二个。",
            f"Customers are drawn here: everybody names up to {most} in the order they like; then all get one before"
            " anybody gets a second.",
            {"most": most},
        )]  # fmt: skip
    return []


def before_limits(source: Source) -> list[Sentence]:
    """The rules that are asked before any limit."""
    pool = source.pool
    said = []
    if pool["claim_windows"]:
        windows = pool["claim_windows"]
        zh, en = listed([_window(w)[0] for w in windows], "zh"), listed([_window(w)[1] for w in windows], "en")
        said.append(Sentence("windows", f"开放领取的时间：{zh}。", f"Claiming is open {en}.", {"windows": windows}))
    if pool["freeze_hours"]:
        hours = pool["freeze_hours"]
        said.append(Sentence(
            "frozen",
            f"客户进入公海后先冻结 {hours} 小时，之后才能领取。",
            f"A customer that has entered the pool is frozen for {plural(hours, 'hour')} before it may be claimed.",
            {"hours": hours},
        ))  # fmt: skip
    return said


def _window(window: Mapping[str, Any]) -> tuple[str, str]:
    days: list[int] = [] if window["days"] == "working" else sorted(set(window["days"]))
    hours = f"{window['from']}–{window['until']}"
    if not days:
        return f"工作日 {hours}", f"on working days, {hours}"
    names = [_DAYS[day - 1] for day in days]
    return f"{listed([n[0] for n in names], 'zh')} {hours}", f"on {listed([n[1] for n in names], 'en')}, {hours}"


def interval(source: Source) -> list[Sentence]:
    """Between two claims."""
    seconds = source.pool["min_interval_seconds"]
    if not seconds:
        return []
    return [Sentence(
        "min_interval",
        f"两次领取之间至少隔 {seconds} 秒，一次领一批只算一次。",
        f"Between two claims lie at least {plural(seconds, 'second')}; a batch counts once.",
        {"seconds": seconds},
    )]  # fmt: skip


def exempt_customers(source: Source) -> list[Sentence]:
    """Customers that take no room."""
    document = source.pool["holding_exempt"]
    if document is None:
        return []
    zh, en = _condition(source, document)
    return [Sentence(
        "holding_exempt",
        f"不占持有名额的客户：{zh}。",
        f"Customers that take no room in one's book: {en}.",
        {"condition": document},
    )]  # fmt: skip


def after_limits(source: Source) -> list[Sentence]:
    """Approval, who is exempt, whose limits differ, what the slower are told."""
    pool = source.pool
    said = []
    if source.company_cap is not None:
        said.append(Sentence(
            "company_cap",
            f"所有公海合计，每人名下最多 {source.company_cap} 个客户。",
            f"Over all pools, at most {plural(source.company_cap, 'customer')} in one person's book.",
            {"limit": source.company_cap},
        ))  # fmt: skip
    if pool["approval"] is not None:
        zh, en = _condition(source, pool["approval"])
        said.append(Sentence(
            "approval",
            f"这些客户要公海管理员同意才能领取：{zh}。申请和同意时都按上面的规则检查，同意时才占当天次数。",
            f"A claim of these needs a pool admin's yes: {en}. The rules above are checked at asking and again at the"
            " yes, which uses the day's quota.",
            {"condition": pool["approval"]},
        ))  # fmt: skip
    if source.limits:
        n = source.limits
        said.append(Sentence(
            "limits_differ",
            f"另有 {n} 条针对个别部门、角色或成员的额度；给个人的优先于部门的，部门优先于角色，临时调整优先于一切。",
            f"{plural(n, 'limit')} differ{'s' if n == 1 else ''} for some: a person's beats a department's, that a"
            " role's, and an override beats all.",
            {"n": n},
        ))  # fmt: skip
    if pool["exempt_admins"]:
        said.append(Sentence(
            "exempt_admins", "公海管理员不受领取规则限制。", "The pool's admins are exempt from these rules."
        ))  # fmt: skip
    if pool["hide_claimers"]:
        said.append(Sentence(
            "hide_claimers", "慢一步的人只知道客户被领走了，不知道是谁。",
            "Who was slower is told that the customer is gone, not who has it.",
        ))  # fmt: skip
    return said


def _condition(source: Source, document: Mapping[str, Any]) -> tuple[str, str]:
    condition = parse(document, source.registry)
    return words(condition, source.registry, "zh"), words(condition, source.registry, "en")
