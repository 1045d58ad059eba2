"""Claims that need a yes: the admins of the pool give it, and the rules are checked again when they do."""

from collections.abc import Sequence

from gonghai.access.actor import Actor
from gonghai.base.database import Conn
from gonghai.moves.claim import claim
from gonghai.moves.requests.effects import Answer, Pair, Refused, mark


async def accept_claims(conn: Conn, actor: Actor, pairs: Sequence[Pair], answer: Answer) -> dict[int, Refused]:
    """Claims for whoever asked, in the order of asking; what a rule refuses by now stays open and says why.

    The claimers' rows are locked already, as their counts decide; their quota is used now.
    """
    refused: dict[int, Refused] = {}
    for request, customer in sorted(pairs, key=lambda pair: int(pair[0]["id"])):
        (result,) = await claim(
            conn, actor.tenant_id, request["asked_by"], [customer["id"]], zone=actor.zone, how="dealt",
            data=mark(request), approved=True,
        )  # fmt: skip
        if result.code is not None:
            refused[request["id"]] = result.code, result.data
    return refused
