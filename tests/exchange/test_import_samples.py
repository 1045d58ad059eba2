"""Imports real export files of other programs, where the folder GONGHAI_SAMPLE_DATA has them."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from gonghai.base import clock
from gonghai.people.persons import NewPerson, create_person
from tests.exchange.desk import Desk, counts
from tests.fixtures.people import PASSWORD_HASH

FOLDER = os.environ.get("GONGHAI_SAMPLE_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="GONGHAI_SAMPLE_DATA names no folder with sample files")


def sample(name: str) -> Path:
    return Path(FOLDER or "") / name


async def hire(desk: Desk) -> dict[str, str]:
    """The users of zoho_demo as persons; e-mail by name."""
    emails = {}
    with sample("zoho_demo/Users.csv").open(encoding="utf-8-sig") as file:
        async with desk.company.database.tenant(desk.tenant_id) as conn:
            for user in csv.DictReader(file):
                name, email = user["Last Name"], user["Email"]
                new = NewPerson(
                    name=name,
                    login=desk.company.login(email.partition("@")[0]),
                    email=email,
                    department_id=desk.company.root_id,
                    roles=("rep",),
                    password_hash=PASSWORD_HASH,
                )
                await create_person(conn, desk.company.system, new, now=clock.now())
                emails[name] = email
    return emails


async def test_leads_of_zoho_find_their_owners_and_calls_their_leads(desk: Desk) -> None:
    emails = await hire(desk)
    leads = sample("zoho_demo/Leads.csv").read_bytes()
    # The owner by name, as the file has it.
    done = await desk.imported(leads, "Leads.csv", country="US")
    assert counts(done) == (3900, 0, 0, 0)
    with sample("zoho_demo/Leads.csv").open(encoding="utf-8-sig") as file:
        expected = Counter(row["Lead Owner"] for row in csv.DictReader(file))
    owners = await desk.rows(
        "SELECT p.name, count(*) AS n FROM customer c JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.owner_id"
        " GROUP BY p.name"
    )
    assert {row["name"]: row["n"] for row in owners} == expected
    # By e-mail it is the same: nothing changes.
    text = leads.decode()
    for name, email in emails.items():
        text = text.replace(f",{name},", f",{email},")
    assert counts(await desk.imported(text, "Leads.csv", country="US")) == (0, 0, 3900, 0)

    calls = sample("zoho_demo/Calls.csv").read_bytes()
    done = await desk.imported(calls, "Calls.csv", kind="follow_ups")
    assert counts(done) == (170, 0, 0, 3930)
    assert {e["code"] for e in done["errors_sample"]} == {"customer_missing"}
    (found,) = await desk.rows(
        "SELECT count(*) AS n, count(DISTINCT author_id) AS authors, count(*) FILTER (WHERE kind = 'call') AS calls,"
        " count(*) FILTER (WHERE qualifies) AS counting FROM follow_up"
    )
    assert (found["n"], found["calls"], found["counting"], found["authors"] > 5) == (170, 170, 0, True)
    assert counts(await desk.imported(calls, "Calls.csv", kind="follow_ups")) == (0, 0, 170, 3930)
    assert (await desk.verified()).customers == 3900


@pytest.mark.parametrize(
    ("name", "rows", "external_id", "customer"),
    [
        ("tushare_stock_basic_gbk.csv", 4347, "000001", "平安银行"),
        ("baostock_stock_basic_gbk.csv", 4732, "sh.000001", "上证综合指数"),
    ],
)
async def test_lists_in_gbk_are_imported_with_leading_zeros(
    desk: Desk, name: str, rows: int, external_id: str, customer: str
) -> None:
    content = sample(f"cn_listed_gbk/{name}").read_bytes()
    done = await desk.imported(content, name)
    assert (counts(done), done["encoding"]) == ((rows, 0, 0, 0), "gb18030")
    assert (await desk.customers())[external_id]["name"] == customer
    assert counts(await desk.imported(content, name)) == (0, 0, rows, 0)
    await desk.verified()


async def test_accounts_of_salesforce_are_imported(desk: Desk) -> None:
    content = sample("crm_import_samples/sfdc_accountData.csv").read_bytes()
    done = await desk.imported(content, "accounts.csv", country="US")
    assert done["created"] + done["faulty"] == 423
    assert done["created"] > 400
    await desk.verified()
