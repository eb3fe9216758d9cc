"""``virustotal``: what scanners said of the sample, and the family that most of them mean.

Scanners name one family in many ways; AVClass knows their spellings, aliases and generic words (Sebastián et al.,
"AVclass: A Tool for Massive Malware Labeling", RAID 2016) and counts each spelling once, since several scanners share
one engine. It works offline, on the tables that come with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import chosen, list_of, mapping_of, of_shape, scalars
from loaders.drift import Drift

with warnings.catch_warnings():  # its regular expressions are not written as raw strings
    warnings.simplefilter("ignore")
    from avclass.common import AvLabels, SampleInfo

_LABELS_KEPT = 120
_VOTES_KEPT = 20
_FAMILY = ("FAM", "UNK")


def scan_of(section: Any, sample: ev.FileFacts, drift: Drift) -> ev.Scan | None:
    """The scan, where there was one; a sample that nobody had scanned has only a summary that says so."""
    report = of_shape(section, dict, "virustotal", drift)
    summary = mapping_of(report.get("summary"))
    labels = sorted(_labels(report))
    scanned = values.micros(report.get("scan_date") or summary.get("scan_date"))
    positives = _first_number(report.get("positives"), report.get("positive"), summary.get("positives"))
    if not labels and scanned is None and positives is None:
        return None
    votes = votes_of(labels, sample)
    return ev.Scan(
        scanned_us=scanned,
        positives=positives if positives is not None else len(labels),
        total=values.number(report.get("total")) or len(mapping_of(report.get("scans"))) or None,
        permalink=values.text(report.get("permalink")) or values.text(summary.get("permalink")),
        labels=chosen((f"{scanner}: {label}" for scanner, label in labels), _LABELS_KEPT),
        normalized=chosen(scalars(report.get("normalized")), _LABELS_KEPT),
        family=votes[0][0] if votes else None,
        family_votes=tuple(f"{family}: {number}" for family, number in votes[:_VOTES_KEPT]),
    )


def _first_number(*found: Any) -> int | None:
    return next((number for value in found if (number := values.number(value)) is not None), None)


def _labels(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Scanner and name of every detection: version 2 and 3 of the service's interface, and CAPE's short form."""
    scans = mapping_of(report.get("scans"))
    for scanner, verdict in scans.items():
        name = values.text(mapping_of(verdict).get("result"))
        if name and mapping_of(verdict).get("detected") is not False:
            yield scanner, name
    for entry in [] if scans else list_of(report.get("results")):
        found = mapping_of(entry)
        vendor, signature = values.text(found.get("vendor")), values.text(found.get("sig"))
        if vendor and signature:
            yield vendor, signature


def votes_of(labels: list[tuple[str, str]], sample: ev.FileFacts) -> list[tuple[str, int]]:
    """Families with the number of scanners that mean them, most votes first; one vote alone is none."""
    hashes = sample.hashes
    known = SampleInfo(hashes.md5 or "", hashes.sha1 or "", hashes.sha256 or "", labels, [])
    reader = _reader()
    tags = reader.rank_tags(reader.get_sample_tags(known))
    found = [(str(tag), int(number)) for tag, number in tags if reader.taxonomy.get_info(tag)[1] in _FAMILY]
    return sorted(found, key=lambda vote: (-vote[1], vote[0]))


@cache
def _reader() -> Any:
    return AvLabels()
