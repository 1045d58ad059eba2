"""An admin's desk: uploads files through HTTP, has the job done, reads what became of them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from psycopg.rows import DictRow

from gonghai.base.database import rows
from gonghai.jobs.tasks import Tasks
from gonghai.moves.verify import Report, verify
from tests.fixtures.people import Company, signed_in


@dataclass(slots=True)
class Desk:
    """`pool_id` is named 公海; reps are `rep` and `other`."""

    app: FastAPI
    company: Company
    client: httpx.AsyncClient
    pool_id: int
    rep_id: int
    other_id: int

    @property
    def tenant_id(self) -> int:
        return self.company.tenant_id

    async def post(self, content: bytes | str, filename: str = "客户.csv", **fields: Any) -> httpx.Response:
        raw = content.encode() if isinstance(content, str) else content
        form = {"pool_id": str(self.pool_id), **{k: str(v) for k, v in fields.items()}}
        return await self.client.post("/imports", files={"file": (filename, raw)}, data=form)

    async def start(self, content: bytes | str, filename: str = "客户.csv", **fields: Any) -> str:
        """Uploads; the id of the import that waits."""
        answer = await self.post(content, filename, **fields)
        assert answer.status_code == 202, answer.text
        assert answer.json()["state"] == "waiting"
        return str(answer.json()["id"])

    async def work(self, import_id: str) -> dict[str, Any]:
        """Does the job; the import as it is then."""
        await Tasks(self.company.database).import_file(self.tenant_id, int(import_id), attempts=0)
        return await self.get(import_id)

    async def get(self, import_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/imports/{import_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def imported(self, content: bytes | str, filename: str = "客户.csv", **fields: Any) -> dict[str, Any]:
        """Uploads and does the job; the import as it is then, which is done."""
        done = await self.work(await self.start(content, filename, **fields))
        assert done["state"] == "done", done["error"]
        return done

    async def faulty(self, import_id: str) -> bytes:
        """The file of faulty rows."""
        answer = await self.client.get(f"/imports/{import_id}/faulty.csv")
        assert answer.status_code == 200, answer.text
        return answer.content

    async def rows(self, sql: str) -> list[DictRow]:
        """Rows of this tenant; the fence keeps others out."""
        async with self.company.database.tenant(self.tenant_id) as conn:
            return await rows(conn, sql)

    async def customers(self) -> dict[str, DictRow]:
        """By external id, or by name without one."""
        return {row["external_id"] or row["name"]: row for row in await self.rows("SELECT * FROM customer ORDER BY id")}

    async def verified(self) -> Report:
        """What `gonghai verify` says of the company; no difference."""
        report = await verify(self.company.database, self.tenant_id)
        assert report.differences == 0, report.examples
        return report


async def make_desk(app: FastAPI, company: Company) -> Desk:
    pool_id = await company.pool("公海")
    rep_id, other_id = await company.person("rep"), await company.person("other")
    return Desk(app, company, await signed_in(app, company), pool_id, rep_id, other_id)


def table(*lines: Sequence[str]) -> str:
    """CSV text of rows, the header first."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def counts(done: dict[str, Any]) -> tuple[int, int, int, int]:
    """(created, updated, unchanged, faulty)."""
    return done["created"], done["updated"], done["unchanged"], done["faulty"]
