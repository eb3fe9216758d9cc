"""One story in every layout, loaded: the graph is the same, edge by edge, on every engine.

The edges are written down from the story itself; only what a layout cannot record differs.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.reports import ALL_LAYOUTS, cuckoo
from helpers.stories import RUN, Layout, story

from api.load import load
from api.settings import Settings
from graph_model.store import Store
from loaders.protocol import Context

ONE, CHILD, PARENT = "Process one.exe", "Process svchost.exe", "Process 1632"
SVCHOST = r"File C:\Windows\System32\svchost.exe"
DROPPED = r"File C:\Windows\x.exe"
TARGET_HOST = "Host 172.31.48.79"
APIS = ("NtCreateFile", "NtWriteFile", "NtClose", "RegSetValueExA", "CreateProcessInternalW", "WriteProcessMemory",
        "NtSetContextThread", "NtResumeThread", "NtOpenFile")  # fmt: skip

EXPECTED = {
    ("Run 7", "ANALYSED", "Content " + "ab" * 32): 1,
    ("Host sandbox", "RECORDED_IN", "Run 7"): 1,
    # three processes: the parent of the first is known by its pid only
    **{(process, "RAN_ON", "Host sandbox"): 1 for process in (ONE, CHILD, PARENT)},
    **{(process, "RECORDED_IN", "Run 7"): 1 for process in (ONE, CHILD, PARENT)},
    (PARENT, "SPAWNED", ONE): 1,
    (ONE, "SPAWNED", CHILD): 1,
    (SVCHOST, "EXECUTED_AS", CHILD): 1,
    # the file on the share lies in the other host's Windows folder: created, then written three times
    (ONE, "WROTE", DROPPED): 4,
    (TARGET_HOST, "HAS_ADDRESS", "Endpoint 172.31.48.79"): 1,
    (ONE, "SET", f"RegistryValue {RUN}\\x"): 1,
    # what was done to the child, and what follows from it
    (ONE, "WROTE_MEMORY_OF", CHILD): 1,
    (ONE, "SET_CONTEXT_OF", CHILD): 1,
    (ONE, "RESUMED", CHILD): 1,
    (ONE, "INJECTED_INTO", CHILD): None,
    # a copy to another host's admin share is a movement, though a weak one
    (ONE, "INITIATED", "Movement copy"): None,
    ("Movement copy", "REACHED", TARGET_HOST): None,
    ("Movement copy", "CARRIED", DROPPED): None,
    **{(ONE, "CALLED", f"Api {api}"): {"NtClose": 2, "NtWriteFile": 3}.get(api, 1) for api in APIS},
}

EDGES = """
MATCH (a:Entity)-[r]->(b:Entity)
RETURN labels(a) AS la, properties(a) AS a, type(r) AS type, r.count AS count, labels(b) AS lb, properties(b) AS b
"""
_NAMES = {"Run": "task_id", "Content": "sha256", "File": "path", "RegistryValue": "path", "Endpoint": "address",
          "Movement": "method"}  # fmt: skip


def named(labels: list[str], props: dict[str, object]) -> str:
    (label,) = set(labels) - {"Entity"}
    return f"{label} {props.get(_NAMES.get(label, 'name')) or props.get('pid')}"


@pytest.mark.parametrize("layout", ALL_LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_graph_of_the_story(layout: Layout, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = story(layout)
    report["info"]["machine"] = {"name": "sandbox"}
    path.write_text(json.dumps(report))
    load(store, [path], Context(), Settings())
    rows = store.read(EDGES).rows()
    edges = {(named(row["la"], row["a"]), row["type"], named(row["lb"], row["b"])): row["count"] for row in rows}
    assert edges == EXPECTED
    assert len(rows) == len(edges)


@pytest.mark.parametrize("layout", ALL_LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_injection_of_the_story(layout: Layout, embedded_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(story(layout)))
    load(embedded_store, [path], Context(), Settings())
    (found,) = embedded_store.read("MATCH ()-[i:INJECTED_INTO]->() RETURN properties(i) AS i").rows()
    assert found["i"]["technique"] == "T1055.012"
    assert (found["i"]["write"], found["i"]["memory"]) == ("WriteProcessMemory", "not recorded")
    assert found["i"]["execution"] == "NtSetContextThread, NtResumeThread"
    # 2.x writes every call, so that repeated ones move the index of those behind them
    behind = 2 if layout is cuckoo else 0
    cited = [citation.partition("#")[2] for citation in found["i"]["evidence"]]
    assert cited == [str(index + behind) for index in (4, 5, 6, 7)]
