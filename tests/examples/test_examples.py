"""The example logs say what the seeds print, and can be written again byte for byte.

The expected values below are typed from the seeds' own pages, not taken from the generator.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REPORTS = ["log1", "log2", "log3", "innocent"]
GENERATED = [f"cuckoo/{name}.json" for name in REPORTS] + ["mark2/mwc01.log", "mark2/mwc02.log"]

LOG2_REGISTERS = {"eip": 2228760, "esp": 719852, "edi": 0, "eax": 2228224, "ebp": 719860}
LOG2_REGISTERS |= {"edx": 4399364, "ebx": 2147348480, "esi": 0, "ecx": 0}
LOG3_REGISTERS = {"eip": 2004906136, "esp": 1245168, "edi": 0, "eax": 4274336, "ebp": 0}
LOG3_REGISTERS |= {"edx": 0, "ebx": 2147348480, "esi": 0, "ecx": 0}

# (injector, api, return value, the arguments that the slides print)
PRINTED: dict[str, list[tuple[int, str, int, dict[str, Any]]]] = {
    "log1": [
        (
            3972,
            "NtAllocateVirtualMemory",
            0,
            {
                "process_identifier": 384,
                "region_size": 4096,
                "protection": 64,
                "base_address": "0x00ba0000",
                "allocation_type": 12288,
                "process_handle": "0x000000fc",
            },
        ),
        (
            3972,
            "WriteProcessMemory",
            1,
            {
                "buffer": ".",
                "base_address": "0x00ba0000",
                "process_identifier": 384,
                "process_handle": "0x000000fc",
            },
        ),
        (
            3972,
            "CreateRemoteThread",
            172,
            {
                "thread_identifier": 0,
                "process_identifier": 384,
                "function_address": "0x00ba0000",
                "flags": 0,
                "stack_size": 0,
                "parameter": "0x00a00000",
                "process_handle": "0x000000fc",
            },
        ),
    ],
    "log2": [
        (
            3548,
            "CreateProcessInternalW",
            1,
            {
                "thread_identifer": 4024,
                "thread_handle": "0x000001a8",
                "process_identifer": 4020,
                "current_directory": "",
                "filepath": "",
                "track": 1,
                "command_line": r"C:\Windows\system32\svchost.exe",
                "filepath_r": "",
                "creation_flags": 67108868,
                "inherit_handles": 0,
                "process_handle": "0x000001ac",
            },
        ),
        (
            3548,
            "NtMapViewOfSection",
            0,
            {
                "section_handle": "0x00000128",
                "process_identifier": 4020,
                "commit_size": 0,
                "win32_protect": 64,
                "buffer": "",
                "base_address": "0x00200000",
                "allocation_type": 0,
                "section_offset": 0,
                "view_size": 122880,
                "process_handle": "0x000001ac",
            },
        ),
        (
            3548,
            "NtSetContextThread",
            0,
            {"registers": LOG2_REGISTERS, "thread_handle": "0x000001a8", "process_identifier": 4020},
        ),
        (
            3548,
            "NtResumeThread",
            0,
            {"thread_handle": "0x000001a8", "suspend_count": 1, "process_identifier": 4020},
        ),
    ],
    "log3": [
        (
            3292,
            "CreateProcessInternalW",
            1,
            {
                "thread_identifier": 3432,
                "thread_handle": "0x000000a0",
                "process_identifier": 3428,
                "current_directory": "",
                "filepath": "",
                "process_handle": "0x000000a4",
            },
        ),
        (
            3292,
            "NtSetContextThread",
            0,
            {"registers": LOG3_REGISTERS, "thread_handle": "0x000000a0", "process_identifier": 3428},
        ),
        (
            3292,
            "NtResumeThread",
            0,
            {"thread_handle": "0x000000a0", "suspend_count": 1, "process_identifier": 3428},
        ),
        (
            3428,
            "CreateProcessInternalW",
            1,
            {
                "thread_identifier": 3608,
                "thread_handle": "0x000000a4",
                "process_identifier": 3604,
                "current_directory": "",
                "filepath": "",
                "process_handle": "0x000000a8",
            },
        ),
        (
            3428,
            "NtMapViewOfSection",
            0,
            {
                "section_handle": "0x000000dc",
                "process_identifier": 3604,
                "commit_size": 159744,
                "win32_protect": 64,
                "buffer": "",
                "base_address": "0x000a0000",
                "allocation_type": 0,
                "section_offset": 0,
                "view_size": 159744,
                "process_handle": "0x000000a8",
            },
        ),
        (
            3428,
            "NtQueueApcThread",
            0,
            {
                "function_address": "0x00000000",
                "parameter": "0x00000000",
                "thread_handle": "0x000000a4",
                "process_identifier": 3604,
            },
        ),
        (
            3428,
            "NtResumeThread",
            0,
            {"thread_handle": "0x000000a4", "suspend_count": 1, "process_identifier": 3604},
        ),
    ],
}

MAKES_A_START = {"CreateProcessInternalW", "NtCreateUserProcess"}
CHANGES_MEMORY = {
    "NtAllocateVirtualMemory",
    "NtProtectVirtualMemory",
    "NtMapViewOfSection",
    "NtUnmapViewOfSection",
    "WriteProcessMemory",
    "NtWriteVirtualMemory",
}
RUNS_CODE = {"CreateRemoteThread", "NtSetContextThread", "NtQueueApcThread", "NtResumeThread", "RtlCreateUserThread"}


def report(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / "cuckoo" / f"{name}.json").read_text(encoding="utf-8"))


def processes(name: str) -> dict[int, dict[str, Any]]:
    return {process["pid"]: process for process in report(name)["behavior"]["processes"]}


def calls_between_processes(name: str) -> list[tuple[int, dict[str, Any]]]:
    """Every call that starts a process, or changes memory or threads of another one, in the report's order."""
    found = []
    for pid, process in processes(name).items():
        for call in process["calls"]:
            own = call["arguments"].get("process_handle") == "0xffffffff"
            if call["api"] in MAKES_A_START | RUNS_CODE or (call["api"] in CHANGES_MEMORY and not own):
                found.append((pid, call))
    return found


def log_lines(name: str) -> list[str]:
    return (EXAMPLES / "mark2" / name).read_bytes().decode("utf-8").splitlines()


def fields(line: str) -> dict[str, str]:
    """A small reader of its own: the first value of every key, quotes undone."""
    pairs = re.findall(r'(\w+)=("(?:[^"]|"")*"|\S*)(?= |$)', line[30:])
    result: dict[str, str] = {}
    for key, value in pairs:
        quoted = len(value) > 1 and value.startswith('"')
        result.setdefault(key, value[1:-1].replace('""', '"') if quoted else value)
    return result


def line_of(name: str, sn: int) -> str:
    return next(line for line in log_lines(name) if fields(line)["sn"] == str(sn))


def run_generator(*arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(EXAMPLES / "make_examples.py"), *arguments]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


# --- the files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_writing_the_examples_again_gives_the_same_bytes(tmp_path: Path, hash_seed: str) -> None:
    assert run_generator(str(tmp_path), hash_seed=hash_seed).returncode == 0
    written = {str(path.relative_to(tmp_path).as_posix()) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == set(GENERATED)
    for name in GENERATED:
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes(), name


def test_check_tells_a_changed_file_from_a_good_one(tmp_path: Path) -> None:
    run_generator(str(tmp_path))
    assert run_generator("--check", str(tmp_path)).returncode == 0
    (tmp_path / "mark2" / "mwc02.log").write_bytes(b"something else")
    checked = run_generator("--check", str(tmp_path))
    assert (checked.returncode, checked.stderr) == (1, "differs: mark2/mwc02.log\n")


@pytest.mark.parametrize("name", GENERATED)
def test_every_file_is_small_utf8_and_named_in_the_readme(name: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    assert len(data) < 150_000
    data.decode("utf-8")
    assert f"`{name}`" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


# --- Cuckoo: the layout --------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_the_sections_and_keys_of_cuckoo_2(name: str) -> None:
    data = report(name)
    sections = "info signatures virustotal static dropped behavior target debug strings network"
    assert set(data) == set(sections.split())
    assert data["info"]["version"] == "2.0.1"
    assert set(data["behavior"]) == {"generic", "apistats", "processes", "processtree", "summary"}
    process_keys = "pid ppid process_name process_path command_line first_seen track modules calls type tid time"
    call_keys = "time tid status return_value category api arguments flags stacktrace"
    for process in data["behavior"]["processes"]:
        assert set(process) == set(process_keys.split())
        for call in process["calls"]:
            assert set(call) - {"last_error", "nt_status"} == set(call_keys.split())
            assert call["status"] == 1 or "last_error" in call


@pytest.mark.parametrize("name", REPORTS)
def test_the_counts_of_a_report_are_those_of_its_calls(name: str) -> None:
    stats = report(name)["behavior"]["apistats"]
    counted = {str(p["pid"]): dict(Counter(c["api"] for c in p["calls"])) for p in processes(name).values()}
    assert stats == {pid: apis for pid, apis in counted.items() if apis}


@pytest.mark.parametrize("name", REPORTS)
def test_calls_run_forward_and_the_guest_is_seen_before_its_machine_starts(name: str) -> None:
    data = report(name)
    for process in data["behavior"]["processes"]:
        times = [process["first_seen"], *(call["time"] for call in process["calls"])]
        assert times == sorted(set(times))
        assert data["info"]["added"] < process["first_seen"] < data["info"]["started"]
    assert data["info"]["machine"]["started_on"].startswith("2017-05-03 ")


@pytest.mark.parametrize("name", REPORTS)
def test_a_child_is_seen_after_the_call_that_starts_it(name: str) -> None:
    known = processes(name)
    for pid, call in calls_between_processes(name):
        if call["api"] not in MAKES_A_START:
            continue
        arguments = call["arguments"]
        child = known.get(arguments.get("process_identifier", arguments.get("process_identifer")))
        if child is not None:
            assert child["first_seen"] > call["time"]
            assert child["ppid"] == pid


def test_the_reports_are_four_different_runs_of_synthetic_samples() -> None:
    reports = [report(name) for name in REPORTS]
    assert len({data["info"]["id"] for data in reports}) == len(REPORTS)
    digests = {data["target"]["file"]["sha256"] for data in reports}
    assert len(digests) == len(REPORTS)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)


# --- Cuckoo: the stories -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log1", "log2", "log3"])
def test_a_log_holds_the_printed_calls_with_the_printed_values_in_order(name: str) -> None:
    printed = PRINTED[name]
    apis = {api for _, api, _, _ in printed}
    injectors = {pid for pid, _, _, _ in printed}
    found = [(pid, call) for pid, call in calls_between_processes(name) if pid in injectors and call["api"] in apis]
    assert [(pid, call["api"], call["return_value"]) for pid, call in found] == [row[:3] for row in printed]
    for (_, call), (_, _, _, arguments) in zip(found, printed, strict=True):
        assert {key: call["arguments"].get(key) for key in arguments} == arguments
        assert {key: type(call["arguments"][key]) for key in arguments} == {k: type(v) for k, v in arguments.items()}
        assert call["status"] == 1


def test_calls_that_are_printed_in_full_have_no_other_arguments() -> None:
    for name, rows in PRINTED.items():
        found = [(pid, call["api"], call["arguments"]) for pid, call in calls_between_processes(name)]
        for pid, api, _, arguments in rows:
            shortened_on_the_slide = name == "log3" and api == "CreateProcessInternalW"
            assert shortened_on_the_slide or (pid, api, arguments) in found


def test_the_injectors_bear_the_printed_names() -> None:
    temp = "C:\\Users\\Smith\\AppData\\Local\\Temp\\"
    expected = {
        ("log1", 3972): r"C:\Program Files\Internet Explorer\iexplore.exe",
        ("log2", 3548): temp + "7140e68ebe1(..)d3e8401e873bb937.exe",
        ("log3", 3292): temp + "cda34f6e5a38e87359569861659e(..)f9f4b50b719a3.exe",
        ("log3", 3428): temp + "cda34f6e5a38e87359569861659e(..)f9f4b50b719a3.exe",
    }
    for (name, pid), path in expected.items():
        process = processes(name)[pid]
        assert process["process_path"] == path
        assert process["command_line"].strip() == f'"{path}"'


def test_targets_without_a_printed_name_have_no_entry() -> None:
    assert 384 not in processes("log1")
    assert 3604 not in processes("log3")
    for name, pid in (("log1", 384), ("log3", 3604)):
        for process in processes(name).values():
            assert process["ppid"] != pid


def test_log1_records_no_opening_and_no_start_of_its_target() -> None:
    apis = {call["api"] for process in processes("log1").values() for call in process["calls"]}
    assert "NtOpenProcess" not in apis
    starts = [call for _, call in calls_between_processes("log1") if call["api"] in MAKES_A_START]
    assert [call["arguments"]["process_identifier"] for call in starts] == [3972]
    assert starts[0]["arguments"]["creation_flags"] == 0


def test_log1_uses_the_handle_of_its_target_for_files_before_and_after() -> None:
    uses = [
        call["api"]
        for call in processes("log1")[3972]["calls"]
        if "0x000000fc" in (call["arguments"].get(key) for key in ("handle", "file_handle", "process_handle"))
    ]
    printed = ["NtAllocateVirtualMemory", "WriteProcessMemory", "CreateRemoteThread"]
    before = ["NtCreateFile", "NtReadFile", "NtReadFile", "NtClose"]
    assert uses == [*before, *printed, "NtClose", "NtCreateFile", "NtWriteFile", "NtClose"]


def test_only_log1_has_a_signature_and_its_mark_points_at_the_call() -> None:
    assert [len(report(name)["signatures"]) for name in REPORTS] == [1, 0, 0, 0]
    signature = report("log1")["signatures"][0]
    keys = "name description severity families references marks markcount"
    assert set(signature) == set(keys.split())
    assert signature["markcount"] == len(signature["marks"])
    mark = next(mark for mark in signature["marks"] if mark["type"] == "call")
    call = processes("log1")[mark["pid"]]["calls"][mark["cid"]]
    assert call == mark["call"]
    assert call["api"] == "CreateRemoteThread"


def test_log2_tells_the_life_of_its_section_before_the_target_gets_it() -> None:
    calls = processes("log2")[3548]["calls"]
    life = [call for call in calls if call["arguments"].get("section_handle") == "0x00000128"]
    assert [call["api"] for call in life] == ["NtCreateSection", "NtMapViewOfSection", "NtMapViewOfSection"]
    assert life[0]["arguments"]["protection"] == 64
    own, target = life[1]["arguments"], life[2]["arguments"]
    assert (own["process_handle"], own["process_identifier"]) == ("0xffffffff", 3548)
    assert own["view_size"] == target["view_size"]
    assert not any(call["api"] in ("WriteProcessMemory", "NtWriteVirtualMemory") for call in calls)


def test_log2_starts_a_process_that_only_its_command_line_names() -> None:
    target = processes("log2")[4020]
    assert (target["process_name"], target["ppid"], target["tid"]) == ("svchost.exe", 3548, 4024)
    assert target["calls"]


def test_log2_runs_outside_the_printed_view() -> None:
    calls = {call["api"]: call["arguments"] for pid, call in calls_between_processes("log2") if pid == 3548}
    start = int(calls["NtMapViewOfSection"]["base_address"], 16)
    view = range(start, start + calls["NtMapViewOfSection"]["view_size"])
    assert calls["NtSetContextThread"]["registers"]["eip"] not in view
    assert calls["NtSetContextThread"]["registers"]["eax"] not in view


def test_log3_prints_no_creation_flags_and_no_write() -> None:
    calls = [call for process in processes("log3").values() for call in process["calls"]]
    starts = [call["arguments"] for call in calls if call["api"] == "CreateProcessInternalW"]
    assert len(starts) == 2
    assert all("creation_flags" not in arguments for arguments in starts)
    assert (starts[1]["filepath"], starts[1]["command_line"]) == ("", "")
    assert not any(call["api"] in ("WriteProcessMemory", "NtWriteVirtualMemory") for call in calls)


def test_log3_uses_one_handle_number_for_a_process_and_for_a_thread() -> None:
    known = processes("log3")
    as_process = [c["api"] for c in known[3292]["calls"] if c["arguments"].get("process_handle") == "0x000000a4"]
    as_thread = [c["api"] for c in known[3428]["calls"] if c["arguments"].get("thread_handle") == "0x000000a4"]
    assert as_process == ["CreateProcessInternalW"]
    assert as_thread == ["CreateProcessInternalW", "NtQueueApcThread", "NtResumeThread"]


def test_the_innocent_report_writes_only_data_into_its_own_unsuspended_child() -> None:
    calls = [call for _, call in calls_between_processes("innocent")]
    start, others = calls[0], calls[1:]
    assert start["api"] == "CreateProcessInternalW"
    assert start["arguments"]["creation_flags"] & 4 == 0
    assert {call["arguments"]["process_identifier"] for call in others} == {3016}
    done = Counter(call["api"] for call in others if call["status"] == 1)
    assert done == {"NtAllocateVirtualMemory": 1, "NtWriteVirtualMemory": 3, "NtResumeThread": 1}
    assert [call["arguments"]["protection"] for call in others if "protection" in call["arguments"]] == [4]
    assert [call["api"] for call in others if call["status"] == 0] == ["WriteProcessMemory"]


def test_the_innocent_report_drops_asks_and_fetches() -> None:
    data = report("innocent")
    dropped = data["dropped"][0]
    assert dropped["filepath"] in data["behavior"]["summary"]["file_written"]
    assert "pids" not in dropped
    assert processes("innocent")[3016]["process_path"] == dropped["filepath"]
    assert [question["request"] for question in data["network"]["dns"]] == ["updates.example.com"]
    assert [request["uri"] for request in data["network"]["http"]] == ["http://updates.example.com/notes/version.txt"]


# --- Mark II -------------------------------------------------------------------------------------

R = "{4EEBA2F1-FB65-42BF-A258-4121E64FB1D7}"
SHARED = "\\\\172.31.48.79\\admin$\\027cc.dll"
DLL_SHA256 = "027cc450ef5f8c5f653329641ec1fed91f694e0d229928963b30f6b0d7d3a745"
DLL_SHA1 = "34f917aaba5684fbe56d3c57d48ef2a1aa7cf06d"
PSEXEC_SHA256 = "f8dbabdfa03068130c277ce49c60e35c029ff29d9e3c74c362521f3fb02670d5"
PSEXESVC = r"C:\Windows\PSEXESVC.exe"
PSEXEC_ARGUMENTS = (
    r"\\172.31.48.79 -accepteula -s -d C:\Windows\System32\rundll32.exe "
    r'"C:\Windows\027cc.dll",#1 55'
)

# (sn, time, evt, subEvt, values that the slides print)
PRINTED_LINES: list[tuple[int, str, str, str, dict[str, str]]] = [
    (
        20612,
        "13:13:13.890",
        "ps",
        "start",
        {
            "psGUID": R,
            "psPath": r"C:\Windows\System32\rundll32.exe",
            "cmd": "027cc.dll #1",
            "parentPath": r"C:\Windows\System32\cmd.exe",
            "size": "45056",
            "sha1": "892503b20247b341cfd20dda5fdacfa41527a087",
            "md5": "c648901695e275c8f2ad04b687a68ce2",
        },
    ),
    (
        20626,
        "13:13:14.415",
        "file",
        "close",
        {
            "psGUID": R,
            "path": r"C:\Windows\dllhost.dat",
            "read": "0",
            "write": "381816",
            "pe": "1",
            "sha256": PSEXEC_SHA256,
            "md5": "aeee996fd3484f28e5cd85fe26b6bdcd",
            "company": "Sysinternals - www.sysinternals.com",
            "product": "Sysinternals PsExec",
            "productVer": "1.98",
            "sig": "Valid",
            "signer": "Microsoft Corporation",
            "issuer": "Microsoft Code Signing PCA",
            "validTo": "03/08/2011 07:40:29.000",
        },
    ),
    (22085, "13:18:34.449", "file", "create", {"psGUID": R, "path": SHARED, "drvType": "Net"}),
    (
        22087,
        "13:18:34.459",
        "file",
        "copy",
        {
            "psGUID": R,
            "path": r"C:\Users\admin1\Desktop\027cc.dll",
            "dstPath": SHARED,
            "dstDrv": "Net",
            "size": "362360",
            "sha256": DLL_SHA256,
            "sha1": DLL_SHA1,
        },
    ),
    (
        22088,
        "13:18:34.459",
        "file",
        "close",
        {
            "psGUID": R,
            "path": SHARED,
            "write": "362360",
            "pe": "1",
            "sig": "Invalid",
            "signer": "Microsoft Corporation",
        },
    ),
    (
        22086,
        "13:18:34.460",
        "ps",
        "start",
        {
            "lv": "5",
            "psPath": r"C:\Windows\dllhost.dat",
            "psID": "4032",
            "parentGUID": R,
            "cmd": PSEXEC_ARGUMENTS,
        },
    ),
]


@pytest.mark.parametrize(("sn", "clock", "event", "sub_event", "printed"), PRINTED_LINES)
def test_mwc01_holds_the_printed_line(sn: int, clock: str, event: str, sub_event: str, printed: dict[str, str]) -> None:
    line = line_of("mwc01.log", sn)
    found = fields(line)
    assert line.startswith(f"06/30/2017 {clock} +0900 loc=ja-JP type=ITM2 sn={sn} ")
    assert (found["evt"], found["subEvt"]) == (event, sub_event)
    assert {key: found.get(key) for key in printed} == printed


def test_the_printed_lines_stand_in_time_order_though_their_numbers_do_not() -> None:
    numbers = [int(fields(line)["sn"]) for line in log_lines("mwc01.log")]
    printed = [20612, 20626, 22085, 22087, 22088, 22086]
    assert [number for number in numbers if number in printed] == printed
    assert numbers != sorted(numbers)


def test_the_dll_on_the_share_has_no_company_and_psexec_was_not_told_to_copy() -> None:
    closed = fields(line_of("mwc01.log", 22088))
    assert "company" not in closed
    assert "sha256" not in closed
    assert "-c" not in fields(line_of("mwc01.log", 22086))["cmd"].split()


def test_a_quote_inside_quotes_is_doubled_in_the_file() -> None:
    assert 'rundll32.exe ""C:\\Windows\\027cc.dll"",#1 55" psID=4032 ' in line_of("mwc01.log", 22086)


@pytest.mark.parametrize("name", ["mwc01.log", "mwc02.log"])
def test_every_line_has_a_header_a_number_of_its_own_and_its_host(name: str) -> None:
    lines = log_lines(name)
    header = re.compile(r"06/30/2017 [0-2]\d:[0-5]\d:[0-5]\d\.\d{3} \+0900 loc=ja-JP type=ITM2 sn=\d+ ")
    assert all(header.match(line) for line in lines)
    assert [line[:23] for line in lines] == sorted(line[:23] for line in lines)
    read = [fields(line) for line in lines]
    assert len({found["sn"] for found in read}) == len(lines)
    assert len({(found["com"], found["tmid"], found["ip"]) for found in read}) == 1
    for found in read:
        for key, length in (("sha256", 64), ("sha1", 40), ("md5", 32)):
            assert re.fullmatch(rf"[0-9a-f]{{{length}}}", found.get(key, "0" * length))


def test_the_hosts_are_the_printed_one_and_an_invented_one() -> None:
    first, second = (fields(log_lines(name)[0]) for name in ("mwc01.log", "mwc02.log"))
    assert (first["com"], first["tmid"]) == ("MWC01", "e4009d1d-9311-4249-9487-a373cde7192c")
    assert first["ip"].split(",")[0] == "172.31.48.118"
    assert (second["com"], second["ip"].split(",")[0]) == ("MWC02", "172.31.48.79")
    assert second["tmid"] != first["tmid"]


def test_one_log_ends_its_lines_with_lf_and_the_other_with_crlf() -> None:
    first, second = ((EXAMPLES / "mark2" / name).read_bytes() for name in ("mwc01.log", "mwc02.log"))
    assert b"\r" not in first
    assert second.count(b"\r\n") == second.count(b"\n") == second.count(b"\r") > 0
    assert not first.startswith(b"\xef\xbb\xbf")


def test_mwc01_holds_the_oddities_of_the_format() -> None:
    text = "\n".join(log_lines("mwc01.log"))
    assert re.search(r" send=$", text, re.MULTILINE), "an empty key"
    assert " company=- " in text, "an absent value"
    assert re.search(r" lv=5 .* lv=7$", text, re.MULTILINE), "a repeated key"
    assert 'cmd="/c:""sn=1 evt=file path=C:\\x"" ' in text, "keys inside a value"
    assert " sessionID=2 " in text, "both spellings"
    assert " sessionId=2 " in text, "both spellings"


def test_mwc02_receives_what_mwc01_sends_and_runs_it_through_the_service() -> None:
    read = [fields(line) for line in log_lines("mwc02.log")]
    dll = next(f for f in read if f.get("path") == r"C:\Windows\027cc.dll" and f["subEvt"] == "close")
    assert (dll["psPath"], dll["write"], dll["sha256"], dll["sha1"]) == ("System", "362360", DLL_SHA256, DLL_SHA1)
    starts = {int(found["sn"]): found for found in read if found["subEvt"] == "start"}
    service, runner, shell, tasks = (starts[sn] for sn in (15324, 15327, 15341, 15344))
    assert (service["psPath"], service["parentPath"]) == (PSEXESVC, "C:\\Windows\\System32\\services.exe")
    assert (runner["parentGUID"], runner["cmd"]) == (service["psGUID"], r'"C:\Windows\027cc.dll",#1 55')
    assert (shell["parentGUID"], tasks["parentGUID"]) == (runner["psGUID"], shell["psGUID"])


def test_mwc02_follows_the_start_on_mwc01_by_its_own_clock() -> None:
    attack = [line for line in log_lines("mwc02.log") if int(fields(line)["sn"]) >= 15309]
    assert all(line[11:23] > "13:18:34.460" for line in attack)


def test_both_logs_name_the_same_connections() -> None:
    def flows(name: str, sub_event: str) -> set[tuple[str, ...]]:
        keys = ("srcIP", "srcPort", "dstIP", "dstPort")
        found = [fields(line) for line in log_lines(name)]
        return {tuple(f[key] for key in keys) for f in found if (f["evt"], f["subEvt"]) == ("net", sub_event)}

    sent, accepted = flows("mwc01.log", "con"), flows("mwc02.log", "acpt")
    assert sent == accepted
    assert {port for *_, port in sent} == {"135", "445"}
