"""What passes for something else and what does not: the seed's story, other logs by hand, and real ones."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conftest import EXAMPLES
from helpers.reports import Program, cape
from helpers.windows import GUID_A, lines, sysmon

from api.graphs import graph_of
from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

PAGE = Path(__file__).resolve().parents[1] / "docs" / "signers.md"
MARK2 = EXAMPLES / "mark2"
DLL = ("C:\\Windows\\027cc.dll", "T1036.001", "likely")
TOOL = ("C:\\Windows\\dllhost.dat", "T1036.003", "confirmed")
RUN = ("C:\\Windows\\dllhost.dat", "T1036.008", "confirmed")
WRITTEN = ("C:\\Windows\\dllhost.dat", "T1036.008", "likely")
Found = set[tuple[str, str, str, str]]


def loaded(store: Store, *logs: Path) -> None:
    load(store, list(logs), Context(), Settings())


def answer(store: Store, **given: Any) -> list[dict[str, Any]]:
    return runner.run(store, "signers", {"min_confidence": "weak"} | given).rows


def found(store: Store) -> Found:
    return {(row["host"], row["file"], row["technique"], row["confidence"]) for row in answer(store)}


def on(host: str, *those: tuple[str, str, str]) -> Found:
    return {(host, *one) for one in those}


def test_one_host_knows_what_it_wrote_to_another(store: Store) -> None:
    loaded(store, MARK2 / "mwc01.log")
    assert found(store) == on("172.31.48.79", DLL) | on("MWC01", TOOL, RUN)
    cited = {row["technique"]: [place.rpartition(":")[2] for place in row["evidence"]] for row in answer(store)}
    assert cited == {"T1036.001": ["22088"], "T1036.003": ["20626", "22086"], "T1036.008": ["20626", "22086"]}


def test_two_logs_tell_of_one_file_in_one_row(store: Store) -> None:
    loaded(store, MARK2)
    assert found(store) == on("MWC01", TOOL, RUN) | on("MWC02", DLL, TOOL, WRITTEN)
    (row,) = [row for row in answer(store) if row["technique"] == "T1036.001"]
    assert [place.rpartition(":")[2] for place in row["evidence"]] == ["15313", "22088"]
    assert (row["claims"], row["signature"], row["product"]) == (
        "signer Microsoft Corporation",
        "Invalid",
        "not recorded",
    )


def test_a_picture_joins_each_file_to_its_techniques(embedded_store: Store) -> None:
    loaded(embedded_store, MARK2 / "mwc01.log")
    picture = graph_of(embedded_store, "signers", runner.run(embedded_store, "signers"), "disguised")
    assert sorted((edge.type, edge.source) for edge in picture.edges) == sorted(
        ("DISGUISED_BY", row["file_uid"]) for row in answer(embedded_store)
    )


def test_the_order_of_loading_does_not_matter(embedded_store: Store) -> None:
    loaded(embedded_store, MARK2 / "mwc02.log")
    loaded(embedded_store, MARK2 / "mwc01.log")
    last = answer(embedded_store)
    loaded(embedded_store, MARK2 / "mwc02.log")
    assert answer(embedded_store) == last
    assert {(row["host"], row["technique"]) for row in last} == {
        ("MWC01", "T1036.003"),
        ("MWC01", "T1036.008"),
        ("MWC02", "T1036.001"),
        ("MWC02", "T1036.003"),
        ("MWC02", "T1036.008"),
    }


def test_innocent_examples_and_real_logs_hold_no_disguise(embedded_store: Store, real: Path) -> None:
    loaded(embedded_store, EXAMPLES / "cuckoo", real)
    assert answer(embedded_store) == []


IMAGES = [
    ("C:\\Windows\\System32\\sethc.exe", "Cmd.Exe", None),
    ("C:\\Users\\u\\svchost.exe", "psexec.c", None),
    ("C:\\Users\\u\\PsExec64.exe", "psexec.c", None),
    ("C:\\Windows\\System32\\cmd.exe", "Cmd.Exe.MUI", None),
    ("C:\\Users\\u\\picture.jpg", "-", None),
    ("C:\\Windows\\System32\\gdi32full.dll", "gdi32", "Valid"),
    ("C:\\Windows\\a.dll", "RegSvr32.exe", "Valid"),
    ("C:\\Windows\\b.dll", "b.dll", "Untrusted"),
    ("C:\\Windows\\c.dll", "c.dll", "Expired"),
    ("C:\\Windows\\d.dll", "d.dll", "Unavailable"),
]


def _rows() -> Iterable[dict[str, Any]]:
    for number, (path, original, signature) in enumerate(IMAGES):
        said = {"OriginalFileName": original, "Company": "Microsoft Corporation", "Product": "Windows"}
        said["Hashes"] = f"SHA256={number:064x},IMPHASH={number + 1:032x}"
        if signature:
            signer = "-" if signature == "Unavailable" else "Microsoft Windows"
            signed = {"SignatureStatus": signature, "Signature": signer, "Signed": str(signer != "-").lower()}
            yield sysmon(
                7, number, ProcessGuid=GUID_A, ProcessId=4, Image="C:\\a.exe", ImageLoaded=path, **said, **signed
            )
        else:
            guid = f"{{39E4A257-0000-5F8D-0100-{number:012}}}"
            yield sysmon(1, number, ProcessGuid=guid, ProcessId=100 + number, Image=path, CommandLine=path, **said)


def test_sysmon_tells_the_original_name(store: Store, tmp_path: Path) -> None:
    (tmp_path / "log.json").write_bytes(lines(_rows()))
    loaded(store, tmp_path / "log.json")
    rows = {row["file"].rpartition("\\")[2]: (row["finding"], row["confidence"]) for row in answer(store)}
    assert rows == {
        "sethc.exe": ("cmd under another name", "likely"),
        "svchost.exe": ("PsExec under another name", "likely"),
        "picture.jpg": ("a program under the extension of data", "confirmed"),
        "a.dll": ("regsvr32 under another name", "confirmed"),
        "b.dll": ("it says Microsoft, and its certificate is not trusted", "likely"),
    }


def dropped(path: str, number: int, kind: str = "PE32 executable (GUI) Intel 80386", **version: str) -> dict[str, Any]:
    told = [{"name": name, "value": value} for name, value in version.items()]
    return {"guest_paths": [path], "type": kind, "sha256": f"{number:064x}", "size": 9, "pe": {"versioninfo": told}}


def test_cape_tells_the_version_of_dropped_files(store: Store, tmp_path: Path) -> None:
    utility = {"CompanyName": "Microsoft Corporation", "OriginalFilename": "wscript.exe"}
    entries = [
        dropped("C:\\ProgramData\\update.exe", 1, **utility),
        dropped("C:\\ProgramData\\wscript.exe", 2, **utility),
        dropped("C:\\ProgramData\\notes.txt", 3),
        dropped("C:\\ProgramData\\readme.txt", 4, "ASCII text"),
        dropped("C:\\ProgramData\\is-A1B2C.tmp", 5),
    ]
    (tmp_path / "report.json").write_text(json.dumps(cape(Program(4, [], "a.exe"), dropped=entries)), encoding="utf-8")
    loaded(store, tmp_path / "report.json")
    assert {(row["file"], row["finding"], row["sha256"]) for row in answer(store, min_confidence="likely")} == {
        ("C:\\ProgramData\\update.exe", "wscript under another name", f"{1:064x}"),
        ("C:\\ProgramData\\notes.txt", "a program under the extension of data", f"{3:064x}"),
    }


def test_a_weak_finding_on_the_host_itself_does_not_hide_a_better_one_by_the_network_path(store: Store) -> None:
    store.change(
        "CREATE (:Host:Entity {uid: 'h', name: 'PC', recorded: true}), (:Host:Entity {uid: 'a', name: '10.0.0.2'}), "
        "(f:File:Entity {uid: 'f', host_uid: 'h'}), (g:File:Entity {uid: 'g', host_uid: 'a'}), "
        "(t:Technique:Entity {uid: 't'}), (g)-[:ALTERNATE_OF {uid: 'r'}]->(f), (f)-[:ALTERNATE_OF {uid: 's'}]->(g), "
        "(f)-[:DISGUISED_BY {uid: 'd', rule: 'x', confidence: 'weak', evidence: ['1']}]->(t), "
        "(g)-[:DISGUISED_BY {uid: 'e', rule: 'x', confidence: 'likely', evidence: ['2']}]->(t)"
    )
    assert [row["file_uid"] for row in answer(store, min_confidence="likely")] == ["g"]
    assert [(row["file_uid"], row["evidence"]) for row in answer(store)] == [("f", ["1", "2"])]
