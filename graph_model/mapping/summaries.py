"""What lists and logs of a tool say without telling when: more about a run or process, and what they name."""

from __future__ import annotations

from collections.abc import Callable

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping
from graph_model.registry import clean_key


def noted(mapping: Mapping, event: ev.Noted) -> None:
    """More properties of a process or of the run."""
    if event.process is None:
        mapping.node("Run", mapping.run, **event.properties)
    else:
        mapping.node("Process", mapping.process(event.process, event), **event.properties)


def touched(mapping: Mapping, event: ev.Touched) -> None:
    """A list of the log names something."""
    node = _NODES[event.label](mapping, event)
    mapping.act("TOUCHED", mapping.actor(event) or mapping.run, node, event, words=[event.word])


def owned(mapping: Mapping, event: ev.SandboxOwned) -> None:
    """A process, file or pipe of the sandbox itself."""
    if event.process:
        mapping.node("Process", mapping.process(event.process, event), sandbox=True)
    if event.file:
        mapping.node("File", mapping.file(event.file, event), sandbox=True)
    if event.pipe and event.host:
        at = mapping.host(event.host, event)
        mapping.node("Pipe", uid("Pipe", at, event.pipe.casefold()), name=event.pipe, host_uid=at, sandbox=True)


def _file(mapping: Mapping, event: ev.Touched) -> str:
    return mapping.file(ev.FileRef(event.host, event.what), event)


def _key(mapping: Mapping, event: ev.Touched) -> str:
    path, at = clean_key(event.what), mapping.host(event.host, event)
    node = uid("RegistryKey", at, path.casefold())
    return mapping.node("RegistryKey", node, path=path, key=path.casefold(), host_uid=at)


def _mutex(mapping: Mapping, event: ev.Touched) -> str:
    return mapping.node("Mutex", uid("Mutex", event.what), name=event.what)


def _service(mapping: Mapping, event: ev.Touched) -> str:
    at = mapping.host(event.host, event)
    return mapping.node("Service", uid("Service", at, event.what.casefold()), name=event.what, host_uid=at)


def _domain(mapping: Mapping, event: ev.Touched) -> str:
    name = event.what.rstrip(".").lower()
    return mapping.node("Domain", uid("Domain", name), name=name)


def _url(mapping: Mapping, event: ev.Touched) -> str:
    return mapping.node("Url", uid("Url", event.what), url=event.what)


_NODES: dict[str, Callable[[Mapping, ev.Touched], str]] = {
    "File": _file,
    "RegistryKey": _key,
    "Mutex": _mutex,
    "Service": _service,
    "Domain": _domain,
    "Url": _url,
}

HANDLERS: Handlers = {ev.Noted: noted, ev.Touched: touched, ev.SandboxOwned: owned}
