"""An import of people as a job: interrupted, in few statements, with the links of whom it brought in; by command line."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gonghai.cli.main import app as gonghai
from gonghai.exchange import carry_out as imports
from tests.exchange.desk import table
from tests.exchange.people_desk import People, counts, said
from tests.fixtures.customers import counted_statements
from tests.fixtures.people import anonymous, make_company, signed_in, with_key


def many(people: People, n: int, *, name: str = "成员", state: str = "") -> str:
    return people.file(*((f"p{i}", f"{name}{i}", "", "", "", state) for i in range(n)))


async def taken(people: People, text: str, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> int:
    """How many statements an import takes."""
    started = await people.desk.start(text, kind="people", pool_id="", **fields)
    with counted_statements(monkeypatch) as seen:
        await imports.carry_out(people.desk.company.database, people.desk.tenant_id, int(started))
    done = await people.desk.get(started)
    assert (done["state"], done["faulty"]) == ("done", 0), done
    return len(seen)


async def test_newcomers_take_as_many_statements_for_ninety_as_for_ten(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [(f"p{i}", f"成员{i}", "", "主管") for i in range(100)]
    few = await taken(people, people.file(*lines[:10]), monkeypatch)
    more = await taken(people, people.file(*lines[10:]), monkeypatch)
    assert few == more < 40
    same = await taken(people, people.file(*lines), monkeypatch)
    assert same < few, "who is unchanged takes none"


async def test_a_change_takes_four_statements_and_a_dry_run_none_of_them(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.imported(many(people, 60))
    ten = await taken(people, many(people, 10, name="改名"), monkeypatch)
    sixty = await taken(people, many(people, 60, name="又改名"), monkeypatch)
    assert sixty - ten == 50 * 3, "its lock, the change, its event"
    dry = await taken(people, many(people, 60, name="再改名"), monkeypatch, dry_run="true")
    assert dry <= ten - 10 * 3


async def test_a_leaver_takes_as_many_statements_with_forty_customers_as_with_four(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.customers(people.desk.rep_id, 4)
    await people.customers(people.desk.other_id, 40)
    few = await taken(people, people.file(("rep", "", "", "", "", "离职")), monkeypatch)
    many_ = await taken(people, people.file(("other", "", "", "", "", "离职")), monkeypatch)
    assert few == many_


async def test_what_was_interrupted_goes_on_behind_its_last_part_and_nobody_is_written_twice(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.customers(people.desk.rep_id, 3)
    lines = [(f"p{i}", f"成员{i}") for i in range(150)]
    text = people.file(*lines, ("rep", "", "", "", "", "离职"), ("other", "新名"))
    started = await people.desk.start(text, kind="people", pool_id="")
    count, parts = imports.count, 0

    async def failing(*args: object) -> object:
        nonlocal parts
        parts += 1
        if parts == 3:
            raise OSError("the disk is full")
        return await count(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(imports, "count", failing)
        with pytest.raises(OSError, match="disk"):
            await people.desk.work(started)
    stopped = await people.desk.get(started)
    assert (stopped["rows_done"], stopped["created"], stopped["deactivated"]) == (150, 150, 0)
    assert (await people.person("rep"))["state"] == "active", "the leaver's part was rolled back as a whole"
    assert len(await people.desk.rows("SELECT id FROM customer WHERE owner_id IS NOT NULL")) == 3
    done = await people.desk.work(started)
    assert counts(done) == {"created": 150, "updated": 1, "deactivated": 1}
    assert [r["customers"] for r in done["outcome"]["receivers"]] == [3]
    assert len(await people.desk.rows("SELECT id FROM person WHERE name ~ '^成员'")) == 150
    await people.desk.verified()


async def test_an_interrupted_dry_run_says_the_same_in_the_end(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    second = people.login("second")
    await people.desk.company.person("second", ("admin",))
    lines = [(f"p{i}", f"成员{i}", "新部门", "" if i else "老板") for i in range(150)]
    text = people.file(("second", "", "", "销售"), *lines, ("rep", "", "", "", "", "离职")) + f"{second},,,,,,\r\n"
    options = {"kind": "people", "pool_id": "", "create_departments": "true"}
    started = await people.desk.start(text, dry_run="true", **options)
    add, parts = imports.add_faulty_rows, 0

    async def failing(*args: Any) -> None:
        nonlocal parts
        parts += 1
        if parts == 2:
            raise OSError("the disk is full")
        await add(*args)

    with monkeypatch.context() as patch:
        patch.setattr(imports, "add_faulty_rows", failing)
        with pytest.raises(OSError, match="disk"):
            await people.desk.work(started)
    assert (await people.desk.get(started))["rows_done"] == 100
    dry = await people.desk.work(started)
    real = await people.imported(text, create_departments="true")
    assert said(dry) == said(real)
    assert counts(dry) == {"created": 149, "updated": 1, "deactivated": 1, "faulty": 2}
    assert dry["outcome"]["departments"] == ["新部门"]
    assert await people.desk.faulty(started) == await people.desk.faulty(real["id"])


async def test_a_login_that_somebody_takes_meanwhile_is_said_to_be_taken(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gonghai.exchange.people import work

    company = people.desk.company
    stranger = await make_company(company.database, company.owner_url, "别家")
    text = people.file(("late", "晚到"), ("early", "早到"))
    started = await people.desk.start(text, kind="people", pool_id="")
    write, made = work.write, []

    async def late(*args: Any, **options: Any) -> Any:
        if not made:
            client = await signed_in(people.desk.app, stranger)
            body = {
                "name": "抢先",
                "login": people.login("late"),
                "department_id": str(stranger.root_id),
                "roles": ["rep"],
            }
            made.append(await client.post("/people", json=body))
        return await write(*args, **options)

    monkeypatch.setattr(work, "write", late)
    done = await people.desk.work(started)
    assert made[0].status_code == 201, made[0].text
    assert counts(done) == {"created": 1, "faulty": 1}
    assert done["errors_sample"][0]["code"] == "login_taken"


async def test_by_file_and_by_hand_at_once_somebody_leaves_once(people: People) -> None:
    await people.customers(people.desk.rep_id, 5)
    for person, name in ((people.desk.rep_id, "rep"), (people.desk.other_id, "other")):
        started = await people.desk.start(people.file((name, "", "", "", "", "离职")), kind="people", pool_id="")
        by_hand, by_file = await asyncio.gather(
            people.desk.client.post(f"/people/{person}/deactivate"), people.desk.work(started)
        )
        assert (by_hand.status_code, counts(by_file)) in ((200, {"unchanged": 1}), (409, {"deactivated": 1}))
        sql = f"SELECT count(*) AS n FROM event WHERE kind = 'deactivate' AND subject_id = {person}"
        assert await people.desk.rows(sql) == [{"n": 1}]
    await people.desk.verified()


async def linked(people: People, import_id: str) -> dict[str, dict[str, str]]:
    """The file of links by login."""
    answer = await people.desk.client.post(f"/imports/{import_id}/links")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {line["登录名"]: line for line in found}


async def test_the_links_of_all_newcomers_and_re_joiners_are_one_file_and_each_lets_its_person_in(
    people: People,
) -> None:
    app = people.desk.app
    await people.imported(people.file(("rep", "", "", "", "", "离职")))
    done = await people.imported(
        people.file(("a", "甲"), ("b", "乙"), ("rep", "", "", "", "", "在职"), ("other", "改名"))
    )
    assert done["outcome"]["to_invite"] == 3
    first = await linked(people, done["id"])
    assert {first[login]["姓名"] for login in first} == {"甲", "乙", "rep"}
    links = await linked(people, done["id"])
    old, new = (each[people.login("a")]["邀请链接"].rpartition("/")[2] for each in (first, links))
    anybody = anonymous(app)
    assert (await anybody.get(f"/links/{old}")).status_code == 404, "made anew, they end the earlier ones"
    assert (await anybody.get(f"/links/{new}")).json()["login"] == people.login("a")
    joined = await anybody.post(f"/links/{new}", json={"password": "hai feng chui guo lai"})
    assert joined.status_code == 200, joined.text
    assert (await people.desk.get(done["id"]))["outcome"]["to_invite"] == 2
    assert people.login("a") not in await linked(people, done["id"])
    stored = await people.desk.rows("SELECT * FROM link")
    assert new not in str(stored), "the token itself is nowhere"
    events = await people.desk.rows("SELECT count(*) AS n FROM event WHERE kind = 'link'")
    assert events[0]["n"] == 3 + 3 + 2


async def test_links_are_for_who_may_invite_and_there_must_be_somebody(people: People) -> None:
    company, app = people.desk.company, people.desk.app
    done = await people.imported(people.file(("a", "甲", "", "管理员")))
    for roles in (("auditor",), ("manager",)):
        client = await signed_in(app, company, await company.person(roles[0], roles))
        refused = await client.post(f"/imports/{done['id']}/links")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    # A narrowed key would become wider through the account of an admin.
    key = with_key(app, await company.key(company.admin_id, ["people", "imports"]))
    assert (await key.post(f"/imports/{done['id']}/links")).status_code == 403
    for without in (
        await people.imported(people.file(("rep", "改名"))),
        await people.imported(people.file(("z", "丁")), dry_run="true"),
        await people.desk.imported("客户名称\n甲\n"),
    ):
        nobody = await people.desk.client.post(f"/imports/{without['id']}/links")
        assert (nobody.status_code, nobody.json()["code"]) == (409, "nobody_to_invite")
    other = await make_company(company.database, company.owner_url, "别家")
    theirs = await signed_in(app, other)
    assert (await theirs.post(f"/imports/{done['id']}/links")).status_code == 404


async def test_links_take_as_many_statements_for_many_as_for_one(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_ = []
    for n in (1, 40):
        done = await people.imported(people.file(*((f"n{n}.{i}", f"新{i}") for i in range(n))))
        with counted_statements(monkeypatch) as seen:
            assert len(await linked(people, done["id"])) == n
        taken_.append(len(seen))
    assert taken_[0] == taken_[1]


def test_people_are_imported_by_command_line_after_a_dry_run(
    people: People, migrated_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", migrated_url)
    cli, company = CliRunner(), people.desk.company
    file, faulty = tmp_path / "成员.csv", tmp_path / "faulty.csv"
    file.write_text(
        people.file(("a", "甲", "销售部"), ("rep", "", "", "", "", "离职"), ("b", "乙", "", "老板")), "utf-8"
    )
    args = ["import", str(file), "--kind", "people", "--login", company.admin_login, "--create-departments"]
    dry = cli.invoke(gonghai, [*args, "--dry-run"])
    assert dry.exit_code == 2, dry.output
    counted = "3 行：新增 1，变更 0，离职 1，重新启用 0，未变 0，有误 1"
    assert dry.stdout.splitlines() == [counted, "新建部门：1 个", "试运行，没有写入任何数据"]
    assert "第 4 行「角色」：没有「老板」这个角色" in dry.stderr
    done = cli.invoke(gonghai, [*args, "--faulty", str(faulty)])
    assert done.exit_code == 2, done.output
    assert done.stdout.splitlines()[:2] == [counted, "新建部门：1 个"]
    assert "生成邀请链接" in done.stdout
    mended = faulty.read_text("utf-8-sig").replace("老板", "主管")
    faulty.write_text(mended, "utf-8")
    again = cli.invoke(
        gonghai, ["import", str(faulty), "--kind", "people", "--login", company.admin_login, "--lang", "en"]
    )
    assert again.exit_code == 0, again.output
    alone = table(("登录名", "状态", "角色"), (company.admin_login, "离职", ""))
    file.write_text(alone, "utf-8")
    last = cli.invoke(gonghai, args)
    assert (last.exit_code, "这是最后一位在职的管理员" in last.stderr) == (2, True), last.output
    file.write_text(alone.replace("离职,", ",销售"), "utf-8")
    demoted = cli.invoke(gonghai, args)
    assert (demoted.exit_code, "第 2 行「角色」：这是最后一位在职的管理员" in demoted.stderr) == (2, True), (
        demoted.output
    )
    assert again.stdout.startswith("1 rows: 1 created, 0 updated, 0 deactivated, 0 taken back, 0 unchanged, 0 faulty")
