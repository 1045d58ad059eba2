"""What differs between two versions of a policy, in sentences that a sales manager reads, zh and en."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gonghai.conditions.facts import Locale, Registry
from gonghai.conditions.tree import Condition
from gonghai.conditions.words import words
from gonghai.policy.cleaning_words import cleaning_changes
from gonghai.policy.document import Policy, Segment
from gonghai.policy.timers import TIMERS
from gonghai.workdays import Length


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is stable: segment_added, segment_removed, segment_moved, segment_renamed,
    condition_changed, timer_changed, target_changed, warnings_changed, cleaning_changed."""

    kind: str
    zh: str
    en: str


def diff(old: Policy, new: Policy, registry: Registry, pools: Mapping[int, str]) -> list[Change]:
    """Everything that differs, in the order of the new version. `registry` gives the words; `pools` the names."""
    reader = _Reader(registry, pools)
    pairs = _pairs(old.segments, new.segments)
    before, after = dict(pairs), {b: a for a, b in pairs}
    changes = [reader.removed(s) for i, s in enumerate(old.segments) if i not in before]
    moved = _moved(pairs)
    for place, segment in enumerate(new.segments):
        if place not in after:
            changes.append(reader.added(segment, place))
            continue
        was = old.segments[after[place]]
        changes += reader.changed(was, segment)
        if place in moved:
            changes.append(reader.moved(segment, after[place], place))
    changes += _ladder(old.ladder, new.ladder)
    cleaning = cleaning_changes(old.cleaning, new.cleaning, registry, pools)
    changes += [Change("cleaning_changed", zh, en) for zh, en in cleaning]
    return changes


def _pairs(old: tuple[Segment, ...], new: tuple[Segment, ...]) -> list[tuple[int, int]]:
    """Which segment became which: the last ones, the same name, then the same condition."""
    pairs = [(len(old) - 1, len(new) - 1)]
    free_old, free_new = set(range(len(old) - 1)), set(range(len(new) - 1))
    for same in (_same_names, _same_condition, _same_name):
        for b in sorted(free_new):
            for a in sorted(free_old, key=lambda a: abs(a - b)):
                if same(old[a], new[b]):
                    pairs.append((a, b))
                    free_old.remove(a)
                    free_new.remove(b)
                    break
    return sorted(pairs, key=lambda pair: pair[1])


def _same_names(one: Segment, other: Segment) -> bool:
    return (one.zh, one.en) == (other.zh, other.en)


def _same_name(one: Segment, other: Segment) -> bool:
    return one.zh == other.zh or one.en == other.en


def _same_condition(one: Segment, other: Segment) -> bool:
    return one.condition == other.condition


def _moved(pairs: list[tuple[int, int]]) -> set[int]:
    """New places of the fewest segments that one has to move: all but a longest run that kept its order."""
    runs: list[list[int]] = []  # the longest kept run that ends at each pair
    for i, (old, _) in enumerate(pairs):
        best: list[int] = []
        for j in range(i):
            if pairs[j][0] < old and len(runs[j]) > len(best):
                best = runs[j]
        runs.append([*best, i])
    longest: list[int] = max(runs, key=len)
    kept = set(longest)
    return {new for i, (_, new) in enumerate(pairs) if i not in kept}


class _Reader:
    def __init__(self, registry: Registry, pools: Mapping[int, str]) -> None:
        self._registry = registry
        self._pools = pools

    def added(self, segment: Segment, place: int) -> Change:
        zh, en = self._condition(segment.condition, "zh"), self._condition(segment.condition, "en")
        return Change(
            "segment_added",
            f"第 {place + 1} 位新增分组「{segment.zh}」（{zh}）：{self._timers(segment, 'zh')}；"
            f"去向{self._target(segment.target, 'zh')}。",
            f"New segment “{segment.en}” in place {place + 1} ({en}): {self._timers(segment, 'en')}; "
            f"goes to {self._target(segment.target, 'en')}.",
        )

    def removed(self, segment: Segment) -> Change:
        return Change("segment_removed", f"删除分组「{segment.zh}」。", f"Segment “{segment.en}” is removed.")

    def moved(self, segment: Segment, was: int, now: int) -> Change:
        return Change(
            "segment_moved",
            f"分组「{segment.zh}」由第 {was + 1} 位移到第 {now + 1} 位。",
            f"Segment “{segment.en}” moves from place {was + 1} to place {now + 1}.",
        )

    def changed(self, old: Segment, new: Segment) -> Iterator[Change]:
        if not _same_names(old, new):
            # Whichever language changed is told; the other stays as it is.
            yield Change(
                "segment_renamed",
                f"分组「{old.zh if old.zh != new.zh else old.en}」改名为「{new.zh if old.zh != new.zh else new.en}」。",
                f"Segment “{old.en if old.en != new.en else old.zh}” is renamed"
                f" “{new.en if old.en != new.en else new.zh}”.",
            )
        if old.condition != new.condition:
            yield Change(
                "condition_changed",
                f"分组「{new.zh}」的条件由“{self._condition(old.condition, 'zh')}”"
                f"改为“{self._condition(new.condition, 'zh')}”。",
                f"The condition of “{new.en}” changes from “{self._condition(old.condition, 'en')}”"
                f" to “{self._condition(new.condition, 'en')}”.",
            )
        for timer in TIMERS:
            was, now = old.timers.get(timer.name), new.timers.get(timer.name)
            if was != now:
                yield self._timer(new, timer.zh, timer.en, was, now)
        if old.target != new.target:
            yield Change(
                "target_changed",
                f"分组「{new.zh}」的去向由{self._target(old.target, 'zh')}改为{self._target(new.target, 'zh')}。",
                f"“{new.en}” goes to {self._target(new.target, 'en')} instead of {self._target(old.target, 'en')}.",
            )

    def _timer(self, segment: Segment, zh: str, en: str, was: Length | None, now: Length | None) -> Change:
        if was is None and now is not None:
            told = (f"新增「{zh}」期限 {now.words('zh')}", f"gets a limit for “{en}”: {now.words('en')}")
        elif now is None and was is not None:
            told = (
                f"不再有「{zh}」期限（原为 {was.words('zh')}）",
                f"no longer has a limit for “{en}” (was {was.words('en')})",
            )
        else:
            assert was is not None
            assert now is not None
            told = (
                f"的「{zh}」由 {was.words('zh')}改为 {now.words('zh')}",
                f"has {now.words('en')} for “{en}” instead of {was.words('en')}",
            )
        return Change("timer_changed", f"分组「{segment.zh}」{told[0]}。", f"“{segment.en}” {told[1]}.")

    def _condition(self, condition: Condition | None, locale: Locale) -> str:
        if condition is None:
            return "其余所有客户" if locale == "zh" else "everyone else"
        return words(condition, self._registry, locale)

    def _timers(self, segment: Segment, locale: Locale) -> str:
        if not segment.timers:
            return "不计时，不会自动退回" if locale == "zh" else "no timer, never taken back"
        told = [
            f"{t.zh} {segment.timers[t.name].words('zh')}" if locale == "zh"
            else f"{t.en} {segment.timers[t.name].words('en')}"
            for t in TIMERS if t.name in segment.timers
        ]  # fmt: skip
        return ("、" if locale == "zh" else ", ").join(told)

    def _target(self, target: int | None, locale: Locale) -> str:
        if target is None:
            return "所属公海" if locale == "zh" else "the home pool"
        name = self._pools.get(target, str(target))
        return f"「{name}」" if locale == "zh" else name


def _ladder(old: tuple[int, ...], new: tuple[int, ...]) -> Iterator[Change]:
    if old == new:
        return

    def told(days: tuple[int, ...], zh: bool) -> str:
        if not days:
            return "不提前提醒" if zh else "no warnings ahead"
        return f"提前 {'、'.join(map(str, days))} 天" if zh else f"{', '.join(map(str, days))} days ahead"

    yield Change(
        "warnings_changed",
        f"到期提醒由{told(old, True)}改为{told(new, True)}。",
        f"Warnings change from {told(old, False)} to {told(new, False)}.",
    )
