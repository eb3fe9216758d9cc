"""The sections of a report beside the calls: who the run is, the sample, dropped files, traffic, signatures."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from graph_model.identity import checked_hashes, is_address, run_uid
from loaders.cuckoo import fingerprint, values
from loaders.cuckoo.model import Document, Process, Report
from loaders.cuckoo.state import ReportState, on_disk
from loaders.protocol import Context

_MACHINE_NAMES = ("name", "label")


def mapping_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def scalar(value: Any) -> str | None:
    """A number or text as text."""
    return str(value) if isinstance(value, (str, int, float)) and value != "" else None


def tool(report: Report) -> str:
    """``cape`` or ``cuckoo``, by the sections that only one of them writes."""
    version = scalar(mapping_of(report.info).get("version")) or ""
    return "cape" if "CAPE" in report.sections or "CAPE" in version else "cuckoo"


def run_of(report: Report, processes: dict[int, Process], found: Document) -> str:
    """The run by its own key: tool, task, start, with sample and fingerprint since copied reports share the former.

    A start counts in milliseconds, which is what databases keep of it. Without a task id or start the run is the
    key of the document: for a file the digest of its content.
    """
    info = mapping_of(report.info)
    task, started = scalar(info.get("id")), values.micros(info.get("started"))
    if task is None or started is None:
        return run_uid(tool(report), found.key)
    sample = sample_facts(report)
    return run_uid(tool(report), task, started // 1_000, sample.hashes.sha256 or "", fingerprint.of(found, processes))


def run_event(report: Report, run: str, found: Document, context: Context) -> ev.RunObserved:
    """The first event."""
    info = mapping_of(report.info)
    task, version = info.get("id"), info.get("version")
    properties = {
        "tool": tool(report),
        "version": scalar(version),
        "name": found.name,
        "digest": found.digest,
        "case": context.case,
        "label": context.label,
        "dataset": context.dataset,
        "task_id": scalar(task),
        "machine": machine(report),
        "started_us": values.micros(info.get("started")),
        "ended_us": values.micros(info.get("ended")),
    }
    known = {name: value for name, value in properties.items() if value is not None}
    return ev.RunObserved(seq=0, position=run[:8], run=run, properties=known, sample=sample_facts(report))


def machine(report: Report) -> str | None:
    """What the sandbox calls the machine."""
    info = mapping_of(report.info).get("machine")
    if isinstance(info, str):
        return info or None
    return next((text for name in _MACHINE_NAMES if (text := values.text(mapping_of(info).get(name)))), None)


def facts_of(entry: dict[str, Any]) -> ev.FileFacts:
    """Hashes, size and type of a file section."""
    kind = values.text(entry.get("type"))
    return ev.FileFacts(
        hashes=checked_hashes(entry.get("sha256"), entry.get("sha1"), entry.get("md5")),
        size=values.number(entry.get("size")),
        type=kind,
        pe=kind.startswith(("PE32", "MS-DOS executable")) if kind else None,
    )


def sample_facts(report: Report) -> ev.FileFacts:
    """What the report says of the submitted file."""
    return facts_of(mapping_of(mapping_of(report.target).get("file") or report.file))


def dropped(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """Files that the sandbox kept, by their path in the guest; the writer is known where the report names pids."""
    for index, entry in enumerate(list_of(report.dropped)):
        found = mapping_of(entry)
        facts = facts_of(found)
        for path in _guest_paths(found):
            at: dict[str, Any] = {"seq": 0, "position": f"{state.cited}:dropped[{index}]", "api": "dropped"}
            file = ev.FileRef(state.host, path)
            pids = [pid for value in list_of(found.get("pids")) if (pid := values.pid(value))]
            yield ev.ContentObserved(file=file, facts=facts, **at)
            for pid in pids:
                yield ev.FileWritten(file=file, actor=state.table.alive(pid, None), **at)
        state.drift.count("dropped files")


def _guest_paths(entry: dict[str, Any]) -> list[str]:
    """``filepath`` in 2.x; ``guest_paths`` in CAPE, as a list or one text."""
    raw = entry.get("filepath") or entry.get("guest_paths")
    found = raw if isinstance(raw, list) else [raw]
    return [path for path in found if isinstance(path, str) and on_disk(path) and ntpath.basename(path)]


def network(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """Traffic of the machine; these sections name no process."""
    section = mapping_of(report.network)
    for protocol in ("tcp", "udp"):
        for index, entry in enumerate(list_of(section.get(protocol))):
            yield from _flow(protocol, mapping_of(entry), index, state)
    for index, entry in enumerate(list_of(section.get("dns"))):
        yield from _dns(mapping_of(entry), index, state)
    for index, entry in enumerate(list_of(section.get("http"))):
        url = values.text(mapping_of(entry).get("uri"))
        if url:
            yield ev.HttpRequested(url=url, **_at("http", index, state))


def dns_servers(report: Report) -> tuple[str, ...]:
    """Where DNS questions went, as 2.x lists it; addresses only."""
    listed = list_of(mapping_of(report.network).get("dns_servers"))
    return tuple(sorted({found for address in listed if (found := values.text(address)) and is_address(found)}))


def _at(section: str, index: int, state: ReportState) -> dict[str, Any]:
    state.drift.count(f"network {section}")
    return {
        "seq": 0,
        "position": f"{state.cited}:network.{section}[{index}]",
        "host": state.host,
        "api": f"network.{section}",
    }


def _flow(protocol: str, entry: dict[str, Any], index: int, state: ReportState) -> Iterator[ev.Event]:
    address, port = values.text(entry.get("dst")), values.number(entry.get("dport"))
    if address and is_address(address):
        yield ev.NetworkFlow(address=address, port=port, protocol=protocol, **_at(protocol, index, state))


def _dns(entry: dict[str, Any], index: int, state: ReportState) -> Iterator[ev.Event]:
    name = values.text(entry.get("request") or entry.get("hostname"))
    answers = [values.text(mapping_of(answer).get("data")) for answer in list_of(entry.get("answers"))]
    addresses = tuple(answer for answer in answers if answer and is_address(answer))
    if name:
        yield ev.DnsResolved(name=name, addresses=addresses, **_at("dns", index, state))


def signatures(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """Signatures that matched, with the processes that their marks name."""
    for index, entry in enumerate(list_of(report.signatures)):
        found = mapping_of(entry)
        name = values.text(found.get("name"))
        if name is None:
            continue
        state.drift.count("signatures")
        marks = list_of(found.get("marks")) or list_of(found.get("data"))
        pids: set[int | None] = {_marked_pid(mapping_of(mark)) for mark in marks} - {None}
        for pid in sorted(pids, key=lambda pid: pid or 0) or [None]:
            yield ev.SignatureMatched(
                seq=0,
                position=f"{state.cited}:signatures[{index}]",
                actor=state.table.alive(pid, None) if pid else None,
                name=name,
                description=values.text(found.get("description")),
                severity=values.number(found.get("severity")),
                marks=values.number(found.get("markcount")) or len(marks),
            )


def _marked_pid(mark: dict[str, Any]) -> int | None:
    return values.pid(mark.get("pid"))
