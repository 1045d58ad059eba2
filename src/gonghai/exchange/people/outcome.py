"""What the record of an import of people shows beside its counts: what changes, departments made, leavers' customers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gonghai.exchange.people.decide import Decided
from gonghai.exchange.people.leavers import Goes

SAMPLE: Final = 50  # rows that the record shows


def told(before: Mapping[str, Any], decided: Decided, goes: Mapping[int, Goes]) -> dict[str, Any] | None:
    """The record's outcome with this part's added; None where it adds nothing.

    `fields`: how many rows change each; `departments`: paths of those made; `receivers`: [person, pool, customers] of
    whom leavers' customers go to; `rows`: the first that change somebody, leave or rejoin.
    """
    if not (decided.changed or decided.leavers or decided.made):
        return None
    fields = Counter(before.get("fields", {}))
    fields.update(name for changed in decided.changed for name in changed.told)
    total: Goes = Counter({(person, pool): n for person, pool, n in before.get("receivers", ())})
    for each in goes.values():
        total.update(each)
    shown = [*before.get("rows", ()), *_rows(decided, goes)]
    return {
        "fields": dict(fields),
        "departments": list(dict.fromkeys([*before.get("departments", ()), *(d.path for d in decided.made)])),
        "receivers": [[person, pool, n] for (person, pool), n in sorted(total.items(), key=_most_first)],
        "rows": shown[:SAMPLE],
    }


def _most_first(got: tuple[tuple[int | None, int | None], int]) -> tuple[int, int, int]:
    """Those with as many always in the same order: a dry run and the real one say the same."""
    (person, pool), n = got
    return -n, person or 0, pool or 0


def _rows(decided: Decided, goes: Mapping[int, Goes]) -> Iterator[dict[str, Any]]:
    for changed in decided.changed:
        what = "rejoin" if changed.rejoins else "update"
        yield {"row": changed.row, **_who(changed.person), "what": what, "changes": changed.told, "customers": 0}
    for leaver in decided.leavers:
        customers = goes[leaver.row].total()
        yield {"row": leaver.row, **_who(leaver.person), "what": "deactivate", "changes": {}, "customers": customers}


def _who(person: Mapping[str, Any]) -> dict[str, Any]:
    return {"login": person["login"], "name": person["name"]}
