"""Who sees a customer has one definition: every other statement over customers is known here, with why it needs none.

The sources are read: a new statement that names the table fails until it goes through the predicate, or stands here.
What this can't see (a predicate that is asked and then not used) the crawls of tests/http do: test_unseen, test_canaries.
"""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "gonghai"
READS = re.compile(r"\b(?:FROM|JOIN)\s+customer\b")
# predicate and shared_with are the definition; `where` is that of a list's Filter, which begins with it.
ASKED = {"predicate", "shared_with", "where"}

# Why no person's sight is asked, by "file: name".
KNOWN: dict[str, tuple[str, ...]] = {
    "rows are locked to be decided on; each decision asks `visible` or `allowed_moves`": (
        "customers/record.py: lock",
        "customers/record.py: lock_many",
        "activities/actions.py: _lock_owner",
    ),
    "the caller has read this one customer through `get`": (
        "deals/queries.py: list_deals",
        "customers/collaborators.py: collaborators_of",
        "customers/collaborators.py: collaborator_ids",
    ),
    "a part of statements that add the predicate": (
        "customers/queries.py: _SELECT",
        "activities/tasks/queries.py: JOINED",
    ),
    "losers of a claim are told of what lay in a pool that they see": (
        "customers/queries.py: lying_in",
        "customers/queries.py: lying_in_claim_scope",
    ),
    "one person's book, for those who manage that person (`need_hand_over`)": (
        "activities/tasks/go_along.py: _ALONG",
        "activities/tasks/go_along.py: _BACK",
        "moves/hand_overs/book.py: _LOCK",
        "moves/hand_overs/book.py: _BOOK",
        "moves/hand_overs/book.py: _deal",
        "moves/hand_overs/heirs.py: _POOLS",
        "moves/hand_overs/leaving.py: _SHARED",
        "moves/hand_overs/preview.py: _COUNTS",
        "moves/hand_overs/preview.py: preview_places",
    ),
    "the Actor itself: what is shared with the person": ("pools/actor.py: _PERSON",),
    "what the person, or whom they act for, holds or wished for": (
        "moves/limits.py: _USAGE",
        "moves/lock.py: _limits",
        "moves/draws/queries.py: own_wishes",
        "activities/plans.py: _PLANS",
        "policy/claim_conditions.py: exempt_held",
    ),
    "candidates to claim: the pool's claim scope was asked before": (
        "moves/claim.py: _ask_where_needed",
        "moves/offers/next_best.py: _CANDIDATES",
        "policy/claim_conditions.py: needing_approval",
    ),
    "numbers, and ids whose customers `by_ids` reads": (
        "moves/offers/queries.py: standing",
        "analytics/idle.py: _books",
        "analytics/workload.py: _FIGURES",
        "moves/hand_overs/heirs.py: _ACTIVE",
        "analytics/question.py: in_pool",
        "moves/requests/queries.py: waiting_by_asker",
        "http/routes/people.py: _out",
        "exchange/people/leavers.py: would_go",
        "policy/preview.py: statement",
        "pools/holdings.py: _OVER",
        "pools/queries.py: pool_list",
    ),
    "seen by whoever asked or decides, masked in http/request_shapes.py": ("moves/requests/queries.py: _LIST",),
    "the pool's admins see all that lies in it": ("moves/cleanings.py: preview_customers",),
    "a page of ids that the predicate has let through": ("policy/falling.py: falling",),
    "what may be told of a match is judged row by row in moves/duplicates.py": (
        "customers/keys.py: _MATCHES",
        "customers/keys.py: _SOURCES",
    ),
    "an import matches by number, for admins": ("exchange/lookups.py: _customers",),
    "live pages: each reader is told of the pools that they see": ("customers/comings.py: _LOG",),
    "nobody asks: jobs, sweeps, moves over a whole book or pool": (
        "incentives/deadlines.py: _FACTS",
        "incentives/verify.py: verify_points",
        "moves/clean.py: _LOCK",
        "moves/clean.py: _who",
        "moves/clean.py: _note_skipped",
        "moves/close_pool.py: _LOCK",
        "moves/close_pool.py: _HOMED",
        "moves/close_pool.py: close_pool",
        "moves/recycle.py: _MOVERS",
        "moves/recycle.py: _note_skipped",
        "moves/verify.py: _CUSTOMERS",
        "moves/warn.py: _untold",
        "moves/warn.py: _TELL",
        "notifications/duplicates.py: _CREATED",
        "notifications/moves.py: _goes",
        "policy/cleaning.py: select",
        "policy/due.py: _select",
    ),
}


def statements(name: str, text: str) -> dict[str, bool]:
    """ "file: function or constant" of each that reads customers → whether it asks the predicate."""
    found = {}
    for node in _parts(ast.parse(text)):
        if READS.search(ast.get_source_segment(text, node) or ""):
            calls = {ast.unparse(call.func).split(".")[-1] for call in ast.walk(node) if isinstance(call, ast.Call)}
            found[f"{name}: {_name(node)}"] = bool(calls & ASKED)
    return found


def _parts(tree: ast.Module) -> list[ast.stmt]:
    """Functions, methods and constants."""
    return [part for node in tree.body for part in (node.body if isinstance(node, ast.ClassDef) else [node])]


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    return ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else type(node).__name__


def everywhere() -> dict[str, bool]:
    files = [f for f in SOURCE.rglob("*.py") if not {"demo", "migrations"} & set(f.parts)]
    return {k: asked for f in files for k, asked in statements(str(f.relative_to(SOURCE)), f.read_text()).items()}


def test_every_statement_over_customers_goes_through_the_predicate_or_says_why_not() -> None:
    found = everywhere()
    known = {entry for entries in KNOWN.values() for entry in entries}
    assert {entry for entry, asked in found.items() if not asked} - known == set()
    assert known - {entry for entry, asked in found.items() if not asked} == set(), "no longer there"
    assert sum(found.values()) >= 10


def test_the_reader_of_sources_would_find_a_new_one() -> None:
    blind = 'async def names(conn):\n    return await rows(conn, "SELECT c.name FROM customer c")\n'
    assert statements("x.py", blind) == {"x.py: names": False}
    asked = blind.replace("return", "seen, _ = predicate(actor)\n    return")
    assert statements("x.py", asked) == {"x.py: names": True}
    assert statements("x.py", '_ALL: Final = "SELECT * FROM spell s JOIN customer c ON true"') == {"x.py: _ALL": False}
