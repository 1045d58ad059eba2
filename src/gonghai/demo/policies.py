"""The demo's rules as an admin would have written them: a first version, and the stricter one that replaced it."""

from typing import Any, Final

PUBLIC, EAST, SOUTH = "公共公海", "华东公海", "华南公海"

_EXHIBITION_A: Final = {
    "all": [{"fact": "level", "is": "eq", "value": "A"}, {"fact": "source", "is": "eq", "value": "展会"}]
}
_LEVEL_B: Final = {"fact": "level", "is": "eq", "value": "B"}
_WON: Final = {
    "name": {"zh": "近一年成交", "en": "Won in the last 365 days"},
    "when": {"fact": "last_win_at", "is": "within_days", "value": 365},
    "timers": {},
    "target": "home",
}


def _segment(zh: str, en: str, when: Any, target: Any = "home", **timers: str) -> dict[str, Any]:
    segment = {"name": {"zh": zh, "en": en}, "timers": timers, "target": target}
    return segment if when is None else {**segment, "when": when}


def first_version(pool: str) -> dict[str, Any]:
    """What the company began with: easygoing."""
    return {
        "segments": [
            _WON,
            _segment("B 级客户", "Level B", _LEVEL_B, first_contact="2 working days", follow_up="30 days"),
            _segment(
                "其他客户", "Everyone else", None, _rest(pool), first_contact="5 working days", follow_up="45 days"
            ),
        ]
    }


def second_version(pool: str) -> dict[str, Any]:
    """What it learned: hot leads within hours, the rest in a month."""
    return {
        "segments": [
            _WON,
            _segment(
                "A 级展会客户", "Level A from exhibitions", _EXHIBITION_A,
                first_contact="4 working hours", follow_up="7 days", deal="30 days", won="90 days",
            ),
            _segment(
                "B 级客户", "Level B", _LEVEL_B, first_contact="1 working day", follow_up="15 days", won="180 days"
            ),
            _segment(
                "其他客户", "Everyone else", None, _rest(pool),
                first_contact="3 working days", follow_up="30 days", won="365 days",
            ),
        ]
    }  # fmt: skip


def third_version() -> dict[str, Any]:
    """The south's own: customers under contract are left alone until it has ended, nobody is held for ever."""
    contract = _segment(
        "合同客户",
        "Under contract",
        {"fact": "contract_end", "is": "is_present"},
        follow_up="60 days",
        contract="30 days",
    )
    won, exhibition, level_b, rest = second_version(SOUTH)["segments"]
    rest = {**rest, "timers": {**rest["timers"], "holding": "400 days"}}
    return {"segments": [won, contract, exhibition, level_b, rest]}


def _rest(pool: str) -> Any:
    return "home" if pool == PUBLIC else {"pool": PUBLIC}
