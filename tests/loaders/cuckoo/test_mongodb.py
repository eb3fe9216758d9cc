"""Analyses are read from MongoDB as they would be read from report.json, whichever sandbox stored them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from conftest import ROOT
from helpers import mongo, reports
from helpers.mongo import JSON, MongoDatabase
from helpers.reports import BEGIN, Program, call, stamp

from graph_model.errors import EmptyLogError, InputError, ProvgraphError, UsageError
from loaders.cuckoo.mongodb import analyses, is_uri
from loaders.cuckoo.mongodb_address import parse
from loaders.cuckoo.mongodb_store import Analysis

SHA_1, SHA_2, SHA_3, SHA_4 = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)


def many(number: int) -> list[reports.Call]:
    return [call("NtClose", at=1 + index / 1000, handle=f"0x{index:08x}") for index in range(number)]


def only(uri: str) -> Analysis:
    (found,) = analyses(uri)
    return found


def read(analysis: Analysis) -> JSON:
    """The whole report, put together again."""
    with analysis:
        report = {name: json.loads(section) for name, section in analysis.sections().items()}
        for index, process in enumerate(report.get("behavior", {}).get("processes", [])):
            process["calls"] = calls_of(analysis, index)
    return report


def calls_of(analysis: Analysis, process: int) -> list[Any]:
    with analysis:
        return [entry for chunk in analysis.calls(process) for entry in json.loads(chunk)]


def as_json(report: JSON, **changed: Any) -> JSON:
    """What report.json says."""
    return deepcopy(report) | changed


# --- the layouts ---


def test_a_report_of_cuckoo_2_reads_as_its_json_does(mongodb: MongoDatabase) -> None:
    report = reports.cuckoo(
        Program(101, many(3), extra={"command_line": "one.exe – ünïcode"}),
        Program(102, [call("CreateProcessInternalW", process_identifier=103)], name="two.exe", seen=0.25),
        target={"category": "file", "file": {"sha256": SHA_1, "size": 12}},
        network={"dns": [{"request": "a.example", "answers": []}]},
        signatures=[{"name": "one", "marks": [{"pid": 101, "big": 2**62}]}],
        dropped=[{"filepath": "C:\\a.bin", "sha256": SHA_2}],
    )
    mongodb.store(report)
    found = read(only(mongodb.uri))
    (dropped,) = found["dropped"]
    assert ObjectId.is_valid(dropped.pop("object_id"))
    assert found == as_json(report, shots=[])


def test_a_report_of_cuckoo_1_reads_as_its_json_does(mongodb: MongoDatabase) -> None:
    report = reports.cape(Program(101, many(203)), Program(102), target={"file": {"sha256": SHA_1}})
    del report["CAPE"]
    mongodb.store(report, mongo.cuckoo_1)
    found = read(only(mongodb.uri))
    assert [ObjectId.is_valid(shot) for shot in found.pop("shots")] == [True]
    assert found == report


def test_a_report_of_cape_reads_as_its_json_does(mongodb: MongoDatabase) -> None:
    kept = [{"sha256": f"{number:064x}", "guest_paths": [f"C:\\{number}"], "size": number} for number in range(120)]
    report = reports.cape(
        Program(101, many(203)),
        target={
            "category": "file",
            "file": {"sha256": SHA_1, "md5": "1" * 32, "type": "PE32 executable", "name": "a.exe"},
        },
        dropped=[*kept, {"sha256": SHA_1, "guest_paths": ["C:\\copy.exe"], "md5": "1" * 32, "type": "PE32 executable"}],
        CAPE={"payloads": [{"sha256": SHA_2, "cape_type": "Shellcode", "size": 3}], "configs": []},
        procdump=[{"sha256": SHA_3, "pid": 101, "strings": ["a", "b"]}],
        suricata={"files": [{"filename": "x", "file_info": {"sha256": SHA_4, "size": 5}}, {"filename": "no info"}]},
    )
    mongodb.store(report, mongo.cape)
    assert mongodb.database["files"].count_documents({}) == 124
    analysis = only(mongodb.uri)
    assert read(analysis) == as_json(report, network={}, shots=[])
    assert analysis.missing == []


def test_a_report_without_behavior_has_no_calls(mongodb: MongoDatabase) -> None:
    mongodb.store({"info": {"id": 7}, "target": {"category": "url"}})
    analysis = only(mongodb.uri)
    assert calls_of(analysis, 0) == []
    assert "behavior" not in read(analysis)


# --- calls ---


def test_1234_calls_come_in_13_lists_in_their_order(mongodb: MongoDatabase) -> None:
    report = reports.cuckoo(Program(101, many(1234)))
    mongodb.store(report)
    assert mongodb.database["calls"].count_documents({}) == 13
    with only(mongodb.uri) as analysis:
        lists = [json.loads(chunk) for chunk in analysis.calls(0)]
    assert [len(entries) for entries in lists] == [100] * 12 + [34]
    assert [entry for entries in lists for entry in entries] == report["behavior"]["processes"][0]["calls"]


def test_calls_are_ordered_by_the_list_of_ids_and_not_as_the_server_answers(mongodb: MongoDatabase) -> None:
    """45 chunks are more than two batches; the list names them backwards, and one of them twice."""
    ids = [ObjectId() for _ in range(45)]
    mongodb.database["calls"].insert_many([{"_id": id_, "pid": 1, "calls": [{"n": n}]} for n, id_ in enumerate(ids)])
    listed = [*reversed(ids), ids[7]]
    mongodb.database["analysis"].insert_one({"info": {"id": 1}, "behavior": {"processes": [{"calls": listed}]}})
    assert [entry["n"] for entry in calls_of(only(mongodb.uri), 0)] == [*range(44, -1, -1), 7]


def test_no_more_than_20_chunks_are_fetched_at_once(mongodb: MongoDatabase) -> None:
    """What is deleted while the first is read was not fetched yet."""
    mongodb.store(reports.cuckoo(Program(101, many(2500))))
    with only(mongodb.uri) as analysis:
        lists = analysis.calls(0)
        first = next(lists)
        mongodb.database["calls"].delete_many({})
        assert len([first, *lists]) == 20
        assert len(analysis.missing) == 5


def test_a_pid_that_is_used_again_keeps_its_processes_apart(mongodb: MongoDatabase) -> None:
    """So do the same pids of other analyses: chunks are found by their ids alone."""
    first = reports.cuckoo(Program(101, many(150)), Program(101, [call("One")], seen=5.0), Program(102, [call("Two")]))
    other = reports.cuckoo(Program(101, [call("Other")]))
    other["info"]["id"] = 8
    for report in (first, other):
        mongodb.store(report)
    with only(mongodb.asking("task=7")) as analysis:
        assert len(calls_of(analysis, 0)) == 150
        assert [entry["api"] for entry in calls_of(analysis, 1)] == ["One"]
        assert [entry["api"] for entry in calls_of(analysis, 2)] == ["Two"]
        assert calls_of(analysis, 3) == []


def test_chunks_that_are_missing_or_empty_are_told_and_the_others_read(mongodb: MongoDatabase) -> None:
    key = mongodb.store(reports.cuckoo(Program(100), Program(101, many(350))))
    document = mongodb.database["analysis"].find_one({"_id": key})
    assert document
    ids = document["behavior"]["processes"][1]["calls"]
    mongodb.database["calls"].delete_one({"_id": ids[1]})
    mongodb.database["calls"].update_one({"_id": ids[3]}, {"$set": {"calls": None}})
    analysis = only(mongodb.uri)
    for _ in range(2):
        found = calls_of(analysis, 1)
        assert [entry["arguments"]["handle"] for entry in found[99:101]] == ["0x00000063", "0x000000c8"]
        assert len(found) == 200
    assert analysis.missing == [
        f"behavior.processes[1].calls[1]: the chunk {ids[1]} is missing",
        f"behavior.processes[1].calls[3]: the chunk {ids[3]} holds no list",
    ]


def test_calls_that_stand_in_the_report_itself_are_read_too(mongodb: MongoDatabase) -> None:
    chunk = mongodb.database["calls"].insert_one({"calls": [{"n": 250}]}).inserted_id
    listed = [*({"n": n, "by": ObjectId("5" * 24)} for n in range(250)), chunk, 7, "text"]
    mongodb.database["analysis"].insert_one({"info": {"id": 1}, "behavior": {"processes": [{"calls": listed}]}})
    with only(mongodb.uri) as analysis:
        lists = [json.loads(found) for found in analysis.calls(0)]
    assert [len(entries) for entries in lists] == [100, 100, 50, 1, 2]
    assert lists[2][-1] == {"n": 249, "by": "5" * 24}
    assert lists[3:] == [[{"n": 250}], [7, "text"]]


def test_behavior_may_be_anything(mongodb: MongoDatabase) -> None:
    """What is no list of calls stays where it is, for the loader to count."""
    odd = [None, 7, {"pid": 1}, {"pid": 2, "calls": None}, {"pid": 3, "calls": {"a": 1}}, {"pid": 4, "calls": []}]
    for number, behavior in enumerate([{"processes": odd}, {"processes": 7}, {}, [], None, "text"]):
        mongodb.database["analysis"].insert_one({"info": {"id": number}, "behavior": behavior})
    found = [read_behavior(analysis) for analysis in analyses(mongodb.uri)]
    assert found[0] == {"processes": [*odd[:5], {"pid": 4}]}
    assert found[1:] == [{"processes": 7}, {}, [], None, "text"]


def read_behavior(analysis: Analysis) -> Any:
    with analysis:
        assert [*analysis.calls(0), *analysis.calls(5), *analysis.calls(-1)] == []
        return json.loads(analysis.sections()["behavior"])


# --- values ---


def test_dates_are_epoch_seconds_whose_microseconds_are_cut_off(mongodb: MongoDatabase) -> None:
    report = reports.cuckoo(Program(101, [call("NtClose", at=0.000999)]))
    report["info"]["started"] = BEGIN + 0.123999
    mongodb.store(report)
    found = read(only(mongodb.uri))
    assert found["info"]["started"] == BEGIN + 0.123
    assert found["behavior"]["processes"][0]["calls"][0]["time"] == BEGIN


def test_dates_before_1970_are_numbers_too(mongodb: MongoDatabase) -> None:
    old = datetime(1969, 12, 31, 23, 59, 58, 250_000, tzinfo=UTC)
    mongodb.database["analysis"].insert_one({"info": {"id": 1, "old": old}})
    with only(mongodb.uri) as analysis:
        assert json.loads(analysis.sections()["info"])["old"] == -1.75


def test_files_that_are_lost_keep_their_digest_and_are_told(mongodb: MongoDatabase) -> None:
    report = reports.cape(
        dropped=[{"sha256": SHA_1, "size": 1}, {"sha256": SHA_2, "size": 2, "guest_paths": ["C:\\b"]}]
    )
    mongodb.store(report, mongo.cape)
    mongodb.database["files"].delete_one({"_id": SHA_2})
    analysis = only(mongodb.uri)
    assert read(analysis)["dropped"] == [{"sha256": SHA_1, "size": 1}, {"sha256": SHA_2, "guest_paths": ["C:\\b"]}]
    assert analysis.missing == [f"dropped[1]: the file {SHA_2} is missing"]


def test_file_entries_may_be_anything(mongodb: MongoDatabase) -> None:
    odd: JSON = {
        "info": {"id": 1},
        "target": {"file": ["a"]},
        "dropped": [None, 7, {"file_ref": 7}, {"file_ref": {"a": 1}}],
        "CAPE": [],
        "procdump": {"file_ref": SHA_1},
        "suricata": {"files": [None, {"file_info": []}]},
    }
    mongodb.database["analysis"].insert_one(deepcopy(odd))
    assert read(only(mongodb.uri)) == odd


# --- which analyses ---


def test_all_analyses_come_in_the_order_in_which_they_were_stored(mongodb: MongoDatabase) -> None:
    keys = [mongodb.store({"info": {"id": number}}) for number in (9, 7, 8)]
    found = list(analyses(mongodb.uri))
    assert [analysis.key for analysis in found] == [str(key) for key in keys]
    assert [analysis.name.partition("?")[2] for analysis in found] == ["task=9", "task=7", "task=8"]


def test_tasks_are_chosen_by_number_however_they_are_stored(mongodb: MongoDatabase) -> None:
    for task in (7, "7", 7.0, 8, "9", "sample-a", None):
        mongodb.store({"info": {"id": task}})
    assert len(list(analyses(mongodb.asking("task=7")))) == 3
    assert len(list(analyses(mongodb.asking("task=007&task=9&maxIdleTimeMS=1000")))) == 4
    assert len(list(analyses(mongodb.asking("task=sample-a"), task=8))) == 2
    assert len(list(analyses(mongodb.uri, task=9))) == 1
    assert len(list(analyses(mongodb.uri))) == 7


def test_a_task_that_was_processed_again_is_there_twice(mongodb: MongoDatabase) -> None:
    keys = [mongodb.store(reports.cuckoo(Program(101, [call(api)]))) for api in ("First", "Second")]
    found = list(analyses(mongodb.asking("task=7")))
    assert [analysis.key for analysis in found] == [str(key) for key in keys]
    assert [calls_of(analysis, 0)[0]["api"] for analysis in found] == ["First", "Second"]


def test_a_task_that_is_not_there_is_an_error_even_beside_one_that_is(mongodb: MongoDatabase) -> None:
    for number in range(1, 9):
        mongodb.store({"info": {"id": number}})
    for address in (mongodb.asking("task=77"), mongodb.asking("task=7&task=77"), mongodb.asking(f"task={'7' * 30}")):
        with pytest.raises(EmptyLogError, match=r"holds no analysis of task 77") as caught:
            analyses(address)
        assert caught.value.hint == "the newest tasks there are 8, 7, 6, 5, 4"


def test_a_database_that_is_not_there_is_an_error(mongodb: MongoDatabase) -> None:
    mongodb.store({"info": {"id": 7}})
    wrong = mongodb.uri.replace("test_", "tset_")
    with pytest.raises(EmptyLogError, match=r"^mongodb://.*: the database `tset_\w+` holds no analysis$") as caught:
        analyses(wrong)
    assert "after the host" in caught.value.hint


def test_an_analysis_that_is_deleted_meanwhile_is_an_error(mongodb: MongoDatabase) -> None:
    key = mongodb.store({"info": {"id": 7}})
    with only(mongodb.uri) as analysis:
        mongodb.database["analysis"].delete_one({"_id": key})
        with pytest.raises(InputError, match=f"the analysis {key} is gone"):
            analysis.sections()


# --- addresses ---


def test_only_addresses_of_mongodb_are_taken_for_such() -> None:
    assert is_uri("mongodb://host")
    assert is_uri("mongodb+srv://host/cuckoo")
    assert not is_uri("report.json")
    assert not is_uri("mongodb")
    assert not is_uri("bolt://host")


def test_a_server_that_does_not_answer_is_an_error_in_seconds() -> None:
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"^mongodb://127.0.0.1:1/cuckoo: no MongoDB answers \(.*refused\)$") as caught:
        analyses("mongodb://anna:geheim@127.0.0.1:1/?serverSelectionTimeoutMS=300")
    assert time.monotonic() - begun < 4
    assert caught.value.exit_code == 2
    assert "check the host" in caught.value.hint


def test_a_user_who_is_not_let_in_is_told_so(mongodb: MongoDatabase) -> None:
    address = mongodb.uri.replace("mongodb://", "mongodb://anna:geheim@")
    with pytest.raises(InputError, match=r"MongoDB does not let us in$") as caught:
        analyses(address)
    assert caught.value.exit_code == 2
    assert "password" in caught.value.hint


@pytest.mark.parametrize(
    "address",
    [
        "mongodb://anna:geheim@127.0.0.1:1/cuckoo?serverSelectionTimeoutMS=200",
        "mongodb://anna:geheim@127.0.0.1:1,127.0.0.1:2/cuckoo?serverSelectionTimeoutMS=200",
        "mongodb://anna:geheim@127.0.0.1:many/cuckoo",
        "mongodb://anna:geheim@127.0.0.1:1/cuckoo?notAnOption=1",
        "mongodb://anna:geheim@127.0.0.1:1/cuckoo?task=",
        "mongodb://anna:geheim@127.0.0.1:1/cuc koo.$",
        "mongodb://anna:geheim@/cuckoo",
        "mongodb://anna:geheim@[::1/cuckoo",
        "mongodb://anna:geheim",
        "mongodb://anna:1/geheim@127.0.0.1/cuckoo",
        "mongodb://anna:2?geheim@127.0.0.1/cuckoo",
        "mongodb://anna:3#geheim@127.0.0.1/cuckoo",
        "mongodb://anna:4@geheim@127.0.0.1:1/cuckoo",
        "mongodb://anna:%zzgeheim@127.0.0.1:1/cuckoo?serverSelectionTimeoutMS=200",
        "mongodb://127.0.0.1:1/cuckoo?authMechanismProperties=AWS_SESSION_TOKEN:geheim&serverSelectionTimeoutMS=200",
        "mongodb://127.0.0.1:1/cuckoo?tls=true&tlsCertificateKeyFilePassword=geheim&tlsCertificateKeyFile=/none",
    ],
)
def test_no_error_says_the_password(address: str) -> None:
    with pytest.raises(ProvgraphError) as caught:
        analyses(address)
    assert caught.value.exit_code == 2
    said = caught.value.message + caught.value.hint
    assert "\n" not in said
    assert "geheim" not in said or address == "mongodb://anna:geheim"  # here it is a port, as far as one can tell


def test_no_name_says_the_password() -> None:
    address = parse("mongodb://anna:geheim@one:1,two/?authSource=admin&task=7&tls=true")
    analysis = Analysis(address, ObjectId(), "7")
    assert analysis.name == "mongodb://one:1,two/cuckoo?task=7"
    assert "geheim" not in repr(vars(analysis))
    assert address.driver_uri == "mongodb://anna:geheim@one:1,two/?authSource=admin&tls=true"


def test_an_option_that_is_misspelt_is_refused_and_not_ignored(mongodb: MongoDatabase) -> None:
    """``tasks=7`` must not load everything."""
    mongodb.store({"info": {"id": 7}})
    with pytest.raises(UsageError, match=r"(?i)unknown option:? tasks"):
        analyses(mongodb.asking("tasks=7"))


def test_without_the_driver_the_error_says_what_to_install() -> None:
    program = """\
import sys
sys.modules["pymongo"] = None
from graph_model.errors import UsageError
from loaders.cuckoo.mongodb import analyses
try:
    analyses("mongodb://anna:geheim@host/cuckoo")
except UsageError as error:
    print(error.message, error.hint, sep="|")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    message = "mongodb://host/cuckoo: reading from MongoDB needs the package pymongo"
    assert done.stdout.strip() == f"{message}|pip install 'provgraph[mongodb]'"


def test_texts_of_cape_keep_their_form(mongodb: MongoDatabase) -> None:
    report = reports.cape(Program(101, [call("NtClose")]))
    mongodb.store(report, mongo.cape)
    assert read(only(mongodb.uri))["behavior"]["processes"][0]["calls"][0]["timestamp"] == stamp(1.0)
