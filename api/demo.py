"""The main job on the shipped examples: load, three answers with their evidence, three pictures, what to try next.

``python -m api.demo EXAMPLES OUTPUT`` keeps its database in OUTPUT, so it never touches one of the user's own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from api.database import opened
from api.exporting import export_query
from api.load import load_found
from api.output import Format, complain, console, show
from api.progress import Bar
from api.settings import Settings
from cypher import catalogue, runner
from graph_model.errors import ProvgraphError
from graph_model.store import Store
from loaders.finding import find
from loaders.protocol import Context

_ANSWERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("injections", "injection-paths", {}),
    ("lateral-movement", "lateral-movement", {}),
    ("file-lineage", "file-lineage", {"file": "027cc.dll"}),
)
_LINEAGES = ("dllhost.dat", "027cc.dll")
_NEXT = """
What to try next
  your own logs     .venv/bin/provgraph load FOLDER, then provgraph query injections, lateral-movement, file-lineage
  more questions    .venv/bin/provgraph queries
  this graph        .venv/bin/provgraph --data {data} cypher 'MATCH (p)-[:WROTE]->(f:File) RETURN p.name, f.path'
  a Neo4j           export PROVGRAPH_URI=neo4j://HOST:7687 PROVGRAPH_USER=neo4j PROVGRAPH_PASSWORD=…, then the same
  REST              .venv/bin/provgraph --data {data} serve, then http://127.0.0.1:8000/
"""


def main(examples: Path, output: Path) -> None:
    """Run the demonstration."""
    output.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=output / "database", uri="")
    found = find([examples], settings.max_log_bytes)
    for error in found.refused.values():
        raise error
    with opened(settings) as store:
        with Bar() as bar:
            load_found(store, found, Context(), bar)
            bar.done()
        _injections(store)
        _movements(store)
        _lineages(store)
        for query, name, parameters in _ANSWERS:
            target = output / f"{query}.html"
            export_query(store, name, parameters, target)
            console().print(f"wrote {target}", soft_wrap=True)
    print(_NEXT.format(data=settings.data))


def _heading(text: str) -> None:
    console().rule(text, style="dim")


def _injections(store: Store) -> None:
    _heading("1  Who injected code into whom (MWS Cup 2017, task 3)")
    _answer(store, "injections", {})
    _answer(store, "injection-paths", {})


def _movements(store: Store) -> None:
    _heading("2  How it moved from host to host (Soliton Dataset 2018)")
    _answer(store, "lateral-movement", {}, also=("target_address", "source_address", "target_command_line"))


def _lineages(store: Store) -> None:
    _heading("3  Where dropped files came from and where they went")
    for file in _LINEAGES:
        _answer(store, "file-lineage", {"file": file}, title=f"The lineage of {file}")


def _answer(
    store: Store, name: str, parameters: dict[str, Any], title: str | None = None, also: tuple[str, ...] = ()
) -> None:
    stored = catalogue.query(name)
    answer = runner.run(store, name, parameters)
    table = [*stored.header.table, *also]
    ordered = sorted(table, key=answer.columns.index)
    show(answer.columns, answer.rows, Format.table, title=title or stored.header.summary, table=ordered)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except ProvgraphError as error:
        complain(error)
        sys.exit(error.exit_code)
