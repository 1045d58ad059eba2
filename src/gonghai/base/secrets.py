"""Secrets that the product hands out: session tokens, API keys, links; and how they are stored."""

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """A fresh random secret of 256 bits as URL-safe text behind `prefix`."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """How a secret is stored; it is long and random, so a plain hash will do (passwords are another matter)."""
    return hashlib.sha256(secret.encode()).digest()
