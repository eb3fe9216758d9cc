"""`behavior.generic`, `.apistats` and `.summary`: they say what the calls have not said, and never more."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import BEGIN, JSON, Program, call, cape, cuckoo, of, read

from graph_model import events as ev
from graph_model.builder import build
from loaders.cuckoo.sections.told import Told

RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run\x"
SAID_OF = (ev.FileEvent, ev.ModuleLoaded, ev.RegistryEvent, ev.NetworkFlow, ev.DnsResolved, ev.HttpRequested,
           ev.MutexUsed, ev.Touched)  # fmt: skip


def generic(pid: int = 4, **lists: Any) -> JSON:
    """One entry as `GenericBehavior` writes it."""
    return {"pid": pid, "ppid": 1, "process_name": "one.exe", "first_seen": BEGIN, "summary": lists}


def with_behavior(*programs: Program, **parts: Any) -> JSON:
    report = cuckoo(*programs)
    report["behavior"] |= parts
    return report


def said(report: JSON) -> list[tuple[str, str | None, str]]:
    """(kind of event, acting process, thing) of what summaries said."""
    events = [event for event in of(SAID_OF, read(report)[0]) if event.source == "summary"]
    found = [(type(event).__name__, event.actor.key if event.actor else None, _thing(event)) for event in events]
    return sorted(found, key=str)


def _thing(event: Any) -> str:
    if isinstance(event, (ev.FileRenamed, ev.FileCopied)):
        return f"{event.file.path} > {event.target.path}"
    if isinstance(event, (ev.FileEvent, ev.ModuleLoaded)):
        return event.file.path
    if isinstance(event, ev.RegistryEvent):
        return f"{event.key}|{getattr(event, 'name', '')}"
    if isinstance(event, ev.Touched):
        return f"{event.word} {event.what}"
    return str(getattr(event, "address", None) or getattr(event, "name", None) or getattr(event, "url", None))


def relationships(report: JSON, *types: str) -> set[tuple[Any, str, Any]]:
    graph = Graph(build(read(report)[0]))
    assert violations(graph) == []
    name = {uid: node.get("path") or node.get("name") or node.get("url") for uid, node in graph.nodes.items()}
    return {
        (name[row["a"]], row["type"], name[row["b"]]) for row in graph.relationships.values() if row["type"] in types
    }


# --- generic -------------------------------------------------------------------------------------

EVERYTHING = {
    "file_created": [r"C:\made"],
    "file_recreated": [r"C:\remade"],
    "file_written": [r"C:\written"],
    "file_read": [r"C:\read"],
    "file_deleted": [r"C:\gone"],
    "file_moved": [[r"C:\from", r"C:\to"]],
    "file_copied": [[r"C:\source", r"C:\copy"]],
    "file_opened": [r"C:\opened"],
    "file_exists": [r"C:\there"],
    "file_failed": [r"C:\opened"],
    "directory_created": [r"C:\folder"],
    "regkey_opened": [r"HKEY_CURRENT_USER\Software"],
    "regkey_written": [RUN_KEY],
    "regkey_read": [r"HKEY_LOCAL_MACHINE\a\(Default)"],
    "regkey_deleted": [r"HKEY_LOCAL_MACHINE\b"],
    "connects_ip": ["192.0.2.1"],
    "connects_host": ["example.com", "192.0.2.2"],
    "resolves_host": ["example.net"],
    "downloads_file": ["http://example.com/d"],
    "fetches_url": ["http://example.com/f"],
    "mutex": ["m"],
    "dll_loaded": ["ws2_32.dll", r"C:\x.dll"],
    "command_line": ["cmd /c x"],
    "wmi_query": ["SELECT * FROM Win32_Process"],
    "guid": ["{0000}"],
    "tls_master": [["a", "b", "c"]],
}


def test_a_process_without_calls_did_what_its_summary_says() -> None:
    assert said(with_behavior(Program(4), generic=[generic(**EVERYTHING)])) == sorted(
        [
            ("FileCreated", "4.0", r"C:\made"),
            ("FileCreated", "4.0", r"C:\remade"),
            ("FileWritten", "4.0", r"C:\written"),
            ("FileRead", "4.0", r"C:\read"),
            ("FileDeleted", "4.0", r"C:\gone"),
            ("FileRenamed", "4.0", r"C:\from > C:\to"),
            ("FileCopied", "4.0", r"C:\source > C:\copy"),
            ("ModuleLoaded", "4.0", r"C:\x.dll"),
            ("RegistryValueSet", "4.0", RUN_KEY.removesuffix(r"\x") + "|x"),
            ("RegistryValueRead", "4.0", r"HKEY_LOCAL_MACHINE\a|"),
            ("NetworkFlow", "4.0", "192.0.2.1"),
            ("NetworkFlow", "4.0", "192.0.2.2"),
            ("DnsResolved", "4.0", "example.com"),
            ("DnsResolved", "4.0", "example.net"),
            ("HttpRequested", "4.0", "http://example.com/d"),
            ("HttpRequested", "4.0", "http://example.com/f"),
            ("MutexUsed", "4.0", "m"),
            ("Touched", "4.0", r"directory_created C:\folder"),
            ("Touched", "4.0", r"file_exists C:\there"),
            ("Touched", "4.0", r"file_failed C:\opened"),
            ("Touched", "4.0", r"file_opened C:\opened"),
            ("Touched", "4.0", r"regkey_deleted HKEY_LOCAL_MACHINE\b"),
            ("Touched", "4.0", r"regkey_opened HKEY_CURRENT_USER\Software"),
        ],
        key=str,
    )


def test_texts_without_a_node_are_on_the_process() -> None:
    graph = Graph(build(read(with_behavior(Program(4), generic=[generic(**EVERYTHING)]))[0]))
    (process,) = [node for node in graph.of("Process") if node.get("recorded")]
    expected = {"commands": ["cmd /c x"], "guids": ["{0000}"], "modules": ["ws2_32.dll"]}
    assert expected.items() <= process.items()
    assert process["wmi_queries"] == ["SELECT * FROM Win32_Process"]


def test_the_relationships_name_their_source_and_are_cited() -> None:
    graph = Graph(build(read(with_behavior(Program(4), generic=[generic(file_written=[r"C:\w"])]))[0]))
    (wrote,) = graph.between("WROTE")
    assert wrote["source"] == "summary"
    assert wrote["position"].partition(":")[2] == "behavior.generic[0].file_written"
    assert "first_us" not in wrote, "a summary has no times"


WRITTEN = [
    call("NtCreateFile", file_handle="0x10", filepath=r"\??\C:\Temp\A.EXE", status_info=2),
    call("NtWriteFile", file_handle="0x10", filepath=r"C:\Temp\A.EXE", length=3),
    call("RegSetValueExW", regkey=RUN_KEY, regkey_r="x", value="y"),
    call("NtCreateMutant", mutant_name="m"),
    call("connect", ip_address="192.0.2.1", port=80),
]


def test_what_a_call_told_is_not_told_again_whatever_its_spelling() -> None:
    lists = {
        "file_created": [r"c:\temp\a.exe"],
        "file_written": [r"C:\Temp\A.EXE"],
        "regkey_written": [RUN_KEY.upper()],
        "mutex": ["m"],
        "connects_ip": ["192.0.2.1"],
        "file_opened": [r"C:\Temp\A.EXE", r"C:\other"],
    }
    assert said(with_behavior(Program(4, WRITTEN), generic=[generic(**lists)])) == []


def test_what_one_process_did_says_nothing_of_another() -> None:
    report = with_behavior(Program(4, WRITTEN), Program(8), generic=[generic(8, file_written=[r"C:\Temp\A.EXE"])])
    assert said(report) == [("FileWritten", "8.0", r"C:\Temp\A.EXE")]


def test_an_entry_that_a_failed_call_explains_is_not_taken_for_a_deed() -> None:
    failed = call("DeleteFileW", ok=False, filepath=r"C:\held")
    report = with_behavior(Program(4, [failed]), generic=[generic(file_deleted=[r"C:\held"])])
    assert said(report) == []
    assert relationships(report, "DELETED", "TOUCHED") == set()
    assert read(report)[1].read["summary entries that are failed calls"] == 1


def test_a_list_of_successes_is_believed_beside_failed_calls() -> None:
    failed = call("NtCreateFile", ok=False, filepath=r"C:\held")
    report = with_behavior(Program(4, [failed]), generic=[generic(file_written=[r"C:\w"])])
    assert said(report) == [("FileWritten", "4.0", r"C:\w")]


def test_a_process_that_only_the_summary_knows_has_its_name() -> None:
    report = with_behavior(generic=[generic(44, file_written=[r"C:\w"])])
    assert relationships(report, "WROTE") == {("one.exe", "WROTE", r"C:\w")}


def test_an_unknown_list_is_told_in_the_drift_report() -> None:
    _, drift = read(with_behavior(Program(4), generic=[generic(brand_new=["x"])], summary={"newer": ["y"]}))
    assert drift.unknown["behavior.generic", "brand_new"] == drift.unknown["behavior.summary", "newer"] == 1


def test_a_list_is_read_up_to_a_length_and_says_what_was_left_out() -> None:
    many = [rf"C:\{n}" for n in range(5_010)]
    report = with_behavior(Program(4), generic=[generic(file_read=many)])
    assert len(said(report)) == 5_000
    assert read(report)[1].unknown["left out", "behavior.generic file_read"] == 10


def test_the_file_activities_of_cape_are_access_that_a_process_asked_for() -> None:
    activities = {"read_files": [r"C:\r"], "write_files": [r"C:\w"], "delete_files": []}
    report = cape(Program(4, extra={"file_activities": activities}))
    assert said(report) == [("Touched", "4.0", r"read_files C:\r"), ("Touched", "4.0", r"write_files C:\w")]


# --- apistats ------------------------------------------------------------------------------------


def counts(report: JSON) -> dict[tuple[str, str], tuple[int, str | None]]:
    return {(e.actor.key, e.api): (e.count, e.source) for e in of(ev.ApiCounted, read(report)[0])}


def test_counts_stand_in_for_calls_that_are_not_in_the_report() -> None:
    report = with_behavior(
        Program(4, WRITTEN[:1]), Program(8), apistats={"4": {"NtCreateFile": 1}, "8": {"NtClose": 7}, "12": {"x": 0}}
    )
    assert counts(report) == {("4.0", "NtCreateFile"): (1, None), ("8.0", "NtClose"): (7, "summary")}


def test_counts_that_differ_from_the_calls_are_told_and_not_added() -> None:
    report = with_behavior(Program(4, WRITTEN[:1]), apistats={"4": {"NtCreateFile": 3, "NtClose": 2}})
    assert counts(report) == {("4.0", "NtCreateFile"): (1, None)}
    assert read(report)[1].unknown["behavior.apistats", "differs from the calls"] == 2


def test_a_pid_that_is_used_again_is_counted_over_both_processes() -> None:
    two = [Program(4, WRITTEN[:1]), Program(4, WRITTEN[:1], seen=5)]
    report = with_behavior(*two, apistats={"4": {"NtCreateFile": 2}})
    assert not [key for key in read(report)[1].unknown if key[0] == "behavior.apistats"]


def test_counts_do_not_silence_the_summary_of_the_same_process() -> None:
    lists = {"command_line": ["x"], "file_opened": [r"C:\o"]}
    stats = {"4": {"CreateProcessInternalW": 1, "NtOpenFile": 1}}
    report = with_behavior(Program(4), apistats=stats, generic=[generic(**lists)])
    assert said(report) == [("Touched", "4.0", r"file_opened C:\o")]
    assert [e.properties for e in of(ev.Noted, read(report)[0]) if e.process] == [{"commands": ("x",)}]


# --- the whole run -------------------------------------------------------------------------------


def test_what_no_process_is_known_for_stays_with_the_run() -> None:
    report = cape(Program(4, WRITTEN))
    report["behavior"]["summary"] = {
        "files": [r"C:\Temp\a.exe", r"C:\other", r"\\.\pipe\x"],
        "write_files": [r"C:\Temp\a.exe"],
        "read_files": [r"C:\Temp\a.exe"],
        "keys": [RUN_KEY, r"HKEY_LOCAL_MACHINE\c"],
        "write_keys": [RUN_KEY],
        "mutexes": ["m", "n"],
        "started_services": ["DoSvc"],
        "executed_commands": ["z"],
        "resolved_apis": ["k.f", "k.g"],
    }
    assert said(report) == [
        ("Touched", None, r"files C:\other"),
        ("Touched", None, r"keys HKEY_LOCAL_MACHINE\c"),
        ("Touched", None, "mutexes n"),
        ("Touched", None, r"read_files C:\Temp\a.exe"),
        ("Touched", None, "started_services DoSvc"),
    ]
    graph = Graph(build(read(report)[0]))
    (run,) = graph.of("Run")
    assert (run["commands"], run["resolved_apis"], run["resolved_api_count"]) == (["z"], ["k.f", "k.g"], 2)
    assert {graph.labels[row["a"]] for row in graph.between("TOUCHED")} == {"Run"}


def test_the_summary_of_2_x_repeats_what_the_processes_did() -> None:
    report = with_behavior(
        Program(4), generic=[generic(**EVERYTHING)], summary=EVERYTHING | {"file_written": [r"C:\written", r"C:\new"]}
    )
    assert [entry for entry in said(report) if entry[1] is None] == [("Touched", None, r"file_written C:\new")]


def test_the_oldest_summaries_list_files_keys_and_mutexes() -> None:
    report = with_behavior(Program(4), summary={"files": [r"C:\f"], "keys": [r"HKEY_USERS\k"], "mutexes": ["m"]})
    assert relationships(report, "TOUCHED") == {
        ("report.json", "TOUCHED", r"C:\f"),
        ("report.json", "TOUCHED", r"HKEY_USERS\k"),
        ("report.json", "TOUCHED", "m"),
    }


@pytest.mark.parametrize("part", ["generic", "apistats", "summary"])
@pytest.mark.parametrize("value", [None, 7, "x", [None], [[]], {"x": None}, [{"pid": 4, "summary": 7}]])
def test_a_summary_of_any_shape_leaves_the_rest(part: str, value: Any) -> None:
    events, _ = read(with_behavior(Program(4, WRITTEN), **{part: value}))
    assert len(of(ev.MutexUsed, events)) == 1


# --- what is told --------------------------------------------------------------------------------


def test_when_too_much_is_told_to_remember_nothing_counts_as_new() -> None:
    told = Told(most=5)
    process = ev.ProcessRef(ev.HostRef("r", "h"), "4.0", 4, 0)
    told.add("file write", process, r"C:\a")
    assert not told.has("file write", process, r"C:\b")
    told.add("file write", process, r"C:\b")
    assert told.full
    assert told.has("file write", process, r"C:\c")
