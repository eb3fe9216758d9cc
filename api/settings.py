"""Where the database is, from options and environment; read when a command runs, never at import."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _default_folder() -> Path:
    return Path.home() / ".local" / "share" / "provgraph"


class Settings(BaseSettings):
    """``PROVGRAPH_DATA``, ``PROVGRAPH_URI``, ``PROVGRAPH_USER``, ``PROVGRAPH_PASSWORD``, ``PROVGRAPH_DATABASE`` …"""

    model_config = SettingsConfigDict(env_prefix="PROVGRAPH_", env_ignore_empty=True)

    data: Path = Field(default_factory=_default_folder, description="folder of the embedded database")
    uri: str = Field(default="", description="Bolt address of a Neo4j; empty for the embedded engine")
    user: str = Field(default="neo4j", description="user name for --uri")
    password: str = Field(default="", description="password for --uri")
    database: str = Field(default="neo4j", description="database for --uri")
    max_log_bytes: int = Field(default=4 << 30, gt=0, description="largest log, decompressed")
    query_timeout: float = Field(default=120.0, gt=0, description="seconds after which a query is given up")
    token: SecretStr = Field(default=SecretStr(""), description="what REST clients must present; empty for none")
    tokens: Path | None = Field(default=None, description="file of tokens; FOLDER-tokens.json beside --data if unset")
    rate_limit: str = Field(default="1200/minute", description="most REST requests of one client address")
    ingest_roots: Annotated[list[Path], NoDecode] = Field(
        default=[], description="folders from which REST may load logs by their path, separated by `:`"
    )
    max_upload_bytes: int = Field(default=1 << 30, gt=0, description="largest upload over REST")
    max_rows: int = Field(default=10_000, gt=0, description="most rows in one REST answer")
    max_body_bytes: int = Field(default=1 << 20, gt=0, description="largest body of a REST request")

    @field_validator("ingest_roots", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value

    @property
    def token_file(self) -> Path:
        """Where the tokens of REST clients are."""
        return (self.tokens or self.folder.with_name(f"{self.folder.name}-tokens.json")).expanduser()

    @property
    def folder(self) -> Path:
        """The folder of the embedded database, in full."""
        return self.data.expanduser().resolve()
