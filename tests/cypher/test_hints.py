"""What is told beside an answer without rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from helpers.real import real_file
from helpers.reports import Program, cape

from api.load import load
from api.settings import Settings
from cypher.runner import run
from graph_model.store import Store
from loaders.protocol import Context

HOSTS = "UNWIND range(1, $number) AS n CREATE (:Host:Entity {uid: 'h' + toString(n), name: 'PC' + toString(n % 20)})"


def test_a_name_is_known_in_the_spelling_that_the_queries_take(store: Store) -> None:
    store.change(
        "CREATE (:Host:Entity {uid: 'h', name: 'PC'}), "
        "(:Run:Entity {uid: 'r', dataset: 'FFRI', case: 'c', complete: true})"
    )
    assert run(store, "process-tree", {"host": "pc"}).notes == ()
    assert run(store, "process-tree", {"host": "h"}).notes == ()
    assert run(store, "url-counts", {"dataset": "FFRI", "case": "c"}).notes == ()
    both = run(store, "url-counts", {"dataset": "ffri", "case": "d"}).notes
    assert both == (
        "there is no data set `ffri`: there is `FFRI`; `provgraph query names` lists them all",
        "there is no case `d`: there is `c`; `provgraph query names` lists them all",
    )


def test_of_many_names_some_are_shown(embedded_store: Store) -> None:
    embedded_store.change(HOSTS, {"number": 60})
    (note,) = run(embedded_store, "api-counts", {"host": "NOPE"}).notes
    shown = ", ".join(f"`PC{n}`" for n in (0, 1, 10, 11, 12, 13, 14, 15))
    assert note == f"there is no host `NOPE`: there is {shown}, …; `provgraph query names` lists them all"


def test_an_answer_with_rows_has_no_notes(embedded_store: Store) -> None:
    embedded_store.change("CREATE (:Content:Entity {uid: 'c', strings: ['a'], string_count: 9})")
    assert run(embedded_store, "strings", {"contains": "a"}).notes == ()


def test_a_search_that_finds_nothing_tells_how_many_texts_were_left_out(store: Store) -> None:
    store.change(
        "CREATE (:Content:Entity {uid: 'c', strings: ['a', 'b'], string_count: 5230}), "
        "(:Content:Entity {uid: 'd', strings: ['a'], string_count: 1}), "
        "(:Run:Entity {uid: 'r', case: 'default', debug: [], debug_count: 3, complete: true})"
    )
    assert run(store, "strings", {"contains": "zz"}).notes == (
        "it may be among the texts that loads leave out: of lists that were cut, "
        "the graph keeps 0 of 3 debug, 2 of 5,230 strings",
    )


def test_a_search_through_whole_lists_needs_no_note(embedded_store: Store) -> None:
    embedded_store.change(
        "CREATE (:Content:Entity {uid: 'c', strings: ['a'], string_count: 1}), "
        "(:Run:Entity {uid: 'r', case: 'default', complete: true})"
    )
    assert run(embedded_store, "strings", {"contains": "zz"}).notes == ()


def test_a_database_without_logs_says_so(embedded_store: Store) -> None:
    assert run(embedded_store, "runs", {}).notes == ("this database holds no logs yet: `provgraph load` fills it",)


@pytest.mark.parametrize("name", ["2.2-d4690038", "2.4-41ce492f"])
def test_what_a_real_report_lists_is_found_or_told_to_be_left_out(
    embedded_store: Store, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(gzip.decompress(real_file(f"cape/cape-{name}.json.gz").read_bytes()))
    load(embedded_store, [path], Context(), Settings())
    (found,) = embedded_store.read("MATCH (r:Run) RETURN left(r.uid, 8) AS run", {}).rows()
    assert {row["run"] for row in run(embedded_store, "strings", {"contains": "e"}).rows} == {found["run"]}
    (note,) = run(embedded_store, "strings", {"contains": "no such text anywhere"}).notes
    assert note.startswith("it may be among the texts that loads leave out")


def test_the_powershell_of_a_process_is_found_with_its_run(embedded_store: Store, tmp_path: Path) -> None:
    blocks = {"4": {"pid": "4", "events": [{"01": {"original": "iwr http://a.example.com/x", "altered": ""}}]}}
    path = tmp_path / "report.json"
    path.write_bytes(json.dumps(cape(Program(4), curtain=blocks)).encode())
    load(embedded_store, [path], Context(), Settings())
    (row,) = run(embedded_store, "strings", {"contains": "IWR "}).rows
    (run_,) = embedded_store.read("MATCH (r:Run) RETURN left(r.uid, 8) AS run", {}).rows()
    assert (row["found_in"], row["text"], row["run"]) == ("powershell", "iwr http://a.example.com/x", run_["run"])


def test_every_answer_tells_of_logs_that_are_not_all_in(store: Store) -> None:
    store.change("CREATE (:Run:Entity {uid: 'r', name: 'half.log'}), (:Run:Entity {uid: 's', complete: true})")
    (note,) = run(store, "runs", {}).notes
    assert note == "not all of half.log is in the graph: load it again if its load was interrupted"
