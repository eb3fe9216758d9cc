"""VirusTotal's report of a file is a run of its own: it joins the logs of the sample by the hash, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model.errors import BrokenLogError, NotALogError
from graph_model.events import ContentDescribed, Event, RunObserved, StaticFacts
from graph_model.identity import content_uid, run_uid
from loaders.cuckoo.sections.shapes import mapping_of
from loaders.cuckoo.sections.virustotal import scan_of
from loaders.cuckoo3.shapes import decoded
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source
from loaders.virustotal import recognise
from loaders.virustotal.report import facts_of, in_words_of_version_2, static_of


class VirusTotalLoader:
    """Reports of versions 2 and 3 of the service's interface, one file of JSON for each sample."""

    name = "virustotal"
    doc = "a file report of VirusTotal (API version 2 or 3) as JSON"

    def detect(self, head: bytes) -> bool:
        """Whether it has the keys of such a report."""
        return recognise.is_report(head)

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield which bytes were looked at, and what scanners said of them."""
        report = in_words_of_version_2(_document(source))
        sample = facts_of(report)
        if not report:
            raise NotALogError("a report of VirusTotal, but not of a file", path=source.where)
        if content_uid(sample.hashes) is None:
            raise BrokenLogError("a report of VirusTotal without a hash of the file", path=source.where)
        run = run_uid(self.name, source.digest)
        known = context.of_run(tool=self.name, name=source.name, digest=source.digest)
        scan = scan_of(report, sample, drift)
        yield RunObserved(seq=0, position=run[:8], run=run, properties=known, sample=sample, scan=scan)
        static = static_of(report)
        if static != StaticFacts():
            yield ContentDescribed(seq=0, position=run[:8], facts=sample, static=static)
        if scan is None:
            drift.lack("a scan: VirusTotal did not know the file", "what virus scanners call the sample")
        drift.count("scanners", len(mapping_of(report.get("scans"))))


def _document(source: Source) -> dict[str, Any]:
    try:
        return mapping_of(decoded(source.read().removeprefix(b"\xef\xbb\xbf")))
    except ValueError as error:
        raise BrokenLogError(f"not valid JSON ({error})", path=source.where) from error
