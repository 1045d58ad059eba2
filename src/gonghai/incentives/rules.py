"""What earns points: four rules with their parameters, in versions that each hold from their instant on. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from gonghai.customers.fields import FIELDS

RULES: Final = ("first_contact_in_time", "won_from_pool", "complete_record", "recycled_by_neglect")
# What a record may be asked to say: a name and a kind it always has.
COMPLETABLE: Final = tuple(name for name in FIELDS if name not in ("name", "kind", "external_id"))


@dataclass(frozen=True, slots=True)
class FirstContact:
    """A claimed customer's first contact in time; where no policy says until when, within `hours` working hours."""

    on: bool = False
    points: int = 5
    hours: int = 8


@dataclass(frozen=True, slots=True)
class Won:
    """A deal won of a customer claimed from a pool; `step_points` more for each full `step_amount`, `most` at most."""

    on: bool = False
    points: int = 20
    step_amount: int | None = None
    step_points: int = 1
    most: int = 50

    def of(self, amount: Decimal | None) -> int:
        """The points for a deal of this amount."""
        if amount is None or self.step_amount is None:
            return self.points
        return self.points + min(int(amount // self.step_amount) * self.step_points, self.most)


@dataclass(frozen=True, slots=True)
class Complete:
    """All of `fields` filled, those that were missing by the owner; once per customer and season."""

    on: bool = False
    points: int = 3
    fields: Sequence[str] = ("industry", "region", "phones")


@dataclass(frozen=True, slots=True)
class Neglect:
    """Taken back without a qualifying follow-up, or because there was none for too long: `points` less."""

    on: bool = False
    points: int = 5


@dataclass(frozen=True, slots=True)
class Version:
    """All rules as they hold from `from_at` on. `leaderboard`: whose board people see (all, team, managers)."""

    number: int
    from_at: datetime
    first_contact_in_time: FirstContact = FirstContact()
    won_from_pool: Won = Won()
    complete_record: Complete = Complete()
    recycled_by_neglect: Neglect = Neglect()
    leaderboard: str = "all"


def version_of(number: int, from_at: datetime, document: Mapping[str, Any]) -> Version:
    """Of a stored document, which http/incentive_shapes.py has checked."""
    return Version(
        number,
        from_at,
        FirstContact(**document["first_contact_in_time"]),
        Won(**document["won_from_pool"]),
        Complete(**document["complete_record"]),
        Neglect(**document["recycled_by_neglect"]),
        document["leaderboard"],
    )


def in_force(versions: Sequence[Version], at: datetime) -> Version | None:
    """The version that held at that instant, of versions in the order of their numbers; None before the first."""
    return next((v for v in reversed(versions) if v.from_at <= at), None)
