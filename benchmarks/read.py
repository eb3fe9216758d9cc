"""How fast logs become rows, beside plain reading of the same file in the same run; prints ratios, asserts nothing.

``python benchmarks/read.py [CALLS]``: a generated Cuckoo 2.0 report beside ``json.load``, and Mark II lines (the
example repeated) beside ``str.split``. Machines are noisy: only the ratios mean something.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from graph_model.builder import build
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def report(path: Path, calls: int) -> None:
    """A report of one process with file, registry and memory calls in turn."""
    kinds = (
        ("NtCreateFile", {"filepath": "C:\\x\\%d.txt", "status_info": 2, "file_handle": "0x00000040"}),
        ("NtWriteFile", {"file_handle": "0x00000040", "buffer": "abc" * 20, "offset": 0}),
        ("NtClose", {"handle": "0x00000040"}),
        ("RegQueryValueExW", {"regkey": "HKEY_LOCAL_MACHINE\\Software\\x\\v%d", "regkey_r": "v"}),
        ("NtAllocateVirtualMemory", {"process_handle": "0xffffffff", "base_address": "0x00400000", "protection": 4}),
    )
    listed = []
    for number in range(calls):
        api, arguments = kinds[number % len(kinds)]
        filled = {name: value % number if "%d" in str(value) else value for name, value in arguments.items()}
        listed.append(
            {"api": api, "time": 1.5e9 + number / 1000, "tid": 1, "status": 1, "return_value": 0, "arguments": filled}
        )
    process = {"pid": 400, "ppid": 4, "process_name": "a.exe", "first_seen": 1.5e9, "calls": listed}
    path.write_text(json.dumps({"info": {"id": 1, "started": 1.5e9}, "behavior": {"processes": [process]}}))


def rows_of(path: Path) -> int:
    """Read the log all the way to rows."""
    source = Source(path)
    return sum(map(len, build(loader_for(source).events(source, Context(), Drift(str(path))))))


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def compare(name: str, path: Path, plain: Callable[[], object]) -> None:
    """Print one line."""
    ours, theirs = seconds(lambda: rows_of(path)), seconds(plain)
    megabytes = path.stat().st_size / 1e6
    print(f"{name}: {megabytes:.0f} MB, plain {theirs:.2f} s, to rows {ours:.2f} s, ratio {ours / theirs:.1f}")


def main(calls: int) -> None:
    """Run both comparisons."""
    with tempfile.TemporaryDirectory() as folder:
        cuckoo, mark2 = Path(folder) / "report.json", Path(folder) / "mark2.log"
        report(cuckoo, calls)
        compare("cuckoo beside json.load", cuckoo, lambda: json.loads(cuckoo.read_bytes()))
        mark2.write_text((EXAMPLES / "mark2" / "mwc01.log").read_text(encoding="utf-8") * (calls // 100))
        compare("mark2 beside str.split", mark2, lambda: [line.split() for line in mark2.open(encoding="utf-8")])
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
