"""Nodes of an answer as STIX 2.1 objects: observables where STIX has the kind.

STIX has no word for a host: it is an `identity` of class `system`. A movement is a `grouping` of what took part in it.
Runs, sections, pipes, services, tasks, APIs and signatures have no object.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import stix2

from api.exports.stix_ids import stix_id
from api.exports.words import caption, visible
from graph_model.view import Node

ATTACK = "mitre-attack"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}
_TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?\Z")

Objects = list[Any]
"""Of one node: the object that stands for it comes last, what it needs before it."""


def time(value: Any) -> datetime | None:
    """Microseconds as a time that STIX can write."""
    try:
        return _EPOCH + timedelta(microseconds=value) if isinstance(value, int) else None
    except OverflowError:
        return None


def objects_of(node: Node, at: datetime) -> Objects:
    """What stands for a node; nothing where STIX has no such kind or the log does not name it."""
    make = _MAKERS.get(node.label)
    return make(node, at) if make else []


def attack_reference(technique: str) -> dict[str, str]:
    """A technique as STIX refers to it."""
    page = technique.replace(".", "/")
    return {"source_name": ATTACK, "external_id": technique, "url": f"https://attack.mitre.org/techniques/{page}"}


def _process(node: Node, _: datetime) -> Objects:
    image = _file_at(node.properties.get("path"))
    facts = {
        "pid": node.properties.get("pid"),
        "command_line": _text(node, "command_line") or _text(node, "name"),
        "cwd": _text(node, "directory"),
        "created_time": time(node.properties.get("started_us")),
        "image_ref": next((found.id for found in image if found.type == "file"), None),
    }
    known = {name: value for name, value in facts.items() if value is not None}
    return [*image, stix2.Process(id=stix_id("process", node.uid), **known)] if known else []


def _file(node: Node, _: datetime) -> Objects:
    return _file_at(node.properties.get("path"))


def _file_at(path: Any) -> Objects:
    """A file in its folder; so a path has one object on all hosts, as STIX wants it."""
    if not path:
        return []
    folder, separator, name = visible(str(path)).rpartition("\\")
    if not separator:
        return [stix2.File(name=name)]
    inside = stix2.Directory(path=folder + separator if folder.endswith(":") else folder)
    return [inside, stix2.File(name=name, parent_directory_ref=inside.id)] if name else [inside]


def _content(node: Node, _: datetime) -> Objects:
    hashes = {stix: node.properties[ours] for ours, stix in _HASHES.items() if node.properties.get(ours)}
    size = node.properties.get("size")
    return [stix2.File(hashes=hashes, **({} if size is None else {"size": size}))] if hashes else []


def _endpoint(node: Node, _: datetime) -> Objects:
    try:
        address = ipaddress.ip_address(str(node.properties.get("address")))
    except ValueError:
        return []
    return [(stix2.IPv4Address if address.version == 4 else stix2.IPv6Address)(value=str(address))]


def _one(make: Callable[..., Any], theirs: str, ours: str) -> Callable[[Node, datetime], Objects]:
    """Kinds that are one text."""

    def made(node: Node, _: datetime) -> Objects:
        text = _text(node, ours)
        return [make(**{theirs: text})] if text else []

    return made


def _registry_value(node: Node, _: datetime) -> Objects:
    key = visible(str(node.properties.get("path") or "")).rpartition("\\")[0]
    name = _text(node, "name")
    return [stix2.WindowsRegistryKey(key=key, values=[{"name": name}])] if key and name else []


def _user(node: Node, _: datetime) -> Objects:
    name, domain = _text(node, "name"), _text(node, "domain")
    if not name:
        return []
    return [stix2.UserAccount(account_login=f"{domain}\\{name}" if domain else name)]


def _host(node: Node, at: datetime) -> Objects:
    name = visible(caption(node))
    times = {"created": at, "modified": at}
    return [stix2.Identity(id=stix_id("identity", node.uid), name=name, identity_class="system", **times)]


def _technique(node: Node, at: datetime) -> Objects:
    technique = str(node.properties.get("id"))
    if not _TECHNIQUE.match(technique):
        return []
    facts = {"external_references": [attack_reference(technique)], "created": at, "modified": at}
    name = _text(node, "name") or technique
    return [stix2.AttackPattern(id=stix_id("attack-pattern", technique), name=name, **facts)]


def _text(node: Node, name: str) -> str | None:
    value = node.properties.get(name)
    return visible(str(value), keep="\t\n") if value not in (None, "") else None


_MAKERS: dict[str, Callable[[Node, datetime], Objects]] = {
    "Process": _process,
    "File": _file,
    "Content": _content,
    "Endpoint": _endpoint,
    "Domain": _one(stix2.DomainName, "value", "name"),
    "Url": _one(stix2.URL, "value", "url"),
    "Mutex": _one(stix2.Mutex, "name", "name"),
    "RegistryKey": _one(stix2.WindowsRegistryKey, "key", "path"),
    "RegistryValue": _registry_value,
    "User": _user,
    "Host": _host,
    "Technique": _technique,
}
