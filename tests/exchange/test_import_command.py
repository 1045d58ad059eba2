"""`gonghai import` on a real database: what it prints, how it ends, what it does when it was interrupted."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from gonghai.cli.main import app as gonghai
from tests.exchange.desk import table
from tests.fixtures.people import Company


@pytest.fixture
def cli(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    return CliRunner()


@pytest.fixture
async def home(company: Company) -> Company:
    """A company with one pool and a rep."""
    await company.pool("公海")
    await company.person("rep")
    return company


def customers(company: Company) -> list[tuple[str, str, int | None]]:
    with psycopg.connect(company.owner_url) as owner:
        return owner.execute(
            "SELECT external_id, name, owner_id FROM customer WHERE tenant_id = %s ORDER BY id", (company.tenant_id,)
        ).fetchall()


def written(file: Path, *lines: tuple[str, ...], encoding: str = "utf-8") -> Path:
    file.write_bytes(table(*lines).encode(encoding))
    return file


def test_a_file_is_imported_and_the_summary_printed(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(
        tmp_path / "客户.csv",
        ("客户编号", "客户名称", "负责人", "颜色"),
        ("0001", "甲", home.login("rep"), "红"),
        ("0002", "乙", "", ""),
        encoding="gb18030",
    )
    done = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["2 行：新增 2，更新 0，未变 0，重复 0，有误 0", "未使用的列：颜色"]
    assert "2 / 2" in done.stderr
    assert customers(home) == [("0001", "甲", home.people["rep"]), ("0002", "乙", None)]
    again = cli.invoke(gonghai, ["import", str(file), "--login", home.login("rep"), "--lang", "en"])
    assert again.stdout.splitlines()[0] == "2 rows: 0 created, 0 updated, 2 unchanged, 0 duplicates, 0 faulty"


def test_faulty_rows_end_with_2_and_stand_in_a_file(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.csv", ("客户编号", "客户名称", "合同到期"), ("K1", "甲", "2024-02-30"), ("K2", "乙", "")
    )
    faulty = tmp_path / "faulty.csv"
    some = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login, "--faulty", str(faulty)])
    assert some.exit_code == 2
    assert "第 2 行「合同到期」：「2024-02-30」这个日期或时间不存在" in some.stderr
    assert str(faulty) in some.stderr
    assert len(customers(home)) == 1
    faulty.write_text(faulty.read_text("utf-8-sig").replace("02-30", "02-29"), "utf-8")
    mended = cli.invoke(gonghai, ["import", str(faulty), "--login", home.admin_login])
    assert mended.exit_code == 0, mended.output
    assert [row[0] for row in customers(home)] == ["K2", "K1"]


def test_a_dry_run_writes_nothing(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", ("客户名称",), ("甲",))
    dry = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login, "--dry-run", "--lang", "en"])
    assert dry.exit_code == 0
    assert dry.stdout.splitlines() == [
        "1 rows: 1 created, 0 updated, 0 unchanged, 0 duplicates, 0 faulty", "A dry run: nothing was written",
    ]  # fmt: skip
    assert customers(home) == []


def test_a_file_that_can_not_be_read_ends_with_1_and_the_row(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", ("客户名称",), ("甲",), ("乙" * 1_100_000,))
    refused = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "第 3 行超过 1048576 个字符" in refused.stderr
    assert customers(home) == []


def test_what_is_asked_for_wrongly_is_refused_in_words(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", ("客户名称",), ("甲",))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("- name")
    for options, code, said in (
        (["--pool", "没有"], 1, "not found (what=pool, pool=没有)"),
        (["--country", "zz"], 1, "unknown_country"),
        (["--encoding", "klingon"], 1, "unknown encoding"),
        (["--mapping", str(mapping)], 2, "--mapping"),
        (["--kind", "deals"], 2, "deals"),
    ):
        refused = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login, *options])
        assert (refused.exit_code, said in refused.stderr) == (code, True), refused.output
    nobody = cli.invoke(gonghai, ["import", str(file), "--login", "nobody at all"])
    assert (nobody.exit_code, "not found" in nobody.stderr) == (1, True)
    assert customers(home) == []


def test_a_mapping_file_says_which_column_is_what(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", ("甲栏", "客户名称"), ("K1", "甲"))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("甲栏: external_id\n", "utf-8")
    done = cli.invoke(gonghai, ["import", str(file), "--login", home.admin_login, "--mapping", str(mapping)])
    assert done.exit_code == 0, done.output
    assert customers(home) == [("K1", "甲", None)]


def test_a_killed_command_run_again_goes_on_behind_the_last_row(cli: CliRunner, home: Company, tmp_path: Path) -> None:
    rows = 6000
    file = written(tmp_path / "a.csv", ("客户名称",), *((f"客户{n}",) for n in range(rows)))
    args = ["import", str(file), "--login", home.admin_login]
    process = subprocess.Popen(
        [sys.executable, "-m", "gonghai.cli.main", *args], env=os.environ, stderr=subprocess.DEVNULL
    )
    try:
        give_up = time.monotonic() + 60
        while len(customers(home)) < 1000:
            assert process.poll() is None, "it ended too soon"
            assert time.monotonic() < give_up
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert 1000 <= len(customers(home)) < rows
    done = cli.invoke(gonghai, args)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{rows} 行：新增 {rows}")
    assert [name for _, name, _ in customers(home)] == [f"客户{n}" for n in range(rows)], "no id, and yet none twice"
