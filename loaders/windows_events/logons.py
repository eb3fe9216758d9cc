r"""Security's rows of logons (4624) and of credentials that a program was given for a logon elsewhere (4648).

A logon names where it came from by `IpAddress`; over NTLM often by `WorkstationName` alone, which is what the client
calls itself. Windows fills that field with the machine's own name as well, so it only counts for logons that come over
the network and where it is another machine's.

Source: "Advanced security audit policy settings" of Microsoft's documentation, events 4624 and 4648.
"""

from __future__ import annotations

import re

from graph_model.events import CredentialsUsed, HostRef, LoggedOn
from graph_model.identity import is_address, is_loopback, plain_address, referred_host
from loaders.windows_events.addresses import is_of_one_machine
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

_NETWORK, _NETWORK_CLEARTEXT, _REMOTE_INTERACTIVE = 3, 8, 10
_OVER_THE_NETWORK = (_NETWORK, _NETWORK_CLEARTEXT, _REMOTE_INTERACTIVE)
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?\Z")


def logged_on(record: Record, machine: Machine, out: Out) -> None:
    """An account logged on to the machine; the process is the one that asked for it, on the machine itself."""
    account, session = record.need("TargetUserName"), record.logon_id("TargetLogonId")
    kind = record.number("LogonType")
    if not machine.first_time("logon", account.casefold(), session, kind, record.time):
        record.drift.count(f"{record.kind}, told before")
        return
    event = record.act(
        LoggedOn,
        machine.asking(record, out),
        host=machine.ref,
        account=account,
        domain=record.text("TargetDomainName"),
        logon_type=kind,
        logon_id=session,
        client=_client(record, machine, kind),
    )
    out.append(event)


def credentials_used(record: Record, machine: Machine, out: Out) -> None:
    """A program on this machine tried to log on with credentials that it was given, to the server that it named."""
    target = _host_named(record.need("TargetServerName"), machine)
    if target is None:
        raise MissingFieldError("TargetServerName that is one")
    actor = machine.asking(record, out)
    if is_loopback(target) or target == machine.ref:
        record.drift.count(f"{record.kind}, for the machine itself")
        return
    used = record.act(
        CredentialsUsed,
        actor,
        host=machine.ref,
        target=target,
        account=record.account("Target"),
        logon_id=record.logon_id("SubjectLogonId"),
    )
    out.append(used)


def _client(record: Record, machine: Machine, kind: int | None) -> HostRef | None:
    """Where the logon came from, if that is another machine."""
    address = record.text("IpAddress")
    if address and is_address(address):
        return machine.client(address) if is_of_one_machine(plain_address(address)) else None
    name = record.text("WorkstationName")
    found = _host_named(name, machine) if name and kind in _OVER_THE_NETWORK else None
    return None if found is None or is_loopback(found) or found == machine.ref else found


def _host_named(name: str, machine: Machine) -> HostRef | None:
    """The host of a name or address, this machine where it bears the name; ``None`` where it is neither."""
    plain = name.lstrip("\\")
    if is_address(plain):
        return referred_host(machine.ref.scope, plain)
    if not _NAME.match(plain):
        return None
    plain = plain.rstrip(".")
    return machine.ref if machine.bears_name(plain) else referred_host(machine.ref.scope, plain)
