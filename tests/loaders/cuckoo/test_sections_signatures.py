"""`signatures`: which process, which calls, which texts, which techniques, in every layout."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import BEGIN, JSON, Program, call, cape, cuckoo, found, read

from graph_model import events as ev
from graph_model.builder import build
from loaders.cuckoo.sections import techniques
from loaders.drift import Drift

CALLS = [call("NtClose", at=n) for n in (1, 2, 3)]


def mark(pid: int, cid: int, at: float = 1.0) -> JSON:
    """As `Signature.mark_call` writes it."""
    return {"type": "call", "pid": pid, "cid": cid, "call": {"api": "NtClose", "time": BEGIN + at, "arguments": {}}}


def matched(signature: JSON, *programs: Program, **sections: Any) -> dict[str | None, ev.SignatureMatched]:
    """What is told of the run (`None`) and of each process."""
    report = cuckoo(*(programs or (Program(4, CALLS), Program(8, CALLS))), signatures=[signature], **sections)
    return {event.actor.key if event.actor else None: event for event in found(report, ev.SignatureMatched)}


def calls(event: ev.SignatureMatched) -> list[str]:
    return [citation.partition(":")[2] for citation in event.calls]


def test_marked_calls_are_cited_for_the_run_and_for_their_process() -> None:
    marks = [mark(4, 2), mark(4, 0), mark(8, 1), {"type": "ioc", "category": "file", "ioc": r"C:\x"}]
    said = matched({"name": "s", "severity": 3, "families": ["zbot"], "marks": marks, "markcount": 77})
    assert set(said) == {None, "4.0", "8.0"}
    assert calls(said[None]) == ["4.0#0", "4.0#2", "8.0#1"]
    assert (calls(said["4.0"]), calls(said["8.0"])) == (["4.0#0", "4.0#2"], ["8.0#1"])
    assert (said[None].marks, said["4.0"].marks, said["8.0"].marks) == (77, 2, 1), "the list is cut, the count is not"
    assert (said[None].iocs, said["4.0"].iocs) == ((r"C:\x",), ())
    assert (said[None].families, said[None].severity) == (("zbot",), 3)


def test_a_citation_is_one_that_the_calls_themselves_bear() -> None:
    report = cuckoo(
        Program(4, [call("NtCreateMutant", mutant_name="m")]), signatures=[{"name": "s", "marks": [mark(4, 0)]}]
    )
    (mutex,) = found(report, ev.MutexUsed)
    assert found(report, ev.SignatureMatched)[0].calls == (mutex.position,)


def test_a_call_of_a_pid_that_is_used_again_belongs_to_who_bore_it_then() -> None:
    said = matched({"name": "s", "marks": [mark(4, 0, at=9.0)]}, Program(4, CALLS), Program(4, CALLS, seen=8))
    assert set(said) == {None, "4.1"}


def test_marks_without_a_call_are_texts() -> None:
    marks = [
        {"type": "generic", "process": "one.exe", "registry": "HKCU", "times": 3, "empty": None},
        {"type": "volatility", "plugin": "malfind", "process_id": 4},
        {"type": "config", "config": {"family": "zbot", "url": ["http://a/", "http://b/"]}},
        "bare",
    ]
    assert matched({"name": "s", "marks": marks})[None].iocs == (
        "bare",
        "family: zbot",
        "plugin: malfind",
        "process: one.exe",
        "process_id: 4",
        "registry: HKCU",
        "times: 3",
        "url: http://a/",
        "url: http://b/",
    )


def test_long_lists_are_cut_and_keep_their_true_counts() -> None:
    marks = [mark(4, n) for n in range(150)] + [{"type": "ioc", "ioc": f"{n:03}"} for n in range(120)]
    said = matched({"name": "s", "marks": marks})[None]
    assert (len(said.calls), said.call_count, len(said.iocs), said.ioc_count) == (100, 150, 100, 120)
    assert calls(said)[-1] == "4.0#99"


def test_the_data_of_cape_are_texts_and_calls() -> None:
    data = [{"anomaly": "PID 4 is odd"}, {"type": "call", "pid": 4, "cid": 1}]
    said = matched({"name": "s", "data": data, "new_data": []})
    assert said[None].iocs == ("anomaly: PID 4 is odd",)
    assert calls(said["4.0"]) == ["4.0#1"]
    assert said["4.0"].iocs == ()


@pytest.mark.parametrize(
    ("mark", "named"),
    [
        ({"Hit": "PID 4 trigged the Yara rule 'embedded_pe'"}, {"4.0"}),
        ({"Hit": "PID 8 triggered the Yara rule 'x' with data '['a']'"}, {"8.0"}),
        ({"8": "Downloader, Compression"}, {"8.0"}),
        ({"Injection": "one.exe(4) -> TWO.exe(8)"}, {"4.0", "8.0"}),
        ({"process": "one.exe:4"}, {"4.0"}),
        ({"pid": 8}, {"8.0"}),
    ],
)
def test_a_text_of_cape_that_plainly_names_a_process_is_a_mark_of_it(mark: JSON, named: set[str]) -> None:
    programs = Program(4, CALLS, name="one.exe"), Program(8, CALLS, name="two.exe")
    said = matched({"name": "s", "data": [mark]}, *programs)
    assert set(said) == {None, *named}
    assert said[None].marks == 1
    assert all(said[process].marks == 1 for process in named)


@pytest.mark.parametrize(
    "mark",
    [
        {"Hit": "PID  trigged the Yara rule 'x'"},  # a dump that no process is known of
        {"Hit": "PID 12 trigged the Yara rule 'x'"},  # not in the list
        {"Hit": "PID 4 trigged the Yara rule 'x'"},  # borne by two
        {"4": "Downloader"},
        {"12": "Downloader"},
        {"8": "a", "12": "b"},
        {"Injection": "one.exe(4) -> None(None)"},
        {"process": "three.exe:8"},  # another program than the list names
        {"process": "two.exe with pid 8"},  # was looked at, and did nothing
        {"command": "taskkill /pid 8"},
        {"port": "two.exe:8"},
        {"type": "call", "pid": 12, "cid": 0},
        {"type": "call", "pid": 4, "cid": 0},
        {"pid": 12},
    ],
)
def test_a_mark_that_does_not_plainly_name_a_process_stays_with_the_run(mark: JSON) -> None:
    programs = (Program(4, CALLS, name="one.exe"), Program(4, CALLS, seen=8), Program(8, CALLS, name="two.exe"))
    said = matched({"name": "s", "data": [mark]}, *programs)
    assert set(said) == {None}
    assert said[None].iocs, "what it says is kept"
    assert said[None].calls == ()


def test_signs_of_a_process_are_its_marks() -> None:
    signs = [{"type": "api", "value": {"api": "NtClose", "cid": 2}}, {"type": "file", "value": r"C:\x"}]
    said = matched({"name": "s", "data": [{"process": {"process_id": 8, "process_name": "x"}, "signs": signs}]})
    assert (calls(said["8.0"]), said["8.0"].iocs, said[None].iocs) == (["8.0#2"], (r"C:\x",), (r"C:\x",))


# --- techniques ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"ttp": {"T1055": {"short": "Process Injection", "long": "…"}}},  # Cuckoo 2.0.7
        {"ttp": ["T1055"]},
        {"ttps": ["T1055", "OB0006", 7]},  # CAPE; MBC's ids are another catalogue's
        {"ttps": "t1055 "},
    ],
)
def test_a_signature_names_its_techniques(said: JSON) -> None:
    drift = Drift("x")
    assert techniques.of_signature(said, drift) == {"T1055"}
    assert list(drift.unknown) == ([("technique", "OB0006")] if "OB0006" in str(said) else [])


@pytest.mark.parametrize(
    "ttps",
    [
        [{"ttp": "T1055", "signature": "s"}, {"ttp": "F0001", "signature": "s"}],
        [{"signature": "s", "ttps": ["T1055"], "mbcs": ["E1055"]}],
        {"T1055": "s"},
        {"T1055": ["s", "t"]},
    ],
)
def test_the_top_level_names_the_techniques_of_signatures(ttps: Any) -> None:
    report = cape(Program(4), signatures=[{"name": "s"}, {"name": "u"}], ttps=ttps)
    assert [(e.name, e.techniques) for e in found(report, ev.SignatureMatched)] == [("s", ("T1055",)), ("u", ())]


def test_run_and_process_use_the_techniques_that_a_signature_names() -> None:
    signature = {"name": "s", "ttp": {"T1055.012": {}}, "marks": [mark(4, 0)]}
    graph = Graph(build(read(cuckoo(Program(4, CALLS), signatures=[signature]))[0]))
    assert violations(graph) == []
    uses = {(graph.labels[r["a"]], graph.nodes[r["b"]]["id"], r["signatures"][0]) for r in graph.between("USES")}
    assert uses == {("Run", "T1055.012", "s"), ("Process", "T1055.012", "s")}
    by_end = {graph.labels[row["a"]]: row for row in graph.between("MATCHED")}
    assert by_end["Process"]["calls"] == by_end["Run"]["calls"]
    assert by_end["Process"]["techniques"] == ["T1055.012"]


def test_a_signature_without_a_name_is_told() -> None:
    assert read(cuckoo(Program(4), signatures=[{}, 7]))[1].unknown["signatures", "no name"] == 2
