"""Who may do what with a customer, by the table of moves."""

from typing import Any

import pytest

from gonghai.access.actor import Actor, PoolRights
from gonghai.base.errors import Forbidden, NotFound
from gonghai.customers.may import allowed_moves, need_move, relation

POOL, OTHER_POOL, UNSEEN_POOL = 1, 2, 3
OWNER, MANAGER, COLLEAGUE = 10, 11, 12
CLAIMS = {POOL: PoolRights(see=True, claim=True)}


def actor(person_id: int, *roles: str, pools: dict[int, PoolRights] | None = None, **more: Any) -> Actor:
    return Actor(1, person_id, roles=frozenset(roles), pools=CLAIMS if pools is None else pools, **more)


REP = actor(OWNER, "rep")
HELPER = actor(COLLEAGUE, "rep", shared={5: 2})
HELPED_BEFORE = actor(COLLEAGUE, "rep", shared={5: 1})
PEER = actor(COLLEAGUE, "rep")
BOSS = actor(MANAGER, "manager", subordinates=frozenset({OWNER, COLLEAGUE}))
OTHER_BOSS = actor(MANAGER, "manager", subordinates=frozenset({COLLEAGUE}))
KEEPER = actor(COLLEAGUE, "rep", pools={POOL: PoolRights(see=True, admin=True), OTHER_POOL: PoolRights(admin=True)})
KEEPER_OF_ONE = actor(COLLEAGUE, "rep", pools={**KEEPER.pools, OTHER_POOL: PoolRights(see=True)})
ADMIN = actor(99, "admin", pools={POOL: PoolRights(see=True), OTHER_POOL: PoolRights(see=True)})
AUDITOR = actor(98, "auditor", pools={POOL: PoolRights(see=True, claim=True, admin=True)})

OWNED = {"id": 5, "state": "owned", "owner_id": OWNER, "pool_id": POOL, "spell_no": 2}
POOLED = {"id": 5, "state": "pooled", "owner_id": None, "pool_id": POOL, "spell_no": 2}
ARCHIVED = {**POOLED, "state": "archived"}
MERGED = {**POOLED, "state": "merged"}
WRITES = ["share", "edit", "follow_up", "deal"]
LOCKS = ["lock", "unlock"]
PROTECTS = ["protect", "unprotect"]


@pytest.mark.parametrize(
    ("who", "customer", "moves"),
    [
        (REP, OWNED, ["release", "transfer", *LOCKS, "ask_extension", "ask_archive", *WRITES]),
        (BOSS, OWNED, ["transfer", *LOCKS, *PROTECTS, "archive", "void_follow_up", *WRITES]),
        (ADMIN, OWNED, ["transfer", *LOCKS, *PROTECTS, "archive", "void_follow_up", *WRITES]),
        (PEER, OWNED, []),
        (HELPER, OWNED, ["leave", "follow_up"]),
        (HELPER, POOLED, ["claim"]),
        (HELPED_BEFORE, OWNED, []),
        (OTHER_BOSS, OWNED, []),
        (KEEPER, OWNED, []),
        (AUDITOR, OWNED, []),
        (PEER, POOLED, ["claim"]),
        (BOSS, POOLED, ["claim", "assign"]),
        (KEEPER, POOLED, ["assign", "move_pool", "archive", "edit"]),
        (KEEPER_OF_ONE, POOLED, ["assign", "archive", "edit"]),
        (ADMIN, POOLED, ["assign", "move_pool", "archive", "edit"]),
        (AUDITOR, POOLED, []),
        (PEER, {**POOLED, "pool_id": UNSEEN_POOL}, []),
        (KEEPER, {**POOLED, "pool_id": UNSEEN_POOL}, []),
        (ADMIN, ARCHIVED, ["restore"]),
        (KEEPER, ARCHIVED, ["restore"]),
        (PEER, ARCHIVED, []),
        (BOSS, ARCHIVED, []),
        (AUDITOR, ARCHIVED, []),
        (ADMIN, MERGED, []),
    ],
)
def test_the_moves_of_each_relation(who: Actor, customer: dict[str, Any], moves: list[str]) -> None:
    assert sorted(allowed_moves(who, customer)) == sorted(moves)


def test_a_manager_of_the_own_department_is_owner_and_manager_of_an_own_customer() -> None:
    leader = actor(OWNER, "manager", subordinates=frozenset({OWNER}))
    both = relation(leader, OWNED)
    assert (both.owner, both.manager) == (True, True)
    assert {"release", "archive"} <= set(allowed_moves(leader, OWNED))


def test_nobody_owns_or_manages_the_owner_of_a_pooled_customer() -> None:
    for who in (actor(OWNER, "rep"), BOSS, ADMIN):
        found = relation(who, POOLED)
        assert (found.owner, found.manager) == (False, False)
    jobs = Actor(1, None, roles=frozenset({"admin"}))
    assert relation(jobs, POOLED).owner is False


@pytest.mark.parametrize(
    ("who", "clear"),
    [
        (REP, True),
        (HELPER, True),
        (HELPED_BEFORE, False),
        (BOSS, True),
        (ADMIN, True),
        (AUDITOR, True),
        (PEER, False),
    ],
)
def test_who_reads_masked_fields_in_clear(who: Actor, clear: bool) -> None:
    assert relation(who, OWNED).unmasked is clear


def test_a_keys_scopes_narrow_the_moves() -> None:
    key = actor(OWNER, "rep", scopes=frozenset({"customers.follow_up"}))
    assert allowed_moves(key, OWNED) == ["follow_up"]
    named = actor(COLLEAGUE, "rep", pools=dict(KEEPER.pools), scopes=frozenset({"deals"}))
    assert allowed_moves(named, POOLED) == []


def test_not_visible_is_404_and_visible_but_not_allowed_403() -> None:
    with pytest.raises(NotFound):
        need_move(PEER, OWNED, "edit")
    with pytest.raises(Forbidden):
        need_move(PEER, POOLED, "edit")
    need_move(REP, OWNED, "edit")
