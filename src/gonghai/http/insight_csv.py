"""The lists behind facts on fair use as lines of a CSV, in the reader's language and the company's time."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gonghai.analytics.fair_use import Name
from gonghai.exchange.mended import guarded
from gonghai.http.insight_shapes import Entry, FactItem, Idle, Stay
from gonghai.http.shapes import Words

Locale = Literal["zh", "en"]
About = Literal["spells", "follow_ups", "book"]

TITLES: Final[Mapping[Name, Mapping[Locale, str]]] = {
    "ping_pong": {"zh": "来回倒手", "en": "Back and forth"},
    "exchanges": {"zh": "互相转移", "en": "Exchanges"},
    "claim_and_release": {"zh": "领了就退", "en": "Claimed and released"},
    "late_empty_follow_ups": {"zh": "临期空跟进", "en": "Empty follow-ups before a deadline"},
    "backdated": {"zh": "事后补录", "en": "Typed in later"},
    "hoarding": {"zh": "久占不跟", "en": "Held and left alone"},
}
_HEADERS: Final[Mapping[About, Mapping[Locale, str]]] = {
    "spells": {
        "zh": "客户编号 客户 时间 持有人 开始 结束 退回原因 有效跟进",
        "en": "Customer_id Customer At Held_by Began Ended Reason Follow-ups_that_counted",
    },
    "follow_ups": {
        "zh": "客户编号 客户 录入时间 发生时间 方式 备注 备注字数 是否有效 已告知的到期时间 计时 剩余小时",
        "en": "Customer_id Customer Recorded_at Happened_at Kind Note Characters Counted Deadline_told Timer Hours_left",
    },
    "book": {
        "zh": "客户编号 客户 未跟进自 持有自 最近有效跟进 锁定至 暂不回收至 最近成交",
        "en": "Customer_id Customer Idle_since Held_since Last_follow-up_that_counted Locked_until Protected_until Last_win",
    },
}
_STRANGER: Final = {"zh": "其他团队", "en": "another team"}
_UNSEEN: Final = {"zh": "（不可见的客户）", "en": "(a customer you don't see)"}
_YES: Final = {"zh": ("否", "是"), "en": ("no", "yes")}
_HOW: Final[Mapping[str, Mapping[Locale, str]]] = {
    "claim": {"zh": "领取", "en": "claimed"},
    "assign": {"zh": "分配", "en": "assigned"},
    "transfer": {"zh": "转移", "en": "transferred"},
    "create": {"zh": "新建", "en": "created"},
    "import": {"zh": "导入", "en": "imported"},
    "hand_over": {"zh": "交接", "en": "handed over"},
    "undo": {"zh": "撤销", "en": "undone"},
    "release": {"zh": "退回", "en": "released"},
    "recycle": {"zh": "回收", "en": "recycled"},
    "archive": {"zh": "标为无效", "en": "archived"},
    "call": {"zh": "电话", "en": "call"},
    "visit": {"zh": "拜访", "en": "visit"},
    "meeting": {"zh": "会议", "en": "meeting"},
    "message": {"zh": "消息", "en": "message"},
    "email": {"zh": "邮件", "en": "e-mail"},
    "note": {"zh": "备注", "en": "note"},
}


def header(about: About, locale: Locale) -> bytes:
    """The first line."""
    return _csv([[name.replace("_", " ") for name in _HEADERS[about][locale].split()]])


def line(item: FactItem, about: About, locale: Locale, zone: str) -> bytes:
    """One case; a chain has a line for each of its spells."""
    words = _InWords(locale, ZoneInfo(zone))
    first = [str(item.customer.id), item.customer.name] if item.customer else ["", _UNSEEN[locale]]
    first.append(words.at(item.at))
    if about == "spells":
        return _csv([[*first, *words.stay(stay)] for stay in item.chain])
    if item.entry is not None:
        return _csv([[*first, *words.entry(item.entry)]])
    assert item.idle is not None
    return _csv([[*first, *words.idle(item.idle)]])


class _InWords:
    """Values as the reader of the file reads them."""

    def __init__(self, locale: Locale, zone: ZoneInfo) -> None:
        self._locale, self._zone = locale, zone

    def at(self, instant: datetime | None) -> str:
        return instant.astimezone(self._zone).strftime("%Y-%m-%d %H:%M") if instant else ""

    def _how(self, code: str | None, at: datetime | None) -> str:
        return f"{self.at(at)} {_HOW[code][self._locale] if code in _HOW else code}" if code else ""

    def _said(self, words: Words | None) -> str:
        return (words.zh if self._locale == "zh" else words.en) if words else ""

    def stay(self, stay: Stay) -> list[str]:
        who = stay.person.name if stay.person else _STRANGER[self._locale]
        began, ended = self._how(stay.started_by, stay.started_at), self._how(stay.ended_by, stay.ended_at)
        return [who, began, ended, self._said(stay.reason), str(stay.follow_ups)]

    def entry(self, entry: Entry) -> list[str]:
        left = f"{(entry.deadline - entry.recorded_at).total_seconds() / 3600:.1f}" if entry.deadline else ""
        return [
            self.at(entry.at), _HOW[entry.kind][self._locale], entry.note or "", str(entry.note_length),
            _YES[self._locale][entry.qualifies], self.at(entry.deadline), self._said(entry.timer), left,
        ]  # fmt: skip

    def idle(self, idle: Idle) -> list[str]:
        instants = (
            idle.held_since, idle.last_follow_up_at, idle.locked_until, idle.protected_until, idle.last_win_at,
        )  # fmt: skip
        return [self.at(instant) for instant in instants]


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([guarded(cell) for cell in cells] for cells in lines)
    return file.getvalue().encode()
