"""Names that are asked for: DNS by every door."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from graph_model.identity import is_address
from loaders.cuckoo.state import Call, Handler, ProcessState


def resolved(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A name is asked for; an address in its place asks nobody, and no name means the own machine."""
    name = call.text("hostname", "name")
    if name and not is_address(name):
        yield state.event(ev.DnsResolved, call, host=state.host, name=name)


def connected(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A connection by name; where the name is an address and the service a port, to there."""
    name, service = call.text("hostname"), call.text("servicename") or ""
    if name and is_address(name):
        port = int(service) if service.isascii() and service.isdecimal() and len(service) <= 5 else None
        yield state.event(ev.NetworkFlow, call, host=state.host, address=name, port=port)
    else:
        yield from resolved(state, call)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("getaddrinfo", "GetAddrInfoW", "GetAddrInfoExW", "gethostbyname"), resolved),
    **dict.fromkeys(("DnsQuery_A", "DnsQuery_W", "DnsQuery_UTF8", "DnsQueryEx"), resolved),
    "WSAConnectByNameW": connected,
}
