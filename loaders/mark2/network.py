"""``net`` lines: which end of a connection is the other side, and who opened it.

A line prints source and destination; which of them is ours is told by the addresses that the host bears.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from graph_model.events import DnsResolved, Event, HttpRequested, NetworkFlow, PortListened
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.terminal import Terminal, address

Out = list[Event]
Side = Literal["us", "them"]
_NOWHERE = frozenset({None, "0.0.0.0", "::"})  # noqa: S104


class _Ends(NamedTuple):
    """The other side of a connection, our port, and whether the line prints the other side as the source."""

    address: str
    port: int | None
    local_port: int | None
    at_source: bool


def connect(record: Record, terminal: Terminal, out: Out) -> None:
    """This host opened a connection."""
    _flow(record, terminal, out, opened_by="us")


def accept(record: Record, terminal: Terminal, out: Out) -> None:
    """This host accepted a connection."""
    _flow(record, terminal, out, opened_by="them")


def other(record: Record, terminal: Terminal, out: Out) -> None:
    """Established or closed, which does not say who opened it.

    It was the other side if this host was seen to accept it, or if the line's source is not ours (inferred: the
    product prints the opening side as the source).
    """
    _flow(record, terminal, out, opened_by=None)


def udp(record: Record, terminal: Terminal, out: Out) -> None:
    """A socket was opened; while it has no other side it says nothing of traffic."""
    if _address(record, "dstIP") in _NOWHERE:
        record.drift.count("net/openUDP without another side")
    else:
        _flow(record, terminal, out, opened_by="us", protocol="udp")


def listen(record: Record, terminal: Terminal, out: Out) -> None:
    """A process waits for connections at an address of this host, which is 0.0.0.0 for all of them."""
    here, port = _address(record, "srcIP"), record.number("srcPort")
    if here is None or port is None:
        raise MissingKeyError("srcIP" if here is None else "srcPort")
    out.append(record.act(PortListened, terminal.actor(record, out), host=terminal.ref, address=here, port=port))


def _flow(record: Record, terminal: Terminal, out: Out, *, opened_by: Side | None, protocol: str = "tcp") -> None:
    ends = _ends(record, terminal, accepted=opened_by == "them")
    actor = terminal.actor(record, out)
    out.append(
        record.act(
            NetworkFlow,
            actor,
            host=terminal.ref,
            address=ends.address,
            port=ends.port,
            local_port=ends.local_port,
            protocol=protocol,
            inbound=_inbound(record, terminal, ends, opened_by),
            bytes=_traffic(record),
        )
    )


def _ends(record: Record, terminal: Terminal, *, accepted: bool) -> _Ends:
    """The end that is not ours; where the addresses do not tell, the source if the connection was accepted."""
    source, target = _address(record, "srcIP"), _address(record, "dstIP")
    source_is_ours, target_is_ours = source in terminal.own, target in terminal.own
    at_source = accepted if source_is_ours == target_is_ours else target_is_ours
    remote = source if at_source else target
    if remote is None or remote in _NOWHERE:
        raise MissingKeyError("an address of the other side")
    source_port, target_port = record.number("srcPort"), record.number("dstPort")
    ports = (source_port, target_port) if at_source else (target_port, source_port)
    return _Ends(remote, *ports, at_source)


def _inbound(record: Record, terminal: Terminal, ends: _Ends, opened_by: Side | None) -> bool:
    connection = (ends.address, ends.port, ends.local_port)
    if opened_by == "them":
        terminal.accepted.add(connection)
        return True
    accepted = connection in terminal.accepted
    if record.kind != "net/est":
        terminal.accepted.discard(connection)
    return opened_by is None and (accepted or ends.at_source)


def _address(record: Record, key: str) -> str | None:
    text = record.fields.get(key)
    return address(text) if text else None


def _traffic(record: Record) -> int | None:
    received, sent = record.number("recv"), record.number("send")
    return None if received is None and sent is None else (received or 0) + (sent or 0)


def dns(record: Record, terminal: Terminal, out: Out) -> None:
    """The name only: whether dstIP is the answer or the name server is not known of this format."""
    name = record.fields.get("dstHost") or record.need("url")
    out.append(record.act(DnsResolved, terminal.actor(record, out), host=terminal.ref, name=name))


def url(record: Record, terminal: Terminal, out: Out) -> None:
    """A URL was requested."""
    url = record.need("url")
    out.append(record.act(HttpRequested, terminal.actor(record, out), host=terminal.ref, url=url))
