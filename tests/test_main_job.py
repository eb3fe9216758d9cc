"""The main job from end to end, on every engine, with answers derived by hand from the logs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from conftest import ENGINES, EXAMPLES, Engines, emptied
from helpers.reports import Program, call, cuckoo
from helpers.snapshots import snapshot
from helpers.whole_report import REPORT

from api.load import LoadReport, load
from api.settings import Settings
from cypher import runner
from cypher.catalogue import queries
from graph_model.store import Store
from loaders.protocol import Context

CUCKOO = [EXAMPLES / "cuckoo" / f"{name}.json" for name in ("log1", "log2", "log3", "innocent")]
MWC01, MWC02 = EXAMPLES / "mark2" / "mwc01.log", EXAMPLES / "mark2" / "mwc02.log"
SOURCE = "e4009d1d-9311-4249-9487-a373cde7192c"
EVERYTHING = [*CUCKOO, MWC01, MWC02]


def loaded(store: Store, paths: Sequence[Path]) -> LoadReport:
    report = load(store, list(paths), Context(), Settings())
    assert not report.refused
    return report


def rows(store: Store, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return runner.run(store, name, parameters).rows


def test_log1_is_memory_written_and_run_by_a_remote_thread(store: Store) -> None:
    loaded(store, CUCKOO[:1])
    (row,) = rows(store, "injections")
    assert (row["injector_pid"], row["injector_name"]) == (3972, "iexplore.exe")
    assert (row["target_pid"], row["target_name"]) == (384, "not recorded")
    assert row["memory"] == "NtAllocateVirtualMemory"
    assert row["write"] == "WriteProcessMemory"
    assert row["execution"] == "CreateRemoteThread"
    assert row["addresses"] == "0x00ba0000"
    assert row["protections"] == "PAGE_EXECUTE_READWRITE"
    assert (row["technique"], row["confidence"]) == ("T1055.002", "confirmed")


def test_log2_is_a_section_in_a_suspended_child_whose_thread_is_redirected(store: Store) -> None:
    loaded(store, CUCKOO[1:2])
    (row,) = rows(store, "injections")
    assert (row["injector_pid"], row["target_pid"], row["target_name"]) == (3548, 4020, "svchost.exe")
    assert row["memory"] == "NtMapViewOfSection"
    assert row["write"] == "not recorded"
    assert row["execution"] == "NtSetContextThread, NtResumeThread"
    assert (row["technique"], row["confidence"]) == ("T1055.012", "confirmed")


def test_log3_is_one_path_of_two_hops(store: Store) -> None:
    loaded(store, CUCKOO[2:3])
    first, second = rows(store, "injections")
    assert (first["injector_pid"], first["target_pid"]) == (3292, 3428)
    assert (first["memory"], first["write"]) == ("not recorded", "not recorded")
    assert first["execution"] == "NtSetContextThread, NtResumeThread"
    assert first["confidence"] == "likely"
    assert (second["injector_pid"], second["target_pid"]) == (3428, 3604)
    assert second["memory"] == "NtMapViewOfSection"
    assert second["execution"] == "NtQueueApcThread, NtResumeThread"
    assert second["confidence"] == "confirmed"
    (path,) = rows(store, "injection-paths")
    assert (path["hops"], path["pids"]) == (2, [3292, 3428, 3604])
    assert path["techniques"] == ["T1055.012", "T1055.004"]
    assert path["evidence"] == first["evidence"] + second["evidence"]


def test_every_citation_of_an_injection_is_a_call_of_the_report_with_a_named_api(store: Store) -> None:
    for path in CUCKOO[:3]:
        loaded(emptied(store), [path])
        report = json.loads(path.read_text(encoding="utf-8"))
        calls = {process["pid"]: process["calls"] for process in report["behavior"]["processes"]}
        for row in rows(store, "injections"):
            named = {api for column in ("memory", "write", "execution") for api in row[column].split(", ")}
            cited = set()
            for citation in row["evidence"]:
                match = re.fullmatch(r"[0-9a-f]{8}:(\d+)\.0#(\d+)", citation)
                assert match, citation
                cited.add(calls[int(match[1])][int(match[2])]["api"])
            assert named - {"not recorded"} <= cited


def test_the_innocent_report_has_no_injection_not_even_a_weak_one(store: Store) -> None:
    loaded(store, CUCKOO[3:])
    assert rows(store, "injections", min_confidence="weak") == []
    assert rows(store, "process-tree") != []


def test_psexec_moves_from_host_to_host(store: Store) -> None:
    loaded(store, [MWC01, MWC02])
    (row,) = rows(store, "lateral-movement")
    assert (row["source_host"], row["source_process"], row["source_pid"]) == ("MWC01", "dllhost.dat", 4032)
    assert "172.31.48.118" in row["source_address"]
    assert row["tool"] == "Sysinternals PsExec 1.98"
    assert row["account"] == "admin1"
    assert (row["target_host"], row["target_process"]) == ("MWC02", "rundll32.exe")
    assert "172.31.48.79" in row["target_address"]
    assert "027cc.dll" in row["target_command_line"]
    assert row["copied_file"] == "C:\\Windows\\027cc.dll"
    assert row["service"] == "PSEXESVC.exe"
    assert row["technique"] == "T1021.002, T1569.002, T1570"
    assert row["confidence"] == "confirmed"
    assert {f"{SOURCE}:{sn}" for sn in (22086, 22087, 22088)} <= set(row["evidence"])


def test_the_source_log_alone_gives_its_half(store: Store) -> None:
    loaded(store, [MWC01])
    (row,) = rows(store, "lateral-movement")
    assert (row["source_process"], row["target_host"]) == ("dllhost.dat", "172.31.48.79")
    assert (row["target_process"], row["service"]) == ("not recorded", "not recorded")
    assert row["confidence"] == "likely"


def test_the_lineage_of_the_dropped_psexec_leads_back_to_rundll32_and_what_ran_it(store: Store) -> None:
    loaded(store, [MWC01, MWC02])
    lineage = rows(store, "file-lineage", file="C:\\Windows\\dllhost.dat")
    written = next(row for row in lineage if row["action"] == "written")
    assert (written["direction"], written["subject"], written["host"]) == ("backward", "rundll32.exe (3344)", "MWC01")
    assert written["evidence"] == [f"{SOURCE}:20626"]
    before = [(row["action"], row["subject"], row["object"]) for row in lineage[: lineage.index(written)]]
    assert ("run by (command line)", "027cc.dll", "rundll32.exe (3344)") in before
    assert ("started", "cmd.exe (3180)", "rundll32.exe (3344)") in before
    assert ("executed as", "dllhost.dat (4032)") in {(row["action"], row["object"]) for row in lineage}
    assert ("when run: started remotely", "rundll32.exe (2748)") in {(row["action"], row["object"]) for row in lineage}


def test_the_lineage_of_the_dll_crosses_to_the_other_host(store: Store) -> None:
    loaded(store, [MWC01, MWC02])
    lineage = rows(store, "file-lineage", file="\\\\172.31.48.79\\admin$\\027cc.dll")
    told = {(row["action"], row["subject"], row["object"], row["host"]) for row in lineage}
    there = "\\\\172.31.48.79\\admin$\\027cc.dll"
    assert ("copied from", there, "C:\\Users\\admin1\\Desktop\\027cc.dll", "172.31.48.79") in told
    assert ("is the same as", there, "C:\\Windows\\027cc.dll", "MWC02") in told
    assert ("run by (command line)", "C:\\Windows\\027cc.dll", "rundll32.exe (2748)", "MWC02") in told
    assert ("when run: wrote", "rundll32.exe (2748)", "C:\\Windows\\dllhost.dat", "MWC02") in told
    assert [row["step"] for row in lineage] == list(range(1, len(lineage) + 1))


def test_tracking_forward_from_the_dll_reaches_what_ran_on_the_other_host(store: Store) -> None:
    loaded(store, [MWC01, MWC02])
    steps = rows(store, "track-forward", **{"from": "3344@MWC01"})
    assert ("STARTED_REMOTELY", "rundll32.exe (2748)") in {(row["type"], row["target"]) for row in steps}
    assert ("SPAWNED", "schtasks.exe (2804)") in {(row["type"], row["target"]) for row in steps}
    assert [row["time"] for row in steps] == sorted(row["time"] for row in steps)


def test_tracking_backward_from_the_remote_process_reaches_the_first_one(store: Store) -> None:
    loaded(store, [MWC01, MWC02])
    steps = rows(store, "track-backward", **{"from": "2748@MWC02"})
    assert ("STARTED_REMOTELY", "dllhost.dat (4032)") in {(row["type"], row["source"]) for row in steps}
    assert ("SPAWNED", "cmd.exe (3180)") in {(row["type"], row["source"]) for row in steps}
    assert "schtasks.exe" not in " ".join(row["target"] for row in steps)


def test_loading_everything_twice_changes_nothing(store: Store) -> None:
    loaded(store, EVERYTHING)
    once = snapshot(store)
    loaded(store, EVERYTHING)
    assert snapshot(store) == once


def test_loading_in_reverse_order_makes_the_same_graph(store: Store) -> None:
    loaded(store, EVERYTHING)
    forward = snapshot(store)
    emptied(store)
    for path in reversed(EVERYTHING):
        loaded(store, [path])
    assert snapshot(store) == forward


@pytest.mark.parametrize("order", list(permutations((MWC01, MWC02))), ids=lambda order: order[0].stem)
def test_the_order_of_the_two_hosts_does_not_matter(embedded_store: Store, order: tuple[Path, ...]) -> None:
    loaded(embedded_store, [MWC01, MWC02])
    together = snapshot(embedded_store)
    emptied(embedded_store)
    for path in order:
        loaded(embedded_store, [path])
    assert snapshot(embedded_store) == together


def test_a_gzip_of_a_log_is_the_same_run(embedded_store: Store, tmp_path: Path) -> None:
    zipped = [tmp_path / f"{path.name}.gz" for path in (CUCKOO[0], MWC01)]
    for path, target in zip((CUCKOO[0], MWC01), zipped, strict=True):
        target.write_bytes(gzip.compress(path.read_bytes()))
    plain = loaded(embedded_store, [CUCKOO[0], MWC01])
    assert loaded(embedded_store, zipped).runs == plain.runs


def test_every_stored_query_gives_the_same_rows_on_every_engine(engines: Engines, tmp_path: Path) -> None:
    whole = tmp_path / "report.json"
    whole.write_text(json.dumps(REPORT))
    looking = tmp_path / "looking.json"
    looking.write_text(json.dumps(cuckoo(Program(4, [call("FindWindowA", class_name="OLLYDBG", window_name="")]))))
    answers: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in ENGINES:
        with engines.bolt(name).store() as store:
            loaded(emptied(store), [*EVERYTHING, whole, looking])
            store.change("CREATE (:Run:Entity {uid: 'half', name: 'half.log', case: 'default'})")
            uids = [row["uid"] for row in rows(store, "process-tree")]
            (sample,) = store.read("MATCH (:Run)-[:ANALYSED]->(c:Content) RETURN min(c.sha256) AS sha256").rows()
            injecting = store.read("MATCH ()-[i:INJECTED_INTO]->() RETURN min(i.run) AS run").rows()[0]["run"]
            given: dict[str, dict[str, Any]] = {
                "file-lineage": {"file": "027cc.dll"},
                "track-forward": {"from": "027cc.dll"},
                "track-backward": {"from": "2748@MWC02"},
                "injection-evidence": {"injector": 3972, "target": 384},
                "find": {"text": "dllhost.dat"},
                "nodes": {"uids": uids},
                "relationships": {"uids": uids},
                "context": {"uids": uids},
                "neighbours": {"uid": uids[0]},
                "paths": {"from": "3344@MWC01", "to": "2748@MWC02"},
                "search": {"text": "dll"},
                "sample": {"hash": sample["sha256"]},
                "injection-steps": {"run": injecting},
                "strings": {"contains": "example.com"},
            }
            answers[name] = {query: rows(store, query, **given.get(query, {})) for query in queries()}
    first = answers[ENGINES[0]]
    assert all(first.values()), [query for query, found in first.items() if not found]
    for name in ENGINES[1:]:
        for query, found in answers[name].items():
            assert found == first[query], (name, query)


def test_the_real_cape_reports_hold_no_injection(store: Store, real: Path) -> None:
    files = sorted((real / "cape").glob("*.json.gz"))
    assert len(files) == 4
    report = loaded(store, files)
    assert len(report.runs) == 4
    assert rows(store, "injections", min_confidence="weak") == []
    assert rows(store, "lateral-movement") == []


def test_a_real_report_without_processes_loads_cleanly(embedded_store: Store, real: Path) -> None:
    loaded(embedded_store, [real / "cape" / "cape-2.4-2ebadd04.json.gz"])
    (run,) = rows(embedded_store, "runs")
    assert (run["processes"], run["complete"]) == (0, True)


def test_what_only_a_process_list_tells_holds_at_any_time_up_to_it(embedded_store: Store, real: Path) -> None:
    """The monitor came to services.exe (600) later than to a child of it, and calls tell when other children began."""
    loaded(embedded_store, [real / "cape" / "cape-2.4-41ce492f.json.gz"])
    forward = rows(embedded_store, "track-forward", **{"from": "500@WIN10"})
    spawned = {row["target"]: row for row in forward if row["type"] == "SPAWNED"}
    assert {"services.exe (600)", "svchost.exe (760)", "DllHost.exe (1084)", "svchost.exe (344)"} <= spawned.keys()
    assert [spawned[name]["time"] for name in ("services.exe (600)", "svchost.exe (760)")] == ["not recorded"] * 2
    assert spawned["DllHost.exe (1084)"]["time"] == "2023-07-22T10:28:25.242000Z"
    backward = rows(embedded_store, "track-backward", **{"from": "1084@WIN10"})
    found = [(row["source"], row["target"]) for row in backward if row["type"] == "SPAWNED"]
    assert found[-3:] == [
        ("not recorded (500)", "services.exe (600)"),
        ("services.exe (600)", "svchost.exe (760)"),
        ("svchost.exe (760)", "DllHost.exe (1084)"),
    ]
    (bounded,) = embedded_store.read(
        "MATCH (:Process {pid: 500})-[r:SPAWNED]->(:Process {pid: 600}) "
        "RETURN r.first_us AS first, r.last_us AS last, r.source AS source",
        {},
    ).rows()
    assert bounded == {"first": None, "last": 1690021707956000, "source": "process list"}


def test_cases_keep_incidents_apart(embedded_store: Store) -> None:
    load(embedded_store, [MWC01], Context(case="one"), Settings())
    load(embedded_store, [MWC02], Context(case="two"), Settings())
    told = {
        (row["source_host"], row["source_process"], row["target_host"])
        for row in rows(embedded_store, "lateral-movement")
    }
    assert told == {("MWC01", "dllhost.dat", "172.31.48.79"), ("172.31.48.118", "not recorded", "MWC02")}


def test_every_citation_of_the_hosts_story_is_a_line_of_its_log(embedded_store: Store) -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (MWC01, MWC02))
    serials = re.findall(r"^.*? sn=(\d+).*? tmid=(\S+)", written, re.MULTILINE)
    lines = {f"{terminal}:{serial}" for serial, terminal in serials}
    loaded(embedded_store, [MWC01, MWC02])
    answers = [
        *rows(embedded_store, "lateral-movement"),
        *rows(embedded_store, "file-lineage", file="dllhost.dat"),
        *rows(embedded_store, "file-lineage", file="027cc.dll"),
        *rows(embedded_store, "track-forward", **{"from": "027cc.dll"}),
    ]
    cited = {citation for row in answers for citation in row["evidence"]}
    assert len(cited) > 10
    assert cited <= lines


def test_a_label_can_be_corrected_by_loading_again(embedded_store: Store) -> None:
    for label in ("malicious", "benign", "unknown"):
        load(embedded_store, CUCKOO[3:], Context(label=label, dataset="own"), Settings())
        assert [(row["label"], row["dataset"]) for row in rows(embedded_store, "runs")] == [(label, "own")]
    loaded(embedded_store, CUCKOO[3:])
    assert [row["label"] for row in rows(embedded_store, "runs")] == ["unknown"]


@pytest.mark.parametrize("engine", ENGINES)
def test_three_loads_at_once_make_the_graph_of_one(engines: Engines, engine: str) -> None:
    bolt = engines.bolt(engine)

    def alone(paths: Sequence[Path]) -> None:
        with bolt.store() as own:
            loaded(own, paths)

    with bolt.store() as store:
        loaded(emptied(store), EVERYTHING)
        expected = snapshot(store)
        emptied(store)
        with ThreadPoolExecutor() as pool:
            list(pool.map(alone, ([MWC01, *CUCKOO], [MWC02], [*CUCKOO, MWC02])))
        assert snapshot(store) == expected
