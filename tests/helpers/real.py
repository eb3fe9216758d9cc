"""The real files, which are never part of the project: where they lie, and what happens where they do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("PROVGRAPH_TEST_REAL") or ROOT.parent / "shared" / "data" / "real")


def real_file(name: str) -> Path:
    """A real file; without it the test is skipped and says so, and fails where CI=true."""
    path = REAL / name
    if not path.is_file():
        message = f"no real file {path}: set PROVGRAPH_TEST_REAL to the folder that holds `cape` and `sysmon`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
