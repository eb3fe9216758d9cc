"""Traffic, names and URLs: with the process where the log knows it, with the host where it does not."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping


def flow(mapping: Mapping, event: ev.NetworkFlow) -> None:
    """Traffic with an endpoint."""
    endpoint = mapping.endpoint(event.protocol, event.address, event.port)
    actor = mapping.actor(event)
    if actor is None:
        mapping.act("CONTACTED", mapping.host(event.host, event), endpoint, event)
    elif event.inbound:
        mapping.act("RECEIVED_BY", endpoint, actor, event, bytes=event.bytes)
    else:
        mapping.act("SENT_TO", actor, endpoint, event, bytes=event.bytes)


def listened(mapping: Mapping, event: ev.PortListened) -> None:
    """A process waits for connections."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("LISTENED_ON", actor, mapping.endpoint(event.protocol, event.address, event.port), event)


def dns(mapping: Mapping, event: ev.DnsResolved) -> None:
    """A name was asked for, and answered."""
    name = event.name.rstrip(".").lower()
    domain = mapping.node("Domain", uid("Domain", name), name=name)
    mapping.act("RESOLVED", mapping.actor(event) or mapping.host(event.host, event), domain, event)
    for address in event.addresses:
        mapping.act("RESOLVES_TO", domain, mapping.endpoint("ip", address, None), event)


def http(mapping: Mapping, event: ev.HttpRequested) -> None:
    """A URL was requested."""
    url = mapping.node("Url", uid("Url", event.url), url=event.url)
    mapping.act("REQUESTED", mapping.actor(event) or mapping.host(event.host, event), url, event)


HANDLERS: Handlers = {
    ev.NetworkFlow: flow,
    ev.PortListened: listened,
    ev.DnsResolved: dns,
    ev.HttpRequested: http,
}
