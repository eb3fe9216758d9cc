"""``static``: what a portable executable says of itself, in the words of Cuckoo 1.x–2.x and of CAPE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import chosen, list_of, mapping_of, scalar, scalars
from loaders.cuckoo.sections.signers import signed_of

_IMPORTS_KEPT = 1_000
_SECTIONS_KEPT = 96  # the loader of Windows takes no more
_RESOURCES_KEPT = 200
_LINES_KEPT = 100
_VERSION_FACTS = {
    "company": "CompanyName",
    "product": "ProductName",
    "product_version": "ProductVersion",
    "description": "FileDescription",
    "original_name": "OriginalFilename",
}


def static_of(entry: dict[str, Any]) -> ev.StaticFacts:
    """What stands in the headers and tables of the file; an empty entry gives empty facts."""
    imports, exports = sorted(set(_imports(entry))), sorted(set(_exports(entry)))
    sections, resources = list(_sections(entry)), list(_resources(entry))
    return ev.StaticFacts(
        imphash=values.text(_either(entry, "imphash")),
        compiled=scalar(_either(entry, "timestamp")),
        pdb=values.text(entry.get("pdb_path") or entry.get("pdbpath")),
        peid=chosen(scalars(entry.get("peid_signatures")), _LINES_KEPT),
        imports=chosen(imports, _IMPORTS_KEPT),
        import_count=len(imports) or None,
        exports=chosen(exports, _IMPORTS_KEPT),
        export_count=len(exports) or None,
        sections=chosen(sections, _SECTIONS_KEPT),
        section_count=len(sections) or None,
        resources=chosen(resources, _RESOURCES_KEPT),
        resource_count=len(resources) or None,
        version_info=chosen((f"{name}: {value}" for name, value in _version(entry).items()), _LINES_KEPT),
    )


def version_facts(entry: dict[str, Any]) -> dict[str, str]:
    """Version information and signature, under the names that every log shares."""
    version = _version(entry)
    found = {ours: version[theirs] for ours, theirs in _VERSION_FACTS.items() if theirs in version}
    return found | signed_of(entry)


def _either(entry: dict[str, Any], name: str) -> Any:
    """Cuckoo writes `pe_imports`, CAPE `imports`."""
    found = entry.get(f"pe_{name}")
    return found if found is not None else entry.get(name)


def _imports(entry: dict[str, Any]) -> Iterator[str]:
    listed = _either(entry, "imports")
    for module in listed.values() if isinstance(listed, dict) else list_of(listed):
        dll = values.text(mapping_of(module).get("dll"))
        for function in list_of(mapping_of(module).get("imports")) if dll else []:
            name = scalar(mapping_of(function).get("name")) or f"#{scalar(mapping_of(function).get('ordinal')) or '?'}"
            yield f"{dll}!{name}"


def _exports(entry: dict[str, Any]) -> Iterator[str]:
    for function in list_of(_either(entry, "exports")):
        name = scalar(mapping_of(function).get("name")) or scalar(mapping_of(function).get("ordinal"))
        if name:
            yield name


def _sections(entry: dict[str, Any]) -> Iterator[str]:
    for section in list_of(_either(entry, "sections")):
        found = mapping_of(section)
        name = scalar(found.get("name")) or "(no name)"
        virtual, raw = _size(found.get("virtual_size")), _size(found.get("size_of_data"))
        yield f"{name}: virtual {virtual}, raw {raw}, entropy {_entropy(found.get('entropy'))}"


def _size(value: Any) -> str:
    number = values.number(value)
    return "?" if number is None else str(number)


def _entropy(value: Any) -> str:
    """Cuckoo prints a float, CAPE a text of two digits."""
    try:
        return f"{float(value):.2f}"
    except (TypeError, ValueError, OverflowError):
        return "?"


def _resources(entry: dict[str, Any]) -> Iterator[str]:
    for resource in list_of(_either(entry, "resources")):
        found = mapping_of(resource)
        words = [scalar(found.get(name)) or "?" for name in ("name", "filetype", "language", "sublanguage")]
        yield f"{', '.join(words)}, {_size(found.get('size'))} bytes"


def _version(entry: dict[str, Any]) -> dict[str, str]:
    """The first value of each name: several languages may give several."""
    found: dict[str, str] = {}
    for line in list_of(_either(entry, "versioninfo")):
        name, value = scalar(mapping_of(line).get("name")), scalar(mapping_of(line).get("value"))
        if name and value and value.strip():
            found.setdefault(name, value.strip())
    return found
