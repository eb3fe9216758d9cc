"""Small tasks of Cuckoo 3, laid out as it lays them out, and what the loader makes of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.rest import settings_for

from graph_model import events as ev
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.drift import Drift
from loaders.finding import find
from loaders.protocol import Context, Log

JSON = dict[str, Any]
TASK_ID = "20210707-6UZJTX_1"
ANALYSIS_ID = "20210707-6UZJTX"
MACHINE = "192.168.122.101"
SHA256, SHA1, MD5 = "ab" * 32, "cd" * 20, "ef" * 16
CREATED_US = 1_625_673_671_028_462  # 2021-07-07 16:01:11.028462 UTC
STARTED_US = CREATED_US + 4_000_000
TEMP = "C:\\Users\\TFzWCExo\\AppData\\Local\\Temp\\"
PARENT, SAMPLE, CHILD = 64, 73, 74
PIDS = {PARENT: 3440, SAMPLE: 5000, CHILD: 5040}


def event(kind: str, ts: Any, **fields: Any) -> JSON:
    """One line of an event file; ``ts`` are milliseconds since the monitor began."""
    return {"ts": ts, "kind": kind, "effect": fields.pop("effect", "")} | fields


def process(status: str, ts: int, procid: Any, *, parent: Any = None, **more: Any) -> JSON:
    """A line of ``process.json``."""
    fields = {"status": status, "pid": PIDS.get(procid, 7000), "ppid": PIDS.get(parent, 0), "procid": procid}
    described = {"image": f"{TEMP}p{procid}.exe", "commandline": f"p{procid}.exe --x", "exit_code": 0}
    return event("process", ts, **(fields | {"parentprocid": parent} | described | more))


def file(action: str, ts: int, path: str, *, procid: Any = SAMPLE, dst: str = "", **more: Any) -> JSON:
    """A line of ``file.json``, with the effect that Cuckoo 3 gives the action."""
    effect = {"open_modify": "file_written", "truncate": "file_deleted", "delete": "file_deleted"}
    fields = {"action": action, "pid": PIDS.get(procid, 7000), "procid": procid, "srcpath": path, "dstpath": dst}
    return event("file", ts, effect=effect.get(action, "file_read"), **(fields | more))


def registry(action: str, ts: int, path: str, *, procid: Any = SAMPLE, status: Any = 0) -> JSON:
    """A line of ``registry.json``."""
    fields = {"action": action, "status": status, "pid": PIDS[procid], "procid": procid, "path": path}
    return event("registry", ts, effect="key_read", **fields, valuetype="")


def acting(kind: str, ts: int, *, procid: Any = SAMPLE, **fields: Any) -> JSON:
    """A line of any other kind."""
    return event(kind, ts, pid=PIDS[procid], procid=procid, **fields)


def entry(procid: int, start: int, end: int | None = None, *, parent: int | None = None, **more: Any) -> JSON:
    """A process in the report."""
    found = {"pid": PIDS.get(procid, 7000), "ppid": 0, "procid": procid, "parent_procid": parent}
    found |= {"image": f"{TEMP}p{procid}.exe", "name": f"p{procid}.exe", "commandline": f"p{procid}.exe --x"}
    found |= {"tracked": True, "injected": False, "start_ts": start, "end_ts": end}
    return found | {"state": "running" if end is None else "terminated"} | more


def signature(name: str, *iocs: JSON, wrapped: bool = True, **more: Any) -> JSON:
    """A signature of the report, its IOCs in the newer layout or in the older one."""
    section = {"truncated": False, "count": len(iocs), "iocs": [{"truncated": False, "ioc": ioc} for ioc in iocs]}
    found = {"name": name, "short_description": name, "description": f"about {name}", "ttps": [], "tags": []}
    return found | {"family": "", "iocs": section if wrapped else list(iocs), "score": 6} | more


def matched(description: str, value: str, procid: Any = SAMPLE) -> JSON:
    """An IOC of a pattern signature."""
    return {"description": description, "value": value, "process": f"p{procid}.exe", "process_id": procid}


def post(*signatures: JSON, processes: Sequence[JSON] = (), **sections: Any) -> JSON:
    """The report of a task."""
    listed = {"truncated": False, "count": len(processes), "process_list": list(processes)}
    found: JSON = {"task_id": TASK_ID, "score": 6, "signatures": list(signatures), "ttps": [], "tags": []}
    return found | {"families": [], "processes": listed} | sections


def on_disk(folder: Path, report: JSON | bytes | None, *events: JSON | bytes, documents: bool = True) -> Path:
    """A task's folder below its analysis's; the lines of each kind go to their own file, damaged ones to the last."""
    task = folder / "analyses" / "20210707" / "6UZJTX" / "task_1"
    (task / "events").mkdir(parents=True)
    (task / "logs").mkdir()
    if report is not None:
        (task / "report.json").write_bytes(report if isinstance(report, bytes) else json.dumps(report).encode())
    if documents:
        _describe(task)
    kind = "file"
    for line in events:
        kind = kind if isinstance(line, bytes) else line["kind"]
        data = line if isinstance(line, bytes) else json.dumps(line, separators=(",", ":")).encode()
        with (task / "events" / f"{kind}.json").open("ab") as out:
            out.write(data + b"\n")
    return task


def _describe(task: Path) -> None:
    target = {"filename": "x.exe", "size": 393_216, "filetype": "PE32 executable (GUI)", "sha256": SHA256}
    target |= {"sha1": SHA1, "md5": MD5, "category": "file"}
    ran = {"id": TASK_ID, "started_on": _stamp("16:01:15.028462"), "stopped_on": _stamp("16:06:20")}
    analysis = {"id": ANALYSIS_ID, "created_on": _stamp("16:01:11.028462"), "target": target, "tasks": [ran]}
    (task.parent / "analysis.json").write_text(json.dumps(analysis))
    (task / "task.json").write_text(json.dumps({"id": TASK_ID, "analysis_id": ANALYSIS_ID, "kind": "standard"}))
    (task / "machine.json").write_text(json.dumps({"name": "win10x64_1", "ip": MACHINE, "platform": "windows"}))


def _stamp(time: str) -> JSON:
    return {"__isodt__": f"2021-07-07T{time}"}


def read(path: Path, **context: Any) -> tuple[list[ev.Event], Drift]:
    """What the loader yields for a file or folder that is one log, and its drift report."""
    (log,) = logs(path)
    assert log.format == Cuckoo3Loader.name
    drift = Drift(log.where, log.format)
    return list(log.events(Context(**context), drift)), drift


def logs(*paths: Path) -> list[Log]:
    """The logs that a load would find; raises why something is none."""
    found = find(paths, settings_for(paths[0].parent).max_log_bytes)
    for error in found.refused.values():
        raise error
    return found.logs
