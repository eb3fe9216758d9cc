"""Files that a reader never meets half of."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from graph_model.errors import InputError, UsageError


def replaceable(target: Path) -> None:
    """An export replaces files, never a device or a folder."""
    if target.exists() and not target.is_file():
        raise UsageError(f"{target}: not a regular file", hint="give the name of the file to write with -o")


def write_whole(content: str | bytes, path: Path) -> None:
    """Replace the file by this content."""
    with replacing(path) as file:
        file.buffer.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Write into a temporary file beside it first; it takes the place of the old one at the end, if all went well."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot write the file: {error.strerror}", path=str(path), hint="name a writable file"
        ) from error
    finally:
        with suppress(OSError):  # the folder may be none: what went wrong has been said
            temporary.unlink(missing_ok=True)
