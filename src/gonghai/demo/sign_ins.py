"""The demo that a first start makes, and what later starts still know of its password."""

import os
import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

from gonghai.base.database import one, run, value
from gonghai.demo.load import CUSTOMERS, NAME, SEED, DemoSignIns, Wanted, make_demo
from gonghai.people.passwords import verify_password
from gonghai.people.tenants import as_owner

__all__ = ["DemoSignIns", "ensure_demo", "new_password"]

_LOCK: Final = 0x64656D6F
_FILE: Final = "demo-password"
_WORDS: Final = ("haitun", "shanhu", "dengta", "fanchuan", "langhua", "haiou", "gangwan", "chaoxi", "jiaoshi", "beike")


def new_password() -> str:
    """A password that can be read out and typed."""
    return "-".join([secrets.choice(_WORDS), secrets.choice(_WORDS), str(secrets.randbelow(9000) + 1000)])


async def ensure_demo(
    owner_url: str,
    *,
    now: datetime,
    password: str | None = None,
    as_of: date | None = None,
    data_dir: Path | None = None,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    begins: Callable[[], None] = lambda: None,
) -> DemoSignIns | None:
    """Makes the demo if the installation has no tenant yet; its sign-ins, on later starts too. None where there is none.

    A password that isn't given is made up. It is kept in `data_dir`, readable by its owner alone. `begins` is called
    before the demo is made, which takes some seconds.
    """
    async with as_owner(owner_url) as conn:
        # Two first starts at once: one makes it, the other waits and finds it.
        await run(conn, "SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if await value(conn, "SELECT EXISTS (SELECT FROM tenant)"):
            admin = await one(
                conn,
                "SELECT t.name, p.password_hash FROM tenant t JOIN person p ON p.tenant_id = t.id"
                " WHERE t.name = %s AND p.login = 'admin'",
                (NAME,),
            )
            return DemoSignIns(NAME, await _known(admin["password_hash"], password, data_dir)) if admin else None
        begins()
        password = password or new_password()
        if data_dir is not None:  # first: a demo whose password nobody knows would be of no use
            _keep(data_dir / _FILE, password)
        await make_demo(owner_url, Wanted(password, customers, seed, as_of), now=now)
    return DemoSignIns(NAME, password)


async def _known(password_hash: str | None, given: str | None, data_dir: Path | None) -> str | None:
    """The password that is given or kept, if it is still the admin's."""
    kept = data_dir / _FILE if data_dir is not None else None
    candidates = [given, kept.read_text().strip() if kept is not None and kept.exists() else None]
    for candidate in candidates:
        if candidate and await verify_password(candidate, password_hash):
            return candidate
    return None


def _keep(path: Path, password: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password + "\n")
