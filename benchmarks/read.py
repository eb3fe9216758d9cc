"""How fast logs become graph elements, and in how much memory, beside plain reading of the same file in the same run.

``python benchmarks/read.py [SHARE [FORMAT…]]``: a generated CAPE report of 75 MB and a Cuckoo 2.0 report of 200 MB
beside ``json.load``, and 225,000 varied Mark II lines of 120 MB beside ``str.split``, these also as far as events; with
a SHARE such as 0.1 they are smaller, with formats (``cape``, ``cuckoo``, ``mark2``) only those are read.
Each measurement is a process of its own. Machines are noisy: only the ratios mean something.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import mark2_lines
import reports

from api.watched_calls import watched_calls
from graph_model.builder import build
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

MEGABYTES = {"cape": 75, "cuckoo": 200, "mark2": 120}
ROUNDS = 3


def elements(path: Path) -> int:
    """Read the log all the way to the rows that would be written."""
    source, context = Source(path), Context(watched=watched_calls())
    return sum(map(len, build(loader_for(source).events(source, context, Drift(str(path))))))


def events(path: Path) -> int:
    """Read the log as far as what it says."""
    source = Source(path)
    return sum(1 for _ in loader_for(source).events(source, Context(), Drift(str(path))))


def json_load(path: Path) -> int:
    """What the standard library makes of it."""
    with path.open("rb") as file:
        return len(json.load(file))


def split(path: Path) -> int:
    """The least that can be done with lines."""
    with path.open(encoding="utf-8") as file:
        return len([line.split() for line in file])


WORK: dict[str, Callable[[Path], int]] = {work.__name__: work for work in (elements, events, json_load, split)}


def measured(work: str, path: Path) -> tuple[float, float]:
    """Seconds (the best of some) and peak memory in MB of a process that does this work."""
    command = [sys.executable, __file__, "--measure", work, str(path)]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(ROUNDS)]
    return min(seconds for seconds, _ in found), max(peak for _, peak in found)


def compare(name: str, path: Path, plain: str) -> None:
    """Print one line."""
    (ours, peak), (theirs, their_peak) = measured("elements", path), measured(plain, path)
    size = path.stat().st_size / 1e6
    print(f"{name}, {size:.0f} MB: to graph elements {ours:.2f} s, {plain} {theirs:.2f} s, ratio {ours / theirs:.2f}")
    print(f"  peak memory {peak:.0f} MB, {peak / size:.2f} times the file; {plain}: {their_peak / size:.2f} times")
    if name == "mark2":
        told, _ = measured("events", path)
        lines = split(path)
        print(f"  {lines:,} lines: to events {lines / told:,.0f} lines/s, ratio {told / theirs:.2f}; ", end="")
        print(f"to graph elements {lines / ours:,.0f} lines/s; split {lines / theirs:,.0f} lines/s")


def write(path: Path, name: str, megabytes: float) -> None:
    """A log of this format and size."""
    if name == "mark2":
        mark2_lines.write(path, megabytes)
    else:
        reports.write(path, name, megabytes)


def main(share: float, formats: Sequence[str]) -> None:
    """Run the comparisons."""
    with tempfile.TemporaryDirectory() as folder:
        for name in formats:
            path = Path(folder) / ("mark2.log" if name == "mark2" else f"{name}.json")
            write(path, name, MEGABYTES[name] * share)
            compare(name, path, "split" if name == "mark2" else "json_load")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        begun = time.process_time()  # what others do on the machine does not count
        WORK[sys.argv[2]](Path(sys.argv[3]))
        took = time.process_time() - begun
        print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2:] or [*MEGABYTES])
