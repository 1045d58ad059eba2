"""Where leavers' customers would go, for a dry run: by the same rule and plan as when they leave, counted only."""

from collections import Counter
from collections.abc import Sequence

from psycopg.rows import DictRow

from gonghai.base.database import Conn, rows
from gonghai.exchange.people.decide import Leaver
from gonghai.exchange.people.organisation import Organisation
from gonghai.moves.hand_overs.carry_out import goes_to
from gonghai.moves.hand_overs.plan import Item, plan_hand_over
from gonghai.moves.hand_overs.rule import by_rule
from gonghai.moves.hand_overs.ways import compiled

# (person, None) or (None, pool) → customers.
Goes = Counter[tuple[int | None, int | None]]


class Books:
    """The books of leavers, with what earlier leavers of the file would have passed to them: home pools of these."""

    def __init__(self) -> None:
        self._passed: dict[int, list[int]] = {}

    async def would_go(
        self, conn: Conn, tenant: DictRow, organisation: Organisation, leavers: Sequence[Leaver]
    ) -> dict[int, Goes]:
        """By row, how many customers of its leaver would go to whom or into which pool."""
        if not leavers:
            return {}
        found = await rows(
            conn,
            "SELECT c.owner_id, c.pool_id, count(*)::int AS n FROM customer c"
            " WHERE c.tenant_id = %s AND c.owner_id = ANY (%s) GROUP BY 1, 2",
            (tenant["id"], [leaver.person["id"] for leaver in leavers]),
        )
        goes = {}
        for leaver in leavers:
            person_id = leaver.person["id"]
            pools = [row["pool_id"] for row in found if row["owner_id"] == person_id for _ in range(row["n"])]
            pools += self._passed.pop(person_id, [])
            lead = organisation.nearest_lead(person_id, leaver.person["department_id"])
            table = compiled(by_rule(tenant), person_id, lead)
            places = plan_hand_over([Item(no, pool) for no, pool in enumerate(pools)], table, {})
            for place in places:
                if place.person_id is not None:
                    self._passed.setdefault(place.person_id, []).append(place.pool_id)
            goes[leaver.row] = Counter(goes_to(place) for place in places)
        return goes
