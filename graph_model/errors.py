"""Every error that provgraph raises on purpose.

::

    ProvgraphError                  exit 1   our own fault when raised bare
    ├── InputError                  exit 2   something the user gave cannot be used
    │   ├── NotALogError                     no loader knows the format
    │   ├── BrokenLogError                   the format is known, the content is damaged
    │   ├── EmptyLogError                    readable, but it says nothing
    │   └── LimitError                       larger or deeper than the limits allow
    ├── UsageError                  exit 2   a name, parameter or option that does not exist or fit
    └── DatabaseError               exit 3   the database
        ├── DatabaseUnreachableError         nothing answers at the address, or it refuses us
        ├── EngineStartError                 the embedded engine did not come up
        └── StatementRefusedError   exit 2   the database understood the statement and refused it

What a user reads is ``error: <message>`` on one line and ``hint: <hint>`` on the next.
"""

from __future__ import annotations


class ProvgraphError(Exception):
    """Base of all: ``message`` says what is wrong, ``hint`` what to do about it."""

    exit_code = 1
    default_hint = "this is a fault of provgraph: please report it with the command that you ran"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.default_hint


class InputError(ProvgraphError):
    """Something the user gave cannot be used; ``path`` names the file, ``pointer`` the place in it, ``reason`` why."""

    exit_code = 2
    default_hint = "`provgraph load --help` lists the formats that can be read"

    def __init__(
        self, message: str, *, path: str | None = None, pointer: str | None = None, hint: str | None = None
    ) -> None:
        where = "".join(f"{part}: " for part in (path, pointer) if part)
        super().__init__(where + message, hint=hint)
        self.reason = message
        self.path = path
        self.pointer = pointer


class NotALogError(InputError):
    """No loader recognises the content of the file."""


class BrokenLogError(InputError):
    """The format is known, the content is damaged (truncated JSON, garbage inside)."""

    default_hint = "the file seems damaged: fetch it again from where it came, and compare its size"


class EmptyLogError(InputError):
    """The file is readable but holds nothing that a log would say."""


class LimitError(InputError):
    """Larger or deeper than the limits allow (decompression bombs, nesting bombs)."""


class UsageError(ProvgraphError):
    """A name, parameter or option that does not exist or does not fit."""

    exit_code = 2
    default_hint = "`provgraph --help` shows the commands and their options"


class DatabaseError(ProvgraphError):
    """Something about the database."""

    exit_code = 3
    default_hint = "check --uri, PROVGRAPH_USER and PROVGRAPH_PASSWORD, and that the server is running"


class DatabaseUnreachableError(DatabaseError):
    """Nothing answers at the address, or it refuses our name and password."""


class EngineStartError(DatabaseError):
    """The embedded engine did not come up."""

    default_hint = "`provgraph engine status` tells more; its log is in the data folder"


class StatementRefusedError(DatabaseError):
    """The database understood the statement and refused it."""

    exit_code = 2
    default_hint = "correct the Cypher text; `provgraph cypher --help` has an example"
