"""Importing people: newcomers, changes, leavers by the company's rule, re-joiners; a dry run says what the run does."""

from tests.exchange.desk import table
from tests.exchange.people_desk import People, codes, counts
from tests.exchange.test_xlsx_reading import workbook
from tests.fixtures.people import make_company, signed_in, with_key


async def test_whoever_is_new_is_invited_into_their_department_and_roles(people: People) -> None:
    sales = await people.desk.company.department("销售部")
    await people.desk.company.department("一组", sales)
    done = await people.dry_and_real(
        people.file(
            ("wang", "王芳", "销售部/一组", "销售、主管", "wang@Example.com", "在职", "是"),
            ("li", "李雷", "一组", "", "", "", ""),
            ("zhao", "赵六", "", "审计", "", "", "否"),
        )
    )
    assert counts(done) == {"created": 3}
    wang, li, zhao = [await people.person(name) for name in ("wang", "li", "zhao")]
    assert (wang["name"], wang["department"], wang["roles"], wang["email"], wang["state"]) == (
        "王芳", "一组", ["manager", "rep"], "wang@example.com", "invited",
    )  # fmt: skip
    assert wang["leads"] == [wang["department_id"]]
    assert (li["department"], li["roles"], li["leads"]) == ("一组", ["rep"], [])
    assert (zhao["department_id"], zhao["roles"]) == (people.desk.company.root_id, ["auditor"])
    assert wang["spelling"].endswith("|wf"), "found by pinyin as anybody else"
    events = await people.desk.rows(f"SELECT * FROM event WHERE subject = 'person' AND subject_id = {wang['id']}")
    assert [(e["kind"], e["actor_id"]) for e in events] == [("create", people.desk.company.admin_id)]
    assert await people.desk.rows("SELECT * FROM link") == [], "links are made when somebody asks for them"


async def test_of_whoever_is_here_only_what_is_given_changes(people: People) -> None:
    company = people.desk.company
    sales = await company.department("销售部", leads=[people.desk.other_id])
    header = ("登录名", "部门", "负责人", "角色")
    text = people.file(("rep", "销售部", "是", "主管"), ("other", "", "", ""), header=header)
    done = await people.dry_and_real(text)
    assert counts(done) == {"updated": 1, "unchanged": 1}
    assert done["outcome"]["fields"] == {"department": 1, "roles": 1, "leads": 1}
    (row,) = done["outcome"]["rows"]
    assert row == {
        "row": 2, "login": people.login("rep"), "name": "rep", "what": "update", "customers": 0,
        "changes": {"roles": [["rep"], ["manager"]], "department": ["远洋贸易", "销售部"], "leads": [False, True]},
    }  # fmt: skip
    rep = await people.person("rep")
    assert (rep["name"], rep["department_id"], rep["roles"], rep["state"]) == ("rep", sales, ["manager"], "active")
    leads = await people.desk.rows(f"SELECT person_id FROM department_lead WHERE department_id = {sales} ORDER BY 1")
    assert [row["person_id"] for row in leads] == [people.desk.rep_id, people.desk.other_id], "the other leads on"
    again = await people.dry_and_real(text)
    assert counts(again) == {"unchanged": 2}
    back = await people.dry_and_real(people.file(("rep", "", "no"), header=("login", "department", "leads")))
    assert counts(back) == {"updated": 1}
    assert (await people.person("rep"))["leads"] == []


async def test_a_leavers_customers_go_by_the_companys_rule_in_the_same_transaction(people: People) -> None:
    await people.customers(people.desk.rep_id, 3)
    rows = people.file(("rep", "", "", "", "", "离职"), ("other", "新名字", "", "", "", "在职"))
    done = await people.dry_and_real(rows)
    assert counts(done) == {"updated": 1, "deactivated": 1}
    assert done["outcome"]["receivers"] == [
        {"person": None, "pool": {"id": str(people.desk.pool_id), "name": "公海"}, "customers": 3}
    ]
    leaver = next(row for row in done["outcome"]["rows"] if row["what"] == "deactivate")
    assert (leaver["row"], leaver["customers"]) == (2, 3)
    assert (await people.person("rep"))["state"] == "left"
    (moved,) = await people.desk.rows(
        "SELECT count(DISTINCT xmin::text) AS transactions, count(*) AS n FROM customer WHERE owner_id IS NULL"
    )
    assert moved == {"transactions": 1, "n": 3}
    (same,) = await people.desk.rows(
        f"SELECT count(*) AS n FROM person p JOIN customer c ON c.xmin = p.xmin WHERE p.id = {people.desk.rep_id}"
    )
    assert same["n"] == 3, "written in the transaction in which they left"
    assert counts(await people.dry_and_real(rows)) == {"unchanged": 2}
    await people.desk.verified()


async def test_what_a_leaver_gets_from_one_before_goes_on_to_the_lead_that_the_file_names(people: People) -> None:
    company = people.desk.company
    await people.rule("manager")
    boss = await company.person("boss", ("manager",))
    chief = await company.person("chief", ("manager",))
    sales = await company.department("销售部", leads=[boss])
    reps = [await company.person(f"r{n}", department_id=sales) for n in range(2)]
    for rep in (*reps, boss):
        await people.customers(rep, 2)
    done = await people.dry_and_real(
        people.file(
            ("r0", "", "", "", "", "离职"),  # to the boss
            ("chief", "", "销售部", "", "", "", "是"),
            ("boss", "", "", "", "", "离职"),  # at home in the root, where nobody leads
            ("r1", "", "", "", "", "离职"),  # to the chief
        )
    )
    assert counts(done) == {"updated": 1, "deactivated": 3}
    goes = {(r["person"] or r["pool"])["name"]: r["customers"] for r in done["outcome"]["receivers"]}
    assert goes == {"boss": 2, "公海": 4, "chief": 2}
    owners = await people.desk.rows("SELECT owner_id, count(*) AS n FROM customer GROUP BY 1 ORDER BY 1")
    assert [(row["owner_id"], row["n"]) for row in owners] == [(chief, 2), (None, 4)]
    await people.desk.verified()


async def test_whoever_comes_back_comes_back_clean(people: People) -> None:
    company = people.desk.company
    sales = await company.department("销售部", leads=[people.desk.rep_id])
    await people.imported(people.file(("rep", "", "销售部", "管理员、主管"), ("other", "", "", "主管")))
    await people.imported(people.file(("rep", "", "", "", "", "离职"), ("other", "", "", "", "", "left")))
    done = await people.dry_and_real(
        people.file(("rep", "", "", "", "", "在职"), ("other", "", "", "主管", "", "active", "是"))
    )
    assert counts(done) == {"rejoined": 2}
    rep, other = await people.person("rep"), await people.person("other")
    assert (rep["state"], rep["roles"], rep["password_hash"], rep["leads"]) == ("invited", ["rep"], None, [])
    assert rep["department_id"] == sales
    assert (other["state"], other["roles"], other["leads"]) == ("invited", ["manager"], [company.root_id])
    await people.desk.verified()


async def test_missing_departments_are_refused_or_made_as_asked(people: People) -> None:
    company = people.desk.company
    sales = await company.department("销售部")
    lines = [
        ("a", "甲", "销售部/一组", "", "", "", "是"),
        ("b", "乙", "销售部/一组/北区", ""),
        ("c", "丙", "远洋贸易/市场部", ""),
        ("rep", "", "一组", ""),
        ("d", "丁", "销售部/一组", "大王"),  # with a fault of its own
    ]
    refused = await people.dry_and_real(people.file(*lines))
    assert counts(refused) == {"faulty": 5}
    assert codes(refused) == {**dict.fromkeys(range(2, 6), "unknown_department"), 6: "unknown_role"}
    assert "自动新建缺少的部门" in refused["errors_sample"][0]["message"]["zh"]
    done = await people.dry_and_real(people.file(*lines), create_departments="true")
    assert counts(done) == {"created": 3, "updated": 1, "faulty": 1}
    assert done["outcome"]["departments"] == ["销售部/一组", "销售部/一组/北区", "市场部"]
    tree = {row["name"]: row for row in await people.desk.rows("SELECT * FROM department")}
    assert tree["一组"]["parent_id"] == sales
    assert tree["北区"]["parent_id"] == tree["一组"]["id"]
    assert tree["市场部"]["parent_id"] == company.root_id
    assert (await people.person("rep"))["department_id"] == tree["一组"]["id"]
    assert (await people.person("a"))["leads"] == [tree["一组"]["id"]]
    assert counts(await people.dry_and_real(people.file(*lines), create_departments="true"))["unchanged"] == 4


async def test_a_name_that_several_departments_have_needs_its_path(people: People) -> None:
    company = people.desk.company
    north, south = await company.department("北区"), await company.department("南区")
    groups = [await company.department("一组", parent) for parent in (north, south)]
    done = await people.dry_and_real(
        people.file(("a", "甲", "一组"), ("b", "乙", "南区/一组"), ("c", "丙", "远洋贸易/北区 / 一组")),
        create_departments="true",
    )
    assert codes(done) == {2: "ambiguous_department"}
    assert "远洋贸易/北区/一组、远洋贸易/南区/一组" in done["errors_sample"][0]["message"]["zh"]
    assert [(await people.person(p))["department_id"] for p in ("b", "c")] == groups[::-1]


async def test_odd_rows_are_refused_in_words_and_nothing_of_them_is_done(people: People) -> None:
    company = people.desk.company
    other = await company.department("销售部")
    lines = [
        ("rep", "改名", "", "大王"),
        ("rep", "再来一次"),
        ("", "没有登录名"),
        ("w x", "空格"),
        ("nobody", "", "销售部"),
        ("ghost", "鬼", "", "", "", "离职"),
        ("other", "改名", "销售部", "", "不是邮箱", "出差", "也许"),
    ]
    done = await people.dry_and_real(people.file(*lines))
    assert counts(done) == {"faulty": 7}
    found = [(e["row"], e["header"], e["code"]) for e in done["errors_sample"]]
    assert found == [
        (2, "角色", "unknown_role"),
        (3, "登录名", "login_repeated"),
        (4, "登录名", "login_missing"),
        (5, "登录名", "login_malformed"),
        (6, "姓名", "person_name_missing"),
        (7, "登录名", "unknown_leaver"),
        (8, "邮箱", "bad_email"),
        (8, "状态", "unknown_state"),
        (8, "部门负责人", "unknown_yes_no"),
    ]
    assert [(await people.person(n))["name"] for n in ("rep", "other")] == ["rep", "other"]
    assert (await people.person("other"))["department_id"] != other
    faulty = (await people.desk.faulty(done["id"])).decode("utf-8-sig")
    assert "没有「大王」这个角色；可填：销售、主管、管理员、审计" in faulty


async def test_a_login_of_another_company_is_refused_and_somebody_who_left_needs_their_state(people: People) -> None:
    await people.imported(people.file(("rep", "", "", "", "", "离职")))
    company = people.desk.company
    stranger = await make_company(company.database, company.owner_url, "别家")
    text = people.file(("rep", "新名")) + f"{stranger.admin_login},某人,,,,,\r\n"
    done = await people.dry_and_real(text)
    assert codes(done) == {2: "person_left", 3: "login_taken"}


async def test_nobody_removes_themselves_or_the_last_admin(people: People) -> None:
    company = people.desk.company
    admin = table(("登录名", "角色", "状态"), (company.admin_login, "", "离职"))
    refused = await people.dry_and_real(admin)
    assert codes(refused) == {2: "leaves_themself"}
    assert refused["errors_sample"][0]["value"] == "离职", "the cell as it was written"
    demoted = table(("登录名", "角色", "状态"), (company.admin_login, "销售", ""))
    assert codes(await people.dry_and_real(demoted)) == {2: "own_admin"}
    second = await company.person("second", ("admin",))
    # The first two rows leave one admin: the importer, who may not.
    both = table(
        ("登录名", "角色", "状态"),
        (people.login("second"), "销售", ""),
        (company.admin_login, "", "离职"),
        (people.login("rep"), "管理员", ""),
    )
    done = await people.dry_and_real(both)
    assert codes(done) == {3: "leaves_themself"}
    assert counts(done) == {"updated": 2, "faulty": 1}
    assert (await people.person("second"))["id"] == second


async def test_importing_people_is_for_who_may_change_people(people: People) -> None:
    company, app = people.desk.company, people.desk.app
    text = people.file(("new", "新人", "", "管理员"))
    for person in (people.desk.rep_id, await company.person("auditor", ("auditor",))):
        client = await signed_in(app, company, person)
        answer = await client.post("/imports", files={"file": ("a.csv", text.encode())}, data={"kind": "people"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    files = {"file": ("a.csv", text.encode())}
    key = with_key(app, await company.key(company.admin_id, ["imports"]))
    assert (await key.post("/imports", files=files, data={"kind": "people"})).status_code == 403
    # A key that may change people makes no admins, in the background neither.
    key = with_key(app, await company.key(company.admin_id, ["imports", "people", "departments"]))
    started = await key.post("/imports", files=files, data={"kind": "people"})
    assert started.status_code == 202, started.text
    assert codes(await people.desk.work(started.json()["id"])) == {2: "role_not_yours"}


async def test_a_pool_belongs_to_customers_and_not_to_people(people: People) -> None:
    with_pool = await people.desk.post(people.file(("a", "甲")), kind="people")
    assert (with_pool.status_code, with_pool.json()["errors"][0]["code"]) == (422, "not_needed")
    without = await people.desk.post("客户名称\n甲\n", pool_id="")
    assert (without.status_code, without.json()["errors"][0]["code"]) == (422, "missing")


async def test_an_importer_who_lost_the_right_imports_no_further_row(people: People) -> None:
    company = people.desk.company
    second = await company.person("second", ("admin",))
    client = await signed_in(people.desk.app, company, second)
    files = {"file": ("a.csv", people.file(("a", "甲")).encode())}
    started = await client.post("/imports", files=files, data={"kind": "people"})
    await people.imported(people.file(("second", "", "", "销售")))
    failed = await people.desk.work(started.json()["id"])
    assert (failed["state"], failed["error"]["code"], failed["created"]) == ("failed", "importer_may_not", 0)


async def test_an_import_of_people_is_not_undone(people: People) -> None:
    done = await people.imported(people.file(("a", "甲")))
    assert done["can_undo"] is False
    undo = await people.desk.client.post(f"/imports/{done['id']}/undo")
    assert (undo.status_code, undo.json()["code"]) == (409, "nothing_to_undo")


async def test_a_file_without_logins_is_refused_as_a_whole(people: People) -> None:
    started = await people.desk.start("姓名,部门\n甲,乙\n", kind="people", pool_id="")
    failed = await people.desk.work(started)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "no_login_column")


async def test_a_spreadsheet_is_read_with_its_numbers_and_ticks(people: People) -> None:
    number = 880_000 + people.desk.tenant_id
    cells = [
        ["工号", "姓名", "部门", "部门负责人"],
        [number, "王芳", "新部门", True],
        [number + 0.5, "李雷", None, None],
    ]
    done = await people.desk.imported(
        workbook(cells), "成员.xlsx", kind="people", pool_id="", create_departments="true"
    )
    assert counts(done) == {"created": 2}
    (wang,) = await people.desk.rows(f"SELECT * FROM person WHERE login = '{number}'")
    leads = await people.desk.rows("SELECT * FROM department_lead")
    assert [(row["person_id"], row["department_id"]) for row in leads] == [(wang["id"], wang["department_id"])]
