"""Who a session cookie or an API key stands for, remembered for a few seconds.

A claim under rush must not pay for a look-up of the same session a hundred times. What an identity may do is
still decided inside the transaction: claiming locks the person's row and reads their state there.
"""

import time
from dataclasses import dataclass

from gonghai.base.database import Database
from gonghai.base.errors import Refusal
from gonghai.base.secrets import secret_hash

REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person; `scopes` None for a browser session."""

    tenant_id: int
    person_id: int
    csrf_token: str | None
    scopes: frozenset[str] | None
    zone: str
    roles: frozenset[str]


class Identities:
    """Looks identities up, and forgets them after REMEMBERED_SECONDS or when told to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[float, Identity]] = {}

    async def by_session(self, token: str) -> Identity:
        return await self._find(secret_hash(token), "SELECT *, NULL AS scopes FROM find_session(%s)")

    async def by_key(self, key: str) -> Identity:
        return await self._find(secret_hash(key), "SELECT *, NULL AS csrf_token FROM find_api_key(%s)")

    def forget_person(self, person_id: int) -> None:
        """After sign-out, deactivation or a change of roles."""
        for digest in [d for d, (_, i) in self._known.items() if i.person_id == person_id]:
            self._known.pop(digest, None)

    def forget_tenant(self, tenant_id: int) -> None:
        """After a change of the company's time zone."""
        for digest in [d for d, (_, i) in self._known.items() if i.tenant_id == tenant_id]:
            self._known.pop(digest, None)

    async def _find(self, digest: bytes, sql: str) -> Identity:
        known = self._known.get(digest)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        found = await self._database.alone(sql, (digest,))
        if not found:
            self._known.pop(digest, None)
            raise Refusal("not_signed_in", 401)
        row = found[0]
        scopes = None if row["scopes"] is None else frozenset(row["scopes"])
        identity = Identity(
            row["tenant_id"], row["person_id"], row["csrf_token"], scopes, row["zone"], frozenset(row["roles"])
        )
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[digest] = (time.monotonic() + REMEMBERED_SECONDS, identity)
        return identity
