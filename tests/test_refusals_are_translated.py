"""Every refusal that the sources can answer has words in both languages in the web app."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "gonghai"
TEXTS = ROOT / "web" / "src" / "shared" / "problems.ts"
# How a code is written: raised, answered by a decision, set in the SQL function `claim`.
CODES = (
    re.compile(r"Refusal\(\s*\"([a-z_]+)\""),
    re.compile(r"Result\.refused\([a-z_]+, \"([a-z_]+)\""),
    re.compile(r"return \"([a-z]+_[a-z_]+)\", \{"),
    re.compile(r"code := '([a-z_]+)'"),
    re.compile(r"THEN '(already_[a-z_]+)'"),
    re.compile(r"super\(\).__init__\(\"([a-z_]+)\""),
)
# `conditions` asks Python, `needs_approval` becomes a request, `requested` is an outcome;
# these two are for programs that send malformed requests.
NOT_FOR_PEOPLE = {"conditions", "needs_approval", "requested", "idempotency_key_invalid", "http_error"}


def codes() -> set[str]:
    files = [f for f in SOURCES.rglob("*") if f.suffix in (".py", ".sql") and "exchange" not in f.parts]
    text = "\n".join(f.read_text(encoding="utf-8") for f in files)
    return {code for pattern in CODES for code in pattern.findall(text)} - NOT_FOR_PEOPLE


def test_every_refusal_is_told_in_chinese_and_english() -> None:
    texts = TEXTS.read_text(encoding="utf-8")
    told = dict(re.findall(r"^  (\w+): \[\s*\"([^\"]+)\"", texts, re.M))
    found = codes()
    assert len(found) > 50
    assert sorted(found - told.keys()) == []
    assert all(re.search(r"[一-鿿]", told[code]) for code in found)
