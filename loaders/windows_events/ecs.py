"""Sysmon's fields under the names that Winlogbeat's Sysmon module gives them: those of the Elastic Common Schema.

The module moves most fields out of `event_data`, dates the row by `UtcTime`, and leaves the others where they were.

Source: the ingest pipeline and the expected documents of `x-pack/winlogbeat/module/sysmon` (Elastic), 7.17 to 8.17.
"""

from __future__ import annotations

from typing import Any

_Object = dict[str, Any]
_Paths = dict[str, tuple[str, ...]]

_PROCESS: _Paths = {
    "ProcessGuid": ("process", "entity_id"),
    "ProcessId": ("process", "pid"),
    "Image": ("process", "executable"),
}
_CREATED: _Paths = {
    "CommandLine": ("process", "command_line"),
    "ParentProcessGuid": ("process", "parent", "entity_id"),
    "ParentProcessId": ("process", "parent", "pid"),
    "ParentImage": ("process", "parent", "executable"),
    "ParentCommandLine": ("process", "parent", "command_line"),
}
_SOURCE: _Paths = {f"Source{name}": path for name, path in _PROCESS.items()}
_CONNECTED: _Paths = {
    "SourceIp": ("source", "ip"),
    "SourcePort": ("source", "port"),
    "DestinationIp": ("destination", "ip"),
    "DestinationPort": ("destination", "port"),
    "Protocol": ("network", "transport"),
}
_FILE, _MODULE, _PIPE = "TargetFilename", "ImageLoaded", "PipeName"
_BY_EVENT: dict[int, _Paths] = {
    1: _CREATED,
    3: _CONNECTED,
    8: _SOURCE,
    10: _SOURCE,
    22: {"QueryName": ("dns", "question", "name")},
    **{number: {_FILE: ("file", "path")} for number in (2, 11, 15, 23, 26, 29)},
    **{number: {_MODULE: ("file", "path")} for number in (6, 7)},
    **{number: {"TargetObject": ("registry", "path")} for number in (12, 13, 14)},
    **{number: {_PIPE: ("file", "name")} for number in (17, 18)},
}
_DIRECTIONS = {"egress": "true", "outbound": "true", "ingress": "false", "inbound": "false"}
_OF_FILES = (6, 7, 15, 29)


def is_renamed(found: _Object) -> bool:
    """Whether the module made the row."""
    return bool(_at(found, ("event", "module")) == "sysmon")


def fields(found: _Object, event_id: int, kept: _Object) -> _Object:
    """The fields as Sysmon names them; those that the module kept are as they were."""
    paths = (_PROCESS if event_id not in (8, 10) else {}) | _BY_EVENT.get(event_id, {})
    named = {name: _at(found, path) for name, path in paths.items()}
    named |= {
        "UtcTime": found.get("@timestamp"),
        "User": _user(found),
        "Hashes": _hashes(found, "file" if event_id in _OF_FILES else "process"),
        "Initiated": _DIRECTIONS.get(str(_at(found, ("network", "direction")))),
        "QueryResults": _answers(_at(found, ("dns", "answers"))),
    }
    return {name: value for name, value in named.items() if value is not None} | kept


def _at(found: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def _user(found: _Object) -> str | None:
    """Only both parts are Sysmon's: other fields of `user` speak of the service that wrote the row."""
    domain, name = _at(found, ("user", "domain")), _at(found, ("user", "name"))
    return f"{domain}\\{name}" if isinstance(domain, str) and isinstance(name, str) else None


def _hashes(found: _Object, of: str) -> str | None:
    digests = _at(found, (of, "hash")) or _at(found, ("process" if of == "file" else "file", "hash"))
    imphash = _at(found, (of, "pe", "imphash"))
    pairs = {**(digests if isinstance(digests, dict) else {}), **({"imphash": imphash} if imphash else {})}
    return ",".join(f"{name}={digest}" for name, digest in pairs.items() if isinstance(digest, str)) or None


def _answers(answers: Any) -> str | None:
    """As Sysmon prints them: addresses as they are, other names with the number of their type."""
    listed = [answer for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []
    said = (f"type:  5 {one.get('data')}" if one.get("type") == "CNAME" else one.get("data") for one in listed)
    return ";".join(text for text in said if isinstance(text, str)) or None
