"""What was done over many sandbox reports, counted from their JSON alone.

Nothing of the project is used here: this is the second opinion to which the answers of the database are compared, so
it is written from what the formats mean. A call that a 1.x or CAPE report repeats happened ``1 + repeated`` times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JSON = dict[str, Any]

GUEST = "192.168.56.101"  # the address of the machine in every report of the corpus
_REGISTRY = {
    "RegSetValueExA": "set",
    "NtSetValueKey": "set",
    "RegQueryValueExW": "read",
    "RegDeleteValueA": "deleted",
    "RegCreateKeyExW": "created",
}
_FILES = {"NtWriteFile": "written", "NtReadFile": "read", "DeleteFileW": "deleted"}
_MOVES = {"CopyFileW": "copied", "MoveFileWithProgressW": "renamed"}


@dataclass
class Tally:
    """How often, in how many runs, of which samples, by how many processes, and when."""

    times: int = 0
    failed: int = 0
    traffic: int = 0
    runs: set[int] = field(default_factory=set)
    samples: set[str] = field(default_factory=set)
    processes: set[tuple[int, int]] = field(default_factory=set)
    moments: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """One call: in which run and process, when, and how often."""

    run: int
    sample: str
    pid: int
    time: float
    api: str
    ok: bool
    times: int
    arguments: JSON
    returned: int


Tallies = dict[Any, Tally]


def table() -> Tallies:
    """Tallies by what they count."""
    return defaultdict(Tally)


@dataclass
class Counts:
    """All that is counted, by kind."""

    apis: Tallies = field(default_factory=table)
    registry: Tallies = field(default_factory=table)
    files: Tallies = field(default_factory=table)
    domains: Tallies = field(default_factory=table)
    endpoints: Tallies = field(default_factory=table)
    urls: Tallies = field(default_factory=table)
    mutexes: Tallies = field(default_factory=table)
    signatures: Tallies = field(default_factory=table)


def counted(reports: list[JSON]) -> Counts:
    """Count over all reports; each is one run."""
    counts = Counts()
    for run, report in enumerate(reports):
        sample = report.get("target", {}).get("file", {}).get("sha256") or f"run {run}"
        servers: dict[tuple[int, int], str] = {}
        made = list(_calls(run, sample, report))
        for done in made:
            _count_call(counts, done, servers)
        _count_sections(counts, run, sample, report)
        _count_dropped(counts, run, sample, report, made)
    return counts


def _calls(run: int, sample: str, report: JSON) -> Iterator[Done]:
    for process in report["behavior"]["processes"]:
        pid = process.get("pid", process.get("process_id"))
        for made in process["calls"]:
            given = made["arguments"]
            arguments = given if isinstance(given, dict) else {pair["name"]: pair["value"] for pair in given}
            returned = made["return_value"] if "return_value" in made else int(made["return"], 16)
            times = 1 + made.get("repeated", 0)
            yield Done(run, sample, pid, _moment(made), made["api"], bool(made["status"]), times, arguments, returned)


def _moment(made: JSON) -> float:
    if "time" in made:
        return float(made["time"])
    return datetime.strptime(made["timestamp"], "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC).timestamp()


def _argument(done: Done, *names: str) -> Any:
    return next((done.arguments[name] for name in names if name in done.arguments), None)


def _add(tallies: Tallies, key: Any, done: Done) -> None:
    tally = tallies[key]
    tally.times += done.times
    tally.failed += 0 if done.ok else done.times
    tally.runs.add(done.run)
    tally.samples.add(done.sample)
    tally.processes.add((done.run, done.pid))
    tally.moments.append(done.time)


def _count_call(counts: Counts, done: Done, servers: dict[tuple[int, int], str]) -> None:
    _add(counts.apis, done.api, done)
    if not done.ok:
        return
    _count_registry(counts, done)
    _count_files(counts, done)
    _count_network(counts, done, servers)
    if done.api == "NtCreateMutant" and _argument(done, "mutant_name", "MutexName"):
        _add(counts.mutexes, _argument(done, "mutant_name", "MutexName"), done)


def _count_registry(counts: Counts, done: Done) -> None:
    action = _REGISTRY.get(done.api)
    if action is None:
        return
    new = str(_argument(done, "disposition", "Disposition")) == "1"
    if action != "created" or new:
        _add(counts.registry, (_key(_argument(done, "regkey", "FullName")), action), done)


def _key(path: str) -> str:
    folded = path.lower()
    return f"hkey_local_machine{folded.removeprefix('hklm')}" if folded.startswith("hklm\\") else folded


def _path(path: str) -> str:
    return path.removeprefix("\\??\\").lower()


def _count_files(counts: Counts, done: Done) -> None:
    if done.api in _FILES:
        _add(counts.files, (_path(_argument(done, "filepath", "FileName")), _FILES[done.api]), done)
    if done.api in _MOVES:
        _add(counts.files, (_path(_argument(done, "oldfilepath", "ExistingFileName")), _MOVES[done.api]), done)
        _add(counts.files, (_path(_argument(done, "newfilepath", "NewFileName")), "written"), done)


def _count_network(counts: Counts, done: Done, servers: dict[tuple[int, int], str]) -> None:
    host = _argument(done, "hostname", "NodeName")
    if done.api == "getaddrinfo":
        _add(counts.domains, host.lower(), done)
    if done.api in ("connect", "sendto"):
        address = _argument(done, "ip_address", "ip")
        protocol = "tcp" if done.api == "connect" else "udp"
        _add(counts.endpoints, (address, protocol, int(_argument(done, "port", "Port"))), done)
    if done.api == "InternetOpenUrlA":
        url = _argument(done, "url", "URL")
        _add(counts.urls, url, done)
        _add(counts.domains, url.split("/")[2].lower(), done)  # InternetConnect alone reaches nobody
    if done.api == "InternetConnectA":
        servers[done.pid, done.returned] = f"{host}:{_argument(done, 'port', 'Port')}"
    if done.api == "HttpOpenRequestA":
        server = servers[done.pid, int(_argument(done, "connect_handle", "InternetHandle"), 16)]
        servers[done.pid, done.returned] = f"{server}{_argument(done, 'path', 'Path')}"
    if done.api == "HttpSendRequestA":  # only now does anything go out
        request = servers[done.pid, int(_argument(done, "request_handle", "RequestHandle"), 16)]
        _add(counts.urls, f"http://{request}", done)
        _add(counts.domains, request.partition(":")[0].lower(), done)


def _count_sections(counts: Counts, run: int, sample: str, report: JSON) -> None:
    network = report.get("network", {})
    begun = _begun(report)
    seen = [(counts.domains, asked["request"].lower()) for asked in network.get("dns", [])]
    seen += [(counts.urls, request["uri"]) for request in network.get("http", [])]
    seen += [(counts.endpoints, key) for key in _contacted(network)]
    for tallies, key in seen:
        tallies[key].traffic += 1
        _note(tallies, key, run, sample, begun)
    for matched in report.get("signatures", []):
        _note(counts.signatures, matched["name"], run, sample, begun)


def _contacted(network: JSON) -> list[tuple[str, str, int | None]]:
    """The other end of each flow, where the machine sent to it too."""
    flows = [(protocol, flow) for protocol in ("tcp", "udp", "icmp") for flow in network.get(protocol, [])]
    sent = {(flow["dst"], protocol, flow.get("dport")) for protocol, flow in flows if flow["src"] == GUEST}
    came = [(flow["src"], protocol, flow.get("sport")) for protocol, flow in flows if flow["dst"] == GUEST]
    gone = [(flow["dst"], protocol, flow.get("dport")) for protocol, flow in flows if flow["src"] == GUEST]
    return [*gone, *(end for end in came if end in sent)]


def _count_dropped(counts: Counts, run: int, sample: str, report: JSON, made: list[Done]) -> None:
    """A file that was kept was written by the process beside it, unless that is only seen to take it away."""
    begun = _begun(report)
    for dropped in report.get("dropped", []):
        path = _path(dropped["filepath"])
        for pid in dropped["pids"]:
            done = {action for one in made if one.ok and one.pid == pid for action in _done_to(path, one)}
            if not done or "written" in done:
                _note(counts.files, (path, "written"), run, sample, begun)


def _done_to(path: str, done: Done) -> Iterator[str]:
    if _path(str(_argument(done, "filepath", "FileName"))) == path and _FILES.get(done.api) in ("written", "deleted"):
        yield _FILES[done.api]
    old = _path(str(_argument(done, "oldfilepath", "ExistingFileName")))
    if _MOVES.get(done.api) == "renamed" and old == path:
        yield "renamed"
    if done.api in _MOVES and _path(str(_argument(done, "newfilepath", "NewFileName"))) == path:
        yield "written"


def _begun(report: JSON) -> float:
    start = report["info"]["started"]
    return start if isinstance(start, float) else datetime.fromisoformat(f"{start}+00:00").timestamp()


def _note(tallies: Tallies, key: Any, run: int, sample: str, moment: float) -> None:
    tallies[key].runs.add(run)
    tallies[key].samples.add(sample)
    tallies[key].moments.append(moment)
