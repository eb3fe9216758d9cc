"""Files that a reader never meets half of."""

from __future__ import annotations

import secrets
from pathlib import Path

from graph_model.errors import InputError, UsageError


def replaceable(target: Path) -> None:
    """An export replaces files, never a device or a folder."""
    if target.exists() and not target.is_file():
        raise UsageError(f"{target}: not a regular file", hint="give the name of the file to write with -o")


def write_whole(text: str, path: Path) -> None:
    """Write into a temporary file beside it first, then rename."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(text.encode("utf-8"))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            f"cannot write the file: {error.strerror}", path=str(path), hint="name a writable file"
        ) from error
