"""Files of people, without a database: column names, cells, departments by name and path, the nearest lead."""

import pytest

from gonghai.exchange.chunks import Chunk
from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.mapping import map_headers
from gonghai.exchange.people.fields import PEOPLE_FIELDS
from gonghai.exchange.people.organisation import Department, Organisation
from gonghai.exchange.people.values import ParsedPerson, parse_person
from gonghai.exchange.people.work import PeopleWork
from gonghai.exchange.survey import Survey
from gonghai.exchange.table import Row


def mapped(*headers: str) -> dict[str, str]:
    return map_headers(headers, fields=PEOPLE_FIELDS).as_headers()


def read(**cells: str) -> ParsedPerson | list[str]:
    """The person of a row with these fields; or the codes of its faults."""
    mapping = map_headers(list(cells), fields=PEOPLE_FIELDS)
    parsed = parse_person(Row(2, list(cells.values())), mapping)
    return [error.code for error in parsed] if isinstance(parsed, list) else parsed


@pytest.mark.parametrize("language", ["zh", "en", "name"])
def test_every_field_is_known_by_its_own_labels(language: str) -> None:
    labels = {getattr(field, language): field.name for field in PEOPLE_FIELDS.all}
    assert mapped(*labels) == labels


def test_an_hr_list_is_understood_by_its_own_words() -> None:
    assert mapped("工号", "员工姓名", "所属部门", "在职状态", "工作邮箱", "系统角色", "入职日期") == {
        "工号": "login", "员工姓名": "name", "所属部门": "department", "在职状态": "state", "工作邮箱": "email",
        "系统角色": "roles",
    }  # fmt: skip
    assert mapped("Username", "Full name", "Dept", "Employment status", "Role")["Dept"] == "department"
    # The login goes before the number, which would do as one.
    assert mapped("工号", "登录名") == {"登录名": "login"}


def test_a_file_of_customers_is_no_file_of_people() -> None:
    with pytest.raises(ImportFileError) as refused:
        mapped("客户名称", "姓名", "邮箱")
    assert refused.value.code == "no_login_column"


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("销售、主管", ("manager", "rep")),
        ("sales rep, Administrator", ("admin", "rep")),
        ("AUDITOR", ("auditor",)),
        ("经理/业务员", ("manager", "rep")),
        ("rep\nmanager", ("manager", "rep")),
    ],
)
def test_roles_are_read_in_both_languages(text: str, roles: tuple[str, ...]) -> None:
    parsed = read(login="a", roles=text)
    assert isinstance(parsed, ParsedPerson)
    assert parsed.roles == roles


def test_a_cell_left_empty_says_nothing() -> None:
    assert read(login=" Wang.Fang ", name="", department="-", roles="", email="", state="", leads="无") == ParsedPerson(
        2, "wang.fang"
    )


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"login": ""}, ["login_missing"]),
        ({"login": "1.2E+11"}, ["digits_lost"]),
        ({"login": "a b"}, ["login_malformed"]),
        ({"login": "a" * 101}, ["too_long"]),
        ({"login": "a", "name": "王" * 201}, ["too_long"]),
        ({"login": "a", "department": f"销售部/{'组' * 201}"}, ["too_long"]),
        ({"login": "a", "roles": "、"}, ["unknown_role"]),
        ({"login": "a", "roles": "销售、老板", "state": "休假"}, ["unknown_role", "unknown_state"]),
        ({"login": "a", "email": "a@b.com, c@d.com"}, ["several_emails"]),
        ({"login": "a", "leads": "张三"}, ["unknown_yes_no"]),
        ({"login": "a", "name": "#N/A"}, ["formula_error"]),
    ],
)
def test_what_can_not_be_read_is_said_cell_by_cell(cells: dict[str, str], codes: list[str]) -> None:
    assert read(**cells) == codes


def organisation() -> Organisation:
    """公司 > 北区 > 一组, 二组; 公司 > 南区 > 一组; 公司 > 售前/售后; 11 leads 北区, 12 the company, 13 has not joined."""
    tree = ((1, None, "公司"), (2, 1, "北区"), (3, 2, "一组"), (4, 2, "二组"), (5, 1, "南区"), (6, 5, "一组"))
    departments = [{"id": i, "parent_id": p, "name": n, "version": 1} for i, p, n in (*tree, (7, 1, "售前/售后"))]
    leads = [(2, 11, "active"), (1, 12, "active"), (3, 13, "invited")]
    return Organisation(departments, [{"department_id": d, "person_id": p, "state": s} for d, p, s in leads])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("北区", [2]),
        ("二组", [4]),
        ("一组", [3, 6]),
        ("南区/一组", [6]),
        ("公司/南区／ 一组", [6]),
        ("公司", [1]),
        ("售前/售后", [7]),
        ("三组", []),
        ("南区/二组", []),
        ("//", []),
    ],
)
def test_a_department_is_found_by_its_name_or_path(text: str, ids: list[int]) -> None:
    found = organisation().find(text)
    assert [found.id] == ids if isinstance(found, Department) else [d.id for d in found] == ids


def test_a_path_from_the_top_beats_one_that_ends_alike() -> None:
    tree = ((1, None, "公司"), (2, 1, "销售"), (3, 2, "一组"), (4, 1, "旧"), (5, 4, "销售"), (6, 5, "一组"))
    here = Organisation([{"id": i, "parent_id": p, "name": n, "version": 1} for i, p, n in tree])
    found = here.find("销售/一组")
    assert isinstance(found, Department)
    assert found.id == 3
    single = here.find("销售")
    assert isinstance(single, list), "a single name is no path"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("三组", "三组"),
        ("二组/甲", "北区/二组/甲"),
        ("公司/西区/一组", "西区/一组"),
        ("南区/一组", "南区/一组"),
    ],
)
def test_what_is_missing_is_made_below_what_is_there(text: str, path: str) -> None:
    here = organisation()
    made = here.make(text)
    assert isinstance(made, Department)
    assert made.path == path
    assert here.make(text) is made, "once"


def test_nothing_is_made_below_what_may_be_several() -> None:
    found = organisation().make("一组/甲")
    assert isinstance(found, list)
    assert [department.whole_path for department in found] == ["公司/北区/一组", "公司/南区/一组"]


def test_the_nearest_lead_is_active_and_somebody_else() -> None:
    here = organisation()
    assert here.nearest_lead(99, 3) == 11, "who has not joined can own nobody's customers"
    assert here.nearest_lead(11, 2) == 12
    assert here.nearest_lead(12, 1) is None
    assert here.nearest_lead(99, None) is None


def test_each_leaver_is_written_alone_and_the_others_by_the_hundred() -> None:
    mapping = map_headers(["login", "state"], fields=PEOPLE_FIELDS)
    work = PeopleWork({}, mapping, Survey.__new__(Survey))
    rows = {n: Row(n, [f"p{n}", "离职" if n in (3, 4, 250) else "坏" if n == 5 else ""]) for n in range(2, 260)}
    read_rows = {n: work.read(row) for n, row in rows.items()}
    faults = {n: found for n, found in read_rows.items() if isinstance(found, list)}
    parsed = [found for found in read_rows.values() if isinstance(found, ParsedPerson)]
    parts = list(work.parts(Chunk(rows, parsed, faults)))
    assert [list(part.rows) for part in parts] == [
        [2], [3], [4], list(range(5, 105)), list(range(105, 205)), list(range(205, 250)), [250], list(range(251, 260)),
    ]  # fmt: skip
    assert [n for part in parts for n in part.faults] == [5]
    assert sum(len(part.parsed) for part in parts) == len(parsed)
