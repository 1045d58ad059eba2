"""What the environment decides: where data lies, which database, which port."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Root's home can't be reached by the account PostgreSQL runs under, so root keeps data in /var/lib."""
    return Path("/var/lib/gonghai") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "gonghai"


class Settings(BaseSettings):
    """Read from the environment once, at the edge; nothing below reads the environment."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore")

    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = None  # of the tables' owner; unset: the embedded PostgreSQL
    app_database_url: str | None = None  # of gonghai_app; unset: derived from the owner's
    demo_password: str | None = None
    public_url: str | None = None  # how links in invitations begin
    pool_size: int = Field(10, ge=1)
