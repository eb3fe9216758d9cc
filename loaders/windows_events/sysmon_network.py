"""Sysmon's rows of connections and DNS questions.

The source of a connection is the side that opened it, also in the row of the side that accepted it.
"""

from __future__ import annotations

from graph_model.events import DnsResolved, NetworkFlow
from graph_model.identity import is_address, plain_address
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

_CNAME = "5"


def connected(record: Record, machine: Machine, out: Out) -> None:
    """A process opened or accepted a connection, as `Initiated` says."""
    opened = record.need("Initiated").casefold() == "true"
    ours, theirs = ("Source", "Destination") if opened else ("Destination", "Source")
    remote, own = record.need(f"{theirs}Ip"), record.text(f"{ours}Ip")
    if not is_address(remote):
        raise MissingFieldError(f"{theirs}Ip")
    actor = machine.actor(record, out)
    if own and is_address(own):
        machine.bears(own, record, out)
    flow = record.act(
        NetworkFlow,
        actor,
        host=machine.ref,
        address=plain_address(remote),
        port=record.number(f"{theirs}Port"),
        local_port=record.number(f"{ours}Port"),
        protocol=(record.text("Protocol") or "tcp").lower(),
        inbound=not opened,
    )
    out.append(flow)


def asked(record: Record, machine: Machine, out: Out) -> None:
    """A process asked for a name; answers stand beside each other, other names with their type before them."""
    name = record.need("QueryName")
    addresses, aliases = _answers(record.text("QueryResults") or "")
    actor = machine.actor(record, out)
    out.append(record.act(DnsResolved, actor, host=machine.ref, name=name, addresses=addresses, aliases=aliases))


def _answers(results: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``type:  5 other.name;::ffff:192.0.2.1;`` as addresses and names."""
    addresses, aliases = [], []
    for part in map(str.strip, results.split(";")):
        if part.startswith("type:"):
            kind, _, other = part.removeprefix("type:").strip().partition(" ")
            if kind == _CNAME and other.strip():
                aliases.append(other.strip())
        elif is_address(part):
            addresses.append(plain_address(part))
    return tuple(dict.fromkeys(addresses)), tuple(dict.fromkeys(aliases))
