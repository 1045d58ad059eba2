"""Whatever is named and ended in whatever order, at no instant does anybody act in a ring, or have two deputies."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gonghai.base import clock
from gonghai.base.database import Database, app_url, rows
from gonghai.base.errors import Refusal
from gonghai.people.deputies import end_deputy, set_deputy
from tests.fixtures.people import Company, make_company

HOUR = timedelta(hours=1)
PEOPLE = 4
step = st.one_of(
    st.tuples(
        st.just("name"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.integers(0, 9), st.integers(1, 6)
    ),
    st.tuples(st.just("end"), st.integers(0, 9)),
)


def rings(pairs: dict[int, int]) -> bool:
    """Whether following who acts for whom comes back, looked at one person after another."""
    for start in pairs:
        seen, at = {start}, pairs[start]
        while at in pairs:
            if at in seen:
                return True
            seen.add(at)
            at = pairs[at]
        if at in seen:
            return True
    return False


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=1, max_size=14))
def test_nobody_ever_acts_in_a_ring(migrated_url: str, steps: list[tuple[Any, ...]]) -> None:
    asyncio.run(_live(migrated_url, steps))


async def _live(migrated_url: str, steps: list[tuple[Any, ...]]) -> None:
    async with Database(app_url(migrated_url), size=2) as database:
        company = await make_company(database, migrated_url, "环")
        people = [await company.person(f"p{i}") for i in range(PEOPLE)]
        now = clock.now()
        made: list[int] = []
        for verb, *numbers in steps:
            try:
                async with database.tenant(company.tenant_id) as conn:
                    if verb == "name":
                        person, deputy, begins, hours = numbers
                        since = now + begins * HOUR
                        whom = people[person], people[deputy]
                        made.append(await set_deputy(conn, company.system, *whom, since, since + hours * HOUR, now=now))
                    elif made:
                        await end_deputy(conn, company.system, made[numbers[0] % len(made)], now=now)
            except Refusal:
                continue
        for hour in range(16):
            await _look(company, now + hour * HOUR + HOUR / 2)


async def _look(company: Company, at: datetime) -> None:
    async with company.database.tenant(company.tenant_id) as conn:
        found = await rows(conn, "SELECT person_id, deputy_id FROM deputies_at(%s, %s)", (company.tenant_id, at))
    pairs = {row["person_id"]: row["deputy_id"] for row in found}
    assert len(pairs) == len(found), "two for one person"
    assert not rings(pairs)
