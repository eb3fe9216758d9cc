"""What lies beside logs as JSON: told apart from every other format, and joined with the logs in any order."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from helpers import tasks, windows
from helpers.real import real_file
from helpers.reports import Program, call, cape, cuckoo
from helpers.sidecars import HASHES, SHA256, run_notes, version_2, version_3
from helpers.snapshots import snapshot

from api.load import load
from api.settings import Settings
from graph_model.store import Store
from loaders.finding import find
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import Source

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
LIMIT = 1 << 30
PROGRAM = Program(4, [call("NtCreateMutant", mutant_name="m")])
FORMATS = {
    "virustotal": [version_2(), version_3()],
    "run_notes": [run_notes(), {**HASHES, "remarks": "x"}],
    "cuckoo": [
        cuckoo(PROGRAM),
        cape(PROGRAM),
        cuckoo(PROGRAM, virustotal=version_2()),
        cape(PROGRAM, virustotal=version_2(), sha256=SHA256, remarks="x", scans={}, permalink="x"),
        {"a": 1},
    ],
    "cuckoo3": [
        tasks.post(),
        tasks.post(virustotal=version_2()),
        tasks.event("file", 1, action="create", effect="x", pid=4),
    ],
    "windows_events": [windows.sysmon(1, Hashes=SHA256, remarks="x", sample="x")],
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_json_is_recognised_as_what_it_is(tmp_path: Path, name: str) -> None:
    for number, document in enumerate(FORMATS[name]):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(document))
        assert loader_for(Source(path)).name == name, document


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.json")), ids=lambda path: path.name)
def test_example_reports_are_no_sidecars(path: Path) -> None:
    assert loader_for(Source(path)).name == "cuckoo"


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("cape/cape-2.2-55dcd387.json.gz", "cuckoo"),
        ("cape/cape-2.4-2ebadd04.json.gz", "cuckoo"),
        ("sysmon/covenant_copy_smb_CreateRequest_2020-09-22145302.json.gz", "windows_events"),
    ],
)
def test_real_reports_and_events_are_no_sidecars(name: str, loader: str) -> None:
    assert loader_for(Source(real_file(name))).name == loader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "027cc"
    found.mkdir()
    (found / "mwc01.log").write_bytes((EXAMPLES / "mark2" / "mwc01.log").read_bytes())
    (found / "vt.json").write_text(json.dumps(version_2()))
    (found / "about the run.json").write_text(json.dumps(run_notes()))
    (found / "settings.json").write_text('{"a": 1}')
    return found


def test_a_folder_gives_logs_and_sidecars_and_passes_other_json_over(folder: Path) -> None:
    found = find([folder], LIMIT)
    assert sorted(log.format for log in found.logs) == ["mark2", "run_notes", "virustotal"]
    assert not found.refused
    assert list(found.passed_over.values()) == [(1, str(folder / "settings.json"))]


_JOINED = """
MATCH (f:File)-[:HAS_CONTENT]->(c:Content {sha256: $sha256})<-[a:ANALYSED]-(r:Run)
OPTIONAL MATCH (h:Host)-[:RECORDED_IN]->(r)
RETURN f.name AS file, r.tool AS tool, a.positives AS positives, count(DISTINCT h) AS hosts, c.families AS families
ORDER BY tool
"""


def test_sidecars_join_the_log_by_hash_and_terminal(folder: Path, embedded_store: Store) -> None:
    load(embedded_store, [folder], Context(), Settings())
    rows = embedded_store.read(_JOINED, {"sha256": SHA256}).rows()
    found = {(row["file"], row["tool"]): (row["positives"], row["hosts"], row["families"]) for row in rows}
    assert found["027cc.dll", "virustotal"] == (3, 0, ["petya"])
    assert found["027cc.dll", "run_notes"] == (None, 3, ["petya"])
    (terminal,) = embedded_store.read(
        "MATCH (n:Run {tool: 'run_notes'})<-[:RECORDED_IN]-(h:Host)-[:RECORDED_IN]->(r:Run {tool: 'mark2'}) "
        "RETURN h.name AS host, r.name IN n.logs AS named"
    ).rows()
    assert terminal == {"host": "MWC01", "named": True}


def test_the_order_of_loading_and_loading_twice_change_nothing(folder: Path, embedded_store: Store) -> None:
    paths = [folder / name for name in ("mwc01.log", "vt.json", "about the run.json")]
    load(embedded_store, paths, Context(), Settings())
    expected = snapshot(embedded_store)
    load(embedded_store, [folder], Context(), Settings())
    assert snapshot(embedded_store) == expected
    for order in list(permutations(paths))[1:3]:
        while embedded_store.change("MATCH (n) WITH n LIMIT 20000 DETACH DELETE n RETURN count(n) AS n")[0]["n"]:
            pass
        for path in order:
            load(embedded_store, [path], Context(), Settings())
        assert snapshot(embedded_store) == expected
