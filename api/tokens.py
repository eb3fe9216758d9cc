"""Tokens of REST clients, each with a name and a scope. The file holds their digests: who reads it learns no token.

A token is 256 random bits, so one round of SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from filelock import FileLock

from graph_model.errors import InputError, UsageError

Scope = Literal["read", "write"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Token(msgspec.Struct, frozen=True):
    """One token as the file has it."""

    name: str
    scope: Scope
    sha256: str
    created: str


class _File(msgspec.Struct):
    tokens: list[Token] = []


class TokenFile:
    """The tokens in a file; what others change in it counts at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._known: list[Token] = []

    def all(self) -> list[Token]:
        """The tokens, by name."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return []
        if self._seen != (stat.st_mtime_ns, stat.st_size):
            self._known = self._read()
            self._seen = stat.st_mtime_ns, stat.st_size
        return self._known

    def scope_of(self, secret: bytes) -> Scope | None:
        """What the token allows; None for one that is not known."""
        digest = _digest(secret)
        found = [token.scope for token in self.all() if hmac.compare_digest(token.sha256, digest)]
        return found[0] if found else None

    def add(self, name: str, scope: Scope) -> str:
        """A new token, told this once only."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} cannot name a token", hint="use up to 64 letters, digits, dots and hyphens")
        secret = secrets.token_urlsafe(32)
        new = Token(name, scope, _digest(secret.encode()), datetime.now(UTC).isoformat(timespec="seconds"))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            known = self.all()
            if any(token.name == name for token in known):
                raise UsageError(f"there is a token `{name}` already", hint=f"`provgraph token remove {name}` first")
            self._write([*known, new])
        return secret

    def remove(self, name: str) -> None:
        """The token of this name is worth nothing from now on."""
        if not self.all():
            raise UsageError("there are no tokens", hint="`provgraph token add NAME` makes one")
        with self._locked():
            kept = [token for token in self.all() if token.name != name]
            if len(kept) == len(self.all()):
                raise UsageError(f"there is no token `{name}`", hint="`provgraph token list` lists them all")
            self._write(kept)

    def _locked(self) -> FileLock:
        return FileLock(self.path.with_name(f".{self.path.name}.lock"))

    def _read(self) -> list[Token]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_File).tokens
        except (OSError, msgspec.MsgspecError) as error:
            hint = "remove it and make new tokens with `provgraph token add NAME`"
            raise InputError(f"the tokens cannot be read: {error}", path=str(self.path), hint=hint) from error

    def _write(self, tokens: list[Token]) -> None:
        """The whole file anew, for nobody else to read."""
        temporary = self.path.with_name(f".{secrets.token_hex(8)}.part")
        content = msgspec.json.format(msgspec.json.encode(_File(sorted(tokens, key=lambda token: token.name))))
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content + b"\n")
        temporary.replace(self.path)


def _digest(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
