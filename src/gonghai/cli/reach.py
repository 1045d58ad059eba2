"""What every command needs: the database reached and brought up to date, refusals said in words."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from gonghai.base.database import app_url
from gonghai.base.embedded import EmbeddedPostgres
from gonghai.base.errors import Refusal
from gonghai.base.settings import Settings
from gonghai.migrations import upgrade

T = TypeVar("T")


def app_connection(settings: Settings, owner_url: str) -> str:
    """The connection string of the role that can't look past row-level security."""
    return settings.app_database_url or app_url(owner_url)


@contextmanager
def reach(settings: Settings) -> Iterator[str]:
    """The owner's URL of the settings' database, brought to the newest version; the embedded one runs meanwhile."""
    if settings.database_url:
        upgrade(settings.database_url)
        yield settings.database_url
        return
    with EmbeddedPostgres(settings.data_dir) as server:
        upgrade(server.url)
        yield server.url


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Runs to the end; a refusal is said in words on standard error and ends with 1."""
    try:
        return asyncio.run(work)
    except Refusal as refusal:
        words = ", ".join(f"{key}={fact}" for key, fact in refusal.data.items())
        typer.echo(f"Refused: {refusal.code.replace('_', ' ')}" + (f" ({words})" if words else ""), err=True)
        for fault in getattr(refusal, "errors", ()):
            said = ", ".join(f"{key}={fact}" for key, fact in fault.items() if key not in ("path", "code"))
            typer.echo(f"  at {fault['path'] or 'the document'}: {fault['code']} {said}".rstrip(), err=True)
        raise typer.Exit(1) from None
