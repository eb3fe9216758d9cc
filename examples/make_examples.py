"""Write the example logs again: ``python examples/make_examples.py [FOLDER]``.

The files are the same byte for byte on every run and every machine. FOLDER is where this script
lies unless another is given; with ``--check`` nothing is written and the exit code says whether
the files there are the ones that would be.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import cuckoo_injections
import cuckoo_installer
import mark2_layout
import mark2_story


def contents() -> dict[str, bytes]:
    """Give every generated file: its path below the folder, and its bytes."""
    reports = {
        "log1": cuckoo_injections.log1(),
        "log2": cuckoo_injections.log2(),
        "log3": cuckoo_injections.log3(),
        "innocent": cuckoo_installer.innocent(),
    }
    files = {
        f"cuckoo/{name}.json": (json.dumps(report, indent=1, ensure_ascii=False) + "\n").encode()
        for name, report in reports.items()
    }
    files["mark2/mwc01.log"] = mark2_layout.encode(mark2_story.mwc01(), "\n")
    files["mark2/mwc02.log"] = mark2_layout.encode(mark2_story.mwc02(), "\r\n")
    return files


def main() -> int:
    """Write or check the files; 0 is well, 1 means that a file differs or is missing."""
    parser = argparse.ArgumentParser(description="Write the example logs, or check them.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args()
    differing = []
    for name, data in contents().items():
        path = options.folder / name
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.is_file() or path.read_bytes() != data:
            differing.append(name)
    for name in differing:
        print(f"differs: {name}", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
