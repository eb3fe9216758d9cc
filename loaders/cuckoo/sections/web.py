"""HTTP in ``network``: ``http`` of the plain capture, ``http_ex`` and ``https_ex`` of the decoded one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections.capture import Capture
from loaders.cuckoo.sections.shapes import scalar

_PORTS = {"http": 80, "https": 443}
_MOST_REPEATS = 1_000_000


def requested(capture: Capture) -> Iterator[ev.Event]:
    """Every request; the decoded capture repeats the plain one, so that it adds only what is new."""
    plain: set[tuple[str, str | None]] = set()
    for index, entry in capture.entries("http"):
        url, method = values.text(entry.get("uri")), values.text(entry.get("method"))
        if url:
            plain.add((url, method))
            yield from _request("http", index, entry, capture, url=url)
    for name in ("http_ex", "https_ex"):
        for index, entry in capture.entries(name):
            url = _url(entry, name.removesuffix("_ex"))
            if url and (url, values.text(entry.get("method"))) not in plain:
                yield from _request(name, index, entry, capture, url=url)


def _url(entry: dict[str, Any], scheme: str) -> str | None:
    """``uri`` is the path alone here; the port is named where it is not the usual one."""
    host, path = values.text(entry.get("host")) or values.text(entry.get("dst")), values.text(entry.get("uri"))
    if path and "://" in path:
        return path
    if host is None:
        return None
    port = values.number(entry.get("dport"))
    server = host if ":" in host or port in (None, _PORTS[scheme]) else f"{host}:{port}"
    return f"{scheme}://{server}{path or '/'}"


def _request(name: str, index: int, entry: dict[str, Any], capture: Capture, url: str) -> Iterator[ev.Event]:
    headers = values.text(entry.get("request")) or values.text(entry.get("data")) or ""
    yield ev.HttpRequested(
        **capture.at(name, index),
        **capture.actor(entry, "url request", url),
        url=url,
        method=values.text(entry.get("method")),
        user_agent=values.text(entry.get("user-agent")) or _header(headers, "user-agent"),
        host_header=scalar(entry.get("host")),
        status=values.number(entry.get("status")),
        count=min(max(1, values.number(entry.get("count")) or 1), _MOST_REPEATS),
    )


def _header(request: str, name: str) -> str | None:
    """The value of a header in a raw request."""
    for line in request.splitlines()[1:]:
        found, colon, value = line.partition(":")
        if not line.strip():
            return None
        if colon and found.strip().lower() == name:
            return value.strip() or None
    return None
