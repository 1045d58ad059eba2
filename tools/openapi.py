"""Writes web/openapi.json, and from it the types of the web client; with --check it only says whether they are fresh."""

import json
import sys
import tempfile
from pathlib import Path

from bootstrap import ROOT, WEB, StepError, node_environment, npm, say

from gonghai.base.database import Database
from gonghai.base.settings import Settings
from gonghai.http.app import create_app

DOCUMENT = WEB / "openapi.json"
TYPES = WEB / "src" / "api" / "schema.d.ts"


def document() -> str:
    """The application's OpenAPI document in the form that is kept: a change of one route is a change of its lines."""
    app = create_app(Database(""), Settings())
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_types(target: Path) -> None:
    """Generate the web client's types from web/openapi.json."""
    command = ("exec", "--", "openapi-typescript", DOCUMENT.name, "--default-non-nullable=false", "-o", str(target))
    npm(*command, advice="Run `make web` first; the message above says more.", environment=node_environment())


def check() -> None:
    """Raise StepError unless the document and the types are what the application yields now."""
    if not DOCUMENT.exists() or DOCUMENT.read_text() != document():
        raise StepError("web/openapi.json is not what the application offers: run `make openapi` and commit.")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / TYPES.name
        write_types(fresh)
        if fresh.read_text() != TYPES.read_text():
            raise StepError(f"{TYPES.relative_to(ROOT)} is not what web/openapi.json says: run `make openapi`, commit.")
    say("The web client's types are fresh")


def write() -> None:
    """Write the document and the types."""
    DOCUMENT.write_text(document())
    write_types(TYPES)
    say(f"Wrote {DOCUMENT.relative_to(ROOT)} and {TYPES.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["--check"] else write()
    except StepError as failure:
        sys.exit(f"✗ {failure}")
