"""The sample: what ``target``, ``static`` and ``strings`` say of its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from graph_model import events as ev
from graph_model.identity import has_content
from loaders.cuckoo.model import Report, later
from loaders.cuckoo.sections import pe, strings
from loaders.cuckoo.sections.filefacts import facts_of, matched_of
from loaders.cuckoo.sections.info import sample_entry
from loaders.cuckoo.sections.shapes import mapping_of, of_shape, scalar
from loaders.cuckoo.state import ReportState

# what Cuckoo 1.x–2.x and CAPE write about executables; other kinds of files have keys of their own
_READ = frozenset(
    {
        "pe",
        "pe_imports",
        "pe_exports",
        "pe_sections",
        "pe_resources",
        "pe_versioninfo",
        "pe_imphash",
        "pe_timestamp",
        "pdb_path",
        "peid_signatures",
        "signature",
        "imported_dll_count",
        "digital_signers",
    }
)


def described(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """What is inside the sample."""
    entry = sample_entry(report)
    static = of_shape(later(report, "static", state.drift), dict, "static", state.drift)
    for name in sorted(set(static) - _READ):
        if static[name]:
            state.drift.not_understood("static", name, static[name])
    listed = of_shape(later(report, "strings", state.drift), list, "strings", state.drift)
    listed = listed or entry.get("strings")
    if "static" in report.sections:
        state.drift.count("static sections")
    yield from _about(entry, static, listed, state)


def _about(entry: dict[str, Any], static: dict[str, Any], listed: Any, state: ReportState) -> Iterator[ev.Event]:
    tables = mapping_of(static.get("pe")) or mapping_of(entry.get("pe")) or static
    kept, number = strings.choice_of(listed)
    state.drift.count("strings", number or 0)
    left = (number or 0) - len(kept)
    if left > 0:
        state.drift.not_understood("left out", "strings", f"{len(kept)} of {number} are kept", left)
    more = {
        "strings": kept,
        "string_count": number,
        "compiled": pe.static_of(tables).compiled or scalar(entry.get("timestamp")),
    }
    yield from content_of(entry, tables, f"{state.cited}:static", **more)


def facts_in(entry: dict[str, Any], tables: dict[str, Any]) -> ev.FileFacts:
    """What a file section says of the bytes, with the version information and signature of the executable."""
    return msgspec.structs.replace(facts_of(entry), **pe.version_facts(tables))


def content_of(entry: dict[str, Any], tables: dict[str, Any], position: str, **more: Any) -> Iterator[ev.Event]:
    """What a file section and the tables of an executable say, where a hash says whose bytes they are."""
    facts = facts_in(entry, tables)
    matched = matched_of(entry)
    known = {"names": matched.names, "ssdeep": matched.ssdeep, "yara": matched.yara} | more
    static = msgspec.structs.replace(pe.static_of(tables), **known)
    if has_content(facts) and static != ev.StaticFacts():
        yield ev.ContentDescribed(seq=0, position=position, facts=facts, static=static)
