"""`gonghai import`: a file of customers, follow-ups or people, in the foreground."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from psycopg.rows import DictRow

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.database import Conn, Database, value
from gonghai.base.errors import NotFound
from gonghai.base.settings import Settings
from gonghai.cli.reach import app_connection, finish, reach
from gonghai.exchange import actions
from gonghai.exchange.carry_out import carry_out
from gonghai.exchange.messages import Language
from gonghai.exchange.queries import get_import, pieces
from gonghai.people.tenants import tenant_of_login
from gonghai.policy.versions import pool_names

REFUSED, SOME_FAULTY = 1, 2
SHOWN = 10  # faults on the terminal; the file has them all


def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV (any encoding) or XLSX.")],
    login: Annotated[str, typer.Option(help="Any sign-in name of the company, such as its admin's.")],
    pool: Annotated[str | None, typer.Option(help="For rows that name no pool; not needed where there is one.")] = None,
    kind: Annotated[actions.Kind, typer.Option(help="What a row is.")] = "customers",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="YAML or JSON: column name → field, or null.")
    ] = None,
    faulty: Annotated[Path | None, typer.Option(dir_okay=False, help="Where the rows to mend go, as CSV.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a CSV; default: detected.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Of phone numbers that name none; default: the company's.")
    ] = None,
    duplicates: Annotated[
        actions.OnDuplicate,
        typer.Option(help="Rows of customers that are here already by code, phone, e-mail or name."),
    ] = "skip",
    create_departments: Annotated[
        bool, typer.Option("--create-departments", help="Of people: make departments that are missing.")
    ] = False,
    lang: Annotated[Language | None, typer.Option(help="Of messages about the file; default: the company's.")] = None,
) -> None:
    """Imports customers, follow-ups or people. Ends with 1 where the file is refused, with 2 where some rows were faulty.

    Run again after an interruption, it goes on behind the last row written.
    """
    options = {"kind": kind, "dry_run": dry_run, "mapping": _mapping(mapping), "encoding": encoding, "language": lang,
               "duplicates": duplicates, "create_departments": create_departments}  # fmt: skip
    options |= {"filename": file.name, "country": country.upper() if country else None}
    settings = Settings()
    with reach(settings) as owner_url:
        record = finish(_import(app_connection(settings, owner_url), file, login, pool, options, faulty))
    if record["state"] != "done":
        raise typer.Exit(REFUSED)
    if record["faulty"]:
        raise typer.Exit(SOME_FAULTY)


def _mapping(file: Path | None) -> dict[str, str | None]:
    if file is None:
        return {}
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} can't be read as YAML in UTF-8: {error}", param_hint="--mapping") from None
    if not isinstance(said, dict) or not all(isinstance(v, str | None) for v in said.values()):
        raise typer.BadParameter("column name: field, one a line", param_hint="--mapping")
    return {str(header): name for header, name in said.items()}


async def _import(
    url: str, file: Path, login: str, pool: str | None, options: dict[str, Any], faulty: Path | None
) -> DictRow:
    """Carries it out and says what came of it; the record."""
    async with Database(url, size=2) as database:
        actor = await tenant_of_login(database, login)
        with file.open("rb") as source:
            async with database.tenant(actor.tenant_id) as conn:
                language = options["language"] or await _language(conn, actor)
                options |= {"language": language, "digest": actions.digest_of(source)}
                pool_id = None if options["kind"] == "people" else await _pool(conn, actor, pool)
                new = actions.NewImport(**options, pool_id=pool_id)
                import_id = await actions.unfinished_import(conn, actor, new)
                if import_id is None:
                    import_id = await actions.start_import(conn, actor, new, now=clock.now())
            await carry_out(database, actor.tenant_id, import_id, source=source, progress=_progress)
        async with database.tenant(actor.tenant_id) as conn:
            record = await get_import(conn, actor.tenant_id, import_id)
        if faulty is not None and (record["faulty"] or record["duplicates"]):
            await _write_faulty(database, record, faulty)
        _say(record, language, faulty)
        return record


async def _language(conn: Conn, actor: Actor) -> Language:
    locale = await value(conn, "SELECT t.locale FROM tenant t WHERE t.id = %s", (actor.tenant_id,))
    return "zh" if locale == "zh-CN" else "en"


async def _pool(conn: Conn, actor: Actor, pool: str | None) -> int:
    names = await pool_names(conn, actor.tenant_id)
    if pool in names:
        return names[pool]
    only = set(names.values())
    if pool is None and len(only) == 1:
        return only.pop()
    raise NotFound("pool", pool=pool or "name one with --pool")


async def _progress(record: DictRow) -> None:
    print(f"\r{record['rows_done']:,} / {record['rows_total']:,}", end="", file=sys.stderr, flush=True)


async def _write_faulty(database: Database, record: DictRow, target: Path) -> None:
    with target.open("wb") as file:
        async for piece in pieces(database, record["tenant_id"], record["id"], "faulty"):
            file.write(piece)


_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "done": "{rows_done} 行：新增 {created}，更新 {updated}，未变 {unchanged}，重复 {duplicates}，有误 {faulty}",
        "people": "{rows_done} 行：新增 {created}，变更 {updated}，离职 {deactivated}，重新启用 {rejoined}，"
        "未变 {unchanged}，有误 {faulty}",
        "departments": "新建部门：{n} 个",
        "customers": "离职成员的客户：{n} 个，按公司的离职规则处理",
        "invite": "新成员还没有密码：请到网页上这次导入的页面生成邀请链接",
        "dry": "试运行，没有写入任何数据",
        "failed": "未导入：{message}",
        "cancelled": "导入已被取消",
        "running": "另一个进程正在继续这次导入",
        "unmapped": "未使用的列：{columns}",
        "where": "第 {row} 行「{header}」：{message}",
        "file": "未导入的行在 {file}，修改后可再次导入",
        "option": "加上 --faulty 文件.csv 可得到未导入的行",
    },
    "en": {
        "done": "{rows_done} rows: {created} created, {updated} updated, {unchanged} unchanged, {duplicates} duplicates,"
        " {faulty} faulty",
        "people": "{rows_done} rows: {created} created, {updated} updated, {deactivated} deactivated, {rejoined} taken back,"
        " {unchanged} unchanged, {faulty} faulty",
        "departments": "Departments made: {n}",
        "customers": "Customers of those who left: {n}, by the company's leaver rule",
        "invite": "The new people have no password yet: make their invitation links on the page of this import",
        "dry": "A dry run: nothing was written",
        "failed": "Not imported: {message}",
        "cancelled": "The import was cancelled",
        "running": "Another process goes on with this import",
        "unmapped": "Columns left out: {columns}",
        "where": "Row {row}, {header}: {message}",
        "file": "The rows left out are in {file}, to mend and import again",
        "option": "With --faulty FILE.csv you get the rows left out",
    },
}


def _say(record: DictRow, language: Language, faulty: Path | None) -> None:
    """The summary on standard output, what is wrong on standard error."""
    words = _WORDS[language]
    if record["rows_done"]:
        print(file=sys.stderr)
    if record["state"] == "failed":
        typer.echo(words["failed"].format(message=record["error"]["message"][language]), err=True)
        return
    if record["state"] != "done":
        typer.echo(words["cancelled" if record["state"] == "cancelled" else "running"], err=True)
    _say_done(record, words)
    if record["dry_run"]:
        typer.echo(words["dry"])
    if record["unmapped"]:
        typer.echo(words["unmapped"].format(columns=", ".join(record["unmapped"])))
    for fault in record["errors_sample"][:SHOWN]:
        place = {"row": fault["row"], "header": fault["header"] or fault["column"] or "-"}
        typer.echo(words["where"].format(**place, message=fault["message"][language]), err=True)
    if record["faulty"] or record["duplicates"]:
        typer.echo(words["file"].format(file=faulty) if faulty else words["option"], err=True)


def _say_done(record: DictRow, words: dict[str, str]) -> None:
    if record["kind"] != "people":
        typer.echo(words["done"].format(**record))
        return
    typer.echo(words["people"].format(**record))
    made, goes = record["outcome"].get("departments", ()), record["outcome"].get("receivers", ())
    if made:
        typer.echo(words["departments"].format(n=len(made)))
    if goes:
        typer.echo(words["customers"].format(n=sum(n for _, _, n in goes)))
    if not record["dry_run"] and (record["created"] or record["rejoined"]):
        typer.echo(words["invite"])
