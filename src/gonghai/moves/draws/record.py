"""A draw's published record, and checking one: from the record alone, without a database."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from psycopg.rows import DictRow

from gonghai.moves.draws.dealing import Attempt, Outcome, deal, seed_hash

FORMAT: Final = "gonghai-draw/1"
# What stands beside the record proper: its digest, and names for reading, which are each reader's own.
_BESIDE: Final = ("digest", "names")
_NEEDED: Final = {"format", "draw", "seed_hash", "seed", "entries", "digest"}


def published(draw: Mapping[str, Any], wishes: Sequence[DictRow]) -> dict[str, Any]:
    """The record of a dealt draw from its row and its wishes' rows, in order of person and place; with its digest."""
    entries: dict[int, list[dict[str, Any]]] = {}
    for row in wishes:
        entries.setdefault(row["person_id"], []).append(_wish(row))
    record: dict[str, Any] = {
        "format": FORMAT,
        "draw": {
            "id": str(draw["id"]),
            "pool_id": str(draw["pool_id"]),
            "opens_at": _utc(draw["opens_at"]),
            "closes_at": _utc(draw["closes_at"]),
            "dealt_at": _utc(draw["decided_at"]),
        },
        "seed_hash": seed_hash(bytes(draw["seed"])),
        "seed": bytes(draw["seed"]).hex(),
        "entries": [{"person": str(person), "wishes": given} for person, given in entries.items()],
    }
    return {**record, "digest": digest(record)}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _wish(row: Mapping[str, Any]) -> dict[str, Any]:
    taken_by = str(row["taken_by"]) if row["taken_by"] is not None else None
    shown = {"customer": str(row["customer_id"]), "outcome": row["outcome"], "round": row["round"]}
    more = {"turn": row["turn"], "taken_by": taken_by, "code": row["code"]}
    return shown | {name: value for name, value in more.items() if value is not None}


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the record proper as JSON with sorted keys and without spaces."""
    proper = {name: value for name, value in record.items() if name not in _BESIDE}
    text = json.dumps(proper, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(record: Any) -> list[str]:
    """What of a record does not follow from its seed and wishes, a line each; none where all is as it should be."""
    try:
        if not isinstance(record, dict) or record.get("format") != FORMAT:
            return [f"this is no record of a draw ({FORMAT})"]
        if missing := sorted(_NEEDED - record.keys()):
            return [f"missing: {', '.join(missing)}"]
        return list(_differences(record))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"the record can't be read: {type(error).__name__}: {error}"]


def _differences(record: dict[str, Any]) -> Iterator[str]:
    seed = bytes.fromhex(record["seed"])
    if (found := seed_hash(seed)) != record["seed_hash"]:
        yield f"seed_hash: the record says {record['seed_hash']}, the seed gives {found}"
    if (found := digest(record)) != record["digest"]:
        yield f"digest: the record says {record['digest']}, its text gives {found}"
    people = [int(entry["person"]) for entry in record["entries"]]
    if people != sorted(set(people)):
        yield "entries: people stand once each, in order of their ids"
        return
    for outcome in _dealt_again(seed, record):
        index = people.index(outcome.person_id)
        kept = record["entries"][index]["wishes"][outcome.place - 1]
        expected = _wish(_fields(outcome))
        if kept != expected:
            yield f"entries[{index}].wishes[{outcome.place - 1}]: the record says {_said(kept)}, dealing gives {_said(expected)}"


def _dealt_again(seed: bytes, record: Mapping[str, Any]) -> list[Outcome]:
    """The dealing once more. Which rule refused whom is a fact of that moment, so it is read from the record."""
    wishes = {int(e["person"]): [int(w["customer"]) for w in e["wishes"]] for e in record["entries"]}
    kept = {(int(e["person"]), i): w for e in record["entries"] for i, w in enumerate(e["wishes"], 1)}

    def answer(attempt: Attempt) -> str | None:
        wish = kept[attempt.person_id, attempt.place]
        return str(wish["code"]) if wish["outcome"] == "refused" else None

    dealing = deal(seed, wishes)
    try:
        attempt = next(dealing)
        while True:
            attempt = dealing.send(answer(attempt))
    except StopIteration as done:
        outcomes: list[Outcome] = done.value
        return outcomes


def _fields(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in Outcome.__slots__}


def _said(wish: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in wish.items()) if isinstance(wish, dict) else repr(wish)
