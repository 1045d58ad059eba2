"""Events in words: one sentence each, in both languages, for history, timeline and the why of any move."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from gonghai.customers.fields import FIELDS

KINDS = {
    "create": ("{actor}新建客户{into}{despite}", "{actor} created the customer{into}{despite}"),
    "import": ("{actor}导入客户{into}", "{actor} imported the customer{into}"),
    "claim": ("{owner_to}从「{pool_from}」领取", "{owner_to} claimed it from {pool_from}"),
    "assign": (
        "{actor}从「{pool_from}」分配给{owner_to}{ruled}",
        "{actor} assigned it from {pool_from} to {owner_to}{ruled}",
    ),
    "release": ("{owner_from}退回「{pool_to}」{reason}", "{owner_from} released it to {pool_to}{reason}"),
    "recycle": ("按公海规则从{owner_from}收回至「{pool_to}」", "the policy recycled it from {owner_from} to {pool_to}"),
    "transfer": ("{owner_from}转移给{owner_to}{by}{ruled}", "passed from {owner_from} to {owner_to}{by}{ruled}"),
    "hand_over": ("{owner_from}离职，交回「{pool_to}」", "{owner_from} left; handed back to {pool_to}"),
    "move_pool": ("{actor}从「{pool_from}」转到「{pool_to}」", "{actor} moved it from {pool_from} to {pool_to}"),
    "archive": ("{actor}标记为无效{reason}", "{actor} archived it{reason}"),
    "restore": ("{actor}恢复到「{pool_to}」{ruled}", "{actor} restored it to {pool_to}{ruled}"),
    "undo": ("{actor}撤销了{of}，{now}", "{actor} undid {of}: {now}"),
    "appeal": ("{actor}同意申诉，{now}", "{actor} granted the appeal: {now}"),
    "lock": ("{actor}锁定{until}", "{actor} locked it{until}"),
    "unlock": ("{actor}解锁", "{actor} unlocked it"),
    "protect": ("{actor}设为暂不回收{until}{reason}", "{actor} protected it{until}{reason}"),
    "unprotect": ("{actor}取消暂不回收", "{actor} ended the protection"),
    "warn": ("提醒负责人：{goes}", "the owner was warned: {goes}"),
    "share": ("{actor}添加协作人：{persons}", "{actor} shared it with {persons}"),
    "unshare": ("{actor}移除协作人：{persons}", "{actor} stopped sharing it with {persons}"),
    "edit": ("{actor}修改了{fields}", "{actor} edited {fields}"),
    "edit_contact": ("{actor}修改了联系人", "{actor} edited a contact"),
    "follow_up": ("{actor}记录跟进{counts}", "{actor} logged a follow-up{counts}"),
    "void_follow_up": ("{actor}作废一条跟进", "{actor} voided a follow-up"),
    "open_deal": ("{actor}新建商机", "{actor} opened a deal"),
    "edit_deal": ("{actor}修改商机", "{actor} edited a deal"),
    "win_deal": ("{actor}成交", "{actor} won a deal"),
    "lose_deal": ("{actor}输单", "{actor} lost a deal"),
    "adopt_deal": ("{actor}接手商机", "{actor} adopted a deal"),
}
# A claim that the pool dealt: by the key of its event's data.
DEALT = {
    "draw": ("{owner_to}抽签获得，来自「{pool_from}」", "{owner_to} won it in a draw of {pool_from}"),
    "offer": ("{owner_to}接受派单，从「{pool_from}」领取", "{owner_to} accepted it when {pool_from} dealt it"),
}
# A hand-over to a person, or into a pool; by somebody who left, or who stays.
HANDED = {
    (True, True): ("{owner_from}离职，交接给{owner_to}{dealt}", "{owner_from} left; handed over to {owner_to}{dealt}"),
    (True, False): KINDS["hand_over"],
    (False, True): (
        "{owner_from}交接给{owner_to}{dealt}{by}",
        "handed over from {owner_from} to {owner_to}{dealt}{by}",
    ),
    (False, False): ("{owner_from}交回「{pool_to}」{by}", "handed back from {owner_from} to {pool_to}{by}"),
}
# How a hand-over chose its receiver, by the `why` of its event's data.
DEALT_BY = {
    "manager": ("（交给主管）", " (to the lead)"), "in_turn": ("（轮流分配）", " (in turn)"),
    "by_load": ("（按持有数分配）", " (to whom held least)"),
}  # fmt: skip
# What was undone.
OF = {
    "import": ("导入", "the import"), "recycle": ("收回", "the recycle"), "hand_over": ("交接", "the hand-over"),
    "archive": ("无效标记", "the archiving"), "move_pool": ("转移公海", "the move to another pool"),
}  # fmt: skip
FIELD_WORDS = {
    "name": ("名称", "name"), "kind": ("类型", "kind"), "level": ("级别", "level"), "source": ("来源", "source"),
    "industry": ("行业", "industry"), "region": ("地区", "region"), "stage": ("阶段", "stage"),
    "phones": ("电话", "phones"), "emails": ("邮箱", "e-mails"), "wechat": ("微信", "WeChat"),
    "website": ("网站", "website"), "uscc": ("统一社会信用代码", "credit code"), "address": ("地址", "address"),
    "tags": ("标签", "tags"), "amount": ("预计金额", "amount"), "contract_end": ("合同到期日", "contract end"),
    "note": ("备注", "note"), "external_id": ("外部编号", "external id"),
}  # fmt: skip
assert FIELD_WORDS.keys() == set(FIELDS)


def sentence(
    event: Mapping[str, Any], reasons: Mapping[str, tuple[str, str]], zone: tzinfo | None = None
) -> tuple[str, str]:
    """(zh, en) of an event row with actor_name, owner_from_name, owner_to_name, pool_from_name, pool_to_name.

    `reasons` gives a reason code's words, `zone` the zone of instants; without one none are told.
    """
    zh, en = KINDS.get(event["kind"], ("{actor}: " + event["kind"], "{actor}: " + event["kind"]))
    if event["kind"] == "claim":
        zh, en = next((DEALT[key] for key in DEALT if key in (event["data"] or {})), (zh, en))
    if event["kind"] == "hand_over":
        zh, en = HANDED[event["reason"] == "owner_left", event["owner_to"] is not None]
    return _fill(zh, event, reasons, 0, zone), _fill(en, event, reasons, 1, zone)


def _fill(
    template: str, event: Mapping[str, Any], reasons: Mapping[str, tuple[str, str]], lang: int, zone: tzinfo | None
) -> str:
    data = event["data"] or {}
    nobody = ("公海规则", "the policy") if event["actor"] == "policy" else ("系统", "the system")
    actor = event["actor_name"] or nobody[lang]
    if event.get("for_name"):
        actor += (f"（代{event['for_name']}）", f" (for {event['for_name']})")[lang]
    reason = event["reason"]
    said = reasons.get(reason, (reason, reason))[lang] if reason else ""
    into = event["owner_to_name"] or event["pool_to_name"] or ""
    changed = [*data.get("changes", {}), *data.get("private", [])] if event["kind"] == "edit" else []
    words = [FIELD_WORDS[name][lang] if name in FIELD_WORDS else name for name in changed]
    counts = data.get("qualifies", True)
    other = event["actor_id"] is not None and event["actor_name"] != event["owner_from_name"]
    return template.format(
        actor=actor,
        owner_from=event["owner_from_name"] or "",
        owner_to=event["owner_to_name"] or "",
        pool_from=event["pool_from_name"] or "",
        pool_to=event["pool_to_name"] or "",
        reason=(f"（{said}）", f" ({said})")[lang] if said else "",
        into=(f"，{into}", f" for {into}")[lang] if into else "",
        of=OF.get(data.get("of", ""), ("", ""))[lang],
        now=_where(event, lang),
        until=_until(data, lang, zone),
        goes=_goes(data, lang, zone),
        fields=("、", ", ")[lang].join(words) or ("资料", "fields")[lang],
        counts="" if counts else ("（不计入）", " (doesn't count)")[lang],
        persons=("、", ", ")[lang].join(event.get("person_names") or ()),
        despite=_despite(data, said, lang),
        ruled=("（撞单裁定）", " (duplicate decided)")[lang] if "duplicate" in data else "",
        by=(f"（{actor}操作）", f" (by {actor})")[lang] if other else _accepted(event, lang),
        dealt=_dealt(data, lang),
    )


def _dealt(data: Mapping[str, Any], lang: int) -> str:
    """How the receiver of a hand-over was chosen; conditions are told by their place."""
    why = data.get("why", {})
    if "row" in why:
        n = why["row"] + 1
        return (f"（按条件，第 {n} 行）", f" (by condition, row {n})")[lang]
    return DEALT_BY.get(why.get("how", why.get("way", "")), ("", ""))[lang]


def _accepted(event: Mapping[str, Any], lang: int) -> str:
    """That the receiver's deputy took it over for them."""
    deputy = event.get("deputy_name")
    return (f"（{deputy}代为接收）", f" (accepted by {deputy} as deputy)")[lang] if deputy else ""


def _despite(data: Mapping[str, Any], why: str, lang: int) -> str:
    """That its author knew of a customer that it matches, and why it is another one."""
    if "despite_duplicate" not in data:
        return ""
    return (f"，已提示撞单仍新建：{why}", f", though told of a duplicate: {why}")[lang]


def _until(data: Mapping[str, Any], lang: int, zone: tzinfo | None) -> str:
    """Until when a lock or a protection keeps the customer."""
    changes = data.get("changes", {})
    ends = [changes[name][1] for name in ("locked_until", "protected_until") if name in changes]
    if zone is None or not ends or ends[0] is None:
        return ""
    at = datetime.fromisoformat(ends[0]).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return (f"至 {at}", f" until {at}")[lang]


def _goes(data: Mapping[str, Any], lang: int, zone: tzinfo | None) -> str:
    """When a customer goes to the pool, as its owner was told."""
    if zone is None or "effective" not in data:
        return ("即将掉公海", "it will go to the pool")[lang]
    at = datetime.fromisoformat(data["effective"]).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return (f"{at} 掉公海", f"it goes to the pool at {at}")[lang]


def _where(event: Mapping[str, Any], lang: int) -> str:
    """Where a customer is again."""
    owner, pool = event["owner_to_name"], event["pool_to_name"]
    if owner:
        return (f"重新归{owner}负责", f"{owner} owns it again")[lang]
    if event["reason"] == "import_undone":
        return ("标记为无效", "archived")[lang]
    return (f"回到「{pool}」", f"back in {pool}")[lang]
