"""Search by name as people type it: Chinese characters, pinyin, initials.

Each name is stored folded, with its pinyin and initials, and as an array of grams under a GIN index: pairs of
characters of the name, triples of letters of the pinyin, pairs of letters of the initials. A query becomes
grams that must all be there, and LIKE checks the rest. (Two Chinese characters are too few for a trigram
index; see the measured figures in docs/adr/0004-search.md.)
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from gonghai.access.actor import Actor
from gonghai.access.visibility import owners_and_pools
from gonghai.base.database import Conn, rows, run
from gonghai.customers.queries import Filter

_LEGAL_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|集团|公司)+$")
_ASCII = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """NFKC, lower case, no white space: 华为 ＡＢＣ → 华为abc."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(maxsize=4096)
def _sounds(core: str) -> tuple[str, str]:
    syllables = lazy_pinyin(core, style=Style.NORMAL)
    return "".join(syllables), "".join(s[:1] for s in syllables)


def words_and_grams(name: str) -> tuple[str, list[str]]:
    """The stored search text of a name, and its grams."""
    folded = fold(name)
    sounds, initials = _sounds(_LEGAL_FORM.sub("", folded) or folded)
    words = f"{folded}|{sounds}|{initials}"
    grams = set(_grams(folded, 2)) | set(_grams(sounds, 3)) | set(_grams(initials, 2)) | set(_grams(initials, 3))
    grams |= {gram for run in _ASCII.findall(folded) for gram in _grams(run, 3)}
    grams |= {f"^{part[:1]}" for part in (folded, initials) if part}
    return words, sorted(grams)


def query_grams(query: str) -> tuple[list[str], str]:
    """(grams that must all be there, LIKE pattern) for what somebody typed; ([], '') when nothing is left of it."""
    folded = fold(query).replace("|", "")
    escaped = re.sub(r"([%_\\])", r"\\\1", folded)
    if not folded:
        return [], ""
    if len(folded) == 1:
        return [f"^{folded}"], f"%{escaped}%"
    size = 3 if _ASCII.fullmatch(folded) and len(folded) > 2 else 2
    return sorted(set(_grams(folded, size))), f"%{escaped}%"


def _grams(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(len(text) - size + 1)]


async def write_search(conn: Conn, tenant_id: int, names: Sequence[tuple[int, str]]) -> None:
    """Stores the search text of (customer id, name) pairs, in one statement."""
    if not names:
        return
    found = [(customer_id, *words_and_grams(name)) for customer_id, name in names]
    await run(
        conn,
        # No gram holds a space, so a list of them travels as one text: arrays of arrays can't be ragged.
        "INSERT INTO customer_search (tenant_id, customer_id, words, grams)"
        " SELECT %s, n.id, n.words, string_to_array(n.grams, ' ')"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n (id, words, grams)"
        " ON CONFLICT (tenant_id, customer_id) DO UPDATE SET words = excluded.words, grams = excluded.grams",
        (tenant_id, [i for i, _, _ in found], [w for _, w, _ in found], [" ".join(g) for _, _, g in found]),
    )


async def search(conn: Conn, actor: Actor, query: str, wanted: Filter, *, before: int | None, limit: int) -> list[int]:
    """Ids of visible customers whose name matches, newest id first, below `before`.

    Of `wanted` only states, owners and (for pooled ones) the pool narrow the search; the caller applies the rest.
    """
    grams, like = query_grams(query)
    if not grams:
        return []
    everything, owners, pools = owners_and_pools(actor)
    shared = list(actor.shared)
    if wanted.shared:
        everything, owners, pools = False, [], []
    elif wanted.owner_ids is not None:
        mine = [o for o in wanted.owner_ids if everything or o in owners]
        # What is shared may be anybody's: the caller asks for its owner.
        everything, owners, pools, shared = False, mine, [], shared if set(wanted.owner_ids) - set(mine) else []
    elif wanted.pool_id is not None and list(wanted.states) == ["pooled"]:
        pools = [p for p in [wanted.pool_id] if everything or p in pools]
        everything, owners, shared = False, [], []
    found = await rows(
        conn,
        "SELECT search_customers(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) AS id",
        (actor.tenant_id, grams, like, everything, owners, pools, shared, list(wanted.states), before, limit),
    )
    return sorted((row["id"] for row in found), reverse=True)
