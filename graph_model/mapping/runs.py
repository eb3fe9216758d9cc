"""The run itself, its hosts, and what the sandbox says about the run as a whole."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.identity import host_uid, is_address, plain_address, uid
from graph_model.mapping.context import Handlers, Mapping


def observed(mapping: Mapping, event: ev.RunObserved) -> None:
    """The first event of a log: everything after it belongs to this run."""
    mapping.run = event.run
    mapping.node("Run", event.run, **event.properties)
    sample = mapping.content(event.sample)
    if sample:
        mapping.relate("ANALYSED", event.run, sample, event)


def completed(mapping: Mapping, events: int) -> None:
    """The log came to its end."""
    mapping.node("Run", mapping.run, events=events, complete=True)


def host(mapping: Mapping, event: ev.HostObserved) -> None:
    """A machine, its name and its addresses."""
    ref = event.host
    node = mapping.node(
        "Host",
        host_uid(ref),
        scope=ref.scope,
        key=ref.key,
        name=event.name,
        domain=event.domain,
        recorded=event.recorded or None,
        dns_servers=[plain_address(server) for server in event.dns_servers if is_address(server)] or None,
    )
    mapping.relate("RECORDED_IN", node, mapping.run, event)
    for address in event.addresses:
        mapping.relate("HAS_ADDRESS", node, mapping.endpoint("ip", address, None), event)


def api(mapping: Mapping, event: ev.ApiCounted) -> None:
    """How often a process called an API."""
    actor = mapping.actor(event)
    if actor and event.api:
        node = mapping.node("Api", uid("Api", event.api), name=event.api)
        mapping.relate("CALLED", actor, node, event, failed=event.failed)


def signature(mapping: Mapping, event: ev.SignatureMatched) -> None:
    """A signature of the sandbox matched the run, or a process of it."""
    node = mapping.node(
        "Signature",
        uid("Signature", event.name),
        name=event.name,
        description=event.description,
        severity=event.severity,
    )
    mapping.relate("MATCHED", mapping.actor(event) or mapping.run, node, event)


HANDLERS: Handlers = {
    ev.RunObserved: observed,
    ev.HostObserved: host,
    ev.ApiCounted: api,
    ev.SignatureMatched: signature,
}
