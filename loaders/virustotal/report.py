"""A report in the words of version 2, which sandboxes copy into theirs, whatever version it is.

Version 3 keeps them in ``data.attributes``; ``category`` of a scanner's result stands for ``detected``, and what did
not look at the file at all (``type-unsupported``, ``timeout``, ``failure``) is not among the total.

Sources: "VirusTotal API v2" and "VirusTotal API v3" (objects, files) of VirusTotal's documentation.
"""

from __future__ import annotations

from typing import Any

from graph_model.events import FileFacts, StaticFacts
from graph_model.identity import checked_hash, checked_hashes
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import chosen, mapping_of, scalars

JSON = dict[str, Any]
_HASHES = ("sha256", "sha1", "md5")
_DETECTED = ("malicious", "suspicious")
_LOOKED = (*_DETECTED, "undetected", "harmless")
_NAMES_KEPT = 20
_SHOWN_AT = "https://www.virustotal.com/gui/file/"


def in_words_of_version_2(report: JSON) -> JSON:
    """The report itself, or what version 3 says in its place; empty where that is not of a file."""
    wrapped = mapping_of(report.get("data")) or report
    attributes = mapping_of(wrapped.get("attributes"))
    if not attributes:
        return report
    return _translated(wrapped, attributes) if wrapped.get("type", "file") == "file" else {}


def _translated(wrapped: JSON, attributes: JSON) -> JSON:
    results = mapping_of(attributes.get("last_analysis_results"))
    scans = {name: _verdict(mapping_of(result)) for name, result in results.items()}
    stats = mapping_of(attributes.get("last_analysis_stats"))
    sha256 = checked_hash("sha256", attributes.get("sha256")) or checked_hash("sha256", wrapped.get("id"))
    return {
        **{name: attributes.get(name) for name in ("sha1", "md5", "size", "ssdeep", "names")},
        "sha256": sha256,
        "type": attributes.get("type_description"),
        "scans": scans,
        "positives": _sum(stats, _DETECTED) if stats else sum(scan["detected"] for scan in scans.values()),
        "total": _sum(stats, _LOOKED) if stats else None,
        "scan_date": attributes.get("last_analysis_date"),
        "permalink": f"{_SHOWN_AT}{sha256}" if sha256 else None,
    }


def _verdict(result: JSON) -> JSON:
    return {"detected": result.get("category") in _DETECTED, "result": result.get("result")}


def _sum(stats: JSON, categories: tuple[str, ...]) -> int:
    return sum(values.number(stats.get(category)) or 0 for category in categories)


def facts_of(report: JSON) -> FileFacts:
    """Which bytes it is about; ``resource`` is the hash that was asked for."""
    asked = report.get("resource")
    hashes = checked_hashes(*(report.get(name) or asked for name in _HASHES))
    return FileFacts(hashes=hashes, size=values.number(report.get("size")), type=values.text(report.get("type")))


def static_of(report: JSON) -> StaticFacts:
    """Names under which the file was sent in, and its fuzzy hash."""
    names = chosen(scalars(report.get("names") or report.get("submission_names")), _NAMES_KEPT)
    return StaticFacts(names=names, ssdeep=values.text(report.get("ssdeep")))
