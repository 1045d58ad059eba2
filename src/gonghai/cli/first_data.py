"""What a first start loads, and the sign-ins that every start prints."""

import asyncio
from collections.abc import Sequence

import typer

from gonghai.base import clock
from gonghai.base.settings import Settings
from gonghai.demo.sign_ins import DemoSignIns, ensure_demo


def demo_company(owner_url: str, settings: Settings) -> Sequence[str]:
    """Makes the demo company in an empty installation; the lines that tell its sign-ins."""
    found = asyncio.run(
        ensure_demo(
            owner_url,
            now=clock.now(),
            password=settings.demo_password,
            data_dir=settings.data_dir,
            begins=lambda: typer.echo("· Making the demo company: 5,000 customers with 18 months of history"),
        )
    )
    return _lines(found) if found is not None else ["Sign in with the name and password of your company."]


def _lines(demo: DemoSignIns) -> list[str]:
    password = demo.password or "the one it was made with (DEMO_PASSWORD=)"
    return [
        f"Demo company {demo.name}: sign in as admin, manager1 … manager{demo.managers} or rep1 … rep{demo.reps}",
        f"Password of all: {password}",
    ]
