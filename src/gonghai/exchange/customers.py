"""The rows of a file of customers or follow-ups, carried out chunk by chunk."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from unicodedata import is_normalized, normalize
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from gonghai.base.database import Conn
from gonghai.events.log import By
from gonghai.exchange.chunks import Chunk
from gonghai.exchange.decide import Decided, decide, row_keys
from gonghai.exchange.earlier import Earlier
from gonghai.exchange.faults import CellError
from gonghai.exchange.lookups import look_up
from gonghai.exchange.mapping import Mapping as Columns
from gonghai.exchange.survey import Key, Survey
from gonghai.exchange.table import Row
from gonghai.exchange.values import ParsedCustomer, parse_row
from gonghai.exchange.write import write
from gonghai.moves.batch import instant

EXTERNAL_ID: Final = Key("external_id", lambda text: normalize("NFC", text), "repeated")


class CustomerWork:
    """One import of customers or follow-ups."""

    def __init__(self, record: DictRow, columns: Columns, survey: Survey) -> None:
        self._record = record
        self._columns = columns
        self._survey = survey
        self._earlier = Earlier()
        self._zone = ZoneInfo(record["timezone"])
        self._today = record["started_at"].astimezone(self._zone).date()

    def read(self, row: Row) -> ParsedCustomer | list[CellError]:
        """The row's customer, or its faults. Follow-ups lie not after the day on which the import began."""
        region = self._record["asked"]["country"] or self._record["country"]
        parsed = parse_row(row, self._columns, zone=self._zone, today=self._today, region=region)
        return parsed if isinstance(parsed, list) else _composed(parsed)

    def parts(self, chunk: Chunk[ParsedCustomer]) -> Iterable[Chunk[ParsedCustomer]]:
        return (chunk,)

    async def write(self, conn: Conn, chunk: Chunk[ParsedCustomer], _: Mapping[str, Any]) -> Decided:
        record, tenant_id = self._record, self._record["tenant_id"]
        skips = record["kind"] == "customers" and record["asked"].get("duplicates", "skip") == "skip"
        keys = row_keys(chunk.parsed, record["country"]) if skips else {}
        known = await look_up(conn, tenant_id, chunk.parsed, home=record["pool_id"], keys=keys)
        known.earlier = self._earlier.rows(key for some in known.keys.values() for key in some)
        met = {there["external_id"] for some in known.matches.values() for there in some}
        known.in_file = self._survey.has(met - {None})
        decided = decide(chunk, known, self._columns, record["kind"])
        if not record["dry_run"]:
            by = By.person(record["asked_by"], record["batch_id"])
            await write(conn, tenant_id, decided, by=by, at=await instant(conn))
        return decided

    def note(self, decided: Decided | None) -> None:
        if decided is not None:
            self._earlier.note(decided.let_in)

    def close(self) -> None:
        self._earlier.close()


def _composed(customer: ParsedCustomer) -> ParsedCustomer:
    """With the external id as it is stored, to be found by it again."""
    if customer.external_id is None or is_normalized("NFC", customer.external_id):
        return customer
    return replace(customer, external_id=normalize("NFC", customer.external_id))
