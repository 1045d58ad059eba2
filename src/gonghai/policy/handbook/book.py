"""The handbook of a pool: its published rules as sentences, made from the rules themselves.

Pure. Each sentence carries its claim as data, and a test drives the product's behaviour from that data alone, so
what people read is what happens. An edition is a hash of all but the examples, whose dates move with the day.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import orjson

from gonghai.policy.handbook.claims import claims, moves
from gonghai.policy.handbook.cleaning import cleaning
from gonghai.policy.handbook.floors import floors, warnings
from gonghai.policy.handbook.follow_ups import follow_ups
from gonghai.policy.handbook.people import people
from gonghai.policy.handbook.segments import reading, segments
from gonghai.policy.handbook.sentences import Section, Sentence, Source
from gonghai.workdays import Calendar, local_date

__all__ = ["Section", "Sentence", "Source", "edition", "example_start", "handbook"]


def handbook(source: Source) -> list[Section]:
    """All sections in the order in which they are read."""
    found = [
        reading(source), *segments(source), warnings(source), floors(source), follow_ups(source), claims(source),
        moves(source), cleaning(source), people(source),
    ]  # fmt: skip
    return [section for section in found if section is not None and section.sentences]


def edition(sections: Sequence[Section]) -> str:
    """Twelve hex digits that change when a sentence does, and not when only an example's dates move on."""
    said = [[s.zh, s.en, [[t.kind, t.zh, t.en] for t in s.sentences if not t.example]] for s in sections]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()[:12]


def example_start(not_before: datetime, calendar: Calendar) -> datetime:
    """10:00 of the first working day from then on: near, so that the coming holidays show in the examples."""
    day = local_date(not_before, calendar)
    while True:
        start = datetime.combine(day, time(10), calendar.zone).astimezone(UTC)
        if calendar.works(day) and start >= not_before:
            return start
        day += timedelta(days=1)
