"""A desk that imports people: files by short names, dry and real runs that must agree, people read back by login."""

from typing import Any

from gonghai.base import clock
from gonghai.base.database import value
from gonghai.moves.hand_overs.rule import set_leaver_rule
from tests.exchange.desk import Desk, table

HEADER = ("登录名", "姓名", "部门", "角色", "邮箱", "状态", "部门负责人")


class People:
    """A desk that imports people, and reads them back by login."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def login(self, name: str) -> str:
        return self.desk.company.login(name)

    def file(self, *lines: tuple[str, ...], header: tuple[str, ...] = HEADER) -> str:
        filled = ((self.login(login) if login else "", *rest) for login, *rest in lines)
        return table(header, *((*line, *[""] * (len(header) - len(line))) for line in filled))

    async def imported(self, text: str, **fields: Any) -> dict[str, Any]:
        return await self.desk.imported(text, "成员.csv", kind="people", pool_id="", **fields)

    async def dry_and_real(self, text: str, **fields: Any) -> dict[str, Any]:
        """Run dry, then really: the same in every number, fault and change; the real one."""
        before = await self.state()
        dry = await self.imported(text, dry_run="true", **fields)
        assert await self.state() == before, "a dry run writes nothing"
        real = await self.imported(text, **fields)
        assert said(dry) == said(real)
        return real

    async def state(self) -> list[Any]:
        return [
            await self.desk.rows("SELECT * FROM person ORDER BY id"),
            await self.desk.rows("SELECT * FROM department ORDER BY id"),
            await self.desk.rows("SELECT * FROM department_lead ORDER BY 1, 2, 3"),
            await self.desk.rows("SELECT id, owner_id, version FROM customer ORDER BY id"),
            await self.desk.rows("SELECT count(*) FROM event"),
        ]

    async def person(self, name: str) -> dict[str, Any]:
        sql = f"""SELECT p.*, d.name AS department,
            ARRAY(SELECT l.department_id FROM department_lead l WHERE l.person_id = p.id) AS leads
            FROM person p LEFT JOIN department d ON d.id = p.department_id WHERE p.login = '{self.login(name)}'"""
        (found,) = await self.desk.rows(sql)
        return found

    async def customers(self, owner_id: int, n: int) -> None:
        owner = {i: name for name, i in self.desk.company.people.items()}[owner_id]
        lines = ((f"{owner}的客户{i}", self.login(owner)) for i in range(n))
        done = await self.desk.imported(table(("客户名称", "负责人"), *lines))
        assert done["created"] == n, done["errors_sample"]

    async def rule(self, name: str) -> None:
        company = self.desk.company
        async with company.database.tenant(company.tenant_id) as conn:
            version = await value(conn, "SELECT version FROM tenant WHERE id = %s", (company.tenant_id,))
            await set_leaver_rule(conn, company.system, version, name, None, now=clock.now())


COUNTS = ("created", "updated", "unchanged", "deactivated", "rejoined", "faulty", "duplicates")


def counts(done: dict[str, Any]) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: done[name] for name in COUNTS if done[name]}


def said(done: dict[str, Any]) -> dict[str, Any]:
    outcome = {**done["outcome"], "to_invite": None}
    return {**counts(done), "rows": done["rows_done"], "errors": done["errors_sample"], "outcome": outcome}


def codes(done: dict[str, Any]) -> dict[int, str]:
    """Row → code."""
    return {fault["row"]: fault["code"] for fault in done["errors_sample"]}
