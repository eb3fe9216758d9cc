"""Rows whose fields Winlogbeat's Sysmon module renamed say what the same rows say with Sysmon's own names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from helpers.graphs import Graph, violations
from helpers.windows import GUID_A, GUID_B, JSON, at, of, read, sysmon, winlogbeat
from hypothesis import given
from hypothesis import strategies as st

from graph_model import events as ev
from graph_model.builder import build

STAMP = "2020-10-19T12:00:01.000Z"
BY_A = {"entity_id": GUID_A.lower(), "pid": 77, "executable": r"C:\a.exe"}
OWN = {"ProcessGuid": GUID_A, "ProcessId": "77", "Image": r"C:\a.exe"}
MD5, SHA256, IMPHASH = "ab" * 16, "cd" * 32, "ef" * 16


def renamed(number: int, kept: JSON | None = None, **moved: Any) -> JSON:
    row = winlogbeat(number, kept or {}, STAMP) | {"event": {"code": str(number), "module": "sysmon"}}
    return row | {"process": BY_A} | moved


def said(row: JSON) -> list[ev.Event]:
    return [
        msgspec.structs.replace(event, position="") for event in read([row])[0] if not isinstance(event, ev.RunObserved)
    ]


@pytest.mark.parametrize(
    ("row", "own"),
    [
        (renamed(5), sysmon(5, 1, **OWN)),
        (renamed(11, file={"path": r"C:\f"}), sysmon(11, 1, TargetFilename=r"C:\f", **OWN)),
        (
            renamed(23, process=BY_A | {"hash": {"md5": MD5}}, file={"path": r"C:\f"}),
            sysmon(23, 1, TargetFilename=r"C:\f", Hashes=f"MD5={MD5}", **OWN),
        ),
        (
            renamed(26, file={"path": r"C:\f", "hash": {"md5": MD5}}),
            sysmon(26, 1, TargetFilename=r"C:\f", Hashes=f"MD5={MD5}", **OWN),
        ),
        (
            renamed(
                7, {"SignatureStatus": "Valid", "Signature": "V"},
                file={"path": r"C:\m.dll", "hash": {"sha256": SHA256}, "pe": {"imphash": IMPHASH}},
            ),
            sysmon(
                7, 1, ImageLoaded=r"C:\m.dll", SignatureStatus="Valid", Signature="V",
                Hashes=f"SHA256={SHA256},IMPHASH={IMPHASH}", **OWN,
            ),
        ),
        (
            renamed(
                3, network={"transport": "tcp", "direction": "egress"}, source={"ip": "10.0.0.5", "port": 50_000},
                destination={"ip": "10.0.0.6", "port": 445}, user={"domain": "CORP", "name": "ann"},
            ),
            sysmon(
                3, 1, Protocol="tcp", Initiated="true", SourceIp="10.0.0.5", SourcePort="50000", User=r"CORP\ann",
                DestinationIp="10.0.0.6", DestinationPort="445", **OWN,
            ),
        ),
        (
            renamed(
                22,
                dns={
                    "question": {"name": "a.example"},
                    "answers": [{"type": "CNAME", "data": "b.example"}, {"type": "A", "data": "192.0.2.7"}],
                },
            ),
            sysmon(22, 1, QueryName="a.example", QueryResults="type:  5 b.example;::ffff:192.0.2.7;", **OWN),
        ),
        (
            renamed(13, {"EventType": "SetValue", "Details": "x"}, registry={"path": r"HKLM\k\v"}),
            sysmon(13, 1, EventType="SetValue", Details="x", TargetObject=r"HKLM\k\v", **OWN),
        ),
        (renamed(17, file={"name": r"\svcctl"}), sysmon(17, 1, PipeName=r"\svcctl", **OWN)),
        (
            renamed(10, {"TargetProcessGUID": GUID_B, "TargetProcessId": "88", "GrantedAccess": "0x1410"}),
            sysmon(
                10, 1, SourceProcessGUID=GUID_A, SourceProcessId="77", SourceImage=r"C:\a.exe",
                TargetProcessGUID=GUID_B, TargetProcessId="88", GrantedAccess="0x1410",
            ),
        ),
    ],
)  # fmt: skip
def test_a_renamed_row_says_what_its_own_names_say(row: JSON, own: JSON) -> None:
    assert said(row) == said(own)


def test_the_user_of_the_service_that_wrote_the_row_is_not_taken_for_the_user_of_the_process() -> None:
    (process,) = of(ev.ProcessObserved, read([renamed(5, user={"id": "S-1-5-18", "name": "SYSTEM"})])[0])
    assert process.user is None


def test_a_row_of_another_module_keeps_its_own_fields() -> None:
    row = renamed(5, {"UtcTime": at(1), "ProcessGuid": GUID_B, "ProcessId": "88"}) | {"event": {"module": "windows"}}
    assert [event.process.key for event in of(ev.ProcessEnded, read([row])[0])] == [GUID_B]


_NAMES = st.sampled_from(["pid", "hash", "ip", "name", "parent", "data", "type", "pe"])
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["pid", "hash", "ip", "name", "parent", "data", "type", "pe"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
_PARTS = ("process", "file", "network", "source", "destination", "dns", "registry", "user", "@timestamp")


@given(st.integers(1, 29), st.dictionaries(st.sampled_from(_PARTS), _ANY))
def test_no_value_makes_a_row_fatal(number: int, moved: JSON) -> None:
    assert not violations(Graph(build(iter(read([renamed(number, **moved)])[0]))))
