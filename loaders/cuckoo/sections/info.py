"""Who the run is: ``info`` and ``target``, and the first event of a report."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import run_uid
from loaders.cuckoo import fingerprint, values
from loaders.cuckoo.model import Document, Process, Report, later
from loaders.cuckoo.sections import virustotal
from loaders.cuckoo.sections.filefacts import facts_of
from loaders.cuckoo.sections.shapes import chosen, mapping_of, of_shape, scalar, scalars
from loaders.drift import Drift
from loaders.protocol import Context

_MACHINE_NAMES = ("name", "label")
_DETECTIONS_KEPT = 50


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
    task, begun = scalar(info.get("id")), started(report)
    if task is None or begun is None:
        return run_uid(tool(report), found.key)
    sample = sample_facts(report).hashes.sha256 or ""
    return run_uid(tool(report), task, begun // 1_000, sample, fingerprint.of(found, processes))


def started(report: Report) -> int | None:
    """When the analysis began, by the clock of the sandbox."""
    return values.micros(mapping_of(report.info).get("started"))


def run_event(report: Report, run: str, found: Document, context: Context, drift: Drift) -> ev.RunObserved:
    """The first event."""
    sample = sample_facts(report)
    return ev.RunObserved(
        seq=0,
        position=run[:8],
        run=run,
        properties=context.of_run(name=found.name, digest=found.digest, **_told_by_info(report, drift)),
        sample=sample,
        scan=virustotal.scan_of(later(report, "virustotal", drift), sample, drift),
        url=values.text(mapping_of(report.target).get("url")),
    )


def _told_by_info(report: Report, drift: Drift) -> dict[str, Any]:
    info = of_shape(report.info, dict, "info", drift)
    target = of_shape(report.target, dict, "target", drift)
    score = scalar(info.get("score"))
    return {
        "tool": tool(report),
        "version": scalar(info.get("version")),
        "task_id": scalar(info.get("id")),
        "machine": machine(report),
        "started_us": _moment(info, "started", drift),
        "ended_us": _moment(info, "ended", drift),
        "category": values.text(info.get("category")) or values.text(target.get("category")),
        "package": values.text(info.get("package")),
        "route": values.text(info.get("route")),
        "score": score if score is not None else scalar(later(report, "malscore", drift)),
        "sample_name": next(iter(scalars(sample_entry(report).get("name"))), None),
        "detections": _detections(report, drift) or None,
    }


def _moment(info: dict[str, Any], name: str, drift: Drift) -> int | None:
    found = values.micros(info.get(name))
    if found is None and info.get(name) is not None:
        drift.not_understood("time", f"info.{name}, not usable", info[name])
    return found


def _detections(report: Report, drift: Drift) -> tuple[str, ...]:
    """CAPE names families in ``malfamily``, ``malfamily_tag`` and ``detections``, by turns texts and objects."""
    found: list[str] = []
    for name in ("malfamily", "malfamily_tag", "detections"):
        section = later(report, name, drift)
        for entry in section if isinstance(section, list) else [section]:
            family = mapping_of(entry).get("family", entry)
            found += [family] if isinstance(family, str) and family else []
    return chosen(found, _DETECTIONS_KEPT)


def machine(report: Report) -> str | None:
    """What the sandbox calls the machine."""
    info = mapping_of(report.info).get("machine")
    if isinstance(info, str):
        return info or None
    return next((text for name in _MACHINE_NAMES if (text := values.text(mapping_of(info).get(name)))), None)


def sample_entry(report: Report) -> dict[str, Any]:
    """The section about the submitted file; before 0.6 it stood at the top."""
    return mapping_of(mapping_of(report.target).get("file") or report.file)


def sample_facts(report: Report) -> ev.FileFacts:
    """What the report says of the submitted file."""
    return facts_of(sample_entry(report))
