"""Traffic, names and URLs: with the process where the log knows it, with the host where it does not."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import is_address, uid
from graph_model.mapping.context import Handlers, Mapping
from graph_model.paths import referred_or_own

# RPC, NetBIOS, SMB, WinRM: who connects here may command this host, so it is a host and no mere address
_ADMINISTRATION = frozenset({135, 139, 445, 5985, 5986})


def flow(mapping: Mapping, event: ev.NetworkFlow) -> None:
    """Traffic with an endpoint."""
    endpoint = mapping.endpoint(event.protocol, event.address, event.port)
    actor = mapping.actor(event)
    if actor is None:
        mapping.act("CONTACTED", mapping.host(event.host, event), endpoint, event, **_of_the_host(event))
        return
    said = {"bytes": event.bytes, "local_ports": None if event.local_port is None else [event.local_port]}
    if event.inbound:
        mapping.act("RECEIVED_BY", endpoint, actor, event, **said)
        if event.local_port in _ADMINISTRATION and is_address(event.address):
            mapping.host(referred_or_own(event.host, event.address), event)
    else:
        mapping.act("SENT_TO", actor, endpoint, event, **said)


def listened(mapping: Mapping, event: ev.PortListened) -> None:
    """A process waits for connections."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("LISTENED_ON", actor, mapping.endpoint(event.protocol, event.address, event.port), event)


def _of_the_host(event: ev.NetworkFlow) -> dict[str, Any]:
    return {
        "inbound": event.inbound or None,
        "outbound": not event.inbound or None,
        "unanswered": event.unanswered or None,
        "after_us": event.after_us,
        "details": event.details or None,
        "bytes": event.bytes,
    }


def _domain(mapping: Mapping, name: str) -> str:
    plain = name.rstrip(".").lower()
    return mapping.node("Domain", uid("Domain", plain), name=plain)


def dns(mapping: Mapping, event: ev.DnsResolved) -> None:
    """A name was asked for, and answered."""
    domain = _domain(mapping, event.name)
    mapping.act("RESOLVED", mapping.actor(event) or mapping.host(event.host, event), domain, event)
    for address in event.addresses:
        mapping.act("RESOLVES_TO", domain, mapping.endpoint("ip", address, None), event)
    for alias in event.aliases:
        mapping.act("RESOLVES_TO", domain, _domain(mapping, alias), event)


def http(mapping: Mapping, event: ev.HttpRequested) -> None:
    """A URL was requested."""
    url = mapping.node("Url", uid("Url", event.url), url=event.url)
    who = mapping.actor(event) or mapping.host(event.host, event)
    said = {
        "methods": event.method,
        "user_agents": event.user_agent,
        "host_headers": event.host_header,
        "statuses": str(event.status) if event.status else None,
    }
    props = {name: [value] for name, value in said.items() if value}
    mapping.act("REQUESTED", who, url, event, **props)


HANDLERS: Handlers = {
    ev.NetworkFlow: flow,
    ev.PortListened: listened,
    ev.DnsResolved: dns,
    ev.HttpRequested: http,
}
