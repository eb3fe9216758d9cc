"""Recognised by layout: reports of tasks and event files, and nothing that another loader is for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.real import real_file
from helpers.reports import Program, cape, cuckoo
from helpers.tasks import SAMPLE, acting, file, on_disk, post, process, registry, signature

from graph_model.errors import NotALogError
from loaders.cuckoo3.loader import Cuckoo3Loader
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import loader_for
from loaders.source import HEAD_BYTES, Source

LOADER = Cuckoo3Loader()
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
LINE = json.dumps(file("delete", 1, "C:\\x")).encode()


@pytest.mark.parametrize(
    "line",
    [
        file("delete", 1, "C:\\x"),
        process("created", 1, SAMPLE),
        registry("set_value", 1, "\\REGISTRY\\x"),
        acting("mutant", 1, path="x"),
        acting("process_injection", 1),
        acting("suspicious_event", 1, name="x"),
        acting("networkflow", 1),
    ],
)
def test_every_kind_of_event_is_recognised(line: dict[str, Any]) -> None:
    assert LOADER.detect(json.dumps(line).encode() + b"\n")


@pytest.mark.parametrize(
    "head",
    [
        b"\xef\xbb\xbf" + LINE,
        b"\r\n\n" + LINE + b"\r\n",
        LINE[20:] + b"\n" + LINE,
        b"\x00" * 30 + b"\n" + LINE,
        LINE + b"\n" + LINE[:30],
    ],
)
def test_a_damaged_line_does_not_hide_the_others(head: bytes) -> None:
    assert LOADER.detect(head)


@pytest.mark.parametrize("indent", [None, 3])
def test_a_report_is_recognised_however_it_is_spaced_and_where_it_is_cut(indent: int | None) -> None:
    found = post(signature("x"), network={"tcp": [{"srcip": "192.0.2.1"}] * 9_000})
    data = json.dumps(found, indent=indent).encode()
    assert len(data) > HEAD_BYTES
    assert LOADER.detect(data[:HEAD_BYTES])
    assert LOADER.detect(data[:60])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"task_id": "7", "signatures": []}',
        b'{"id": "20210707-6UZJTX_1", "analysis_id": "20210707-6UZJTX"}',
        b'{"analysis_id": "20210707-6UZJTX", "signatures": []}',
        b'{"note": "\\"task_id\\": \\"20210707-6UZJTX_1\\""}',
        b'{"misp": {"task_id": "20210707-6UZJTX_1"}, "behavior": {}}',
        b'{"misp": {"task_id": "20210707-6UZJTX_1"}}',
        b'{"task_id": "20210707-6UZJTX_1", "info": {}}',
        b'{"ts": 1, "kind": "file"}',
        b'{"ts": 1, "kind": "screenshot", "effect": "", "pid": 1}',
        b'{"ts": 1, "kind": ["file"], "effect": "", "pid": 1}',
        b'{"EventID": 11, "Channel": "Microsoft-Windows-Sysmon/Operational", "kind": "file", "pid": 4}',
        b'[{"ts": 1, "kind": "file", "effect": "", "pid": 1}]',
        b"\xff\xfe{",
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
)
def test_what_is_none_is_left_to_others(head: bytes) -> None:
    assert not LOADER.detect(head)


@pytest.mark.parametrize("layout", [cuckoo, cape])
def test_reports_of_cuckoo_2_and_cape_are_cuckoos(layout: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(layout(Program(4))))
    assert loader_for(Source(path)).name == "cuckoo"


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.rglob("*.json")) + sorted(EXAMPLES.rglob("*.log")), ids=lambda p: p.name
)
def test_the_examples_of_other_formats_are_theirs(path: Path) -> None:
    assert loader_for(Source(path)).name == path.parent.name


def test_a_real_cape_report_is_cuckoos() -> None:
    assert loader_for(Source(real_file("cape/cape-2.2-55dcd387.json.gz"))).name == "cuckoo"


def test_real_sysmon_lines_are_no_events_of_cuckoo_3() -> None:
    names = ("covenant_copy_smb_CreateRequest_2020-09-22145302", "psh_mavinject_dll_notepad_2020-10-2121410529")
    for name in names:
        assert not LOADER.detect(Source(real_file(f"sysmon/{name}.json.gz")).head)


@pytest.mark.parametrize("compress", [True, False])
def test_both_files_come_to_this_loader(tmp_path: Path, compress: bool) -> None:
    for number, data in enumerate((json.dumps(post()).encode(), LINE)):
        path = tmp_path / str(number)
        path.write_bytes(gzip.compress(data) if compress else data)
        assert loader_for(Source(path)).name == "cuckoo3"


def test_the_documents_above_a_task_are_no_logs(tmp_path: Path) -> None:
    source = Source(on_disk(tmp_path, post()).parent / "analysis.json")
    with pytest.raises(NotALogError):
        list(loader_for(source).events(source, Context(), Drift("x")))
