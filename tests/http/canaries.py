"""Canaries: values that stand nowhere else, planted wherever a customer's masked values or people's notes are kept."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from gonghai.base import clock
from gonghai.base.database import Database
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By
from gonghai.moves.clean import carry_out as clean
from gonghai.moves.clean import start_cleaning
from gonghai.moves.recycle import carry_out as sweep
from gonghai.moves.recycle import start_run
from gonghai.pools.actions import NewPool, Subject, create_pool
from tests.fixtures.customers import Team

MASKED = ["phones", "emails", "wechat", "contacts", "address", "website", "uscc"]
BETWEEN = itertools.cycle(["{}{}{}", "{} {} {}", "{}-{}-{}", "{}·{}·{}", "{}（{}）{}"])


@dataclass(slots=True)
class Canaries:
    """Values by what they are: `shown` to the admin; `kept`: the admin isn't shown them either (old values of private
    fields, a note between two people)."""

    shown: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def phone(self, what: str, kept: bool = False) -> str:
        """A mobile number, written in one of the ways that people write them; remembered by its digits."""
        digits = f"139{41_000_000 + next(self._numbers) * 111_317}"
        (self.kept if kept else self.shown)[what] = digits
        return next(BETWEEN).format(digits[:3], digits[3:7], digits[7:])

    def text(self, what: str, form: str, kept: bool = False) -> str:
        value = form.format(next(self._numbers))
        (self.kept if kept else self.shown)[what] = value
        return value

    def found_in(self, answer: str, *, kept: bool = False) -> set[str]:
        """Which of them an answer holds: as they stand, or their digits among its digits."""
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", answer))
        sought = self.shown | self.kept if kept else self.shown
        return {what for what, value in sought.items() if value in answer or (value.isdigit() and value in digits)}


@dataclass(slots=True)
class Planted:
    """A company whose pool masks everything, with canaries in customers that lie in it."""

    team: Team
    canaries: Canaries
    former_id: int
    viewer_id: int
    customers: list[int]
    ids: dict[str, list[str]]


def record(c: Canaries, of: str, kept: bool = False) -> dict[str, Any]:
    """Every field that may be masked, and free text."""
    return {
        "phones": [c.phone(f"{of} phone", kept)],
        "emails": [c.text(f"{of} e-mail", "canary{}@secret.example", kept)],
        "wechat": c.text(f"{of} wechat", "wx-canary-{}", kept),
        "address": c.text(f"{of} address", "上海市金丝雀路{}号", kept),
        "website": c.text(f"{of} website", "www.canary{}.example"),
        "uscc": c.text(f"{of} uscc", "91310000MACANRY{:03}"),
    }


async def done(client: httpx.AsyncClient, method: str, url: str, body: Any, version: int | None = None) -> Any:
    headers = {"If-Match": f'"{version}"'} if version is not None else {}
    answer = await client.request(method, url, json=body, headers=headers)
    assert answer.status_code < 300, f"{method} {url}: {answer.text}"
    return answer.json() if answer.content else None


async def insert(team: Team, pool: int, owner: int | None, days_ago: int, **fields: Any) -> int:
    async with team.connection() as conn:
        new = [NewCustomer({"name": "金丝雀客户", **fields}, pool, owner)]
        at = clock.now() - timedelta(days=days_ago)
        return (await insert_customers(conn, team.company.tenant_id, new, kind="create", by=By.person(None), at=at))[0]


async def plant(team: Team) -> Planted:
    """Customers that were created, edited, talked about, asked about, released, recycled and cleaned."""
    company, c = team.company, Canaries()
    viewer, former = await company.person("viewer"), team.other_id
    async with team.connection() as conn:
        scopes = {"see": [Subject("person", viewer)], "claim": [Subject("person", team.rep_id), Subject("person", former),
                  Subject("person", team.manager_id)]}  # fmt: skip
        settings = {"masked_fields": MASKED, "follow_up_unclaimed": True, "notice_floor": False}
        pool = await create_pool(conn, company.system, NewPool("金丝雀公海", settings, scopes), now=clock.now())
        cleaned = await create_pool(conn, company.system, NewPool("旧公海", settings, scopes), now=clock.now())
    admin = await team.browser(company.admin_id)
    holding = {"segments": [{"name": "所有", "timers": {"holding": "10 days"}}]}
    await done(admin, "POST", f"/pools/{pool}/policies", {"document": holding})
    returned = await _returned(team, c, pool, former)
    taken = await _taken(team, c, pool, former)
    fresh = int((await done(admin, "POST", "/customers", {
        "name": "金丝雀新客户", "pool_id": str(pool), **record(c, "fresh"), "note": f"前台 {c.phone('record note')}",
        "tags": [f"老板{c.phone('tag')}"],
    }))["id"])  # fmt: skip
    moved = await _cleaned(team, c, cleaned, admin)
    customers = [returned, taken, fresh, moved]
    events = [e["id"] for one in customers for e in (await admin.get(f"/customers/{one}/history")).json()["items"]]
    ids = {
        "customer_id": [str(i) for i in customers], "pool_id": [str(pool)], "person_id": [str(former)],
        "owner_id": [str(former)], "department_id": [str(company.root_id)], "event": events, "number": ["1"],
    }  # fmt: skip
    return Planted(team, c, former, viewer, customers, ids)


async def plant_owned(planted: Planted, owner: int) -> Canaries:
    """A customer of this owner's, with canaries wherever its owner reads."""
    team, c = planted.team, Canaries()
    customer = await insert(team, int(planted.ids["pool_id"][0]), owner, 5, **record(c, "owned"))
    url, client = f"/customers/{customer}", await team.browser(owner)
    contact = {"name": "老板", "phones": [c.phone("contact phone")], "wechat": c.text("contact wechat", "owned-wx-{}")}
    await done(client, "POST", f"{url}/contacts", contact)
    said = {
        "note": f"打{c.phone('note')}找他",
        "outcome": f"改打{c.phone('outcome')}",
        "next_at": clock.now().isoformat(),
    }
    await done(client, "POST", f"{url}/follow-ups", {"kind": "call", **said})
    await done(client, "POST", f"{url}/deals", {"name": f"大单（{c.phone('deal name')}）"})
    planted.ids["customer_id"].append(str(customer))
    return c


async def _returned(team: Team, c: Canaries, pool: int, former: int) -> int:
    """Owned, edited, talked about, asked for, and released by its owner; then rung up without claiming."""
    customer = await insert(team, pool, former, 5, **record(c, "old", kept=True))
    url, admin = f"/customers/{customer}", await team.browser(team.company.admin_id)
    rep, manager = await team.browser(former), await team.browser(team.manager_id)
    await done(rep, "PATCH", url, record(c, "edited"), version=1)
    contact = {"name": c.text("contact name", "金丝雀经理{}"), "title": f"采购，直线{c.phone('contact title')}",
               "phones": [c.phone("contact phone")], "emails": [c.text("contact e-mail", "boss{}@secret.example")],
               "wechat": c.text("contact wechat", "boss-wx-{}")}  # fmt: skip
    await done(rep, "POST", f"{url}/contacts", contact)
    late = (clock.now() - timedelta(hours=20)).isoformat()
    for what, more in (("follow-up", {}), ("late follow-up", {"at": late})):
        note = f"对方说打{c.phone(f'{what} note')}，或发 {c.text(f'{what} e-mail', 'n{}@secret.example')}"
        body = {"kind": "call", "note": note, "outcome": f"回电{c.phone(f'{what} outcome')}", **more}
        await done(rep, "POST", f"{url}/follow-ups", body)
    deal = await done(
        rep,
        "POST",
        f"{url}/deals",
        {"name": f"设备（{c.phone('deal name')}）", "stage": f"报价{c.phone('deal stage')}"},
    )
    await done(
        rep, "PATCH", f"{url}/deals/{deal['id']}", {"state": "lost", "lost_reason": f"要找{c.phone('lost reason')}"}
    )
    body = {"until": (clock.now() + timedelta(days=3)).isoformat(), "reason": f"等{c.phone('protect reason')}回电"}
    await done(manager, "POST", f"{url}/protect", body)
    body = {"reason": f"停机{c.phone('archive reason')}", "note": f"试过{c.phone('archive note')}"}
    asked = (await done(rep, "POST", f"{url}/archive-request", body))["id"]
    await done(manager, "POST", f"/requests/{asked}/comments", {"text": f"再打{c.phone('comment')}"})
    await done(manager, "POST", f"/requests/{asked}/decline", {"note": f"打这个{c.phone('answer')}"})
    await done(
        rep,
        "POST",
        f"{url}/transfer",
        {"owner_id": str(team.rep_id), "note": f"客户手机{c.phone('transfer note', kept=True)}"},
    )
    await done(rep, "POST", f"{url}/release", {"reason": "no_need"})
    await done(rep, "POST", f"{url}/follow-ups", {"kind": "call", "note": f"退回后{c.phone('unclaimed note')}"})
    assert (await admin.get(url)).json()["state"] == "pooled"
    return customer


async def _taken(team: Team, c: Canaries, pool: int, former: int) -> int:
    """Recycled from its owner, who appeals."""
    customer = await insert(team, pool, former, 30, **record(c, "taken"))
    rep = await team.browser(former)
    await done(
        rep,
        "POST",
        f"/customers/{customer}/follow-ups",
        {"kind": "call", "note": f"说好打{c.phone('note before recycle')}"},
    )
    async with team.connection() as conn:
        run_id = await start_run(conn, team.company.tenant_id, pool_id=None, requested_by=None, now=clock.now())
    assert run_id is not None
    await sweep(team.company.database, team.company.tenant_id, run_id)
    await done(rep, "POST", f"/customers/{customer}/appeal", {"note": f"客户刚打来{c.phone('appeal note')}"})
    return customer


async def _cleaned(team: Team, c: Canaries, source: int, admin: httpx.AsyncClient) -> int:
    """Moved by a cleaning rule, whose event keeps the facts that decided."""
    customer = await insert(team, source, None, 5, **record(c, "cleaned"))
    rule = {"name": "有网站", "when": {"all": [{"fact": "website", "is": "contains", "value": "canary"},
            {"fact": "uscc", "is": "is_present"}]}, "do": {"move": {"pool": "金丝雀公海"}}}  # fmt: skip
    document = {"segments": [{"name": "所有"}], "cleaning": {"rules": [rule]}}
    await done(admin, "POST", f"/pools/{source}/policies", {"document": document})
    database: Database = team.company.database
    async with team.connection() as conn:
        run_id = await start_cleaning(conn, team.company.tenant_id, source, requested_by=None, now=clock.now())
    await clean(database, team.company.tenant_id, run_id)
    return customer
