"""`gonghai demo`: one more demo company, of any size."""

import asyncio
import sys
import time
from datetime import datetime
from typing import Annotated

import typer

from gonghai.base import clock
from gonghai.base.settings import Settings
from gonghai.cli.reach import reach
from gonghai.demo.load import CUSTOMERS, MOST_CUSTOMERS, NAME, SEED, Made, Wanted, history_ends, make_demo
from gonghai.demo.sign_ins import new_password
from gonghai.people.passwords import LONGEST, SHORTEST


def demo(
    customers: Annotated[int, typer.Option(min=1, max=MOST_CUSTOMERS, help="How many customers.")] = CUSTOMERS,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another company.")] = SEED,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day its history ends on; default: now.")
    ] = None,
    tenant_name: Annotated[str, typer.Option(help="The company's name.")] = NAME,
) -> None:
    """Makes a demo company with 18 months of history, beside whatever is there. DEMO_PASSWORD= sets the password of all.

    The same seed, day and number of customers give the same company. Where admin, manager1, rep1 … are taken, its
    sign-ins get a suffix.
    """
    settings = Settings()
    password = settings.demo_password or new_password()
    if not SHORTEST <= len(password) <= LONGEST:
        raise typer.BadParameter(f"a password has {SHORTEST} to {LONGEST} characters", param_hint="DEMO_PASSWORD")
    now, day = clock.now(), as_of.date() if as_of else None
    try:
        history_ends(day, now)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as-of") from None
    wanted = Wanted(password, customers, seed, day, tenant_name)
    with reach(settings) as owner_url:
        made = asyncio.run(make_demo(owner_url, wanted, now=now, progress=_Progress(customers)))
    typer.echo(_words(made))


def _words(made: Made) -> str:
    who = made.sign_ins
    return "\n".join(
        (
            f"{made.name}: company {made.tenant_id}, history up to {made.as_of:%Y-%m-%d %H:%M} UTC",
            f"Sign in as {who.login('admin')}, {who.login('manager', 1)} … {who.login('manager', who.managers)}"
            f" or {who.login('rep', 1)} … {who.login('rep', who.reps)}",
            f"Password of all: {who.password}",
        )
    )


class _Progress:
    """A line on standard error, written over while it is a terminal's, else one every ten seconds."""

    def __init__(self, customers: int) -> None:
        self._customers = customers
        self._began = self._said = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        terminal, last = sys.stderr.isatty(), done >= self._customers
        if not terminal and not last and now - self._said < 10:
            return
        self._said = now
        rate = done / max(now - self._began, 0.001)
        line = f"{done:,} of {self._customers:,} customers, {rate:,.0f} a second"
        sys.stderr.write(f"\r{line}" + ("\n" if last else "") if terminal else f"{line}\n")
        sys.stderr.flush()
