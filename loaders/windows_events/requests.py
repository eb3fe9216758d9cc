"""Who asked for a service or a scheduled task, as far as Security's rows say.

`ClientProcessId` is there from Windows 10 on. It is 0 for callers on other machines, and what a caller sends over the
network may stand there too, so it only means a process where other rows tell of one that had this pid then.
"""

from __future__ import annotations

from graph_model.events import ProcessRef
from loaders.windows_events.machine import Machine
from loaders.windows_events.record import Record


def client(record: Record, machine: Machine) -> ProcessRef | None:
    """The process that asked, where it is one of this machine that is known."""
    pid = record.number("ClientProcessId")
    return machine.acquainted(record, pid) if pid else None


def asked_by(record: Record) -> dict[str, str | None]:
    """The account that asked, and its logon session."""
    return {"account": record.account("Subject"), "logon_id": record.logon_id("SubjectLogonId")}
