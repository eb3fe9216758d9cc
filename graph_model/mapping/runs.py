"""The run itself, its hosts, and what the sandbox says about the run as a whole."""

from __future__ import annotations

import msgspec

from graph_model import events as ev
from graph_model.identity import host_uid, is_address, plain_address, uid
from graph_model.mapping.context import Handlers, Mapping


def observed(mapping: Mapping, event: ev.RunObserved) -> None:
    """The first event of a log: everything after it belongs to this run."""
    mapping.run = event.run
    mapping.node("Run", event.run, **event.properties)
    sample = mapping.content(event.sample)
    if sample:
        scan = msgspec.structs.asdict(event.scan) if event.scan else {}
        known = {name: value or None if isinstance(value, tuple) else value for name, value in scan.items()}
        mapping.relate("ANALYSED", event.run, sample, event, **known)
        if event.scan and event.scan.family:
            mapping.node("Content", sample, families=[event.scan.family])
    if event.url:
        url = mapping.node("Url", uid("Url", event.url), url=event.url)
        mapping.relate("ANALYSED", event.run, url, event)


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
        mapping.relate("CALLED", actor, node, event, failed=event.failed, source=event.source)


def call_watched(mapping: Mapping, event: ev.CallWatched) -> None:
    """How often a process called an API with certain arguments."""
    actor = mapping.actor(event)
    if actor and event.api:
        node = mapping.node("Api", uid("Api", event.api), name=event.api)
        said = {"arguments": event.arguments or None, "watched_by": event.watched_by, "failed": event.failed}
        mapping.act("CALLED_WITH", actor, node, event, **said)


def signature(mapping: Mapping, event: ev.SignatureMatched) -> None:
    """A signature of the sandbox matched the run, or a process of it."""
    node = mapping.node(
        "Signature",
        uid("Signature", event.name),
        name=event.name,
        description=event.description,
        severity=event.severity,
    )
    who = mapping.actor(event) or mapping.run
    mapping.relate(
        "MATCHED",
        who,
        node,
        event,
        marks=event.marks,
        severity=event.severity,
        call_count=event.call_count,
        ioc_count=event.ioc_count,
        calls=event.calls or None,
        iocs=event.iocs or None,
        families=event.families or None,
        techniques=event.techniques or None,
    )
    for technique in event.techniques:
        mapping.node("Technique", uid("Technique", technique), id=technique)
        mapping.relate("USES", who, uid("Technique", technique), event, signatures=[event.name])


HANDLERS: Handlers = {
    ev.RunObserved: observed,
    ev.HostObserved: host,
    ev.ApiCounted: api,
    ev.CallWatched: call_watched,
    ev.SignatureMatched: signature,
}
