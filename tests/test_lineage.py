"""The lineage of files from end to end: whole stories worked out by hand, and lives and times against an oracle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from conftest import EXAMPLES, emptied
from helpers.real import real_file
from helpers.reports import Program, call, cuckoo
from helpers.windows import JSON, lines, sysmon
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.graphs import graph_of
from api.load import load
from api.settings import Settings
from cypher.answer import Answer, Row
from cypher.runner import run
from graph_model import events as ev
from graph_model.errors import UsageError
from graph_model.reduction import Reduction
from graph_model.store import Store
from graph_model.times import iso
from loaders.protocol import Context

MWC01, MWC02 = EXAMPLES / "mark2" / "mwc01.log", EXAMPLES / "mark2" / "mwc02.log"
UNC = "\\\\172.31.48.79\\admin$\\027cc.dll"
DESKTOP, LOCAL = "C:\\Users\\admin1\\Desktop\\027cc.dll", "C:\\Windows\\027cc.dll"
DLL = "027cc450ef5f8c5f653329641ec1fed91f694e0d229928963b30f6b0d7d3a745"
Told = tuple[str, str, str, str]


def loaded(store: Store, *paths: Path) -> Store:
    for path in paths:
        assert not load(store, [path], Context(), Settings()).refused
    return store


def told(store: Store, file: str) -> list[Told]:
    return told_by(run(store, "file-lineage", {"file": file}))


def told_by(answer: Answer) -> list[Told]:
    columns = ("direction", "action", "subject", "object")
    return [tuple(row[column] for column in columns) for row in answer.rows]


@pytest.mark.parametrize("query", ["file-lineage", "track-forward", "track-backward"])
def test_a_picture_marks_what_was_asked_about(embedded_store: Store, query: str) -> None:
    loaded(embedded_store, MWC01, MWC02)
    named = "file" if query == "file-lineage" else "from"
    drawn = graph_of(embedded_store, query, run(embedded_store, query, {named: UNC}), "drawn")
    marked = [node.properties["unc"] for node in drawn.nodes if node.uid in drawn.marked]
    assert marked == ["\\\\172.31.48.79\\admin$\\027cc.dll"]
    assert len(drawn.nodes) > 1


def test_a_picture_of_a_query_about_everything_marks_nothing(embedded_store: Store) -> None:
    loaded(embedded_store, MWC01)
    assert not graph_of(embedded_store, "signers", run(embedded_store, "signers"), "drawn").marked


# --- from host to host ---------------------------------------------------------------------------

BEFORE = [
    ("backward", "executed as", "C:\\Windows\\System32\\cmd.exe", "cmd.exe (3180)"),
    ("backward", "started", "explorer.exe (?)", "cmd.exe (3180)"),
    ("backward", "executed as", "C:\\Windows\\System32\\rundll32.exe", "rundll32.exe (3344)"),
    ("backward", "run by (command line)", "027cc.dll", "rundll32.exe (3344)"),
    ("backward", "started", "cmd.exe (3180)", "rundll32.exe (3344)"),
]
THERE = [
    ("forward", "run by (command line)", LOCAL, "rundll32.exe (2748)"),
    ("forward", "when run: wrote", "rundll32.exe (2748)", "C:\\Windows\\dllhost.dat"),
    ("forward", "when run: wrote a raw disk of", "rundll32.exe (2748)", "MWC02"),
    ("forward", "when run: started", "rundll32.exe (2748)", "cmd.exe (2780)"),
    ("forward", "when run: started", "rundll32.exe (2748)", "cmd.exe (3020)"),
]


@pytest.mark.parametrize("order", list(permutations((MWC01, MWC02))), ids=lambda order: order[0].stem)
def test_the_copy_on_the_share_from_its_first_cause_to_what_it_did_there(
    embedded_store: Store, order: Sequence[Path]
) -> None:
    assert told(loaded(embedded_store, *order), UNC) == [
        *BEFORE,
        ("backward", "created", "rundll32.exe (3344)", UNC),
        ("backward", "copied from", UNC, DESKTOP),
        ("forward", "held the bytes", UNC, DLL),
        ("backward", "created", "System (?)", LOCAL),
        ("forward", "is the same as", UNC, LOCAL),
        ("forward", "held the bytes", LOCAL, DLL),
        *THERE,
        ("backward", "is the same as", "027cc.dll", DESKTOP),
    ]


def test_the_source_log_alone_tells_of_the_file_up_to_the_share(embedded_store: Store) -> None:
    assert told(loaded(embedded_store, MWC01), UNC) == [
        *BEFORE,
        ("backward", "created", "rundll32.exe (3344)", UNC),
        ("backward", "copied from", UNC, DESKTOP),
        ("forward", "held the bytes", UNC, DLL),
        ("backward", "is the same as", "027cc.dll", DESKTOP),
    ]


def test_name_and_hash_of_the_dll_tell_of_all_its_places_once(embedded_store: Store) -> None:
    loaded(embedded_store, MWC01, MWC02)
    by_name = run(embedded_store, "file-lineage", {"file": "027CC.DLL"})
    by_hash = run(embedded_store, "file-lineage", {"file": DLL.upper()})
    assert [row["uid"] for row in by_name.rows] == [row["uid"] for row in by_hash.rows]
    assert len({row["uid"] for row in by_name.rows}) == len(by_name.rows) == 22
    found = told_by(by_name)
    assert [entry for entry in found if entry in THERE] == THERE
    assert ("forward", "copied to", DESKTOP, UNC) in found
    assert ("forward", "when run: wrote", "rundll32.exe (3344)", "C:\\Windows\\dllhost.dat") in found
    assert [row["step"] for row in by_name.rows] == list(range(1, 23))
    times = [row["time"] for row in by_name.rows if row["time"] != "not recorded"]
    assert times == sorted(times)
    assert len(times) == 21


def test_the_dropped_psexec_leads_back_to_the_dll_on_both_hosts(embedded_store: Store) -> None:
    found = told(loaded(embedded_store, MWC01, MWC02), "C:\\Windows\\dllhost.dat")
    dat = "C:\\Windows\\dllhost.dat"
    assert [entry for entry in found if entry[0] == "forward"] == [
        ("forward", "held the bytes", dat, "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5"),
        ("forward", "executed as", dat, "dllhost.dat (4032)"),
        ("forward", "when run: sent to", "dllhost.dat (4032)", "172.31.48.79:135"),
        ("forward", "when run: sent to", "dllhost.dat (4032)", "172.31.48.79:445"),
        ("forward", "when run: started remotely", "dllhost.dat (4032)", "rundll32.exe (2748)"),
        ("forward", "held the bytes", dat, "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5"),
    ]
    backward = [entry[1:] for entry in found if entry[0] == "backward"]
    assert ("written", "rundll32.exe (3344)", dat) in backward
    assert ("written", "rundll32.exe (2748)", dat) in backward
    assert ("run by (command line)", LOCAL, "rundll32.exe (2748)") in backward
    assert ("copied from", UNC, DESKTOP) in backward
    assert ("executed as", "C:\\Windows\\PSEXESVC.exe", "PSEXESVC.exe (2716)") in backward


def test_a_process_tells_what_was_behind_it_and_what_became_of_its_files(embedded_store: Store) -> None:
    found = told(loaded(embedded_store, MWC01, MWC02), "3344@mwc01")
    assert found == [
        *BEFORE,
        ("forward", "wrote", "rundll32.exe (3344)", "C:\\Windows\\dllhost.dat"),
        ("forward", "started", "rundll32.exe (3344)", "cmd.exe (3372)"),
        ("forward", "sent to", "rundll32.exe (3344)", "172.31.48.79:445"),
        ("forward", "created", "rundll32.exe (3344)", UNC),
        ("forward", "executed as", "C:\\Windows\\dllhost.dat", "dllhost.dat (4032)"),
        ("forward", "started", "rundll32.exe (3344)", "dllhost.dat (4032)"),
        ("forward", "is the same as", UNC, LOCAL),
        ("forward", "run by (command line)", LOCAL, "rundll32.exe (2748)"),
        ("backward", "is the same as", "027cc.dll", DESKTOP),
    ]


def test_a_copy_that_only_the_target_saw_names_the_host_that_opened_it(embedded_store: Store) -> None:
    loaded(embedded_store, real_file("sysmon/covenant_copy_smb_CreateRequest_2020-09-22145302.json.gz"))
    first, second = run(embedded_store, "file-lineage", {"file": "C:\\ProgramData\\GruntHTTP.exe"}).rows
    assert (first["action"], first["subject"], first["direction"]) == ("opened to write", "172.18.39.5", "backward")
    assert [citation.split(":")[1] for citation in first["evidence"]] == ["61", "62"]
    assert (second["action"], second["subject"]) == ("created", "System (?)")
    assert {first["host"], second["host"]} == {"WORKSTATION6.theshire.local"}


# --- one host, from the document to the last file ------------------------------------------------

PIDS = {"explorer.exe": 10, "winword.exe": 20, "powershell.exe": 30, "7z.exe": 40, "up.exe": 50, "rundll32.exe": 60}
PIDS |= {"setup.exe": 70, "again": 80}
ZIP, UP, DROPPED = "C:\\Users\\u\\a.zip", "C:\\Users\\u\\up.exe", "C:\\ProgramData\\d.dll"


def guid(name: str) -> str:
    return f"{{39E4A257-0000-5F8D-00{PIDS[name]}-000000000700}}"


def image(name: str) -> str:
    return UP if name in ("up.exe", "again") else f"C:\\Program Files\\{name}"


def by(name: str) -> JSON:
    return {"ProcessGuid": guid(name), "ProcessId": PIDS[name], "Image": image(name)}


def start(name: str, parent: str, seconds: float, line: str) -> JSON:
    above = {"ParentProcessGuid": guid(parent), "ParentProcessId": PIDS[parent], "ParentImage": image(parent)}
    return sysmon(1, seconds, **by(name), CommandLine=line, **above)


STORY = [
    start("winword.exe", "explorer.exe", 0, 'winword.exe /n "C:\\Users\\u\\invoice.docm"'),
    start("powershell.exe", "winword.exe", 10, "powershell -w hidden -enc AAAA"),
    sysmon(11, 20, TargetFilename=ZIP, **by("powershell.exe")),
    sysmon(15, 21, TargetFilename=f"{ZIP}:Zone.Identifier", Hash="SHA256=" + "aa" * 32,
           Contents="[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=http://files.example/a.zip\r\n", **by("powershell.exe")),
    start("7z.exe", "powershell.exe", 30, f'7z.exe x "{ZIP}" -oC:\\Users\\u'),
    sysmon(11, 31, TargetFilename=UP, **by("7z.exe")),
    start("up.exe", "powershell.exe", 40, UP),
    sysmon(11, 50, TargetFilename=DROPPED, **by("up.exe")),
    start("rundll32.exe", "up.exe", 60, f"rundll32.exe {DROPPED},#1"),
    sysmon(26, 70, TargetFilename=UP, Hashes="SHA256=" + "bb" * 32, **by("rundll32.exe")),
    sysmon(11, 80, TargetFilename=UP, **by("setup.exe")),
    start("again", "explorer.exe", 90, UP),
    sysmon(11, 95, TargetFilename="C:\\later.txt", **by("again")),
]  # fmt: skip
TO_THE_UNPACKER = [
    ("backward", "executed as", image("winword.exe"), "winword.exe (20)"),
    ("backward", "run by (command line)", "C:\\Users\\u\\invoice.docm", "winword.exe (20)"),
    ("backward", "started", "explorer.exe (10)", "winword.exe (20)"),
    ("backward", "executed as", image("powershell.exe"), "powershell.exe (30)"),
    ("backward", "started", "winword.exe (20)", "powershell.exe (30)"),
    ("backward", "created", "powershell.exe (30)", ZIP),
    ("backward", "downloaded from", ZIP, "http://files.example/a.zip"),
    ("backward", "executed as", image("7z.exe"), "7z.exe (40)"),
    ("backward", "started", "powershell.exe (30)", "7z.exe (40)"),
    ("backward", "unpacked from", "7z.exe (40)", ZIP),
    ("backward", "created", "7z.exe (40)", UP),
]


@pytest.fixture
def story(store: Store, tmp_path: Path) -> Store:
    """A document, a download, an archive, a program that drops a DLL and is deleted, and another in its place."""
    path = tmp_path / "story.json"
    path.write_bytes(lines(STORY))
    return loaded(store, path)


def test_the_dropped_dll_leads_back_to_the_document_and_not_to_what_later_had_the_droppers_path(story: Store) -> None:
    assert told(story, DROPPED) == [
        *TO_THE_UNPACKER,
        ("backward", "executed as", UP, "up.exe (50)"),
        ("backward", "started", "powershell.exe (30)", "up.exe (50)"),
        ("backward", "created", "up.exe (50)", DROPPED),
        ("forward", "run by (command line)", DROPPED, "rundll32.exe (60)"),
        ("forward", "when run: deleted", "rundll32.exe (60)", UP),
    ]
    later = told(story, "C:\\later.txt")
    assert ("backward", "created", "setup.exe (70)", UP) in later
    assert ("backward", "created", "7z.exe (40)", UP) not in later
    # of the path that the user names, all lives count
    found = told(story, UP)
    assert [entry for entry in found if entry in TO_THE_UNPACKER] == TO_THE_UNPACKER
    assert ("backward", "created", "setup.exe (70)", UP) in found
    assert ("forward", "deleted", "rundll32.exe (60)", UP) in found
    assert ("forward", "when run: created", "up.exe (50)", DROPPED) in found
    assert ("forward", "when run: created", "up.exe (80)", "C:\\later.txt") in found
    # what a process wrote counts in that life only
    assert [entry[1:] for entry in told(story, process(story, 40)) if entry[0] == "forward"] == [
        ("created", "7z.exe (40)", UP),
        ("executed as", UP, "up.exe (50)"),
        ("deleted", "rundll32.exe (60)", UP),
    ]


def process(store: Store, pid: int) -> str:
    """The uid of a process."""
    uid = store.read("MATCH (p:Process {pid: $pid}) RETURN p.uid AS uid", {"pid": pid}).rows()[0]["uid"]
    assert isinstance(uid, str)
    return uid


def test_a_sandbox_report_tells_download_renaming_run_and_what_it_kept(embedded_store: Store, tmp_path: Path) -> None:
    calls = [
        call("URLDownloadToFileW", at=1, url="http://192.0.2.7/x", filepath="C:\\t\\x.tmp"),
        call("MoveFileWithProgressW", at=2, oldfilepath="C:\\t\\x.tmp", newfilepath="C:\\t\\x.exe"),
        call("CreateProcessInternalW", at=3, filepath="C:\\t\\x.exe", command_line="C:\\t\\x.exe",
             process_identifier=2000, thread_identifier=2004, process_handle="0x50", thread_handle="0x54"),
    ]  # fmt: skip
    child = [
        call("DeleteFileW", at=4, filepath="C:\\t\\x.exe"),
        call("NtCreateFile", at=5, filepath="C:\\t\\d.dll", file_handle="0x60", create_disposition=2, status_info=2),
    ]
    dropped = [{"filepath": "C:\\t\\d.dll", "sha256": "cd" * 32, "pids": [2000]}]
    report = cuckoo(Program(1000, calls), Program(2000, child, "x.exe", ppid=1000, seen=3.5), dropped=dropped)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report))
    found = told(loaded(embedded_store, path), "d.dll")
    assert [entry for entry in found if entry[1] != "executed as"] == [
        ("backward", "downloaded from", "C:\\t\\x.tmp", "http://192.0.2.7/x"),
        ("backward", "written", "one.exe (1000)", "C:\\t\\x.tmp"),
        ("backward", "created", "one.exe (1000)", "C:\\t\\x.exe"),
        ("backward", "renamed from", "C:\\t\\x.exe", "C:\\t\\x.tmp"),
        ("backward", "started", "one.exe (1000)", "x.exe (2000)"),
        ("backward", "created", "x.exe (2000)", "C:\\t\\d.dll"),
        ("backward", "started", "not recorded (1632)", "one.exe (1000)"),
        ("forward", "held the bytes", "C:\\t\\d.dll", "cd" * 32),
    ]
    assert ("backward", "executed as", "C:\\t\\x.exe", "x.exe (2000)") in found
    gone = [entry[1:] for entry in told(embedded_store, "C:\\t\\x.tmp") if entry[0] == "forward"]
    assert ("renamed to", "C:\\t\\x.tmp", "C:\\t\\x.exe") in gone
    assert ("deleted", "x.exe (2000)", "C:\\t\\x.exe") in gone


# --- bounds --------------------------------------------------------------------------------------


def test_a_module_that_thousands_load_is_cut_and_said_to_be(embedded_store: Store) -> None:
    embedded_store.change(
        "CREATE (f:File:Entity {uid: 'f', path: 'C:/s.dll', key: 'c:/s.dll', name: 's.dll'}) WITH f "
        "UNWIND range(1, 3000) AS i CREATE (f)-[:LOADED_INTO {uid: 'l' + toString(i), first_us: i, last_us: i}]->"
        "(:Process:Entity {uid: 'p' + toString(i), pid: i, name: 'p'})"
    )
    cut = run(embedded_store, "file-lineage", {"file": "C:/s.dll", "limit": 100})
    assert ([row["uid"] for row in cut.rows], cut.truncated) == ([f"l{i}" for i in range(1, 101)], True)
    whole = run(embedded_store, "file-lineage", {"file": "C:/s.dll", "limit": 3000})
    assert (len(whole.rows), whole.truncated) == (3000, False)


def test_the_same_bytes_under_many_names_are_listed_up_to_fifty_and_said_to_be(embedded_store: Store) -> None:
    embedded_store.change(
        "CREATE (:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}), (c:Content:Entity {uid: 'c', sha256: 'aa'}) WITH c "
        "UNWIND range(10, 69) AS i CREATE (:File:Entity {uid: 'f' + toString(i), path: 'C:/' + toString(i), "
        "key: 'c:/' + toString(i), name: toString(i), host_uid: 'h'})-[:HAS_CONTENT {uid: 'r' + toString(i)}]->(c)"
    )
    answer = run(embedded_store, "file-lineage", {"file": "C:/10"})
    alike = [row["object"] for row in answer.rows if row["action"] == "has the same content as"]
    assert (len(alike), alike[0], answer.truncated) == (50, "C:/11", True)
    embedded_store.change(
        "MATCH (a:Entity {uid: 'f10'}) MATCH (b:Entity {uid: 'f11'}) "
        "CREATE (a)-[:COPIED_TO {uid: 'c', first_us: 1, last_us: 1}]->(b)"
    )
    assert run(embedded_store, "file-lineage", {"file": "C:/10"}).truncated
    by_hash = run(embedded_store, "file-lineage", {"file": "aa"})
    assert (len(by_hash.rows), by_hash.truncated) == (61, False)


def test_a_name_without_a_folder_means_another_file_for_each_process(store: Store) -> None:
    """Two programs each wrote an x.dll of their own and ran `rundll32 x.dll` beside it."""
    store.change(
        "CREATE (b:File:Entity {uid: 'b', path: 'x.dll', key: 'x.dll', name: 'x.dll', host_uid: 'h'}) WITH b "
        "UNWIND [1, 2] AS i CREATE (f:File:Entity {uid: 'f' + toString(i), path: 'C:/' + toString(i) + '/x.dll', "
        "key: 'c:/' + toString(i) + '/x.dll', name: 'x.dll', host_uid: 'h'}), "
        "(f)-[:ALTERNATE_OF {uid: 'fb' + toString(i)}]->(b), (b)-[:ALTERNATE_OF {uid: 'bf' + toString(i)}]->(f), "
        "(:Process:Entity {uid: 'w' + toString(i), pid: i, name: 'w', host_uid: 'h'})-[:WROTE {uid: 'u' + toString(i), "
        "first_us: i, last_us: i}]->(f), (p:Process:Entity {uid: 'p' + toString(i), pid: 10 + i, name: 'rundll32.exe', "
        "host_uid: 'h'}), (f)-[:READ_BY {uid: 'r' + toString(i), first_us: 5, last_us: 5}]->(p), "
        "(b)-[:LOADED_INTO {uid: 'l' + toString(i), first_us: 5, last_us: 5, source: 'command line'}]->(p), "
        "(p)-[:WROTE {uid: 'o' + toString(i), first_us: 6, last_us: 6}]->"
        "(:File:Entity {uid: 'o_' + toString(i), path: 'C:/o' + toString(i), key: 'c:/o' + toString(i), name: 'o'})"
    )
    assert told(store, "c:/1/x.dll") == [
        ("backward", "written", "w (1)", "C:/1/x.dll"),
        ("forward", "run by (command line)", "x.dll", "rundll32.exe (11)"),
        ("forward", "when run: wrote", "rundll32.exe (11)", "C:/o1"),
        ("forward", "is the same as", "x.dll", "C:/1/x.dll"),
    ]
    assert told(store, "c:/o2") == [
        ("backward", "written", "w (2)", "C:/2/x.dll"),
        ("backward", "run by (command line)", "x.dll", "rundll32.exe (12)"),
        ("backward", "written", "rundll32.exe (12)", "C:/o2"),
        ("backward", "is the same as", "x.dll", "C:/2/x.dll"),
    ]


def test_the_same_bytes_count_whenever_another_file_held_them(embedded_store: Store) -> None:
    embedded_store.change(
        "CREATE (:Host:Entity {uid: 'h', name: 'PC', scope: 'c'}), (c:Content:Entity {uid: 'c', sha256: 'aa'}), "
        "(:File:Entity {uid: 'old', path: 'C:/old', key: 'c:/old', name: 'old', host_uid: 'h'})"
        "-[:HAS_CONTENT {uid: '1', first_us: 1, last_us: 1}]->(c), "
        "(:File:Entity {uid: 'f', path: 'C:/f', key: 'c:/f', name: 'f', host_uid: 'h'})-[:COPIED_TO {uid: '2', "
        "first_us: 5, last_us: 5}]->(g:File:Entity {uid: 'g', path: 'C:/g', key: 'c:/g', name: 'g', host_uid: 'h'}), "
        "(g)-[:HAS_CONTENT {uid: '3', first_us: 6, last_us: 6}]->(c)"
    )
    assert told(embedded_store, "C:/f") == [
        ("forward", "has the same content as", "C:/g", "C:/old"),
        ("forward", "copied to", "C:/f", "C:/g"),
        ("forward", "held the bytes", "C:/g", "aa"),
    ]


def test_many_files_of_one_name_are_cut_and_said_to_be(embedded_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cypher.arrival.STARTS", 2)
    embedded_store.change(
        "UNWIND range(1, 3) AS i CREATE (:File:Entity {uid: 'f' + toString(i), path: 'C:/' + toString(i), name: 'x'})"
        "<-[:WROTE {uid: 'w' + toString(i), first_us: i, last_us: i}]-(:Process:Entity {uid: 'p' + toString(i)})"
    )
    answer = run(embedded_store, "file-lineage", {"file": "x"})
    assert (len(answer.rows), answer.truncated) == (2, True)


@pytest.mark.parametrize("text", ["nosuch", "9@nowhere", "", "x" * 100_000])
def test_what_is_not_in_the_graph_is_an_error_and_no_clean_bill(embedded_store: Store, text: str) -> None:
    with pytest.raises(UsageError, match="nothing in the graph is known as") as told:
        run(embedded_store, "file-lineage", {"file": text})
    assert len(str(told.value)) < 300


# --- lives and times, event by event -------------------------------------------------------------

FILES, PROCESSES = ("f0", "f1", "f2"), ("p0", "p1")
SECOND = 1_000_000
EVER = 10**9


@dataclass(frozen=True)
class Deed:
    """Something that happened once."""

    type: str
    source: str
    target: str
    us: int


@st.composite
def deed(draw: st.DrawFn) -> Deed:
    type_ = draw(st.sampled_from(["WROTE", "DELETED", "COPIED_TO", "RENAMED_TO", "EXECUTED_AS"]))
    file, process = draw(st.sampled_from(FILES)), draw(st.sampled_from(PROCESSES))
    us = draw(st.integers(0, 12)) * SECOND
    if type_ in ("COPIED_TO", "RENAMED_TO"):
        return Deed(type_, file, draw(st.sampled_from(sorted(set(FILES) - {file}))), us)
    return Deed(type_, file, process, us) if type_ == "EXECUTED_AS" else Deed(type_, process, file, us)


def ends(deeds: list[Deed], file: str) -> list[int]:
    """When lives of this path ended."""
    gone = [d.us for d in deeds if (d.type, d.target) == ("DELETED", file)]
    return sorted([*gone, *(d.us for d in deeds if (d.type, d.source) == ("RENAMED_TO", file))])


Windows = dict[str, set[tuple[int, int]]]


def followed(deeds: list[Deed], start: str) -> Windows:
    """From when to when each file counts, forward."""
    windows: Windows = {file: set() for file in FILES} | {start: {(-EVER, EVER)}}
    for _ in deeds:
        for d in deeds:
            if d.type in ("COPIED_TO", "RENAMED_TO") and within(windows[d.source], d.us):
                until = next((us for us in ends(deeds, d.target) if us >= d.us), EVER)
                windows[d.target].add((d.us, until))
    return windows


def led_here(deeds: list[Deed], start: str) -> Windows:
    """From when to when each file and process counts, backward."""
    windows: Windows = {name: set() for name in (*FILES, *PROCESSES)} | {start: {(-EVER, EVER)}}
    for _ in deeds:
        for d in deeds:
            if d.type != "DELETED" and within(windows[d.target], d.us):
                before = [us for us in ends(deeds, d.source) if us < d.us]
                windows[d.source].add((before[-1] if before else -EVER, d.us))
    return windows


def within(windows: set[tuple[int, int]], us: int) -> bool:
    return any(since <= us <= until for since, until in windows)


def expected(deeds: list[Deed], start: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Of each type and pair, the first time that counts; backward and forward apart."""
    went, led = followed(deeds, start), led_here(deeds, start)
    forward, backward = [], []
    for d in deeds:
        near = d.target if d.type == "DELETED" or (d.type == "WROTE" and d.target != start) else d.source
        if within(went.get(near, set()), d.us):
            forward.append(d)
        if d.type != "DELETED" and within(led[d.target], d.us):
            backward.append(d)
    return first(backward), first(forward)


def first(deeds: list[Deed]) -> set[tuple[str, ...]]:
    times: dict[tuple[str, str, str], int] = {}
    for d in deeds:
        key = d.type, d.source, d.target
        times[key] = min(d.us, times.get(key, EVER))
    return {(*key, iso(us)) for key, us in times.items()}


def written(store: Store, deeds: list[Deed]) -> None:
    reduction = Reduction()
    for uid in (*FILES, *PROCESSES):
        label = "File" if uid in FILES else "Process"
        reduction.node(label, uid, {"name": uid, "path": uid, "host_uid": "h"})
    for seq, d in enumerate(deeds):
        reduction.relate(d.type, d.source, d.target, ev.Event(seq=seq, position=f"x:{seq}", time=d.us), {})
    emptied(store)
    store.write(reduction.take("run"))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(deed(), min_size=4, max_size=16))
def test_lineage_is_what_lies_in_the_lives_that_time_can_reach(embedded_store: Store, deeds: list[Deed]) -> None:
    written(embedded_store, deeds)
    backward, forward = expected(deeds, "f0")
    rows = run(embedded_store, "file-lineage", {"file": "f0"}).rows
    deeds_of_runs = {key_of(row) for row in rows if row["action"].startswith("when run")}  # at any time after it began
    found = {key_of(row): row for row in rows}
    assert found.keys() - deeds_of_runs == {key[:3] for key in backward | forward} - deeds_of_runs
    for key in found.keys() - deeds_of_runs:
        one_word = key[0] in ("WROTE", "EXECUTED_AS")  # backward as forward; copies are told as one of the two
        told_by = backward if found[key]["direction"] == "backward" else forward
        assert found[key]["time"] == min(
            t for *k, t in (backward | forward if one_word else told_by) if tuple(k) == key
        )


def key_of(row: Row) -> tuple[str, ...]:
    """Type and ends of the relationship."""
    ends_ = (row["subject_uid"], row["object_uid"])
    return (row["relationship"], *(reversed(ends_) if row["action"].endswith(" from") else ends_))
