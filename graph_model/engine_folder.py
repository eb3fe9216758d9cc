"""What lies in the folder of an embedded database, so that clients and the keeper agree on it.

The folder belongs to its user alone (0700). ``engine.lock`` says who owns it, and marks it as ours;
``engine.json`` says where the running engine answers and with which secrets; it exists only while one
runs, or after one was killed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from graph_model.errors import EngineStartError

DATABASE = "provgraph"
CHOOSE_ANOTHER = "choose another folder with --data DIR or PROVGRAPH_DATA"
# What a fresh volume or a checked-in empty folder may hold and still be ours to use.
HARMLESS = frozenset({"lost+found", ".gitkeep", ".gitignore", ".keep"})


@dataclass(frozen=True)
class Record:
    """The content of ``engine.json``: one running engine."""

    keeper_pid: int
    keeper_port: int
    token: str  # what a client shows to the keeper
    answer: str  # what the keeper shows to a client: another process may sit on a stale port
    java_pid: int
    java_born: float  # process ids are used again, their start times are not
    bolt_port: int
    password: str
    reader_password: str
    started: str

    @property
    def uri(self) -> str:
        """Where Bolt answers."""
        return f"bolt://127.0.0.1:{self.bolt_port}"


class EngineFolder:
    """The paths in the folder of one embedded database, and the few things done to them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = root / "engine.lock"
        self.record = root / "engine.json"
        self.log = root / "engine.log"
        self.arguments = root / "engine.args"
        self.databases = root / "databases"
        self.config = root / "config"
        self.events = root / "log"

    def prepare(self) -> None:
        """Make the folder ours, or say in one line why it cannot be."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_foreign()
            self.root.chmod(0o700)
            self.lock.touch(mode=0o600)
        except FileExistsError as error:
            raise EngineStartError(
                f"{self.root} is a file, and the embedded database needs a folder", hint=CHOOSE_ANOTHER
            ) from error
        except OSError as error:
            raise EngineStartError(
                f"{self.root} cannot hold the embedded database: {error.strerror}", hint=CHOOSE_ANOTHER
            ) from error

    def _refuse_foreign(self) -> None:
        """Never turn somebody's home or another product's database into ours."""
        if self.lock.exists():
            return
        foreign = sorted({entry.name for entry in self.root.iterdir()} - HARMLESS)
        if foreign:
            raise EngineStartError(
                f"{self.root} holds something else ({', '.join(foreign[:3])}) and no provgraph database",
                hint="give --data (PROVGRAPH_DATA) an empty folder or one that does not exist yet",
            )

    def check_database(self) -> None:
        """Refuse a damaged schema: the engine would reset it and show an empty database instead."""
        database = self.databases / DATABASE
        holds_data = database.is_dir() and any(database.glob("*.bucket"))
        if holds_data and not any(_is_json(database / name) for name in ("schema.json", "schema.prev.json")):
            raise EngineStartError(
                f"{database}/schema.json is damaged or missing",
                hint="restore the folder from a copy, or load your logs into another one (--data DIR)",
            )

    def read_record(self) -> Record | None:
        """The engine that runs here, or ran until it was killed; None without a usable record."""
        try:
            said = json.loads(self.record.read_text(encoding="utf-8"))
            return Record(**{field.name: said[field.name] for field in fields(Record)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_record(self, record: Record) -> None:
        """Publish the running engine in one step."""
        fresh = self.record.with_suffix(".fresh")
        write_private(fresh, json.dumps(asdict(record), indent=1))
        fresh.replace(self.record)

    def forget(self) -> None:
        """Remove what spoke of an engine that does not run any more, its secrets above all."""
        for path in (self.record, self.record.with_suffix(".fresh"), self.arguments):
            path.unlink(missing_ok=True)

    def database_bytes(self) -> int:
        """How much the database takes on the disk."""
        return sum(_size(Path(where) / name) for where, _, names in os.walk(self.databases) for name in names)

    def last_words(self) -> str:
        """The last line of the log, for an error message."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace")[-4000:].split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else could ever have opened."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.fsencode(text))


def _is_json(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the engine renames and removes files while we look
        return 0
