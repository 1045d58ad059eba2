"""Notices in words: a title and a few lines in both languages, from the ids that they hold and the names of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from gonghai.customers.likeness import in_words
from gonghai.notifications.inbox import Names
from gonghai.policy.timers import BY_NAME

Text = tuple[str, str]  # zh, en

# {one}: the customer's name where there is one, else how many there are.
TITLES: Final[Mapping[str, Text]] = {
    "assigned": ("{actor}把{one}分配给了你", "{actor} assigned {one} to you"),
    "transferred": ("{from}的{one}转移给了你", "{one} passed from {from} to you"),
    "transferred_away": ("{actor}把你的{one}转给了{to}", "{actor} passed {one} from you to {to}"),
    "shared": ("{actor}请你协作{one}", "{actor} shared {one} with you"),
    "archived": ("{actor}把你的{one}标记为无效", "{actor} archived {one}, which was yours"),
    "handed_over": ("{from}离职，{one}已交回公海", "{from} left; {one} went back to the pool"),
    "handed_back": ("{from}的{one}已交回公海", "{one} of {from} went back to the pool"),
    "inherited": ("{from}的{one}交接给了你", "{one} of {from} passed to you in a hand-over"),
    "given_away": ("{actor}交接了你的{one}", "{actor} handed over {one} of yours"),
    "taken": ("{one}已掉公海", "{one} went back to the pool"),
    "undone": ("{one}已还给你", "{one} came back to you"),
    "request_asked": ("{actor}提出{what}申请：{one}", "{actor} asks for {what}: {one}"),
    "request_decided": ("{actor}{state}你的{what}申请：{one}", "{actor} {state} your request for {what}: {one}"),
    "request_lapsed": (
        "{to}已离职，你的{what}申请已失效：{one}",
        "{to} left, so your request for {what} has lapsed: {one}",
    ),
    "request_comment": ("{actor}在{what}申请里留言：{one}", "{actor} wrote about the request for {what}: {one}"),
    "duplicate": ("{actor}新建的{one}和已有客户撞单", "{one}, created by {actor}, matches a customer that is there"),
    "falling": ("{count} 个客户快掉公海了", "{customers} about to go back to the pool"),
    "falling_team": ("团队有 {count} 个客户快掉公海了", "Your team has {customers} about to go back to the pool"),
    "falling_for": (
        "你代理的同事有 {count} 个客户快掉公海了",
        "Those you act for have {customers} about to go back to the pool",
    ),
    "deputy_set": ("{actor}请你代理{from}", "{actor} made you the deputy of {from}"),
    "deputy_set_you": ("{actor}安排{to}代理你", "{actor} made {to} your deputy"),
    "deputy_ended": ("你不再代理{from}", "you are no longer the deputy of {from}"),
    "deputy_ended_you": ("{to}不再代理你", "{to} is no longer your deputy"),
    "deputy_away": (
        "代理{from}的{to}要休假，期间没有人代理",
        "{to}, deputy of {from}, goes on leave; nobody acts meanwhile",
    ),
    "draw_won": ("「{pool}」抽签：你抽中了{one}", "Draw in {pool}: you won {one}"),
    "draw_lost": ("「{pool}」抽签：这次没有抽中", "Draw in {pool}: you won nothing this time"),
    "draw_cancelled": ("「{pool}」的抽签取消了", "The draw in {pool} was cancelled"),
    "task_given": ("{actor}给你分配了跟进任务「{title}」：{one}", "{actor} asks you to follow up {one}: {title}"),
    "task_given_for": (
        "{actor}给你代理的{to}分配了跟进任务「{title}」：{one}",
        "{actor} asks {to}, for whom you act, to follow up {one}: {title}",
    ),
    "task_refused": (
        "{actor}{for}拒绝了跟进任务「{title}」：{one}",
        "{actor}{for} refused the task “{title}” about {one}",
    ),
    "tasks_complete": ("跟进任务「{title}」已全部处理完", "Nothing is open any more of the tasks “{title}”"),
    "tasks_overdue": ("你有 {count} 个跟进任务已过期", "{count} of your follow-up tasks are overdue"),
    "tasks_overdue_for": (
        "你代理的同事有 {count} 个跟进任务已过期",
        "{count} follow-up tasks of those you act for are overdue",
    ),
    "given_overdue": ("你分配的跟进任务有 {count} 个已过期", "{count} of the follow-up tasks you gave are overdue"),
    "policy_starts": ("「{pool}」的新规则快生效了", "New rules of {pool} start soon"),
}
REQUESTS: Final[Mapping[str, Text]] = {
    "transfer": ("转移", "a transfer"),
    "extension": ("延期", "an extension"),
    "appeal": ("申诉", "an appeal"),
    "archive": ("标记无效", "archiving"),
    "reverify": ("核实", "a check"),
    "claim": ("领取", "a claim"),
    "duplicate": ("撞单", "a customer that is there already"),
}
CANCELLED: Final[Mapping[str, Text]] = {
    "by_hand": ("管理员取消了这次抽签，志愿作废", "an administrator called it off; the wishes lapse"),
    "mode_changed": ("这个公海不再用抽签，志愿作废", "this pool no longer draws; the wishes lapse"),
    "pool_closed": ("这个公海已关闭，志愿作废", "this pool is closed; the wishes lapse"),
}
STATES: Final[Mapping[str, Text]] = {"accepted": ("同意了", "granted"), "declined": ("没有同意", "declined")}
_MINE: Final = ("assigned", "transferred", "undone", "shared", "inherited")


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it is read. `link`: (kind, id) of what to open, id None for a page of one's own."""

    title: Text
    lines: list[Text]
    link: tuple[str, int | None] | None


def told(notice: Mapping[str, Any], names: Names, zone: ZoneInfo) -> Told:
    """The words of one notice."""
    kind, data = notice["kind"], notice["data"]
    zh, en = TITLES[kind]
    title = _spaced(zh.format_map(_filled(data, names, 0))), en.format_map(_filled(data, names, 1))
    return Told((title[0], title[1][:1].upper() + title[1][1:]), _lines(kind, data, names, zone), _link(kind, data))


def _spaced(zh: str) -> str:
    """A number stands apart from words, but not from punctuation."""
    return zh.strip().replace("， ", "，").replace("： ", "：")


def _filled(data: Mapping[str, Any], names: Names, lang: int) -> dict[str, str]:
    count = data.get("count", 1)
    only = data.get("customers", [])
    known = names.customers.get(only[0]) if count == 1 and only else data.get("typed") if count == 1 else None
    customers = f"{count} customer{'' if count == 1 else 's'}"
    one = (f"「{known}」" if known else f" {count} 个客户", known or customers)[lang]
    system = ("系统", "the system")[lang]

    def person(name: str) -> str:
        return names.people.get(data[name], "") if data.get(name) is not None else system

    return {
        "one": one, "count": str(count), "customers": customers,
        "actor": person("actor"), "from": person("from"), "to": person("to"),
        "for": ("（代{}）", " (for {})")[lang].format(person("for")) if data.get("for") is not None else "",
        "pool": names.pools.get(data.get("pool", 0), ""),
        "title": names.tasks.get(data.get("tasks", 0), ""),
        "what": REQUESTS.get(data.get("of", ""), ("", ""))[lang],
        "state": STATES.get(data.get("state", ""), ("", ""))[lang],
    }  # fmt: skip


def _lines(kind: str, data: Mapping[str, Any], names: Names, zone: ZoneInfo) -> list[Text]:
    if kind == "falling":
        found = names.falling.get(data["day"], [])
        lines = [_goes(names.customers.get(r["customer_id"], ""), r["effective"], zone, r["timer"]) for r in found]
        return _with_rest(lines, data["count"])
    if kind == "tasks_complete":
        done, refused, count = data["done"], data["refused"], data["count"]
        return [(f"共 {count} 个，完成 {done} 个，拒绝 {refused} 个", f"{done} of {count} done, {refused} refused")]
    if kind in ("falling_team", "falling_for", "given_overdue", "tasks_overdue_for"):
        owners = sorted(data["owners"].items(), key=lambda item: -item[1])
        return [
            (f"{names.people.get(int(owner), '')}：{n} 个", f"{names.people.get(int(owner), '')}: {n}")
            for owner, n in owners
        ]
    if kind in ("deputy_set", "deputy_set_you", "deputy_away"):
        return [_between(data, zone)]
    if kind == "policy_starts":
        return _starts(data, zone)
    if kind == "draw_cancelled":
        return [CANCELLED[data["why"]]]
    if kind == "duplicate":
        return [_same(match, names) for match in data["matched"]]
    lines = []
    goes = data.get("goes", {})
    for customer in data.get("customers", []):
        name = names.customers.get(customer, "")
        if str(customer) in goes:
            lines.append(_goes(name, datetime.fromisoformat(goes[str(customer)]), zone))
        elif data["count"] > 1:
            lines.append((name, name))
    lines = _with_rest(lines, data["count"]) if lines else lines
    if "protected_until" in data:
        until, until_en = _at(datetime.fromisoformat(data["protected_until"]), zone)
        lines.append((f"{until} 前不会被收回", f"not taken before {until_en}"))
    return lines


def _between(data: Mapping[str, Any], zone: ZoneInfo) -> Text:
    (begin, begin_en), (until, until_en) = (_at(datetime.fromisoformat(data[end]), zone) for end in ("begin", "until"))
    return f"{begin} 至 {until}", f"{begin_en} until {until_en}"


def _same(match: Mapping[str, Any], names: Names) -> Text:
    name = names.customers.get(int(match["id"]), "")
    zh, en = in_words(match["kinds"])
    return f"与「{name}」的{zh}相同", f"the same {en} as {name}"


def _with_rest(lines: list[Text], count: int) -> list[Text]:
    rest = count - len(lines)
    return lines if rest <= 0 else [*lines, (f"另有 {rest} 个", f"and {rest} more")]


def _goes(name: str, at: datetime, zone: ZoneInfo, timer: str | None = None) -> Text:
    when, when_en = _at(at, zone)
    zh, en = (BY_NAME[timer].zh, BY_NAME[timer].en) if timer else ("", "")
    return (
        f"{name}：{when} 掉公海" + (f"（{zh}）" if zh else ""),
        f"{name}: goes {when_en}" + (f" ({en})" if en else ""),
    )


def _starts(data: Mapping[str, Any], zone: ZoneInfo) -> list[Text]:
    """When a planned version begins, and what it would then do."""
    when, when_en = _at(datetime.fromisoformat(data["effective_from"]), zone)
    lines = [(f"第 {data['number']} 版，{when} 生效", f"version {data['number']}, in force from {when_en}")]
    if data["totals"] is None:
        return [*lines, ("这一版已经无法生效，请打开检查", "it can't come into force any more: please look at it")]
    for zh, en, counts in (("按规则", "by the rules", data["totals"]), ("实际", "really", data["really"])):
        lines.append(
            (
                f"{zh}：立即收回 {counts['at_once']} 个，7 天内 {counts['within_7']} 个，30 天内 {counts['within_30']} 个",
                f"{en}: {counts['at_once']} at once, {counts['within_7']} within 7 days, {counts['within_30']} within 30",
            )
        )
    return lines


def _at(at: datetime, zone: ZoneInfo) -> Text:
    local = at.astimezone(zone)
    return local.strftime("%m-%d %H:%M"), f"{local:%b} {local.day}, {local:%H:%M}"


def _link(kind: str, data: Mapping[str, Any]) -> tuple[str, int | None] | None:
    if kind in ("falling", "falling_team", "falling_for"):
        return kind, None
    if kind.startswith("deputy_"):
        return "deputies", None
    if kind == "duplicate":
        return "customer", data["customers"][0]
    if kind in _MINE:
        many = "shared" if kind == "shared" else "customers"
        return ("customer", data["customers"][0]) if data["count"] == 1 else (many, None)
    if kind in ("request_asked", "request_decided", "request_lapsed", "request_comment"):
        return ("request", data["request"]) if data["count"] == 1 else ("requests", None)
    if kind in ("task_given", "task_given_for", "tasks_overdue", "tasks_overdue_for"):
        return "tasks", None
    if kind in ("task_refused", "tasks_complete"):
        return "task_batch", data["tasks"]
    if kind == "given_overdue":
        return "task_batches", None
    if kind == "taken":
        return "run", data["run"]
    if kind.startswith("draw_"):
        return "draw", data["draw"]
    return ("policy", data["pool"]) if kind == "policy_starts" else None
