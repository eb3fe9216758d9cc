"""What a ``mongodb://`` address of the user's says: where the server is, which database, which tasks.

The address may hold a password, so nothing of it reaches a message but the hosts, the database and the tasks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from graph_model.errors import UsageError

SCHEMES = ("mongodb", "mongodb+srv")
_DEFAULT_DATABASE = "cuckoo"
_TASK = "task"
_MOST_DIGITS = 19  # of a 64-bit number
_HINT = (
    "an address looks like mongodb://user:password@host:27017/cuckoo?task=7; write @ : / ? # % in a password as %40 …"
)


@dataclass(frozen=True)
class Address:
    """A server's address in parts; ``name`` is what messages call it, ``driver_uri`` is for the driver alone."""

    name: str
    driver_uri: str = field(repr=False)
    database: str
    tasks: tuple[str, ...] = ()

    def named(self, task: str | None) -> str:
        """What to call one analysis."""
        return f"{self.name}?{_TASK}={task}" if task is not None else self.name

    def stored_tasks(self) -> list[str | int]:
        """The tasks in the forms in which they may be stored: Cuckoo stores numbers, other tools text."""
        return [*self.tasks, *(int(task) for task in self.tasks if _is_number(task))]


def is_uri(text: str) -> bool:
    """Whether the text names a MongoDB and not a file."""
    return text.partition("://")[0].lower() in SCHEMES and "://" in text


def parse(uri: str, tasks: tuple[str, ...] = ()) -> Address:
    """The parts of an address; the tasks that it names come before the ones that are given beside it."""
    parts = _split(uri)
    words = [word for word in parts.query.split("&") if word]
    ours = [unquote_plus(word.partition("=")[2]) for word in words if _is_task(word)]
    if "" in ours:
        raise UsageError("the address of MongoDB says `task=` without a number", hint=_HINT)
    database = unquote(parts.path.strip("/"))
    others = "&".join(word for word in words if not _is_task(word))
    return Address(
        name=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{database or _DEFAULT_DATABASE}",
        driver_uri=f"{parts.scheme}://{parts.netloc}/{parts.path.strip('/')}" + (f"?{others}" if others else ""),
        database=database or _DEFAULT_DATABASE,
        tasks=tuple(dict.fromkeys(map(_plain, [*ours, *tasks]))),
    )


def _is_task(word: str) -> bool:
    return word.partition("=")[0].lower() == _TASK


def _plain(task: str) -> str:
    """A number without leading zeros; what is none may still be a task of another tool."""
    return str(int(task)) if _is_number(task) else task


def _is_number(task: str) -> bool:
    return task.isdecimal() and len(task) < _MOST_DIGITS


def _split(uri: str) -> SplitResult:
    """A raw ``@`` after the host is a password that was cut in two: no part of that may be taken for a host's name."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise UsageError("the address of MongoDB cannot be read", hint=_HINT) from None  # its text quotes the address
    if not parts.netloc.rpartition("@")[2] or "@" in parts.path + parts.query or "#" in uri:
        raise UsageError("the address of MongoDB names no host, or holds a character that must be escaped", hint=_HINT)
    return parts
