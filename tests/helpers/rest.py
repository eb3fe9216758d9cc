"""Our application behind a real socket: what a client sees is what the tests see."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from api.settings import Settings

PROBLEM = "application/problem+json"


def settings_for(folder: Path, **more: Any) -> Settings:
    """Settings that do not depend on the environment of whoever runs the tests."""
    return Settings(**({"data": folder, "uri": "", "token": ""} | more))


@contextmanager
def client_of(app: FastAPI, **headers: str) -> Iterator[httpx.Client]:
    """A client of the application, served in a thread until the block ends."""
    config = uvicorn.Config(app, log_config=None, lifespan="on", ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            port = listener.getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(20)


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The body of a refusal, which is a problem of this kind with everything that one must have."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "hint"}
    assert (body["type"], body["status"]) == (f"/rest#{slug}", status)
    assert body["detail"] and body["hint"]
    return body
