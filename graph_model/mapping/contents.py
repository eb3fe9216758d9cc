"""Bytes by themselves: what is inside them, and where they were kept or found."""

from __future__ import annotations

import msgspec

from graph_model import events as ev
from graph_model.mapping.context import Handlers, Mapping


def described(mapping: Mapping, event: ev.ContentDescribed) -> None:
    """What was found inside some bytes."""
    content = mapping.content(event.facts)
    if content is None:
        return
    facts = event.facts
    found = msgspec.structs.asdict(event.static)
    known = {name: value or None if isinstance(value, tuple) else value for name, value in found.items()}
    mapping.node("Content", content, signature=facts.signature, signer=facts.signer, issuer=facts.issuer, **known)


def kept(mapping: Mapping, event: ev.ContentKept) -> None:
    """The sandbox kept some bytes, from a place that it does not tell."""
    content = mapping.content(event.facts)
    if content:
        mapping.act("KEPT", mapping.run, content, event, names=event.names or None)


def dumped(mapping: Mapping, event: ev.ContentDumped) -> None:
    """Bytes out of the memory of a process, or on their way into another one."""
    content = mapping.content(event.facts)
    source = mapping.actor(event)
    if content is None:
        return
    kinds = [event.kind] if event.kind else None
    addresses = [f"0x{event.address:x}"] if event.address is not None else None
    if source:
        at = addresses if event.target is None else None
        mapping.act("DUMPED_FROM", content, source, event, role="source", kinds=kinds, addresses=at)
    if event.target:
        target = mapping.process(event.target, event)
        mapping.act("DUMPED_FROM", content, target, event, role="target", kinds=kinds, addresses=addresses)


HANDLERS: Handlers = {
    ev.ContentDescribed: described,
    ev.ContentKept: kept,
    ev.ContentDumped: dumped,
}
