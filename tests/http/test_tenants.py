"""Nothing crosses tenants: every route of the OpenAPI is tried with another company's ids."""

import re
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.database import value
from gonghai.pools.actions import NewPool, create_pool
from tests.fixtures.people import Company, make_company, signed_in

# A token is no id: a link works for whoever holds it.
WITHOUT_IDS = {"token"}


async def full_company(app: FastAPI, company: Company) -> dict[str, str]:
    """One of everything that has an id, by the parameter that names it; texts carry the company's secret."""
    secret = f"机密{company.tenant_id}"
    client = await signed_in(app, company)
    rep = await company.person(secret)
    async with company.database.tenant(company.tenant_id) as conn:
        pool = await create_pool(
            conn, company.system, NewPool(secret, {"transfer_needs_acceptance": True}), now=clock.now()
        )
    policy = {"segments": [{"name": secret, "timers": {"follow_up": "30 days"}}]}
    assert (await client.post(f"/pools/{pool}/policies", json={"document": policy})).status_code == 201
    new = {"name": secret, "pool_id": str(pool), "owner": "me", "phones": ["+8613800138000"]}
    customer = (await client.post("/customers", json=new)).json()["id"]
    follow_up = (await client.post(f"/customers/{customer}/follow-ups", json={"kind": "call", "note": secret})).json()
    deal = (await client.post(f"/customers/{customer}/deals", json={"name": secret})).json()
    contact = (await client.post(f"/customers/{customer}/contacts", json={"name": secret})).json()
    asked = await client.post(f"/customers/{customer}/transfer", json={"owner_id": str(rep)})
    run = await client.post("/recycle-runs", json={})
    key = await client.post("/api-keys", json={"name": secret, "scopes": ["all"]})
    about = {"customer_ids": [customer], "to": {"kind": "owner"}, "title": secret}
    batch = (await client.post("/tasks", json=about)).json()["batch_id"]
    task = (await client.get("/tasks")).json()["items"][0]["id"]
    rule = {"rule": "daily_quota", "value": 7}
    limit = await client.post(f"/pools/{pool}/limits", json={**rule, "subject": {"kind": "person", "id": str(rep)}})
    granted = {**rule, "person_id": str(rep), "until": (clock.now() + timedelta(days=1)).isoformat(), "why": secret}
    override = await client.post(f"/pools/{pool}/overrides", json=granted)
    file = {"file": ("a.csv", f"客户名称\n{secret}2\n".encode(), "text/csv")}
    imported = await client.post("/imports", files=file, data={"pool_id": str(pool), "dry_run": "false"})
    async with company.database.tenant(company.tenant_id) as conn:
        undo = await value(
            conn,
            "INSERT INTO undo (tenant_id, batch_id, undo_batch_id, started_at, finished_at, state, protected_until)"
            " VALUES (%s, 1, 1, now(), now(), 'done', now()) RETURNING id",
            (company.tenant_id,),
        )
        draw = await value(
            conn,
            "INSERT INTO draw (tenant_id, pool_id, opens_at, closes_at, seed, planned_at)"
            " VALUES (%s, %s, now(), now() + interval '1 day', sha256('x'), now()) RETURNING id",
            (company.tenant_id, pool),
        )
        offer = await value(
            conn,
            "INSERT INTO offer (tenant_id, pool_id, person_id, customer_id, offered_at, expires_at, cost)"
            " VALUES (%s, %s, %s, %s, now(), now() + interval '1 day', 1) RETURNING id",
            (company.tenant_id, pool, rep, int(customer)),
        )
    season = await client.post(
        "/incentives/seasons", json={"name": secret, "first_day": "2030-01-01", "last_day": "2030-03-31"}
    )
    async with company.database.tenant(company.tenant_id) as conn:
        hand_over = await value(
            conn,
            "INSERT INTO hand_over (tenant_id, person_id, at, way, by_rule, left_company, customers, batch_id)"
            " SELECT %s, %s, now(), 'pools', true, true, 1, b.id FROM ("
            "  SELECT b.id FROM batch b WHERE b.tenant_id = %s LIMIT 1) b RETURNING id",
            (company.tenant_id, rep, company.tenant_id),
        )
        deputy = await value(
            conn,
            "INSERT INTO deputy (tenant_id, person_id, deputy_id, from_at, until_at, set_at)"
            " VALUES (%s, %s, %s, now(), now() + interval '1 day', now()) RETURNING id",
            (company.tenant_id, rep, company.admin_id),
        )
        await conn.execute(
            "INSERT INTO hand_over_receiver (tenant_id, hand_over_id, place, pool_id, customers) VALUES (%s, %s, 1, %s, 1)",
            (company.tenant_id, hand_over, pool),
        )
    event = (await client.get(f"/customers/{customer}/history")).json()["items"][0]
    return {
        "secret": secret,
        "customer_id": customer,
        "pool_id": str(pool),
        "person_id": str(rep),
        "owner_id": str(rep),
        "department_id": str(company.root_id),
        "follow_up_id": follow_up["id"],
        "deal_id": deal["id"],
        "contact_id": contact["id"],
        "request_id": asked.json()["request_id"],
        "run_id": run.json()["id"],
        "key_id": key.json()["id"],
        "undo_id": str(undo),
        "hand_over_id": str(hand_over),
        "deputy_row": str(deputy),
        "draw_id": str(draw),
        "limit_id": limit.json()["id"],
        "override_id": override.json()["id"],
        "offer_id": str(offer),
        "task_id": task,
        "batch_id": batch,
        "season_id": season.json()["id"],
        "season": season.json()["id"],
        "import_id": imported.json()["id"],
        "event": event["id"],
        "date": "2026-10-01",
        "number": "1",
    }


def bodies(path: str, theirs: dict[str, str]) -> dict[str, Any]:
    """Bodies that would do something if the ids were one's own."""
    return {
        "/customers": {"name": "x", "pool_id": theirs["pool_id"], "owner": theirs["person_id"]},
        "/moves": {"move": "archive", "customer_ids": [theirs["customer_id"]], "reason": "x"},
        "/customers/{customer_id}/release": {"reason": "no_need"},
        "/customers/{customer_id}/assign": {"owner_id": theirs["person_id"]},
        "/customers/{customer_id}/transfer": {"owner_id": theirs["person_id"]},
        "/customers/{customer_id}/archive": {"reason": "x"},
        "/customers/{customer_id}/move-pool": {"pool_id": theirs["pool_id"]},
        "/customers/{customer_id}/follow-ups": {"kind": "call", "note": "x"},
        "/customers/{customer_id}/deals": {"name": "x"},
        "/customers/{customer_id}/contacts": {"name": "x"},
        "/pools/{pool_id}/claims": {"customer_ids": [theirs["customer_id"]]},
        "/customers/{customer_id}/lock": {"until": "2030-01-01T00:00:00Z"},
        "/customers/{customer_id}/protect": {"until": "2030-01-01T00:00:00Z", "reason": "x"},
        "/customers/{customer_id}/extension": {"days": 1},
        "/customers/{customer_id}/appeal": {"note": "x"},
        "/customers/{customer_id}/archive-request": {"reason": "x"},
        "/requests/{request_id}/comments": {"text": "x"},
        "/requests/decisions": {"ids": [theirs["request_id"]], "decision": "decline"},
        "/pools/{pool_id}/policy/draft": {"document": {"segments": [{"name": "x"}]}},
        "/pools/{pool_id}/policy/check": {"document": {"segments": [{"name": "x"}]}},
        "/pools/{pool_id}/policy/preview": {"number": 1},
        "/pools/{pool_id}/policy/preview/customers": {"number": 1},
        "/pools/{pool_id}/policy/preview.csv": {"number": 1},
        "/pools/{pool_id}/policies": {"document": {"segments": [{"name": "x"}]}},
        "/people": {"name": "x", "login": "x-cross", "department_id": theirs["department_id"], "roles": ["rep"]},
        "/departments": {"name": "x", "parent_id": theirs["department_id"]},
        "/recycle-runs": {"pool_id": theirs["pool_id"]},
        "/pools/{pool_id}/draws": {"closes_at": "2026-12-31T00:00:00Z"},
        "/pools/{pool_id}/limits": {
            "rule": "untouched_cap",
            "subject": {"kind": "person", "id": theirs["person_id"]},
            "value": 1,
        },
        "/pools/{pool_id}/limits/{limit_id}": {"value": 1},
        "/tenant/limits/{limit_id}": {"value": 1},
        "/pools/{pool_id}/overrides": {
            "person_id": theirs["person_id"],
            "rule": "untouched_cap",
            "value": 1,
            "until": "2190-01-01T00:00:00Z",
            "why": "x",
        },
        "/tasks": {"customer_ids": [theirs["customer_id"]], "to": {"kind": "owner"}, "title": "x"},
        "/tasks/{task_id}/refuse": {"reason": "x"},
        "/tasks/{task_id}/reassign": {"person_id": theirs["person_id"]},
        "/draws/{draw_id}/wishes": {"customer_ids": [theirs["customer_id"]]},
    }.get(path, {})


async def test_no_route_shows_or_changes_anything_of_another_company(
    app: FastAPI, company: Company, migrated_url: str
) -> None:
    other = await make_company(company.database, migrated_url, "别家公司")
    theirs = await full_company(app, other)
    await full_company(app, company)
    me, them = await signed_in(app, company), await signed_in(app, other)
    before = await snapshot(them, theirs)
    tried = 0
    for route, methods in app.openapi()["paths"].items():
        path = route.removeprefix("/api/v1")
        names = re.findall(r"{(\w+)}", path)
        if set(names) & WITHOUT_IDS or path.startswith("/session"):
            continue
        for method in methods:
            url = path.format(**{name: theirs[name] for name in names})
            answer = await me.request(
                method.upper(),
                url,
                json=bodies(path, theirs) if method not in ("get", "delete") else None,
                params={"event": theirs["event"]} if path.endswith("/why") else None,
                headers={"If-Match": '"1"', "Accept": "text/event-stream, */*"},
            )
            tried += 1
            assert theirs["secret"] not in answer.text, f"{method} {url} shows it: {answer.text}"
            if names and names != ["date"]:
                refused = answer.status_code in (403, 404, 409, 422)
                emptied = path == "/pools/{pool_id}/claims" and answer.json()["results"][0]["code"] == "not_found"
                assert refused or emptied, f"{method} {url}: {answer.status_code} {answer.text}"
    assert tried >= 50
    assert await snapshot(them, theirs) == before


async def snapshot(client: httpx.AsyncClient, ids: dict[str, str]) -> list[Any]:
    """What the other company sees of its own."""
    urls = [
        f"/customers/{ids['customer_id']}",
        f"/customers/{ids['customer_id']}/history",
        f"/customers/{ids['customer_id']}/deals",
        f"/pools/{ids['pool_id']}",
        f"/pools/{ids['pool_id']}/limits",
        f"/pools/{ids['pool_id']}/overrides",
        f"/people/{ids['person_id']}",
        "/departments",
        f"/pools/{ids['pool_id']}/policy",
        "/requests?box=mine",
        f"/task-batches/{ids['batch_id']}",
        "/tasks",
        "/api-keys",
    ]
    answers = [await client.get(url) for url in urls]
    assert all(a.status_code == 200 for a in answers), [(a.url, a.text) for a in answers if a.status_code != 200]
    return [a.json() for a in answers]
