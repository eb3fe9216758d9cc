"""Writes the kit for Neo4j Browser into a folder, and hands its guide to the Browser.

A note in the folder tells which files are the kit's own: only these are ever replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from api.exports.writing import write_whole
from cypher.browser import kit
from graph_model.errors import InputError, UsageError

NOTE = "browser-kit.json"
_HINT = "name a folder of its own for the kit"


def write(folder: Path) -> list[Path]:
    """Write all files; a file of that name that is not of a kit is an error, and then nothing is written."""
    made = kit.files()
    foreign = sorted(name for name in {*made, NOTE} - _own(folder) if (folder / name).exists())
    if foreign:
        raise UsageError(f"{folder / foreign[0]}: not a file of a kit, and it would be replaced", hint=_HINT)
    _prepare(folder)
    write_whole(json.dumps({"made_by": "provgraph browser-kit", "files": [*made]}, indent=1) + "\n", folder / NOTE)
    for name, content in made.items():
        write_whole(content, folder / name)
    return [folder / name for name in made]


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"no folder for the kit: {error.strerror}", path=str(folder), hint=_HINT) from error


def _own(folder: Path) -> set[str]:
    """What an earlier kit wrote here; nothing where there is no note of one."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return {NOTE, *note["files"]} if note["made_by"] == "provgraph browser-kit" else set()
    except (OSError, ValueError, TypeError, KeyError):
        return set()


@contextmanager
def serving(port: int) -> Iterator[str]:
    """Serve the guide to this machine; gives its address, by a name from which the Browser takes guides."""
    pages = {f"/{kit.GUIDE}": kit.files()[kit.GUIDE]}
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(pages))
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror}", hint="choose another with --port, 0 for any") from error
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/{kit.GUIDE}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def until_interrupted() -> None:
    """Wait for Ctrl-C."""
    with suppress(KeyboardInterrupt):
        Event().wait()


def _handler(pages: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        """These pages and nothing else; the Browser, which is another origin, may read them."""

        def do_GET(self) -> None:
            content = pages.get(self.path.partition("?")[0])
            self.send_response(404 if content is None else 200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing: the terminal belongs to the user."""

    return Pages
