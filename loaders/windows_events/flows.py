"""Security's rows of connections that the Windows Filtering Platform allowed (5156).

An outbound row has the own end as its source. An inbound row has it at either side, as the version of Windows prints
it, so the addresses that the machine is known to bear tell which; where they do not, nobody can say who connected.

Source: "5156(S): The Windows Filtering Platform has permitted a connection" and the real logs of Windows 10 and 2019.
"""

from __future__ import annotations

from graph_model.events import NetworkFlow, ProcessRef
from graph_model.identity import is_address, plain_address
from graph_model.paths import base_name
from loaders.windows_events.connections import End, is_outbound
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}


def allowed(record: Record, machine: Machine, out: Out) -> None:
    """A process opened or accepted a connection."""
    outbound = is_outbound(record.text("Direction"))
    if outbound is None:
        raise MissingFieldError("a Direction that is one")
    ends = _end(record, "Source"), _end(record, "Dest")
    own, remote = ends if outbound else _own_first(ends, machine)
    if own is None or remote is None:
        record.drift.count(f"{record.kind}, inbound between ends of which the own one is not known")
        return
    if machine.connection_told(record, *((own, remote) if outbound else (remote, own))):
        record.drift.count(f"{record.kind}, told by Sysmon as well")
        return
    actor = _process(record, machine, out)
    if outbound:
        machine.bears(own[0], record, out)
    flow = record.act(
        NetworkFlow,
        actor,
        host=machine.ref,
        address=remote[0],
        port=remote[1],
        protocol=_protocol(record),
        inbound=not outbound,
    )
    out.append(flow)


def _own_first(ends: tuple[End, End], machine: Machine) -> tuple[End, End] | tuple[None, None]:
    first, second = (machine.may_bear(end[0]) for end in ends)
    if first == second:
        return None, None
    return ends if first else (ends[1], ends[0])


def _end(record: Record, which: str) -> End:
    address = record.need(f"{which}Address")
    if not is_address(address):
        raise MissingFieldError(f"{which}Address")
    return plain_address(address), record.number(f"{which}Port")


def _process(record: Record, machine: Machine, out: Out) -> ProcessRef | None:
    """The process, named without its folder: the device that its path begins with says of no drive which it is."""
    pid = record.number("ProcessID") or record.number("ProcessId")
    if not pid:
        return None
    process = machine.living(record, pid)
    machine.say(record, out, process, name=base_name(record.text("Application")))
    return process


def _protocol(record: Record) -> str:
    number = record.number("Protocol")
    if number is None:
        raise MissingFieldError("Protocol")
    return _PROTOCOLS.get(number, f"ip protocol {number}")
