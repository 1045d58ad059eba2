"""Role × action × relation through HTTP, generated from the permission table and held to an oracle of its own.

What isn't visible is 404, what is visible but not one's to do 403; batches answer the same per id; keys only narrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gonghai.access.permissions import ADMIN, AUDITOR, MANAGER, POOL_ADMIN, REP
from gonghai.base import clock
from gonghai.base.database import Database, value
from gonghai.customers.collaborators import Shared, share
from gonghai.events.log import By
from gonghai.moves.pool_moves import archive
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.fixtures.customers import Team, make_team
from tests.fixtures.people import make_company, with_key
from tests.http.matrix import (
    ELSEWHERE,
    IMPLIED,
    RELATIONS,
    ROLES,
    STATES,
    STEPS,
    Elsewhere,
    Ids,
    Step,
    expected,
    permissions,
    reading,
)


@dataclass
class Sea:
    """One company with somebody of each role, somebody for whom each acts (`absent`), and a customer of each relation to
    each, made anew once it was changed."""

    team: Team
    people: dict[str, int]
    clients: dict[str, httpx.AsyncClient]
    ids: Ids
    unseen_pool: int
    stranger: int
    absent: dict[str, int]
    customers: dict[tuple[str, str], int]

    async def customer(self, role: str, relation: str) -> int:
        key = (role, relation)
        if key not in self.customers:
            self.customers[key] = await self._made(role, relation)
        return self.customers[key]

    async def _made(self, role: str, relation: str) -> int:
        owners = {"own": self.people[role], "subordinates": self.ids.subordinate, "acted_for": self.absent[role]}
        owner = owners.get(relation, self.stranger) if STATES[relation] == "owned" else None
        pool = self.unseen_pool if relation == "in_unseen_pool" else self.team.pool_id
        made = await self.team.customer(owner, pool_id=pool)
        async with self.team.connection() as conn:
            if relation == "shared":
                row = Shared({"id": made, "version": 1}, [self.people[role]])
                await share(conn, self.team.company.tenant_id, [row], by=By(), at=clock.now())
            if relation == "archived":
                assert (await archive(conn, self.team.company.system, [made], reason="x"))[0].code is None
        return made

    async def follow_up(self, customer: int) -> int:
        """One that the owner logged: what a manager may void."""
        async with self.team.connection() as conn:
            found: int = await value(
                conn,
                "INSERT INTO follow_up (tenant_id, customer_id, spell_no, author_id, kind, at, recorded_at, qualifies)"
                " VALUES (%s, %s, 1, %s, 'call', now(), now(), true) RETURNING id",
                (self.team.company.tenant_id, customer, self.stranger),
            )
            return found

    async def ask(self, client: httpx.AsyncClient, role: str, relation: str, step: Step) -> httpx.Response:
        customer = await self.customer(role, relation)
        ids = replace(self.ids, me=self.people[role], version=(await self.team.row(customer))["version"])
        if "{follow_up}" in step.path and STATES[relation] == "owned":
            ids = replace(ids, follow_up=await self.follow_up(customer))
        url = f"/customers/{customer}{step.path.format(me=ids.me, follow_up=ids.follow_up)}"
        headers = {"If-Match": f'"{ids.version}"'} if step.method == "PATCH" else {}
        sent = {"json": step.body(ids)} if step.method in ("POST", "PATCH") else {}
        answer = await client.request(step.method, url, headers=headers, **sent)
        if answer.is_success and step.method != "GET":
            del self.customers[role, relation]
        return answer

    async def elsewhere(self, client: httpx.AsyncClient, role: str, request: Elsewhere) -> httpx.Response:
        named: Mapping[str, Any] = {
            f: getattr(self.ids, f) for f in ("subordinate", "pool", "other_pool", "department")
        }
        sent = {"json": request.body(self.ids)} if request.body is not None else {}
        return await client.request(request.method, request.path.format(**named), headers=request.headers, **sent)


@pytest.fixture(scope="module")
async def sea(database: Database, app: FastAPI, migrated_url: str) -> Sea:
    plenty = {"daily_quota": 999, "untouched_cap": 999, "reveal_quota": 999, "lock_quota": 999}
    team = await make_team(app, await make_company(database, migrated_url, "矩阵"), **plenty)
    company = team.company
    people = {"rep": await company.person("代表"), "manager": team.manager_id, "admin": company.admin_id}
    people |= {"auditor": await company.person("审计", ("auditor",)), "pool_admin": await company.person("海管")}
    stranger = await company.person("陌生")
    keeper = [Subject("person", people["pool_admin"])]
    async with team.connection() as conn:
        sql = (
            "INSERT INTO pool_scope (tenant_id, pool_id, right_name, subject, subject_id)"
            " VALUES (%s, %s, 'admin', 'person', %s)"
        )
        await conn.execute(sql, (company.tenant_id, team.pool_id, people["pool_admin"]))
        other, unseen = [
            await create_pool(conn, company.system, NewPool(name, {}, scopes), now=clock.now())
            for name, scopes in (
                ("第二公海", {"claim": [Subject("all")], "admin": keeper}),
                ("别人的公海", {"claim": [Subject("person", stranger)]}),
            )
        ]
        led = "SELECT department_id FROM person WHERE tenant_id = %s AND id = %s"
        department = await value(conn, led, (company.tenant_id, team.rep_id))
    ids = Ids(0, team.rep_id, team.other_id, team.pool_id, other, department)
    absent = {role: await company.person(f"{role}所代") for role in people}
    async with team.connection() as conn:
        for role, person in people.items():
            await conn.execute(
                "INSERT INTO deputy (tenant_id, person_id, deputy_id, from_at, until_at, set_at)"
                " VALUES (%s, %s, %s, now(), now() + interval '1 day', now())",
                (company.tenant_id, absent[role], person),
            )
    clients = {role: await team.browser(person) for role, person in people.items()}
    return Sea(team, people, clients, ids, unseen, stranger, absent, {})


def outcome(answer: httpx.Response) -> str:
    if answer.is_success:
        return "done"
    return "rule" if answer.status_code == 409 else str(answer.status_code)


def test_every_permission_has_a_request_in_the_matrix() -> None:
    table = REP | MANAGER | POOL_ADMIN | ADMIN | AUDITOR
    assert {s.permission for s in STEPS} | ELSEWHERE.keys() == table


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_does_to_each_customer_what_the_domain_says(app: FastAPI, sea: Sea, role: str) -> None:
    wrong = []
    steps = [*STEPS, *reading(app.openapi()["paths"])]
    assert len(steps) > 25
    for relation in RELATIONS:
        for step in steps:
            answer = await sea.ask(sea.clients[role], role, relation, step)
            if outcome(answer) not in expected(role, relation, step):
                wrong.append((relation, step.method, step.path, expected(role, relation, step), answer.text[:200]))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ROLES)
async def test_a_batch_says_per_id_what_a_single_move_says(sea: Sea, role: str) -> None:
    for step in STEPS:
        if step.move is None:
            continue
        ids = replace(sea.ids, me=sea.people[role])
        customers = {relation: await sea.customer(role, relation) for relation in RELATIONS}
        body = {"move": step.move, "customer_ids": [str(c) for c in customers.values()], **step.body(ids)}
        answer = await sea.clients[role].post("/moves", json=body)
        if step.permission not in permissions(role) and answer.status_code == 403:
            continue  # whoever may not at all is told so at once
        assert answer.status_code == 200, answer.text
        for relation, result in zip(RELATIONS, answer.json()["results"], strict=True):
            codes = {"not_found": "404", "forbidden": "403"}
            got = "done" if result["code"] is None else codes.get(result["code"], "rule")
            assert got in expected(role, relation, step), (step.move, relation, result)
            if got == "done":
                del sea.customers[role, relation]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_elsewhere_what_the_table_says(sea: Sea, role: str) -> None:
    for permission, request in ELSEWHERE.items():
        answer = await sea.elsewhere(sea.clients[role], role, request)
        may = permission in permissions(role)
        assert (answer.status_code != 403) == may, (permission, answer.text)


async def test_a_key_without_a_permission_does_nothing_that_needs_it_whoever_holds_it(app: FastAPI, sea: Sea) -> None:
    """The admin may everything; each key may all but one thing."""
    everything, wrong = ADMIN | {"customers.read"}, []
    for permission in sorted(ADMIN):
        scopes = sorted(everything - {permission} - IMPLIED.get(permission, set()))
        client = with_key(app, await sea.team.company.key(sea.people["admin"], scopes))
        steps = [s for s in [*STEPS, *reading(app.openapi()["paths"])] if s.permission == permission]
        for step in steps:
            for relation in [r for r in RELATIONS if STATES[r] in step.who]:
                answer = await sea.ask(client, "admin", relation, step)
                if answer.status_code != 403:
                    wrong.append((permission, step.method, step.path, relation, answer.status_code))
            if step.move is not None:
                customer = await sea.customer("admin", next(r for r in RELATIONS if STATES[r] in step.who))
                body = {"move": step.move, "customer_ids": [str(customer)], **step.body(sea.ids)}
                answer = await client.post("/moves", json=body)
                if answer.is_success and answer.json()["results"][0]["code"] not in ("forbidden", "not_found"):
                    wrong.append((permission, "batch", step.move, "", answer.status_code))
        if permission in ELSEWHERE:
            answer = await sea.elsewhere(client, "admin", ELSEWHERE[permission])
            if answer.status_code != 403:
                wrong.append(
                    (permission, ELSEWHERE[permission].method, ELSEWHERE[permission].path, "", answer.status_code)
                )
    assert not wrong, "\n".join(map(str, wrong))


async def test_a_key_for_one_thing_does_that_thing(app: FastAPI, sea: Sea) -> None:
    for step in STEPS:
        allowed = [(role, r) for role in ROLES for r in RELATIONS if expected(role, r, step) == {"done", "rule"}]
        role, relation = allowed[-1]
        client = with_key(app, await sea.team.company.key(sea.people[role], [step.permission]))
        answer = await sea.ask(client, role, relation, step)
        assert outcome(answer) in {"done", "rule"}, (step.path, answer.text)
