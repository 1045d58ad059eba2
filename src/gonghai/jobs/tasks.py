"""What the jobs do: each calls one action and keeps its record."""

from typing import Any

import structlog

from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.exchange import carry_out as imports
from gonghai.incentives.count import count_points
from gonghai.incentives.earned import grant_tonight
from gonghai.moves import clean, undo
from gonghai.moves.cleanings import start_scheduled
from gonghai.moves.draws.carry_out import deal_draw
from gonghai.moves.draws.queries import to_decide
from gonghai.moves.offers.next_best import close_lapsed_offers
from gonghai.moves.recycle import carry_out, fail_run, open_run, start_run
from gonghai.moves.requests.table import close_lapsed
from gonghai.notifications.notify import notify
from gonghai.notifications.starts import notify_starts
from gonghai.notifications.tasks import notify_overdue
from gonghai.people.answers import forget_answers

log = structlog.get_logger()
ATTEMPTS = 5


class Tasks:
    """The tasks over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sweep(self, tenant_id: int) -> None:
        """Goes on with the tenant's open run, or starts one; then closes the requests and offers that lapsed, starts the
        cleanings whose day has come, announces the rules that start soon and the day's overdue tasks, forgets old answers,
        and deals the draws that a job missed."""
        await self._sweep(tenant_id)
        async with self._database.tenant(tenant_id) as conn:
            await close_lapsed(conn, tenant_id, clock.now())
        async with self._database.tenant(tenant_id) as conn:
            await start_scheduled(conn, tenant_id, now=clock.now())
        async with self._database.tenant(tenant_id) as conn:
            await notify_starts(conn, tenant_id, now=clock.now())
        async with self._database.tenant(tenant_id) as conn:
            await notify_overdue(conn, tenant_id, now=clock.now())
        async with self._database.tenant(tenant_id) as conn:
            await forget_answers(conn, tenant_id, now=clock.now())
        async with self._database.tenant(tenant_id) as conn:
            await close_lapsed_offers(conn, tenant_id, None, at=clock.now())
            missed = await to_decide(conn, tenant_id)
        for draw_id in missed:
            await self._missed_draw(tenant_id, draw_id)

    async def _sweep(self, tenant_id: int) -> None:
        async with self._database.tenant(tenant_id) as conn:
            resumed = run_id = await open_run(conn, tenant_id)
            if run_id is None:
                run_id = await start_run(conn, tenant_id, pool_id=None, requested_by=None, now=clock.now())
        if run_id is None:
            return
        try:
            await carry_out(self._database, tenant_id, run_id, resumed_at=clock.now() if resumed else None)
        except Exception as error:
            log.error("sweep failed", tenant=tenant_id, run=run_id, exc_info=error)
            async with self._database.tenant(tenant_id) as conn:
                await fail_run(conn, tenant_id, run_id, f"{type(error).__name__}: {error}")

    async def incentives(self, tenant_id: int) -> None:
        """Counts the points of what happened since; in the first of a local day, grants the limits that were earned."""
        await count_points(self._database, tenant_id)
        async with self._database.tenant(tenant_id) as conn:
            await grant_tonight(conn, tenant_id, now=clock.now())

    async def deal_draw(self, tenant_id: int, draw_id: int) -> None:
        """Deals a draw whose window has closed, in one transaction; one that is dealt already stays as it is."""
        async with self._database.tenant(tenant_id) as conn:
            await deal_draw(conn, tenant_id, draw_id)

    async def _missed_draw(self, tenant_id: int, draw_id: int) -> None:
        """One that can't be dealt stops no other; the next sweep tries again."""
        try:
            await self.deal_draw(tenant_id, draw_id)
        except Exception as error:
            log.error("draw failed", tenant=tenant_id, id=draw_id, exc_info=error)

    async def import_file(self, tenant_id: int, import_id: int, *, attempts: int) -> None:
        """Carries an import out, or goes on with one. What is unforeseen is raised, to be tried again; after ATTEMPTS
        earlier attempts it ends the import as failed."""
        try:
            if attempts > ATTEMPTS:
                raise RuntimeError("the worker ended each time")
            await imports.carry_out(self._database, tenant_id, import_id)
        except Exception as error:
            log.error("import failed", tenant=tenant_id, id=import_id, attempts=attempts, exc_info=error)
            if attempts < ATTEMPTS:
                raise
            await imports.give_up(self._database, tenant_id, import_id)

    async def clean(self, tenant_id: int, run_id: int, *, attempts: int) -> None:
        """Carries a cleaning out, or goes on with one; after ATTEMPTS earlier attempts it ends as failed."""
        try:
            if attempts > ATTEMPTS:
                raise RuntimeError("the worker ended each time")
            await clean.carry_out(self._database, tenant_id, run_id)
        except Exception as error:
            log.error("cleaning failed", tenant=tenant_id, id=run_id, attempts=attempts, exc_info=error)
            if attempts < ATTEMPTS:
                raise
            async with self._database.tenant(tenant_id) as conn:
                await clean.fail_cleaning(conn, tenant_id, run_id, f"{type(error).__name__}: {error}")

    async def undo(self, tenant_id: int, undo_id: int, *, attempts: int) -> None:
        """Carries an undo out, or goes on with one; after ATTEMPTS earlier attempts it ends as failed."""
        try:
            if attempts > ATTEMPTS:
                raise RuntimeError("the worker ended each time")
            await undo.carry_out(self._database, tenant_id, undo_id)
        except Exception as error:
            log.error("undo failed", tenant=tenant_id, id=undo_id, attempts=attempts, exc_info=error)
            if attempts < ATTEMPTS:
                raise
            async with self._database.tenant(tenant_id) as conn:
                await undo.fail_undo(conn, tenant_id, undo_id, f"{type(error).__name__}: {error}")

    async def notify(self, tenant_id: int, **what: Any) -> None:
        """Writes the notices of what was done; tried again, it writes none twice."""
        async with self._database.tenant(tenant_id) as conn:
            await notify(conn, tenant_id, **what, now=clock.now())
