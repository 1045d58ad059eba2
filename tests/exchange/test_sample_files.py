"""Reads real export files of other programs, where the folder GONGHAI_SAMPLE_DATA has them."""

import os
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gonghai.exchange.faults import ImportFileError
from gonghai.exchange.mapping import map_headers
from gonghai.exchange.readers import open_table
from gonghai.exchange.values import ParsedCustomer, parse_row

FOLDER = os.environ.get("GONGHAI_SAMPLE_DATA")
pytestmark = pytest.mark.skipif(not FOLDER, reason="GONGHAI_SAMPLE_DATA names no folder with sample files")


def read(name: str, region: str = "CN") -> tuple[list[ParsedCustomer], Counter[str]]:
    customers: list[ParsedCustomer] = []
    faults: Counter[str] = Counter()
    with open_table(Path(FOLDER or "") / name, filename=name) as table:
        mapping = map_headers(table.headers)
        for row in table:
            result = parse_row(row, mapping, zone=ZoneInfo("Asia/Shanghai"), today=date(2026, 1, 1), region=region)
            if isinstance(result, list):
                faults.update(error.code for error in result)
            else:
                customers.append(result)
    return customers, faults


def test_leads_of_zoho_are_read_with_owners_and_phones() -> None:
    customers, faults = read("zoho_demo/Leads.csv", "US")
    assert (len(customers), faults) == (3900, {})
    assert len({found.owner for found in customers}) == 11
    assert all(found.external_id and found.phones and found.contact_name and found.stage for found in customers)


def test_american_phones_are_not_taken_for_chinese_ones() -> None:
    customers, faults = read("zoho_demo/Leads.csv")
    assert (len(customers), faults) == (0, {"phone_country_unclear": 3900})


def test_calls_of_zoho_are_follow_ups_of_leads() -> None:
    customers, faults = read("zoho_demo/Calls.csv")
    assert (len(customers), faults) == (170, {"customer_missing": 3930})
    assert all(found.follow_ups[0].kind == "call" and found.follow_ups[0].by for found in customers)


def test_lists_in_gbk_keep_leading_zeros() -> None:
    customers, faults = read("cn_listed_gbk/tushare_stock_basic_gbk.csv")
    assert (len(customers), faults) == (4347, {})
    assert (customers[0].external_id, customers[0].name, customers[0].industry) == ("000001", "平安银行", "银行")
    customers, faults = read("cn_listed_gbk/baostock_stock_basic_gbk.csv")
    assert (len(customers), faults, customers[0].name) == (4732, {}, "上证综合指数")


def test_accounts_of_salesforce_are_read() -> None:
    customers, faults = read("crm_import_samples/sfdc_accountData.csv", "US")
    assert len(customers) + faults["bad_phone"] == 423
    assert "Pébéo of America" in {found.name for found in customers}
    assert len(read("crm_import_samples/sfdc_upsertAccountCsvTemplate.csv", "US")[0]) == 100


def test_an_old_excel_template_is_read() -> None:
    with open_table(Path(FOLDER or "") / "crm_import_samples/odoo_crm_lead.xls", filename="crm_lead.xls") as table:
        mapping = map_headers(table.headers)
        assert (table.kind, len(list(table))) == ("xls", 8)
    used = mapping.as_headers()
    assert (used["Company Name"], used["Mobile"], used["Street2"]) == ("name", "phones", "address")


@pytest.mark.parametrize("mark", ["BOM_UTF8", "BOM_UTF16BE", "BOM_UTF16LE", "BOM_UTF32BE", "BOM_UTF32LE"])
def test_files_with_byte_order_marks_are_read(mark: str) -> None:
    with open_table(Path(FOLDER or "") / f"crm_import_samples/sfdc_csvtext_{mark}.csv", filename="a.csv") as table:
        assert table.headers == ["column1", "column2", "column3"]
        assert [row.cells for row in table][1] == ["row2-1", "row2-2", "row2-3"]
        with pytest.raises(ImportFileError) as caught:
            map_headers(table.headers)
    assert caught.value.code == "no_header_recognised"
