"""Points as a person would read them out of a customer's log, slowly; shares nothing with the product but the calendar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gonghai.workdays import Calendar, Length, add

Row = dict[str, Any]
Version = tuple[datetime, dict[str, Any]]
Key = tuple[int, str, int]  # person, rule, event


class Reader:
    """One customer's events, oldest first; versions of the rules; (first, end) of each season."""

    def __init__(
        self, log: Sequence[Row], versions: Sequence[Version], seasons: Sequence[tuple[datetime, datetime]]
    ) -> None:
        self.log, self.versions, self.seasons = log, versions, seasons

    def rule(self, name: str, at: datetime) -> dict[str, Any] | None:
        """The rule as it held then, if it was on."""
        held = [document for since, document in self.versions if since <= at]
        return held[-1][name] if held and held[-1][name]["on"] else None

    def began(self, spell: int) -> Row:
        return next(e for e in self.log if e["spell_no"] == spell and e["owner_to"] is not None)

    def first(self, spell: int) -> int:
        """The spell that this one goes on: a hand-over that is undone gives back under the next number but one."""
        while (began := self.began(spell))["kind"] == "undo" and began["owner_from"] is not None:
            spell -= 2
        return spell

    def voided(self, follow_up: str, before: int = 10**9) -> bool:
        return any(
            e["kind"] == "void_follow_up" and e["data"]["id"] == follow_up and e["version"] < before for e in self.log
        )

    def follow_ups(self, spell: int, before: int = 10**9) -> list[Row]:
        return [
            e for e in self.log
            if e["kind"] == "follow_up" and e["data"]["qualifies"] and e["version"] < before
            and e["spell_no"] is not None and self.first(e["spell_no"]) == self.first(spell)
            and not self.voided(e["data"]["id"], before)
        ]  # fmt: skip

    def points(self) -> dict[Key, int]:
        return {**self.won(), **self.neglected(), **self.contacted(), **self.completed()}

    def won(self) -> dict[Key, int]:
        found = {}
        for event in self.log:
            if event["kind"] == "win_deal" and (rule := self.rule("won_from_pool", event["at"])):
                began = self.began(self.first(event["spell_no"]))
                if began["kind"] == "claim":
                    found[began["owner_to"], "won_from_pool", event["id"]] = rule["points"]
        return found

    def neglected(self) -> dict[Key, int]:
        found = {}
        for event in self.log:
            undone = any(e["kind"] in ("undo", "appeal") and e["data"]["version"] == event["version"] for e in self.log)
            rule = self.rule("recycled_by_neglect", event["at"])
            if event["kind"] != "recycle" or undone or rule is None:
                continue
            late = event["data"]["timers"] & 3  # first_contact, follow_up
            if late or not self.follow_ups(event["spell_no"], event["version"]):
                found[event["owner_from"], "recycled_by_neglect", event["id"]] = -rule["points"]
        return found

    def contacted(self) -> dict[Key, int]:
        found = {}
        for claim in self.log:
            if claim["kind"] != "claim":
                continue
            held = [document for since, document in self.versions if since <= claim["at"]] or [self.versions[0][1]]
            due = add(claim["at"], Length(held[-1]["first_contact_in_time"]["hours"], "working_hours"), Calendar())
            early = [e for e in self.follow_ups(claim["spell_no"]) if datetime.fromisoformat(e["data"]["at"]) < due]
            if early and (rule := self.rule("first_contact_in_time", early[0]["at"])):
                found[claim["owner_to"], "first_contact_in_time", early[0]["id"]] = rule["points"]
        return found

    def completed(self) -> dict[Key, int]:
        """Of the one field, industry."""
        found: dict[Key, int] = {}
        seasons, spells = set(), set()
        for event in self.log:
            changes = event["data"].get("changes", {}) if event["kind"] == "edit" else {}
            if changes.get("industry", [None, None])[1] is None or event["spell_no"] is None:
                continue
            owner, spell = self._owner(event), self.first(event["spell_no"])
            rule = self.rule("complete_record", event["at"])
            season = next((i for i, (a, b) in enumerate(self.seasons) if a <= event["at"] < b), None)
            fresh = season not in seasons and spell not in spells
            if rule and owner == event["actor_id"] and fresh and self._missing(spell):
                seasons.add(season)
                spells.add(spell)
                found[owner, "complete_record", event["id"]] = rule["points"]
        return found

    def _owner(self, event: Row) -> int | None:
        """Whose it was at the event: the newest move says."""
        before = [e for e in self.log if e["version"] < event["version"] and (e["owner_from"] or e["owner_to"])]
        return before[-1]["owner_to"] if before else None

    def _missing(self, spell: int) -> bool:
        """Whether no industry was known when the spell began."""
        known = self.log[0]["data"]["facts"].get("industry")
        for event in self.log:
            if event["version"] >= self.began(spell)["version"]:
                return known is None
            known = event["data"]["changes"].get("industry", [None, known])[1] if event["kind"] == "edit" else known
        return known is None
