"""Asks every route of the OpenAPI that can be asked, as one person; new routes come along by themselves."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import httpx

MOST_IDS = 3  # of each list, for the routes below it
# POSTs that only read: their paths say so.
READING = re.compile(r"/(preview|check)\b")
# Signing in and out ends the crawl; a token is nobody's id.
LEFT_OUT = ("/session", "/links/")


@dataclass(slots=True)
class Crawl:
    """`known`: ids by the parameter that names them; what lists answer is added by the list's path."""

    client: httpx.AsyncClient
    openapi: Mapping[str, Any]
    known: Mapping[str, Sequence[str]]
    listed: dict[str, list[str]] = field(default_factory=dict)

    async def reads(self, bodies: Mapping[str, Sequence[Any]]) -> AsyncIterator[tuple[str, str]]:
        """(what was asked, the answer) of every GET with each value of its choices, and of every POST that reads."""
        for path, method, operation in self._operations():
            if method == "get":
                for url in self._urls(path):
                    for query in self._queries(operation):
                        yield await self._ask("GET", url, path, params=query)
            elif method == "post" and READING.search(path):
                for url, body in product(self._urls(path), bodies.get(path, [{}])):
                    yield await self._ask("POST", url, path, json=body)

    async def writes(self, bodies: Mapping[str, Any]) -> AsyncIterator[tuple[str, str]]:
        """The same of everything that writes: for somebody who may do none of it."""
        for path, method, _ in self._operations():
            if method != "get" and not READING.search(path):
                for url in self._urls(path):
                    body = bodies.get(path, {}) if method != "delete" else None
                    yield await self._ask(method.upper(), url, path, json=body, headers={"If-Match": '"1"'})

    def _operations(self) -> Iterator[tuple[str, str, Any]]:
        """Lists before what is below them."""
        for path, methods in sorted(self.openapi["paths"].items(), key=lambda item: item[0].count("/")):
            short = path.removeprefix("/api/v1")
            if not short.startswith(LEFT_OUT):
                for method, operation in methods.items():
                    yield short, method, operation

    def _urls(self, path: str) -> Iterator[str]:
        """The path with each combination of ids that fit."""
        parts = path.split("/")
        choices = []
        for index, part in enumerate(parts):
            name = part.strip("{}")
            if part == name:
                choices.append([part])
            else:
                above = self.listed.get("/".join(parts[:index]), [])
                choices.append([*dict.fromkeys([*self.known.get(name, []), *above[:MOST_IDS]])] or ["1"])
        for combination in product(*choices):
            yield "/".join(combination)

    def _queries(self, operation: Any) -> Iterator[dict[str, str]]:
        """Each value of each choice; beside it as many items as a page holds, and what must be given."""
        offered = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
        base = {"limit": "200"} if "limit" in offered else {}
        base |= {"person_id": self.known["person_id"][0]} if "person_id" in offered else {}
        yield base
        for name, parameter in offered.items():
            for value in self._values(name, parameter["schema"]):
                yield {**base, name: value}

    def _values(self, name: str, schema: Any) -> Sequence[str]:
        if name in self.known:
            return self.known[name]
        for one in [schema, *schema.get("anyOf", [])]:
            if "enum" in one:
                return [str(value) for value in one["enum"]]
            if one.get("type") == "boolean":
                return ["true", "false"]
        return []

    async def _ask(self, method: str, url: str, path: str, **more: Any) -> tuple[str, str]:
        answer = await self.client.request(method, url, **more)
        if method == "GET" and answer.status_code == 200 and "json" in answer.headers.get("content-type", ""):
            found = answer.json()
            items = found.get("items", []) if isinstance(found, dict) else found
            ids = [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
            self.listed.setdefault(url, []).extend(ids)
        assert answer.status_code < 500, f"{method} {url} {more}: {answer.text}"
        asked = ", ".join(f"{k}={v}" for k, v in more.items() if v)
        return f"{method} {url} {asked} → {answer.status_code}", answer.content.decode("utf-8-sig")
