"""Imports: upload a file, watch it being read and written, fetch the rows to mend."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict, Field, Json, StringConstraints, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gonghai.access.actor import Actor
from gonghai.base import clock
from gonghai.base.errors import Invalid, NotFound
from gonghai.base.queue import defer
from gonghai.exchange import actions, queries
from gonghai.exchange.messages import Language
from gonghai.http.call import By, Call, database, identify
from gonghai.http.idempotency import answered_once
from gonghai.http.import_shapes import Import, import_shape, people_outcome
from gonghai.http.paging import After, Limit, cut_page, decode_cursor
from gonghai.http.shapes import Id, Page
from gonghai.moves.undone import newest_undos
from gonghai.pools.actor import load_actor

router = APIRouter(prefix="/imports", tags=["imports"])
# What a form has beside the file: boundaries, names, the other fields.
_FORM_BYTES = 1024 * 1024


class Form(BaseModel):
    """The fields beside `file`."""

    model_config = ConfigDict(extra="forbid")
    pool_id: Id | None = Field(None, description="For customers' rows that name no pool; not for people.")
    kind: actions.Kind = "customers"
    dry_run: bool = Field(False, description="Check everything, write nothing.")
    mapping: Json[dict[str, str | None]] | None = Field(
        None, description="JSON: column name → field, or null to leave the column out. Other columns go by their names."
    )
    encoding: Annotated[str, StringConstraints(max_length=50)] | None = Field(
        None, description="Of a CSV; default: detected."
    )
    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = Field(
        None, description="Of phone numbers that name none; default: the company's."
    )
    duplicates: actions.OnDuplicate = Field(
        "skip", description="Rows of customers that are here already by credit code, phone, e-mail or name."
    )
    create_departments: bool = Field(
        False, description="Of people: make departments that are missing, instead of leaving their rows out."
    )
    language: Language | None = Field(None, description="Of the file of faulty rows; default: the reader's.")


_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": (_schema := Form.model_json_schema())
            | {
                "properties": {"file": {"type": "string", "format": "binary"}, **_schema["properties"]},
                "required": ["file"],
            }
        }
    },
}


@router.get("")
async def list_imports(call: By, limit: Limit = 50, after: After = None) -> Page[Import]:
    """Newest first."""
    call.actor.need("imports.read")
    key = decode_cursor(after, int)
    found = await queries.import_list(call.conn, call.tenant_id, before=key[0] if key else None, limit=limit + 1)
    cut, following = cut_page(found, limit, lambda row: (row["id"],))
    return Page(items=await _imports(call, call.actor, cut), next=following)


@router.post("", status_code=202, response_model=Import, openapi_extra={"requestBody": _BODY})
async def start(request: Request) -> Any:
    """Takes a CSV or XLSX file of customers, follow-ups or people; reading and writing it goes on in the background.

    People need the rights to change people and departments, too. 413 `too_large` above 200 MB. What is wrong with the
    file or with a row, the record says.
    """
    identity = await identify(request)
    # An upload may take minutes, and holds no connection meanwhile.
    async with database(request).tenant(identity.tenant_id) as conn:
        (await load_actor(conn, identity.tenant_id, identity.person_id, scopes=identity.scopes)).need("imports.start")
    form = await _received(request)
    try:
        file, fields = _fields(form)
        body = fields.model_dump_json().encode()
        if "idempotency-key" in request.headers:
            body += (await asyncio.to_thread(actions.digest_of, file.file)).encode()
        async with database(request).tenant(identity.tenant_id) as conn:
            call = Call(conn, identity, clock.now(), request)
            return await answered_once(call, body, lambda: _start(call, file, fields))
    finally:
        await form.close()


async def _start(call: Call, file: UploadFile, fields: Form) -> Import:
    actor = await load_actor(call.conn, call.tenant_id, call.identity.person_id, scopes=call.identity.scopes)
    new = actions.NewImport(
        filename=_name(file),
        pool_id=fields.pool_id,
        kind=fields.kind,
        dry_run=fields.dry_run,
        mapping=fields.mapping or {},
        encoding=fields.encoding,
        country=fields.country,
        duplicates=fields.duplicates,
        create_departments=fields.create_departments,
        language=fields.language or ("zh" if actor.locale.startswith("zh") else "en"),
    )
    import_id = await actions.start_import(call.conn, actor, new, now=call.now)
    await actions.store(call.conn, call.tenant_id, import_id, file.file)
    lock = f"import-{call.tenant_id}"
    await defer(call.conn, "import_file", lock=lock, tenant_id=call.tenant_id, import_id=import_id)
    return await _one(call, actor, import_id)


async def _received(request: Request) -> FormData:
    """The form, its file on disk beyond a megabyte; read no further than the limit."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > actions.LARGEST + _FORM_BYTES:
        raise actions.TooLarge

    async def limited() -> AsyncIterator[bytes]:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > actions.LARGEST + _FORM_BYTES:
                raise actions.TooLarge
            yield piece

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid({"path": "header.content-type", "code": "multipart_expected"})
    parser = MultiPartParser(request.headers, limited(), max_files=1, max_fields=20, max_part_size=_FORM_BYTES)  # type: ignore[arg-type]
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise Invalid({"path": "body", "code": "multipart", "message": error.message}) from None


def _fields(form: FormData) -> tuple[UploadFile, Form]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Invalid({"path": "body.file", "code": "missing"})
    if (file.size or 0) > actions.LARGEST:
        raise actions.TooLarge
    try:
        # An empty field of a form is one that was left out.
        return file, Form.model_validate({k: v for k, v in form.multi_items() if k != "file" and v != ""})
    except ValidationError as error:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in error.errors()]) from None


def _name(file: UploadFile) -> str:
    """The file's own name, without a folder or characters that no name has."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "import"


@router.get("/{import_id}")
async def get_one(call: By, import_id: Id) -> Import:
    """One import: how far it is, and what it found."""
    call.actor.need("imports.read")
    return await _one(call, call.actor, import_id)


@router.post("/{import_id}/cancel")
async def cancel(call: By, import_id: Id) -> Import:
    """Stops an import. Rows already written stay. 409 `import_finished` when there is nothing left to stop."""
    await actions.cancel_import(call.conn, call.actor, import_id)
    return await _one(call, call.actor, import_id)


@router.get(
    "/{import_id}/faulty.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def faulty(call: By, import_id: Id) -> Response:
    """The rows that were not imported, with what is wrong, to mend and import again. 404 when there are none."""
    call.actor.need("imports.read")
    record = await queries.get_import(call.conn, call.tenant_id, import_id)
    if not (record["faulty"] or record["duplicates"]):
        raise NotFound("faulty_rows", id=str(import_id))
    name = quote(f"{record['filename'].rpartition('.')[0] or record['filename']}.faulty.csv")
    return StreamingResponse(
        queries.pieces(database(call.request), call.tenant_id, import_id, "faulty"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def _one(call: Call, actor: Actor, import_id: int) -> Import:
    row = await queries.get_import(call.conn, call.tenant_id, import_id)
    (shown,) = await _imports(call, actor, [row])
    if row["kind"] == "people":
        shown.outcome = await people_outcome(call.conn, row)
    return shown


async def _imports(call: Call, actor: Actor, found: Sequence[DictRow]) -> list[Import]:
    undos = await newest_undos(call.conn, call.tenant_id, [row["batch_id"] for row in found])
    return [import_shape(actor, row, undos.get(row["batch_id"])) for row in found]
