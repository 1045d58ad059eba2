"""A customer's history and why, as the reader may see them."""

from gonghai.base import clock
from gonghai.customers.insert import insert_customers
from gonghai.customers.record import NewCustomer
from gonghai.events.log import By, new_batch
from gonghai.moves.clean import carry_out as clean
from gonghai.moves.clean import start_cleaning
from gonghai.moves.undo import carry_out, start_undo
from gonghai.policy.versions import publish
from tests.fixtures.customers import Team, team

__all__ = ["team"]

SITE, CODE = "secret.example", "91110000600037341L"


async def test_masked_fields_are_masked_in_history_timeline_and_why_too(team: Team) -> None:
    """A cleaning's event keeps the facts that decided, an edit's the old value and the new."""
    masking = {"masked_fields": ["website", "uscc"]}
    source, target = await team.pool("旧池", **masking), await team.pool("新池", **masking)
    rule = {
        "name": "有网站",
        "when": {"fact": "website", "is": "contains", "value": "example"},
        "do": {"move": {"pool": "新池"}},
    }
    document = {"segments": [{"name": "所有"}], "cleaning": {"rules": [rule]}}
    async with team.connection() as conn:
        new = NewCustomer({"name": "客户", "website": SITE, "uscc": CODE}, source, None)
        by = By.person(None)
        (made,) = await insert_customers(conn, team.company.tenant_id, [new], kind="create", by=by, at=clock.now())
        await publish(conn, team.company.system, source, document, at=clock.now())
        run_id = await start_cleaning(conn, team.company.tenant_id, source, requested_by=None, now=clock.now())
    admin = await team.browser(team.company.admin_id)
    edited = await admin.patch(f"/customers/{made}", json={"website": f"www.{SITE}"}, headers={"If-Match": '"1"'})
    assert edited.status_code == 200, edited.text
    await clean(team.company.database, team.company.tenant_id, run_id)
    rep = await team.browser(team.rep_id)
    assert (await rep.get(f"/customers/{made}")).json()["pool"]["id"] == str(target)
    for path in ("", "/history", "/timeline", "/why"):
        seen, clear = [(await who.get(f"/customers/{made}{path}")).text for who in (rep, admin)]
        assert SITE not in seen, path
        assert CODE not in seen, path
        assert SITE in clear, path


async def test_an_undone_import_says_why_it_is_archived(team: Team) -> None:
    tenant_id, admin_id = team.company.tenant_id, team.company.admin_id
    async with team.connection() as conn:
        batch = await new_batch(conn, tenant_id, "import", admin_id, clock.now())
        new, by = NewCustomer({"name": "客户"}, team.pool_id, None), By.person(admin_id, batch)
        (made,) = await insert_customers(conn, tenant_id, [new], kind="import", by=by, at=clock.now())
        undo_id = await start_undo(conn, await team.company.actor(admin_id), batch, now=clock.now())
    await carry_out(team.company.database, tenant_id, undo_id)
    admin = await team.browser(admin_id)
    why = (await admin.get(f"/customers/{made}/why")).json()
    assert why["kind"] == "move"
    assert "导入" in why["sentences"]["zh"][0]
