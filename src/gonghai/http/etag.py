"""Edits against a known version: ETag in answers, If-Match required on PATCH."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from gonghai.base.errors import Refusal

_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


def set_etag(response: Response, version: int) -> None:
    """Says which version an answer shows."""
    response.headers["ETag"] = f'"{version}"'


def if_match(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="The ETag of the version that was edited.", examples=['"3"']),
    ] = None,
) -> int:
    """The version in If-Match; 428 `precondition_required` without a usable one."""
    matched = _TAG.fullmatch((if_match or "").strip())
    if matched is None:
        raise Refusal("precondition_required", 428, header="If-Match")
    return int(matched[1])


# The version an edit was made against. The action compares it under the row's lock and answers 412 if it is old.
IfMatch = Annotated[int, Depends(if_match)]
