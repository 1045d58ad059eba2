"""API keys: what a key may do, and when it stops."""

from datetime import timedelta

import psycopg
from fastapi import FastAPI

from gonghai.base import clock
from gonghai.base.secrets import secret_hash
from tests.fixtures.people import Company, signed_in, with_key


async def test_a_key_is_shown_once_and_stored_hashed(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        made = (await admin.post("/api-keys", json={"name": "form", "scopes": ["people.read"]})).json()
        key = made.pop("key")
        assert key.startswith("gh_")
        assert len(key) > 40
        listed = await admin.get("/api-keys")
        assert listed.json()["items"] == [made]
        assert key not in listed.text
    async with await psycopg.AsyncConnection.connect(company.owner_url) as owner:
        found = await owner.execute("SELECT key_hash FROM api_key WHERE tenant_id = %s", (company.tenant_id,))
        assert await found.fetchall() == [(secret_hash(key),)]


async def test_scopes_narrow_what_the_person_may_do(app: FastAPI, company: Company) -> None:
    department = {"name": "east", "parent_id": str(company.root_id)}
    async with with_key(app, await company.key(company.admin_id, ["people.read"])) as reader:
        assert (await reader.get("/me")).json()["permissions"] == ["people.read"]
        assert (await reader.get("/people")).status_code == 200
        refused = await reader.post("/departments", json=department)
        assert (refused.status_code, refused.json()["data"]) == (403, {"action": "departments.edit"})
    async with with_key(app, await company.key(company.admin_id, ["departments"])) as editor:
        assert (await editor.post("/departments", json=department)).status_code == 201
        assert (await editor.get("/people")).status_code == 403


async def test_scopes_never_widen(app: FastAPI, company: Company) -> None:
    rep = await company.person("rep")
    async with with_key(app, await company.key(rep, ["all"])) as machine:
        assert "people.edit" not in (await machine.get("/me")).json()["permissions"]
        assert (await machine.get("/api-keys")).status_code == 403
    async with with_key(app, await company.key(company.admin_id, ["api_keys"])) as machine:
        wider = await machine.post("/api-keys", json={"name": "wider", "scopes": ["api_keys", "people"]})
        assert (wider.status_code, wider.json()["data"]["scopes"]) == (403, ["people"])
        same = await machine.post("/api-keys", json={"name": "same", "scopes": ["api_keys.edit"]})
        assert same.status_code == 201
    async with with_key(app, await company.key(company.admin_id, ["people"])) as machine:
        version = (await machine.get(f"/people/{rep}")).headers["ETag"]
        admin = await machine.patch(f"/people/{rep}", json={"roles": ["admin"]}, headers={"If-Match": version})
        assert admin.status_code == 403


async def test_an_unknown_scope_and_a_past_expiry_are_refused(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        unknown = await admin.post("/api-keys", json={"name": "x", "scopes": ["customers", "weather"]})
        assert unknown.status_code == 422
        assert unknown.json()["errors"][0]["unknown"] == ["weather"]
        past = {"name": "x", "scopes": ["all"], "expires_at": (clock.now() - timedelta(seconds=1)).isoformat()}
        assert (await admin.post("/api-keys", json=past)).json()["errors"][0]["code"] == "in_the_past"
        assert (await admin.get("/api-keys")).json()["items"] == []


async def test_a_revoked_or_expired_key_is_dead(app: FastAPI, company: Company) -> None:
    async with await signed_in(app, company) as admin:
        made = (await admin.post("/api-keys", json={"name": "x", "scopes": ["all"]})).json()
        async with with_key(app, made["key"]) as machine:
            assert (await machine.get("/me")).status_code == 200
            assert (await admin.delete(f"/api-keys/{made['id']}")).status_code == 204
            assert (await machine.get("/me")).status_code == 401
        listed = (await admin.get("/api-keys")).json()["items"]
        assert listed[0]["revoked_at"] is not None
        assert (await admin.delete("/api-keys/999999999")).status_code == 404
    old = await company.key(company.admin_id, expires_at=clock.now() + timedelta(days=1))
    async with await psycopg.AsyncConnection.connect(company.owner_url, autocommit=True) as owner:
        await owner.execute("UPDATE api_key SET expires_at = now() WHERE tenant_id = %s", (company.tenant_id,))
    async with with_key(app, old) as machine:
        assert (await machine.get("/me")).status_code == 401


async def test_a_bearer_key_needs_no_csrf_token_and_no_other_scheme_signs_in(app: FastAPI, company: Company) -> None:
    async with with_key(app, await company.key(company.admin_id)) as machine:
        assert (await machine.patch("/me", json={"locale": "en-US"})).status_code == 200
        assert (await machine.get("/me")).json()["csrf_token"] is None
        machine.headers["Authorization"] = machine.headers["Authorization"].replace("Bearer", "Basic")
        assert (await machine.get("/me")).status_code == 401
