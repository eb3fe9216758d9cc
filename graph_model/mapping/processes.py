"""Processes: what they are, who started them, which images and modules they run."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.commandline import archives_unpacked, files_run, servers_named
from graph_model.identity import process_uid, user_uid
from graph_model.mapping.context import Handlers, Mapping
from graph_model.paths import base_name, clean, referred_or_own
from graph_model.remote_commands import Request, program_and_arguments, requests

FROM_COMMAND_LINE = "command line"


def observed(mapping: Mapping, event: ev.ProcessObserved) -> None:
    """Facts about a process."""
    node = mapping.process(event.process, event)
    path = clean(event.path) if event.path else None
    name = event.name or base_name(path)
    mapping.node(
        "Process",
        node,
        name=name,
        path=_place(path),
        command_line=event.command_line,
        guid=event.guid,
        user=event.user,
        logon_id=event.logon_id,
        directory=clean(event.directory) if event.directory else None,
        started_us=event.started,
        recorded=event.recorded or None,
        sandbox=event.sandbox or None,
        tracked=event.tracked or None,
    )
    _ran_as(mapping, node, event)
    if event.recorded and path and _place(path):
        _executed(mapping, ev.FileRef(event.process.host, event.path or path), node, None, event)
    _runs(mapping, event.process, name, event.command_line, event)


def _place(path: str | None) -> str | None:
    """The path if it says where the file lies; a bare name does not."""
    return path if path and "\\" in path else None


def _ran_as(mapping: Mapping, node: str, event: ev.ProcessObserved) -> None:
    if not event.user:
        return
    account = user_uid(event.process.host.scope, event.user_domain, event.user)
    mapping.node("User", account, name=event.user, domain=event.user_domain)
    if mapping.once(f"as {account}", node):
        mapping.relate("RAN_AS", node, account, event)


def started(mapping: Mapping, event: ev.ProcessStarted) -> None:
    """A process was created, by the actor where known, from its image where known."""
    node = mapping.process(event.process, event)
    path = clean(event.image.path) if event.image else None
    name = base_name(path)
    props = {"name": name, "path": _place(path), "command_line": event.command_line, "started_us": event.time}
    mapping.node("Process", node, **props)
    parent = mapping.actor(event)
    if parent and parent != node:
        mapping.relate(
            "SPAWNED",
            parent,
            node,
            event,
            api=event.api,
            source=event.source,
            suspended=event.suspended,
            thread_id=event.thread_id,
            last_us=event.at_latest,
        )
    if event.image and _place(path):
        _executed(mapping, event.image, node, event.facts, event)
    _runs(mapping, event.process, name, event.command_line, event)


def _executed(mapping: Mapping, image: ev.FileRef, node: str, facts: ev.FileFacts | None, event: ev.Event) -> None:
    file = mapping.file(image, event)
    mapping.holds(file, facts, event)
    if mapping.once(f"executed {file}", node):
        mapping.act("EXECUTED_AS", file, node, event)


def _runs(
    mapping: Mapping, process: ev.ProcessRef, name: str | None, command_line: str | None, event: ev.Event
) -> None:
    """What the command line names joins the process: hosts, what it runs (DLL, script, document), what it unpacks."""
    if not command_line or not mapping.once(f"{name} command line {command_line}", process_uid(process)):
        return
    _names_hosts(mapping, process, name, command_line, event)
    for path in files_run(name, command_line):
        file = mapping.file(ev.FileRef(process.host, path), event)
        node = mapping.process(process, event)
        if mapping.once(f"runs {file}", node):
            mapping.act("LOADED_INTO", file, node, event, source=FROM_COMMAND_LINE)
    for path in archives_unpacked(name, command_line):
        file, node = mapping.file(ev.FileRef(process.host, path), event), mapping.process(process, event)
        if mapping.once(f"unpacks {file}", node):
            mapping.act("READ_BY", file, node, event, source=FROM_COMMAND_LINE)


def _names_hosts(
    mapping: Mapping, process: ev.ProcessRef, name: str | None, command_line: str, event: ev.Event
) -> None:
    asked: dict[str, list[Request]] = {server: [] for server in servers_named(command_line)}
    for request in requests(name, command_line):
        asked.setdefault(request.host, []).append(request)
    for server, found in asked.items():
        host = mapping.host(referred_or_own(process.host, server), event)
        mapping.relate("NAMED_HOST", mapping.process(process, event), host, event, **_asks(found))


def _asks(found: list[Request]) -> dict[str, str | list[str] | None]:
    commands = sorted({request.command for request in found if request.command})
    ran = [program_and_arguments(command) for command in commands]
    return {
        "asked": sorted({request.asked for request in found}) or None,
        "tool": min((request.tool for request in found), default=None),
        "names": sorted({request.name for request in found if request.name}) or None,
        "commands": commands or None,
        "programs": sorted({program for program, _ in ran}) or None,
        "arguments": sorted({rest for _, rest in ran}) or None,
        "account": min((request.account for request in found if request.account), default=None),
    }


def ended(mapping: Mapping, event: ev.ProcessEnded) -> None:
    """A process ended."""
    mapping.node("Process", mapping.process(event.process, event), ended_us=event.time)


def host_named(mapping: Mapping, event: ev.HostNamed) -> None:
    """A process asked for something on a host."""
    actor = mapping.actor(event)
    if actor:
        asked = [Request(event.host.key, event.tool or "", event.asked, None, event.command)] if event.asked else []
        mapping.act("NAMED_HOST", actor, mapping.host(event.host, event), event, **_asks(asked))


def module_loaded(mapping: Mapping, event: ev.ModuleLoaded) -> None:
    """A process loaded a module."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("LOADED_INTO", mapping.file(event.file, event), actor, event)


HANDLERS: Handlers = {
    ev.ProcessObserved: observed,
    ev.ProcessStarted: started,
    ev.ProcessEnded: ended,
    ev.HostNamed: host_named,
    ev.ModuleLoaded: module_loaded,
}
