"""Passwords: argon2, computed in a thread so that nobody else waits for it."""

import asyncio
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gonghai.base.errors import Invalid
from gonghai.base.secrets import new_secret

SHORTEST = 8
LONGEST = 200
_HASHER = PasswordHash((Argon2Hasher(),))


def check_length(password: str) -> None:
    """422 for a password that is too short, or so long that hashing it would be an attack."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid({"path": "password", "code": "password_length", "shortest": SHORTEST, "longest": LONGEST})


async def hash_password(password: str) -> str:
    """The argon2 hash of a password of permitted length, with its parameters and salt."""
    check_length(password)
    return await asyncio.to_thread(_HASHER.hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether it is this password. Takes the same time where there is no hash, so that logins can't be probed."""
    return await asyncio.to_thread(_verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    nobody = _nobodys_hash()
    matches = _HASHER.verify(password, password_hash or nobody)
    return matches and password_hash is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHER.hash(new_secret())
