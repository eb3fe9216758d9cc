"""From a stored query to a file in every format, on every engine."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import networkx as nx
import pytest
import stix2
from prov.model import ProvActivity, ProvDocument

from api.exporting import answer_graph, export_query
from api.exports.formats import FORMATS, render
from graph_model.errors import UsageError
from graph_model.reduction import Batch
from graph_model.store import Store

SEEN = {"first_us": 1_700_000_000_000_000, "last_us": 1_700_000_000_000_000, "evidence": ["r:1.0#2"]}
INJECTED = {"confidence": "confirmed", "technique": "T1055.012", **SEEN}


@pytest.fixture
def filled(store: Store) -> Store:
    nodes = {
        "Host": [{"uid": "h", "props": {"name": "PC1"}}],
        "Process": [
            {"uid": uid, "props": {"pid": pid, "name": f"{uid}.exe", "host_uid": "h"}}
            for uid, pid in (("a", 1), ("b", 2))
        ],
    }
    relationships = {
        "INJECTED_INTO": [{"uid": "i", "a": "a", "b": "b", "props": INJECTED}],
        "RAN_ON": [{"uid": f"o{uid}", "a": uid, "b": "h", "props": {}} for uid in "ab"],
    }
    store.write(Batch(nodes=nodes, relationships=relationships))
    return store


def test_every_format_tells_of_the_injection(filled: Store, tmp_path: Path) -> None:
    written = {}
    for name, fmt in FORMATS.items():
        target = tmp_path / f"{name}{fmt.suffix}"
        assert len(export_query(filled, "injections", {}, target, fmt=name).edges) == 3
        written[name] = target.read_bytes()
    assert (
        nx.parse_graphml(written["graphml"].decode(), force_multigraph=True).edges["a", "b", "i"]["technique"]
        == "T1055.012"
    )
    with zipfile.ZipFile(io.BytesIO(written["csv"])) as archive:
        assert b"i,INJECTED_INTO,a,b," in archive.read("edges.csv")
    (technique,) = json.loads(written["navigator"])["techniques"]
    assert (technique["score"], technique["comment"]) == (
        100,
        "confirmed: a.exe (pid 1) injected into b.exe (pid 2) [r:1.0#2]",
    )
    found = stix2.parse(written["stix"].decode(), version="2.1").objects
    assert "injected-into" in {item.get("relationship_type") for item in found}
    document = ProvDocument.deserialize(content=written["prov"].decode(), format="json")
    assert len(list(document.get_records(ProvActivity))) == 2
    assert b"wasInformedBy(provgraph:i; provgraph:b, provgraph:a" in written["provn"]
    assert b"a.exe" in written["html"]


def test_what_cannot_be_written_leaves_no_file(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no ATT&CK technique"):
        export_query(filled, "hosts", {}, tmp_path / "layer.json", fmt="navigator")
    assert list(tmp_path.iterdir()) == []


def test_the_graph_can_be_had_without_a_file(filled: Store) -> None:
    drawn = answer_graph(filled, "injections", {"min_confidence": "confirmed"})
    assert render("graphml", drawn).media_type == "application/graphml+xml"
    assert drawn.parameters["min_confidence"] == "confirmed"
