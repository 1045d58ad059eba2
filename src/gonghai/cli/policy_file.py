"""A policy as a file: the document with the pool's settings beside it, as YAML or JSON, in the order people read it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import typer
import yaml
from pydantic import ValidationError

from gonghai.base.errors import Invalid
from gonghai.http.pool_shapes import Settings
from gonghai.policy.schema import policy_schema
from gonghai.policy.timers import TIMERS
from gonghai.pools.actions import SETTINGS

# The pool's name is no rule, and a file may be published for another pool.
KEPT: Final = tuple(name for name in SETTINGS if name != "name")
# PostgreSQL keeps no order of keys; what isn't named here comes last.
_ORDER: Final = {
    key: place
    for place, key in enumerate(
        [
            *("segments", "warnings", "cleaning", "settings", "every", "rules", "name", "zh", "en", "when", "timers"),
            *("target", "do", "fact", "is", "value", "n", "unit", "days", *(timer.name for timer in TIMERS), *KEPT),
        ]
    )
}


def read(file: Path) -> tuple[Any, dict[str, Any] | None]:
    """(document, settings) of a file; settings None where it has none. A file that can't be read ends the command."""
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        typer.echo(f"{file} can't be read as YAML in UTF-8: {error}", err=True)
        raise typer.Exit(1) from None
    if not isinstance(said, dict):
        return said, None
    settings = said.pop("settings", None)
    return said, None if settings is None else checked(settings)


def checked(settings: Any) -> dict[str, Any]:
    """Settings that a pool may have. 422 with the path of each fault."""
    try:
        given = Settings.model_validate(settings)
    except ValidationError as error:
        raise Invalid(*(_fault(one) for one in error.errors())) from None
    if "scopes" in given.model_fields_set:
        raise Invalid({"path": "settings.scopes", "code": "unknown_setting"})
    return given.given()


def written(document: Mapping[str, Any], settings: Mapping[str, Any], *, as_json: bool) -> str:
    """The text of a file that `read` takes apart again."""
    whole = _ordered({**document, "settings": {name: settings[name] for name in KEPT}})
    if as_json:
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode() + "\n"
    return yaml.dump(whole, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def file_schema() -> dict[str, Any]:
    """The JSON Schema of a file: the document's, with the settings."""
    schema = policy_schema()
    settings = Settings.model_json_schema(ref_template="#/$defs/{model}")
    schema["$defs"] |= settings.pop("$defs", {})
    settings["properties"].pop("scopes")
    return {**schema, "properties": {**schema["properties"], "settings": settings}}


class _Dumper(yaml.SafeDumper):
    """Writes the same list twice rather than an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _ordered(node: Any) -> Any:
    if isinstance(node, Mapping):
        keys = sorted(node, key=lambda key: _ORDER.get(key, len(_ORDER)))
        return {key: _ordered(node[key]) for key in keys}
    return [_ordered(item) for item in node] if isinstance(node, list | tuple) else node


def _fault(error: Any) -> dict[str, Any]:
    return {"path": ".".join(["settings", *map(str, error["loc"])]), "code": error["type"], "message": error["msg"]}
