"""What the documents name is there: commands with their options, links, files; each guide in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from gonghai.cli.main import app

ROOT = Path(__file__).parents[1]
NAMES = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
# In a line of its own, between backticks, in $( ), or after .venv/bin/.
COMMANDS = re.compile(r"(?:^|`|\$\(|/)gonghai ([a-z][^`)\n]*)", re.MULTILINE)
LINKS = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FILES = re.compile(r"`([\w/.-]+\.(?:py|sql|tsx?))\b")
SOURCES = ("src", "web/src", "tests", "tools", "bench")
NEVER = {"utils.py", "service.py", "manager.py"}  # named because there is none


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(text: str) -> Iterator[tuple[Any, list[str]]]:
    """Each command that is said, None where there is none of its name, and the words behind it."""
    for said in COMMANDS.findall(text):
        found: Any = get_command(app)
        words = said.partition("#")[0].split()
        while words and hasattr(found, "commands"):
            found = found.commands.get(words.pop(0))
        yield found, words


@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_the_documents_is_one_and_has_these_options(name: str) -> None:
    for found, words in commands(read(name)):
        assert found is not None, words
        options = {word.strip("[]").partition("=")[0] for word in words if word.strip("[").startswith("--")}
        assert options <= {"--help", *(option for parameter in found.params for option in parameter.opts)}, found.name


def test_the_readmes_name_every_command() -> None:
    top: Any = get_command(app)
    for name in ("README.md", "README.zh-CN.md"):
        text = read(name)
        assert [command for command in top.commands if f"`gonghai {command}" not in text] == [], name


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    links = [link for link in LINKS.findall(read(name)) if not link.startswith(("http://", "https://"))]
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_source_that_is_named_is_there(name: str) -> None:
    there = [f"/{path.relative_to(ROOT)}" for top in SOURCES for path in (ROOT / top).rglob("*") if path.suffix]
    missing = {file for file in FILES.findall(read(name)) if not any(path.endswith(f"/{file}") for path in there)}
    assert missing <= NEVER


def test_each_guide_is_there_in_both_languages_with_the_same_sections() -> None:
    chinese, english = (
        {path.name: path.read_text(encoding="utf-8").count("\n## ") for path in (ROOT / "docs/guide" / each).iterdir()}
        for each in ("zh", "en")
    )
    assert chinese == english != {}


def test_every_decision_stands_in_the_index() -> None:
    index = read("docs/adr/README.md")
    for path in (ROOT / "docs/adr").glob("0*.md"):
        title = path.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2]
        assert f"| [{path.name[:4]}]({path.name}) | {title}" in index
