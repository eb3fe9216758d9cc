"""What events of the Security log mean, by their number.

They name processes by pid, which is looked up among what Sysmon says of the same machine. A creation that a row of
Sysmon tells as well, with GUID and hashes, only adds the logon session here, where Sysmon's row lacks it.

Source: "Advanced security audit policy settings" of Microsoft's documentation.
"""

from __future__ import annotations

from graph_model.events import ProcessEnded, ProcessStarted
from loaders.windows_events.flows import allowed
from loaders.windows_events.logons import credentials_used, logged_on
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record
from loaders.windows_events.security_registry import value_changed
from loaders.windows_events.shares import opened, shared_file
from loaders.windows_events.sysmon import Handler
from loaders.windows_events.system import service_installed
from loaders.windows_events.tasks import registered


def created(record: Record, machine: Machine, out: Out) -> None:
    """A process was created; `ProcessId` is its creator's, and the account its own where the row names one."""
    pid, path = record.number("NewProcessId"), record.text("NewProcessName")
    if pid is None:
        raise MissingFieldError("NewProcessId")
    session = record.logon_id("TargetLogonId", "SubjectLogonId")
    told = machine.told_by_sysmon(record, pid, path)
    if told:
        record.drift.count(f"{record.kind}, told by Sysmon as well")
        machine.say(record, out, told, logon_id=session)
        return
    creator = record.number("ProcessId")
    parent = machine.living(record, creator) if creator else None
    if parent:
        machine.say(record, out, parent, path=record.text("ParentProcessName"))
    process = machine.started(record, pid)
    machine.described(record, out, process, path=path, user=_account(record), logon_id=session)
    image, command_line = machine.file(path) if path else None, record.text("CommandLine")
    out.append(record.act(ProcessStarted, parent, process=process, image=image, command_line=command_line))


def _account(record: Record) -> str | None:
    return record.account("Target") or record.account("Subject")


def ended(record: Record, machine: Machine, out: Out) -> None:
    """A process ended."""
    pid = record.number("ProcessId")
    if pid is None:
        raise MissingFieldError("ProcessId")
    process = machine.living(record, pid)
    machine.say(record, out, process, path=record.text("ProcessName"))
    machine.ended(process)
    out.append(record.event(ProcessEnded, process=process))


MAPPED: dict[int, tuple[str, Handler]] = {
    4688: ("4688 ProcessCreated", created),
    4689: ("4689 ProcessExited", ended),
    4624: ("4624 Logon", logged_on),
    4648: ("4648 ExplicitCredentials", credentials_used),
    4657: ("4657 RegistryValue", value_changed),
    4697: ("4697 ServiceInstalled", service_installed),
    4698: ("4698 TaskCreated", registered),
    4702: ("4702 TaskChanged", registered),
    5140: ("5140 ShareAccess", opened),
    5145: ("5145 SharedFileAccess", shared_file),
    5156: ("5156 ConnectionAllowed", allowed),
}
