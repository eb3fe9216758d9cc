r"""Security's rows of shares that another host opened, and of files below them.

`ShareName` is ``\\*\C$``, `ShareLocalPath` where it lies (``\??\C:\``), `RelativeTargetName` the file below it; the
client is known by its address. What it did with the rights that it was given is not said, so only the right to write
makes a row worth a word, and the shares of pipes (``IPC$``) are no files.
"""

from __future__ import annotations

from graph_model.events import HostRef, SharedFileOpened, ShareOpened
from graph_model.identity import is_address
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

_WRITE_DATA, _APPEND_DATA = 0x2, 0x4


def shared_file(record: Record, machine: Machine, out: Out) -> None:
    """A client opened a file of this host, or was asked which rights it has to it."""
    mask, client = record.number("AccessMask"), _client(record, machine)
    if mask is None:
        raise MissingFieldError("AccessMask")
    folder, below = record.text("ShareLocalPath"), record.text("RelativeTargetName")
    if folder is None or below in (None, "\\"):
        record.drift.count(f"{record.kind}, of no file")
        return
    if not mask & (_WRITE_DATA | _APPEND_DATA):
        record.drift.count(f"{record.kind}, without the right to write")
        return
    folder = folder.rstrip("\\")
    file = machine.file(f"{folder}\\{below}")
    share = record.need("ShareName").rpartition("\\")[2]
    account = _account(record)
    out.append(record.act(SharedFileOpened, None, file=file, client=client, share=share, account=account))


def opened(record: Record, machine: Machine, out: Out) -> None:
    """A client connected to a share, for the first time in its session."""
    client, share = _client(record, machine), record.need("ShareName").rpartition("\\")[2]
    out.append(record.act(ShareOpened, None, host=machine.ref, client=client, share=share, account=_account(record)))


def _account(record: Record) -> str | None:
    return record.account("Subject")


def _client(record: Record, machine: Machine) -> HostRef:
    address = record.need("IpAddress")
    if not is_address(address):
        raise MissingFieldError("IpAddress")
    return machine.client(address)
