"""What the tests of notices share: carrying out the jobs that tell people, and reading somebody's inbox."""

from typing import Any

from fastapi import FastAPI

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import rows
from gonghai.notifications.notify import notify
from tests.fixtures.people import signed_in
from tests.moves.world import World


async def work_off(world: World) -> None:
    """Carries out every job that has people told, twice each."""
    async with world.transaction() as conn:
        jobs = await rows(
            conn,
            "SELECT j.args FROM procrastinate_jobs j WHERE j.task_name = 'notify' AND (j.args->>'tenant_id')::bigint = %s"
            " ORDER BY j.id",
            (world.tenant_id,),
        )
    for job in [*jobs, *jobs]:
        async with world.transaction() as conn:
            await notify(conn, **job["args"], now=clock.now())


async def inbox(app: FastAPI, world: World, person: Actor | int | None, **query: Any) -> list[dict[str, Any]]:
    person_id = person.person_id if isinstance(person, Actor) else person
    async with await signed_in(app, world.company, person_id) as client:
        answer = await client.get("/inbox", params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def said(notices: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(n["kind"], n["title"]["zh"], n["title"]["en"]) for n in notices]
