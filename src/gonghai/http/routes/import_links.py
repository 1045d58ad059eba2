"""Invitation links of the people that an import brought in, as a file."""

from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gonghai.exchange.csv_text import BOM, csv_text
from gonghai.exchange.people.invite import invite
from gonghai.http.call import By
from gonghai.http.link_url import link_url
from gonghai.http.problems import refusals
from gonghai.http.shapes import Id

router = APIRouter(prefix="/imports", tags=["imports"])
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
HEADERS: Final = {
    "zh": ("登录名", "姓名", "邀请链接", "有效期至"),
    "en": ("Login", "Name", "Invitation link", "Good until"),
}


@router.post("/{import_id}/links", response_class=Response, responses=FILE | refusals("nobody_to_invite"))
async def make_links(call: By, import_id: Id, request: Request) -> Response:
    """Links for all whom the import created or took back and who have not joined, shown this once: each lasts 72 hours
    and works once. Made anew they end the earlier ones."""
    made = await invite(call.conn, call.actor, import_id, now=call.now)
    zone = ZoneInfo(call.actor.zone)
    language = "zh" if call.actor.locale.startswith("zh") else "en"
    lines = [
        (p["login"], p["name"], link_url(request, link), f"{link.expires_at.astimezone(zone):%Y-%m-%d %H:%M}")
        for p, link in made
    ]
    name = quote("邀请链接.csv" if language == "zh" else "invitations.csv")
    return Response(
        BOM + csv_text([HEADERS[language], *lines]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"},
    )
