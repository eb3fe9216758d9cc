"""How fast logs become graph elements, and in how much memory, beside plain reading of the same file in the same run.

``python benchmarks/read.py [SHARE [FORMAT…]]``: a generated CAPE report of 75 MB and a Cuckoo 2.0 report of 200 MB
beside ``json.load``, and Mark II lines (the example repeated) beside ``str.split``; with a SHARE such as 0.1 they are
smaller, with formats (``cape``, ``cuckoo``, ``mark2``) only those are read.
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

import reports

from api.watched_calls import watched_calls
from graph_model.builder import build
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
MEGABYTES = {"cape": 75, "cuckoo": 200, "mark2": 20}
ROUNDS = 3


def elements(path: Path) -> int:
    """Read the log all the way to the rows that would be written."""
    source, context = Source(path), Context(watched=watched_calls())
    return sum(map(len, build(loader_for(source).events(source, context, Drift(str(path))))))


def json_load(path: Path) -> int:
    """What the standard library makes of it."""
    with path.open("rb") as file:
        return len(json.load(file))


def split(path: Path) -> int:
    """The least that can be done with lines."""
    with path.open(encoding="utf-8") as file:
        return len([line.split() for line in file])


WORK: dict[str, Callable[[Path], int]] = {work.__name__: work for work in (elements, json_load, split)}


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


def write(path: Path, name: str, megabytes: float) -> None:
    """A log of this format and size."""
    if name != "mark2":
        reports.write(path, name, megabytes)
        return
    story = (EXAMPLES / "mark2" / "mwc01.log").read_text(encoding="utf-8")
    path.write_text(story * int(megabytes * 1e6 / len(story)))


def main(share: float, formats: Sequence[str]) -> None:
    """Run the comparisons."""
    with tempfile.TemporaryDirectory() as folder:
        for name in formats:
            path = Path(folder) / ("mark2.log" if name == "mark2" else f"{name}.json")
            write(path, name, MEGABYTES[name] * share)
            compare(name, path, "split" if name == "mark2" else "json_load")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        begun = time.perf_counter()
        WORK[sys.argv[2]](Path(sys.argv[3]))
        took = time.perf_counter() - begun
        print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2:] or [*MEGABYTES])
