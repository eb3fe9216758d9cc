"""Files that a reader never meets half of."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from graph_model.errors import InputError, UsageError


def replaceable(target: Path) -> None:
    """An export replaces files, never a device or a folder."""
    if target.exists() and not target.is_file():
        raise UsageError(f"{target}: not a regular file", hint="give the name of the file to write with -o")


def write_whole(content: str | bytes, path: Path) -> None:
    """Replace the file by this text, or by these bytes."""
    with _replacing_bytes(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A text that is written piece by piece and takes the place of the old file at the end."""
    with _replacing_bytes(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        yield text


@contextmanager
def _replacing_bytes(path: Path) -> Iterator[BinaryIO]:
    """Write into a temporary file beside it first; it takes the place of the old one at the end, if all went well."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot write the file: {error.strerror}", path=str(path), hint="name a writable file"
        ) from error
    finally:
        with suppress(OSError):  # the folder may be none: what went wrong has been said
            temporary.unlink(missing_ok=True)
