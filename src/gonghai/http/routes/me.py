"""GET and PATCH /me: who is signed in, what they may do, and what is left of each limit."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gonghai.access.actor import Actor
from gonghai.activities.tasks.queries import count_due
from gonghai.base.database import Conn, rows
from gonghai.http.call import ActorCall, By
from gonghai.http.limit_shapes import Limits, limits_shape
from gonghai.http.pool_shapes import Mode
from gonghai.http.shapes import Id, Named, Rights
from gonghai.http.texts import Line
from gonghai.moves.limits import pool_usage
from gonghai.moves.opening import closed_pools
from gonghai.moves.requests.queries import count_to_decide
from gonghai.notifications.inbox import unread_count
from gonghai.people import queries
from gonghai.people.calendar import tenant_calendar
from gonghai.people.persons import edit_self
from gonghai.workdays import end_of_day, local_date

router = APIRouter(prefix="/me", tags=["me"])


class MyLeave(BaseModel):
    """A leave that is planned or under way, as a manager entered it."""

    from_: datetime = Field(alias="from")
    until: datetime


class MyPerson(BaseModel):
    """The person signed in."""

    id: Id
    name: str
    login: str
    email: str | None
    roles: list[str]
    department: Named | None
    locale: str
    leave: MyLeave | None


class ActsFor(BaseModel):
    """Somebody whose deputy one is now."""

    person: Named
    until: datetime


class Choices(BaseModel):
    """What the choice fields of a customer offer."""

    level: list[str] = []
    source: list[str] = []
    industry: list[str] = []
    region: list[str] = []
    stage: list[str] = []


class MyTenant(BaseModel):
    """The company."""

    id: Id
    name: str
    timezone: str
    locale: str
    choices: Choices
    handbook_acknowledged: bool


class Closed(BaseModel):
    """Claiming is closed now. `until`: when it opens; null where that isn't within a month."""

    until: datetime | None


class MyPool(BaseModel):
    """A pool that one sees. `exempt`: its claim rules don't bind the reader, who administers it. `closed`: null while
    the pool's hours, if it has any, let the reader claim."""

    id: Id
    name: str
    mode: Mode
    rights: Rights
    limits: Limits
    exempt: bool
    closed: Closed | None


class CalendarNotice(BaseModel):
    """The published calendar ends soon: make-up days beyond aren't known yet. For admins."""

    table_ends: date


class Me(BaseModel):
    """Who is signed in. `csrf_token` is null for an API key. `tasks_due`: overdue or due today, of
    those one acts for too, at most 100 counted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person": {
                        "id": "7",
                        "name": "王芳",
                        "login": "rep1",
                        "email": None,
                        "roles": ["rep"],
                        "department": {"id": "3", "name": "华东一部"},
                        "locale": "zh-CN",
                        "leave": None,
                    },
                    "tenant": {
                        "id": "1",
                        "name": "远洋贸易",
                        "timezone": "Asia/Shanghai",
                        "locale": "zh-CN",
                        "choices": {"level": ["A", "B"], "source": [], "industry": [], "region": [], "stage": []},
                        "handbook_acknowledged": False,
                    },
                    "csrf_token": "7sYVq6kz",
                    "permissions": ["customers.claim", "customers.create"],
                    "hidden_fields": ["amount"],
                    "readonly_fields": ["level"],
                    "pools": [
                        {
                            "id": "2",
                            "name": "华东公海",
                            "mode": "list",
                            "rights": {"see": True, "claim": True, "admin": False},
                            "limits": {
                                "daily_quota": {
                                    "used": 7,
                                    "limit": 14,
                                    "by": {"kind": "department", "id": "3", "name": "华东一部"},
                                },
                                "holding_cap": {"used": 143, "limit": 200, "by": {"kind": "pool"}},
                                "untouched_cap": {"used": 3, "limit": 10, "by": {"kind": "pool"}},
                                "lock_quota": {"used": 2, "limit": 20, "by": {"kind": "pool"}},
                                "reveal_quota": {"used": 0, "limit": 0, "by": {"kind": "pool"}},
                                "company_cap": None,
                            },
                            "exempt": False,
                            "closed": None,
                        }
                    ],
                    "acts_for": [{"person": {"id": "8", "name": "李娜"}, "until": "2026-12-16T00:00:00+08:00"}],
                    "requests_to_decide": 1,
                    "tasks_due": 2,
                    "unread_notices": 3,
                    "calendar_notice": None,
                }
            ]
        }
    )
    person: MyPerson
    tenant: MyTenant
    csrf_token: str | None
    permissions: list[str]
    hidden_fields: list[str]
    readonly_fields: list[str]
    pools: list[MyPool]
    acts_for: list[ActsFor]
    requests_to_decide: int
    tasks_due: int
    unread_notices: int
    calendar_notice: CalendarNotice | None


class MyEdit(BaseModel):
    """What people change about themselves."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"locale": "en-US"}]})
    name: Line | None = None
    locale: Literal["zh-CN", "en-US"] | None = None


@router.get("")
async def get_me(call: By) -> Me:
    """Who is signed in, what they may do, what is left of each limit."""
    return await _me(call)


@router.patch("")
async def edit_me(call: By, edit: MyEdit) -> Me:
    """Changes one's own name or language."""
    values = {name: new for name, new in edit.model_dump(exclude_unset=True).items() if new is not None}
    await edit_self(call.conn, call.actor, values, now=call.now)
    return await _me(call)


async def _me(call: ActorCall) -> Me:
    return await describe_me(call.conn, call.actor, csrf_token=call.identity.csrf_token, now=call.now)


async def describe_me(conn: Conn, actor: Actor, *, csrf_token: str | None, now: datetime) -> Me:
    """Composes Me for the actor of a person."""
    assert actor.person_id is not None
    person = await queries.person(conn, actor.tenant_id, actor.person_id)
    tenant = await queries.tenant(conn, actor.tenant_id)
    calendar = await tenant_calendar(conn, actor.tenant_id)
    notice = None
    if "admin" in actor.roles:
        table_ends = calendar.notice(now)
        notice = CalendarNotice(table_ends=table_ends) if table_ends else None
    department = None
    if person.department_id is not None and person.department_name is not None:
        department = Named(id=person.department_id, name=person.department_name)
    return Me(
        person=MyPerson(
            id=person.id,
            name=person.name,
            login=person.login,
            email=person.email,
            roles=person.roles,
            department=department,
            locale=person.locale,
            leave=_leave(person, now),
        ),
        tenant=MyTenant(
            id=tenant.id,
            name=tenant.name,
            timezone=tenant.timezone,
            locale=tenant.locale,
            choices=Choices(**tenant.choices),
            handbook_acknowledged=tenant.handbook_acknowledged,
        ),
        csrf_token=csrf_token,
        permissions=sorted(actor.permissions),
        hidden_fields=sorted(actor.hidden_fields),
        readonly_fields=sorted(actor.readonly_fields),
        pools=await _pools(conn, actor, actor.person_id, now),
        acts_for=await _acts_for(conn, actor),
        requests_to_decide=await count_to_decide(conn, actor, now),
        tasks_due=await count_due(
            conn,
            actor.tenant_id,
            {actor.person_id, *actor.deputises},
            until=end_of_day(local_date(now, calendar), calendar),
        ),
        unread_notices=await unread_count(conn, actor.tenant_id, actor.person_id),
        calendar_notice=notice,
    )


async def _acts_for(conn: Conn, actor: Actor) -> list[ActsFor]:
    if not actor.deputises:
        return []
    found = await rows(
        conn,
        "SELECT p.id, p.name, x.until_at FROM deputies_at(%(t)s, clock_timestamp()) x"
        " JOIN person p ON p.tenant_id = %(t)s AND p.id = x.person_id WHERE x.deputy_id = %(me)s ORDER BY x.until_at, p.id",
        {"t": actor.tenant_id, "me": actor.person_id},
    )
    return [ActsFor(person=Named(id=row["id"], name=row["name"]), until=row["until_at"]) for row in found]


def _leave(person: queries.PersonRow, now: datetime) -> MyLeave | None:
    if person.leave_from is None or person.leave_until is None or person.leave_until <= now:
        return None
    return MyLeave.model_validate({"from": person.leave_from, "until": person.leave_until})


async def _pools(conn: Conn, actor: Actor, person_id: int, now: datetime) -> list[MyPool]:
    visible = actor.visible_pools()
    if not visible:
        return []
    found = await rows(
        conn,
        "SELECT q.id, q.name, q.mode, q.claim_windows <> '[]' AS has_hours FROM pool q"
        " WHERE q.tenant_id = %s AND q.id = ANY (%s) ORDER BY q.id",
        (actor.tenant_id, visible),
    )
    usage = await pool_usage(conn, actor.tenant_id, person_id, visible, zone=actor.zone, now=now)
    kept = [row["id"] for row in found if row["has_hours"] and not usage[row["id"]].exempt]
    closed = await closed_pools(conn, actor.tenant_id, kept, zone=actor.zone, now=now)
    pools = []
    for row in found:
        mine = actor.rights(row["id"])
        rights = Rights(see=mine.see, claim=mine.claim, admin=actor.administers(row["id"]))
        used = usage[row["id"]]
        shut = closed.get(row["id"])
        pools.append(
            MyPool(
                id=row["id"], name=row["name"], mode=row["mode"], rights=rights, limits=limits_shape(used),
                exempt=used.exempt, closed=Closed(until=shut.until) if shut else None,
            )
        )  # fmt: skip
    return pools
