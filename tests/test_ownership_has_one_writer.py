"""Owner, pool, state and spells have one writer; the sources are read to hold it."""

import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "gonghai"
CRITICAL = ("state", "owner_id", "pool_id", "spell_no", "spell_claimed", "entered_pool_at", "first_pooled_at",
            "recycle_count", "archived_reason", "merged_into")  # fmt: skip
# insert.py writes a customer's first state; the demo generator copies whole histories, which `verify` checks.
WRITERS = {"customers/ownership.py", "customers/insert.py"}
UPDATE = re.compile(r"UPDATE\s+customer\s+(?:AS\s+)?c?\s*SET(?P<columns>.*?)(?:WHERE|FROM|\"\"\")", re.S | re.I)
SPELL = re.compile(r"(INSERT\s+INTO\s+spell|UPDATE\s+spell)\b", re.I)


def sources() -> list[tuple[str, str]]:
    files = [f for f in SOURCE.rglob("*.py") if "demo" not in f.parts and "migrations" not in f.parts]
    return [(str(f.relative_to(SOURCE)), f.read_text(encoding="utf-8")) for f in files]


def faults(name: str, text: str) -> list[str]:
    """What a source writes that only ownership.py may."""
    if name in WRITERS:
        return []
    found = [f"{name}: writes spells" for _ in SPELL.findall(text)]
    for update in UPDATE.finditer(text):
        written = re.findall(r"(?:^|,)\s*(\w+)\s*=", update["columns"])
        found += [f"{name}: writes customer.{column}" for column in written if column in CRITICAL]
    return found


def test_only_ownership_writes_owner_pool_state_and_spells() -> None:
    found = [fault for name, text in sources() for fault in faults(name, text)]
    assert found == []
    assert len(sources()) > 60


def test_in_sql_only_open_spell_writes_them() -> None:
    """Claiming is one SQL function (docs/adr/0002-claim.md); ownership.py opens spells through the same one."""
    sql = (SOURCE / "migrations" / "versions" / "0001_fences.sql").read_text(encoding="utf-8")
    functions = re.split(r"(?=^CREATE FUNCTION )", sql, flags=re.M)
    writers = [f.split("(")[0] for f in functions if re.search(r"(UPDATE customer|INSERT INTO (customer|spell))\b", f)]
    assert writers == ["CREATE FUNCTION open_spell"]
    assert "open_spell(" in (SOURCE / "customers" / "ownership.py").read_text(encoding="utf-8")


def test_the_reader_of_sources_would_find_a_second_writer() -> None:
    assert faults("moves/x.py", 'run("UPDATE customer c SET note = 1, owner_id = 2 WHERE c.id = 3")') == [
        "moves/x.py: writes customer.owner_id"
    ]
    assert faults("moves/x.py", "UPDATE spell s SET ended_at = now()") == ["moves/x.py: writes spells"]
