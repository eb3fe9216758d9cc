"""Small sandbox reports, in the layout of Cuckoo 2.0.x or of CAPE (and 1.x), and what the loader makes of them.

Tests write calls once, with the argument names of 2.0.x; :func:`cape` spells them as CAPE and 1.x do.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from graph_model import events as ev
from loaders.cuckoo.loader import CuckooLoader
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source

JSON = dict[str, Any]
BEGIN = 1_500_000_000.0  # 2017-07-14 02:40:00 UTC
BEGIN_US = 1_500_000_000_000_000
PARENT = 1632
SELF_32, SELF_64 = "0xffffffff", "0xffffffffffffffff"

# 2.0.x name: CAPE's and 1.x's name
_CAMEL = {
    "process_identifier": "ProcessId",
    "thread_identifier": "ThreadId",
    "function_address": "StartRoutine",
    "filepath": "FileName",
    "oldfilepath": "ExistingFileName",
    "newfilepath": "NewFileName",
    "regkey": "FullName",
    "mutant_name": "MutexName",
    "hostname": "NodeName",
    "ip_address": "ip",
    "regkey_r": "ValueName",
    "connect_handle": "InternetHandle",
    "url": "URL",
}


@dataclass
class Call:
    """One call; ``time`` is seconds after the beginning."""

    api: str
    arguments: JSON
    time: float = 1.0
    ok: bool = True
    returned: int = 0
    tid: int = 11
    repeated: int = 0


def call(api: str, *, at: float = 1.0, ok: bool = True, returned: int = 0, repeated: int = 0, **arguments: Any) -> Call:
    """A call with these arguments."""
    return Call(api, arguments, at, ok, returned, 11, repeated)


@dataclass
class Program:
    """One entry of the process list; ``extra`` is written as it stands."""

    pid: int
    calls: Sequence[Call] = ()
    name: str = "one.exe"
    ppid: int | None = PARENT
    seen: float = 0.0
    extra: JSON = field(default_factory=dict)


def cuckoo(*programs: Program, **sections: Any) -> JSON:
    """A report in the layout of Cuckoo 2.0.x, which prints every call."""
    entries = [
        {"pid": p.pid, "ppid": p.ppid, "process_name": p.name, "first_seen": BEGIN + p.seen}
        | {"calls": [_dict_call(c) for c in p.calls for _ in range(1 + c.repeated)]}
        | p.extra
        for p in programs
    ]
    info = {"id": 7, "version": "2.0.1", "started": BEGIN - 60, "ended": BEGIN + 60, "machine": {"name": "pc1"}}
    return {"info": info, "behavior": {"processes": entries}} | sections


def cape(*programs: Program, **sections: Any) -> JSON:
    """A report in the layout of CAPE; that of Cuckoo 1.x lacks only some of its keys."""
    entries = [
        {"process_id": p.pid, "parent_id": p.ppid, "process_name": p.name, "first_seen": stamp(p.seen)}
        | {"module_path": "", "threads": [], "environ": {}, "calls": [_list_call(c) for c in p.calls]}
        | p.extra
        for p in programs
    ]
    info = {"id": 7, "version": "2.4-CAPE", "started": "2017-07-14 02:39:00", "ended": "2017-07-14 02:41:00"}
    return {"info": info, "CAPE": {}, "behavior": {"processes": entries}} | sections


def cuckoo_1(*programs: Program, **sections: Any) -> JSON:
    """A report in the layout of Cuckoo 1.x, and of the 1.3 that Spender modified."""
    report = cape(*programs, **sections)
    del report["CAPE"]
    report["info"]["version"] = "1.3"
    for entry in report["behavior"]["processes"]:
        del entry["module_path"], entry["threads"], entry["environ"]
    report["behavior"] |= {"enhanced": [], "anomaly": [], "summary": {"files": [], "keys": [], "mutexes": []}}
    return report


def cuckoo_04(*programs: Program, **sections: Any) -> JSON:
    """A report in the layout of Cuckoo 0.4 to 0.6: numbers are text, prefixes are stripped."""
    report = cuckoo_1(*programs, **sections)
    report["info"] = {"id": 7, "version": "0.6", "started": "2017-07-14 02:39:00", "ended": "2017-07-14 02:41:00"}
    if "target" in report:
        report["file"] = report.pop("target")["file"]
    for entry in report["behavior"]["processes"]:
        for name in ("process_id", "parent_id"):
            entry[name] = str(entry[name])
        entry["calls"] = [_stripped(c) for c in entry["calls"]]
    for name in ("enhanced", "anomaly"):
        del report["behavior"][name]
    return report


def _stripped(c: JSON) -> JSON:
    """As 0.6 prints a call: no `id`, and no backslashes or question marks before a value."""
    arguments = [a | {"value": a["value"].lstrip("\\?")} for a in c["arguments"]]
    return {name: value for name, value in c.items() if name != "id"} | {"arguments": arguments}


LAYOUTS = (cuckoo, cape)
ALL_LAYOUTS = (cuckoo, cape, cuckoo_1, cuckoo_04)


def stamp(seconds: float) -> str:
    """Seconds after the beginning as CAPE prints times: `2017-07-14 02:40:01,000`."""
    moment = datetime.fromtimestamp(BEGIN + seconds, UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S,") + f"{moment.microsecond // 1000:03d}"


def _dict_call(c: Call) -> JSON:
    kept = {"api": c.api, "time": BEGIN + c.time, "tid": c.tid, "status": int(c.ok), "return_value": c.returned}
    return kept | {"category": "process", "arguments": c.arguments, "flags": {}, "stacktrace": []}


def _list_call(c: Call) -> JSON:
    arguments = [{"name": _camel(name), "value": str(value)} for name, value in c.arguments.items()]
    kept = {"api": c.api, "timestamp": stamp(c.time), "thread_id": str(c.tid), "status": c.ok}
    return kept | {"return": f"0x{c.returned:08x}", "arguments": arguments, "repeated": c.repeated, "id": 0}


def _camel(name: str) -> str:
    if name != name.lower():
        return name  # as a test spells it
    return _CAMEL.get(name) or "".join(part.capitalize() for part in name.split("_"))


class InMemory(Source):
    """A source without a file."""

    def __init__(self, data: bytes, name: str = "report.json") -> None:
        super().__init__(Path(name))
        self.data = data

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        yield io.BytesIO(self.data)


def read(report: JSON | bytes, **context: Any) -> tuple[list[ev.Event], Drift]:
    """What the loader yields for the report, and its drift report."""
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    drift = Drift("report.json")
    return list(CuckooLoader().events(InMemory(data), Context(**context), drift)), drift


def of(kind: type[ev.Event] | tuple[type[ev.Event], ...], events: Sequence[ev.Event]) -> list[Any]:
    """The events of one kind, in their order."""
    return [event for event in events if isinstance(event, kind)]


def found(report: JSON | bytes, *kinds: type[ev.Event]) -> list[Any]:
    """The events of these kinds that the loader yields for the report."""
    return of(kinds, read(report)[0])


def cited(event: ev.Event) -> str:
    """The citation without the run: `3972.0#25`."""
    return event.position.partition(":")[2]


def pair(event: Any) -> tuple[str, str]:
    """Who did it to whom, as `pid.ordinal`."""
    return event.actor.key, event.target.key
