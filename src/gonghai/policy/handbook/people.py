"""The handbook on who uses the pool: who sees it, who claims, who administers, and what is hidden until a claim."""

from collections.abc import Mapping
from typing import Any, Final

from gonghai.policy.handbook.sentences import Section, Sentence, Source, listed

ROLES: Final = {
    "rep": ("销售", "sales reps"),
    "manager": ("主管", "managers"),
    "admin": ("管理员", "administrators"),
    "auditor": ("审计", "auditors"),
}
FIELDS: Final = {
    "phones": ("电话", "phone numbers"),
    "emails": ("邮箱", "e-mail addresses"),
    "wechat": ("微信号", "WeChat"),
    "contacts": ("联系人", "contacts"),
    "address": ("地址", "address"),
    "website": ("网站", "website"),
    "uscc": ("信用代码", "credit code"),
}
_SAID: Final = {
    "see": (
        "能领取或管理的人自然看得到；另外，{who}也能看到这个公海。",
        "Whoever may claim here or administers it sees the pool; so do {who}.",
    ),
    "claim": ("可以从这里领取的：{who}。", "These may claim from here: {who}."),
    "admin": ("公海管理员：{who}，以及企业管理员。", "Administered by {who}, and by the company's administrators."),
}
_NOBODY: Final = {
    "see": ("看得到这个公海的，只有能领取或管理的人。", "Only those who may claim here or administer it see the pool."),
    "claim": (
        "没有人可以从这里领取，客户由主管或公海管理员分配。",
        "Nobody may claim from here; customers are assigned.",
    ),
    "admin": ("由企业管理员管理。", "Administered by the company's administrators."),
}


def people(source: Source) -> Section:
    """Who may see, claim, administer; what is masked."""
    said = [_right(source, right) for right in ("claim", "see", "admin")]
    if source.pool["masked_fields"]:
        said.append(_masked(source.pool["masked_fields"]))
    return Section("people", "谁能用", "Who uses it", tuple(said))


def _right(source: Source, right: str) -> Sentence:
    given = [s for s in source.scopes if s["right_name"] == right]
    subjects = [{"kind": s["subject"], "id": str(s["subject_id"]), "role": s["role"]} for s in given]
    zh, en = _NOBODY[right]
    if right == "see" and any(s["kind"] == "all" for s in subjects):
        zh, en = "所有人都能看到这个公海。", "Everybody sees the pool."
    elif given:
        who = [_subject(s) for s in given]
        zh = _SAID[right][0].format(who=listed([w[0] for w in who], "zh"))
        en = _SAID[right][1].format(who=listed([w[1] for w in who], "en"))
    return Sentence(f"may_{right}", zh, en, {"subjects": subjects})


def _subject(subject: Mapping[str, Any]) -> tuple[str, str]:
    name = subject["name"] or "–"
    match subject["subject"]:
        case "all":
            return "所有人", "everybody"
        case "role":
            return f"所有{ROLES[subject['role']][0]}", f"all {ROLES[subject['role']][1]}"
        case "department":
            return f"「{name}」及其下级部门", f"{name} with all departments below it"
        case _:
            return name, name


def _masked(fields: list[str]) -> Sentence:
    zh = listed([FIELDS[f][0] for f in fields], "zh")
    en = listed([FIELDS[f][1] for f in fields], "en")
    return Sentence(
        "masked",
        f"客户在公海里时，{zh}只显示一部分；负责人、其主管、公海管理员、管理员和审计看得全。",
        f"While a customer lies in the pool, its {en} show only in part; its owner, the owner's managers, the pool's"
        " admins, administrators and auditors see all.",
        {"fields": list(fields)},
    )
