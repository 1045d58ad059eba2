"""What a file may be of: which fields it has, what a row is known again by, and how its rows are read and written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from psycopg.rows import DictRow

from gonghai.base.database import Conn
from gonghai.exchange.chunks import Chunk
from gonghai.exchange.customers import EXTERNAL_ID, CustomerWork
from gonghai.exchange.faults import CellError
from gonghai.exchange.fields import CUSTOMER_FIELDS, Fields
from gonghai.exchange.mapping import Mapping as Columns
from gonghai.exchange.people.fields import PEOPLE_FIELDS
from gonghai.exchange.people.work import LOGIN, PeopleWork
from gonghai.exchange.survey import Key, Survey
from gonghai.exchange.table import Row


class Work(Protocol):
    """Reading and writing the rows of one import, from its first chunk to its last."""

    def read(self, row: Row) -> Any | list[CellError]:
        """What the row speaks of, or its faults. In a thread."""

    def parts(self, chunk: Chunk[Any]) -> Iterable[Chunk[Any]]:
        """The chunk, cut into what may be written in one transaction."""

    async def write(self, conn: Conn, chunk: Chunk[Any], outcome: Mapping[str, Any]) -> Any:
        """Decides about the rows and, but for a dry run, writes them; an Outcome. `outcome`: the record's so far."""

    def note(self, decided: Any) -> None:
        """Remembers what was decided, once that is committed; None where nothing was."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `key`: the field that may have each value in one row only."""

    fields: Fields
    key: Key | None
    work: Callable[[DictRow, Columns, Survey], Work]


KINDS: Final = {
    "customers": Kind(CUSTOMER_FIELDS, EXTERNAL_ID, CustomerWork),
    "follow_ups": Kind(CUSTOMER_FIELDS, None, CustomerWork),
    "people": Kind(PEOPLE_FIELDS, LOGIN, PeopleWork),
}
