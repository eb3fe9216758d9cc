"""Where a log's bytes come from: a plain or gzip file, read with limits, known by the digest of its content."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from graph_model.errors import BrokenLogError, InputError, LimitError
from loaders import pages

HEAD_BYTES = 65_536
_CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
_LIMIT_HINT = "raise PROVGRAPH_MAX_LOG_BYTES if the log is really that large"


class Source:
    """One file: ``head`` to detect by, ``read()`` or ``held()`` for all of it, ``stream()`` for its way, ``digest``."""

    def __init__(self, path: Path, limit: int = 4 << 30) -> None:
        self.path = path
        self.limit = limit

    @property
    def where(self) -> str:
        """How messages name it."""
        return str(self.path)

    @property
    def name(self) -> str:
        """What the run is called after it."""
        return self.path.name

    @property
    def head(self) -> bytes:
        """The first 64 KiB, decompressed."""
        with self.stream() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the decompressed content, hexadecimal: the same for a log and its gzip."""
        total = hashlib.sha256()
        for chunk in self._chunks():
            total.update(chunk)
        return total.hexdigest()

    def read(self) -> bytes:
        """All of it, decompressed."""
        held = io.BytesIO()
        for chunk in self._chunks():
            held.write(chunk)
        data = held.getvalue()  # shares the memory, where joining the chunks would need it twice
        self.__dict__["digest"] = hashlib.sha256(data).hexdigest()
        return data

    def held(self) -> memoryview:
        """All of it, decompressed, in memory that can be given back part by part (see :mod:`loaders.pages`)."""
        data = pages.held(self._chunks())
        self.__dict__["digest"] = hashlib.sha256(data).hexdigest()
        return data

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The decompressed content as a file; damage and missing rights become errors that name the path."""
        try:
            with self.path.open("rb") as raw:
                zipped = raw.read(2) == GZIP_MAGIC
                raw.seek(0)
                yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BrokenLogError(f"the gzip data is damaged ({error})", path=str(self.path)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"cannot be read: {reason}", path=str(self.path), hint="check the path") from error

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        with self.stream() as file:
            while chunk := file.read(_CHUNK):
                total += len(chunk)
                if total > self.limit:
                    message = f"more than {self.limit:,} bytes when decompressed"
                    raise LimitError(message, path=str(self.path), hint=_LIMIT_HINT)
                yield chunk
