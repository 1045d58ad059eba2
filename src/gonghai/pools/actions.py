"""Making and changing pools: limits, scopes, admins, reasons; each change an event with old and new values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gonghai.access.actor import Actor
from gonghai.base.database import Conn, one, rows, run
from gonghai.base.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, Refusal
from gonghai.events.log import By, append
from gonghai.pools.holdings import Subject as Subject
from gonghai.pools.holdings import check_holdings

# Columns that people may set; the limits of a claim are read under the claimer's lock, so a change holds at once.
SETTINGS = (
    "name", "daily_quota", "holding_cap", "holding_exempt_won_days", "untouched_cap", "cooldown_holders",
    "cooldown_days", "follow_up_kinds", "follow_up_min_note", "backdate_hours", "return_reasons",
    "release_elsewhere", "transfer_needs_acceptance", "masked_fields", "lock_grace_days", "return_grace_days",
    "notice_floor", "lock_quota", "lock_most_days", "extension_limit", "extension_most_days", "appeal_days",
    "mode", "claim_windows", "freeze_hours", "min_interval_seconds", "holding_exempt", "approval", "exempt_admins",
    "hide_claimers", "offer_minutes", "decline_cost", "decline_wait_minutes", "draw_most_wishes", "reveal_quota",
    "follow_up_unclaimed", "hide_earlier_notes", "collaborators_count",
)  # fmt: skip
_JSON = frozenset({"return_reasons", "claim_windows", "holding_exempt", "approval"})
RIGHTS = ("see", "claim", "admin")
REASONS = {
    "no_answer": ("联系不上", "can't be reached"),
    "no_need": ("暂无需求", "no need for now"),
    "wrong_fit": ("不是目标客户", "not a target customer"),
    "competitor": ("已选竞品", "chose a competitor"),
    "other": ("其他", "other"),
}


@dataclass(frozen=True, slots=True)
class NewPool:
    """A pool to make; settings left out take their defaults."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    scopes: Mapping[str, Sequence[Subject]] = field(default_factory=lambda: {"claim": [Subject("all")]})


def default_reasons() -> list[dict[str, str]]:
    """Return reasons a new pool begins with."""
    return [{"code": code, "zh": zh, "en": en} for code, (zh, en) in REASONS.items()]


async def create_pool(conn: Conn, actor: Actor, new: NewPool, *, now: datetime) -> int:
    """Makes an open pool; its id. For admins."""
    actor.need("pools.edit")
    settings = {"return_reasons": default_reasons(), **_checked(new.settings), "name": new.name}
    columns = ", ".join(["tenant_id", *settings])
    marks = ", ".join(["%s"] * (len(settings) + 1))
    try:
        async with conn.transaction():
            row = await one(
                conn,
                f"INSERT INTO pool ({columns}) VALUES ({marks}) RETURNING id",
                [actor.tenant_id, *_adapted(settings).values()],
            )
    except UniqueViolation:
        raise Refusal("pool_name_taken", name=new.name) from None
    assert row is not None
    pool_id: int = row["id"]
    await _write_scopes(conn, actor.tenant_id, pool_id, new.scopes)
    await append(
        conn, actor.tenant_id, kind="create_pool", subject="pool", subject_id=pool_id, version=1,
        by=By.person(actor.person_id), at=now, data={"settings": settings, "scopes": _plain(new.scopes)},
    )  # fmt: skip
    return pool_id


def need_rules(actor: Actor, pool_id: int) -> None:
    """403 unless the actor may set what binds the pool: whoever may publish its policy may. COMPANY: admins."""
    if not (actor.may("pools.edit") or (actor.may("policy.publish") and actor.rights(pool_id).admin)):
        raise Forbidden("pools.edit")


async def lock_pool(conn: Conn, tenant_id: int, pool_id: int) -> DictRow:
    """The pool's row, locked; 404 without."""
    row = await one(conn, "SELECT * FROM pool WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE", (tenant_id, pool_id))
    if row is None:
        raise NotFound("pool", id=str(pool_id))
    return row


async def edit_pool(
    conn: Conn,
    actor: Actor,
    pool_id: int,
    settings: Mapping[str, Any],
    scopes: Mapping[str, Sequence[Subject]] | None,
    *,
    version: int,
    accept_over_cap: bool = False,
    now: datetime,
) -> int:
    """Changes settings and scopes of an open pool against `version`; the new version. For admins and pool admins.

    Who administers a pool is for admins alone to say. A holding cap below what people hold by now is refused as
    `cap_below_holdings` unless accepted: they keep their customers, and claim nothing until they are below it.
    """
    need_rules(actor, pool_id)
    if scopes is not None and "admin" in scopes:
        actor.need("pools.edit")
    pool = await lock_pool(conn, actor.tenant_id, pool_id)
    if pool["version"] != version:
        raise ChangedMeanwhile(pool["version"])
    if pool["state"] != "open":
        raise Refusal("pool_closed")
    changed = {n: v for n, v in _checked(settings).items() if pool[n] != v}
    if not accept_over_cap and changed.get("holding_cap", pool["holding_cap"]) < pool["holding_cap"]:
        await check_holdings(conn, actor.tenant_id, pool_id, Subject("all"), changed["holding_cap"])
    assignments = "".join(f"{name} = %({name})s, " for name in changed)
    try:
        async with conn.transaction():
            await run(
                conn,
                f"UPDATE pool SET {assignments}version = version + 1 WHERE tenant_id = %(t_)s AND id = %(id_)s",
                {**_adapted(changed), "t_": actor.tenant_id, "id_": pool_id},
            )
    except UniqueViolation:
        raise Refusal("pool_name_taken", name=changed.get("name")) from None
    if scopes is not None:
        await _write_scopes(conn, actor.tenant_id, pool_id, scopes)
    data = {"changes": {n: [pool[n], v] for n, v in changed.items()}}
    if scopes is not None:
        data["scopes"] = _plain(scopes)
    await append(
        conn, actor.tenant_id, kind="edit_pool", subject="pool", subject_id=pool_id, version=version + 1,
        by=By.person(actor.person_id), at=now, data=data,
    )  # fmt: skip
    return version + 1


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    for name in settings.keys() - set(SETTINGS):
        raise Invalid({"path": name, "code": "unknown_setting"})
    codes = [reason["code"] for reason in settings.get("return_reasons", ())]
    if len(codes) != len(set(codes)):
        raise Invalid({"path": "return_reasons", "code": "code_repeated"})
    return dict(settings)


def _adapted(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {n: Jsonb(v) if n in _JSON and v is not None else v for n, v in settings.items()}


def _plain(scopes: Mapping[str, Sequence[Subject]]) -> dict[str, list[dict[str, Any]]]:
    return {right: [{"kind": s.kind, "id": s.id, "role": s.role} for s in given] for right, given in scopes.items()}


async def _write_scopes(conn: Conn, tenant_id: int, pool_id: int, scopes: Mapping[str, Sequence[Subject]]) -> None:
    """Replaces the subjects of each right that `scopes` names."""
    for right, subjects in scopes.items():
        assert right in RIGHTS
        await check_subjects(conn, tenant_id, f"scopes.{right}", subjects)
        await run(
            conn,
            "DELETE FROM pool_scope WHERE tenant_id = %s AND pool_id = %s AND right_name = %s",
            (tenant_id, pool_id, right),
        )
        async with conn.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO pool_scope (tenant_id, pool_id, right_name, subject, subject_id, role)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [(tenant_id, pool_id, right, s.kind, s.id, s.role) for s in subjects],
            )


async def check_subjects(conn: Conn, tenant_id: int, path: str, subjects: Sequence[Subject]) -> None:
    """422 at `path` for a department or person that isn't there."""
    for kind in ("department", "person"):
        ids = [s.id for s in subjects if s.kind == kind]
        known = await rows(conn, f"SELECT id FROM {kind} WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, ids))
        for missing in set(ids) - {row["id"] for row in known}:
            raise Invalid({"path": path, "code": "unknown_subject", "kind": kind, "id": str(missing)})
