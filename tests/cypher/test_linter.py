"""What the linter says of stored files: of ours nothing, of each kind of mistake one sentence at its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cypher import linter
from graph_model import schema

FLOW = "|".join(schema.SUBSETS["FLOW"])
QUERY = """\
// /// query
// summary = "Processes of a host"
// attack = ["T1055.012"]
// table = ["name"]
// [params.host]
// type = "string"
// default = ""
// doc = "uid of the host"
// [params.limit]
// type = "integer"
// default = 10
// doc = "most rows"
// [columns]
// name = "its name"
// uid = "the process"
// [[examples]]
// title = "one"
// graph = "CREATE (:Process:Entity {uid: 'p', name: 'p.exe', host_uid: 'h'})"
// rows = [{ uid = "p" }]
// [[examples]]
// title = "none"
// graph = "CREATE (:File:Entity {uid: 'f'})"
// rows = []
// ///
MATCH (p:Process)
WHERE p.host_uid = $host // not $this one, and not '$that'
RETURN p.name AS name,
       p.uid AS uid
ORDER BY name, uid
LIMIT $limit
"""
RULE = """\
// /// rule
// summary = "A thread in another process"
// derives = "INJECTED_INTO"
// scope = "run"
// stage = 2
// [columns]
// source = "uid"
// target = "uid"
// confidence = "likely"
// execution = "the thread"
// before = "what came before"
// [[examples]]
// title = "a thread"
// graph = "CREATE (:Process:Entity {uid: 's'})"
// rows = [{ source = "s" }]
// [[examples]]
// title = "no thread"
// graph = "CREATE (:Process:Entity {uid: 's'})"
// rows = []
// ///
UNWIND $runs AS run
MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(s:Process)-[t:CREATED_THREAD_IN]->(d:Process)
WITH s, d, t
OPTIONAL MATCH (s)-[o:OPENED|SUSPENDED]->(d)
WITH s, d, t, collect(o) AS opens
WITH s, d, t, [o IN opens WHERE o.seq < t.seq] AS earlier
RETURN s.uid AS source, d.uid AS target, 'likely' AS confidence, [t] AS execution, earlier + [] AS before
ORDER BY source, target
"""
WAVES = f"""\
// /// query
// summary = "Onward"
// answer = "waves"
// [params.from]
// type = "string"
// required = true
// example = "4@pc"
// doc = "where to begin"
// [params.until]
// type = "string"
// default = ""
// doc = "when to stop"
// [params.limit]
// type = "integer"
// default = 10
// doc = "most rows"
// [columns]
// step = "number"
// [[examples]]
// title = "one"
// params = {{ from = "p" }}
// graph = "CREATE (:Process:Entity {{uid: 'p'}})"
// rows = [{{ step = 1 }}]
// [[examples]]
// title = "none"
// params = {{ from = "p" }}
// graph = "CREATE (:Process:Entity {{uid: 'p'}})"
// rows = []
// ///
UNWIND $frontier AS f
MATCH (n:Entity {{uid: f.uid}})
CALL (n, f) {{
  MATCH (n)-[r:{FLOW}]->(m) WHERE r.last_us >= f.t
  RETURN r, m ORDER BY r.uid LIMIT $cap
}}
RETURN n.uid AS near, m.uid AS far
ORDER BY near, far
"""


def problems(folder: Path, text: str, kind: str = "queries", name: str = "stored") -> list[tuple[int, str]]:
    area = folder / kind / "area"
    area.mkdir(parents=True, exist_ok=True)
    (area / f"{name}.cypher").write_text(text, encoding="utf-8")
    return [(problem.line, problem.message) for problem in linter.lint(folder)]


def changed(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert text.count(old) >= 1, f"{old!r} is not in the text"
        text = text.replace(old, new, 1)
    return text


def test_our_own_files_have_no_problem() -> None:
    assert linter.lint() == []


def test_the_command_says_nothing_and_ends_well() -> None:
    done = subprocess.run([sys.executable, "-m", "cypher.linter"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_command_prints_problems_and_ends_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = linter.Problem(tmp_path / "x.cypher", 3, "something is wrong")
    monkeypatch.setattr(linter, "lint", lambda: [problem])
    assert linter.main() == 1
    assert capsys.readouterr().out == f"{tmp_path / 'x.cypher'}:3: something is wrong\n"


def test_a_picture_may_bound_itself_by_a_number(tmp_path: Path) -> None:
    free = changed(QUERY, ('// [params.limit]\n// type = "integer"\n// default = 10\n// doc = "most rows"\n', ""))
    assert problems(tmp_path, changed(free, ("LIMIT $limit", "LIMIT 5")), "browser/pictures") == []
    unbounded = problems(tmp_path, changed(free, ("LIMIT $limit", "")), "browser/pictures")
    assert "the answer has no bound" in " ".join(message for _, message in unbounded)


@pytest.mark.parametrize(("text", "kind"), [(QUERY, "queries"), (RULE, "rules"), (WAVES, "queries")])
def test_a_right_file_has_no_problem(tmp_path: Path, text: str, kind: str) -> None:
    assert problems(tmp_path, text, kind) == []


QUERY_MISTAKES = {
    "no header": (("// /// query\n", ""), 1, "expected `// /// query`"),
    "a rule among the queries": (("/// query", "/// rule"), 1, "found `rule`"),
    "a word that the header does not know": (("// attack", "// atttack"), 1, "atttack"),
    "broken TOML": (('// attack = ["T1055.012"]', "// attack = ["), 4, "not valid TOML"),
    "an id that is none": (('"T1055.012"', '"T1055.12"'), 3, "`T1055.12` is no ATT&CK id"),
    "a table column that is not there": (('["name"]', '["nam"]'), 4, "the column `nam` is not declared"),
    "a parameter that is not used": (("host_uid = $host", "host_uid = ''"), 5, "`host` is declared and not used"),
    "a parameter that is not declared": (("= $host", "= $host + $other"), 26, "`$other` is used and not declared"),
    "a default of another type": (("default = 10", 'default = "10"'), 9, "the default of `limit` is no integer"),
    "an example where there is a default": (
        ("// default = 10", "// default = 10\n// example = 5"),
        9,
        "an example if it is required, and only then",
    ),
    "neither default nor required": (('// default = ""\n', ""), 5, "required or have a default"),
    "a declared column that is not returned": (("p.name AS name", "p.name AS nom"), 27, "`name` is declared and not"),
    "a returned column that is not declared": (("p.uid AS uid", "p.uid AS uid, 1 AS one"), 27, "`one` is returned"),
    "columns in another order": (
        ('// name = "its name"\n// uid = "the process"', '// uid = "the process"\n// name = "its name"'),
        27,
        "in another order",
    ),
    "no RETURN": (("RETURN p.name", "WITH p.name"), 30, "there is no RETURN"),
    "an unknown label": (("(p:Process)", "(p:Proces)"), 25, "the schema has no label `Proces`"),
    "an unknown relationship": (
        ("(p:Process)", "(p:Process)-[:SPAWNED|SPAWND]->()"),
        25,
        "the schema has no relationship `SPAWND`",
    ),
    "a property of another kind": (("p.host_uid", "p.hostuid"), 26, "`hostuid` is no property of Process"),
    "a property in a pattern": (("(p:Process)", "(p:Process {pdi: 1})"), 25, "`pdi` is no property of Process"),
    "a property of nothing": (("(p:Process)", "(p:Process)-->(q) WITH p, q.nothing AS x"), 25, "nothing in the schema"),
    "a write": (("RETURN", "SET p.name = ''\nRETURN"), 27, "`SET`: stored texts only read"),
    "a creation": (("RETURN", "CREATE (:Process)\nRETURN"), 27, "`CREATE`: stored texts only read"),
    "a merge in small letters": (("RETURN", "merge (q:Process)\nRETURN"), 27, "`MERGE`: stored texts only read"),
    "a deletion": (("RETURN", "DETACH DELETE p\nRETURN"), 27, "`DELETE`: stored texts only read"),
    "a removal": (("RETURN", "REMOVE p.name\nRETURN"), 27, "`REMOVE`: stored texts only read"),
    "a file": (("MATCH", "LOAD CSV FROM 'file:///x' AS l MATCH"), 25, "`LOAD CSV`: stored texts only read"),
    "a procedure": (("MATCH", "CALL db.labels() YIELD label MATCH"), 25, "`CALL` of a procedure"),
    "no limit": (("LIMIT $limit", ""), 29, "the answer has no bound"),
    "a limit of its own": (("LIMIT $limit", "LIMIT 5"), 30, "the answer has no bound"),
    "no order": (("ORDER BY name, uid\n", ""), 29, "LIMIT without ORDER BY"),
    "a walk without end": (("(p:Process)", "(p:Process)-[:SPAWNED*]->(:Process)"), 25, "without a greatest length"),
    "a walk with a beginning only": (
        ("(p:Process)", "(p:Process)-[:SPAWNED*2..]->(:Process)"),
        25,
        "without a greatest",
    ),
    "a quantified path": (("(p:Process)", "(p:Process)-[:SPAWNED]->+(:Process)"), 25, "without a greatest length"),
    "an open quantifier": (("(p:Process)", "(p:Process)-[:SPAWNED]->{2,}(:Process)"), 25, "without a greatest length"),
    "SHORTEST": (("MATCH", "MATCH ALL SHORTEST"), 25, "`SHORTEST` is not known to both engines"),
    "shortestPath": (
        ("WHERE", "MATCH w = shortestPath((p)-[:SPAWNED*1..3]->(:Process {pid: 4})) WHERE"),
        26,
        "`shortestPath` with its ends inline",
    ),
    "elementId": (("p.uid AS uid", "elementId(p) AS uid"), 28, "identity is `uid`"),
    "apoc": (("p.uid AS uid", "apoc.text.join([], '') AS uid"), 28, "`apoc` is not there"),
    "CYPHER 5": (("MATCH", "CYPHER 5 MATCH"), 25, "must not begin with `CYPHER`"),
    "a dynamic type": (("(p:Process)", "(p:Process)-[:$($host)]->()"), 25, "is a parameter"),
    "an aggregate in a map": (("p.uid AS uid", "{n: count(p)} AS uid"), 28, "`count()` inside of a map"),
    "an aggregate in a map projection": (("p.uid AS uid", "p {.name, n: count(p)} AS uid"), 28, "`count()` inside"),
    "the greatest address": (
        ("(p:Process)\n", "(p:Process)-[a:ALLOCATED_IN]->(:Process) WITH p, max(a.address) AS x\n"),
        25,
        "`max()` of an address",
    ),
    "a look-up without a label": (("(p:Process)", "(p:Process), ({uid: $host})"), 25, "reads `(:Entity {uid"),
    "a look-up with several": (("(p:Process)", "(p:Process|File {uid: $host})"), 25, "reads `(:Entity {uid"),
    "no example that finds": (('rows = [{ uid = "p" }]', "rows = []"), 1, "no example finds something"),
    "no example that must not": (("rows = []", 'rows = [{ uid = "q" }]'), 1, "no example finds nothing"),
    "two examples of one title": (('title = "none"', 'title = "one"'), 17, "2 examples are called `one`"),
    "an example with an unknown column": (("{ uid =", "{ uuid ="), 17, "the column `uuid` is not declared"),
    "an example with an unknown parameter": (
        ('// title = "none"', '// title = "none"\n// params = { hst = "" }'),
        21,
        "the parameter `hst` is not declared",
    ),
    "an example with an unknown property": (("name: 'p.exe'", "nme: 'p.exe'"), 17, "`nme` is no property of Process"),
    "an example with an unknown label": (("(:File:Entity", "(:Fil:Entity"), 21, "the schema has no label `Fil`"),
}


@pytest.mark.parametrize(("edit", "line", "message"), QUERY_MISTAKES.values(), ids=QUERY_MISTAKES)
def test_a_mistake_in_a_query_is_found(tmp_path: Path, edit: tuple[str, str], line: int, message: str) -> None:
    found = problems(tmp_path, changed(QUERY, edit))
    assert any(at == line and message in said for at, said in found), found


RULE_MISTAKES = {
    "an unknown kind": ((('"INJECTED_INTO"', '"INJECTED"'),), 3, "the schema has no `INJECTED`"),
    "a recorded kind": ((('"INJECTED_INTO"', '"SPAWNED"'),), 3, "`SPAWNED` is recorded, not derived"),
    "a recorded node": ((('"INJECTED_INTO"', '"Process"'),), 3, "`Process` is recorded, not derived"),
    "a node without a key": ((('"INJECTED_INTO"', '"Movement"'),), 1, "what is derived has no `key`"),
    "no target": ((("d.uid AS target", "d.uid AS targt"),), 1, "what is derived has no `target`"),
    "a column that is nothing": (
        (("// before", "// name"), ("earlier + [] AS before", "s.name AS name")),
        11,
        "`name` is no property of INJECTED_INTO and holds no steps",
    ),
    "a number of steps": (
        (("earlier + [] AS before", "size(earlier) AS before"),),
        11,
        "`before` is no property of INJECTED_INTO and holds no steps",
    ),
    "a stage that is no number": ((("stage = 2", 'stage = "2"'),), 1, "Expected `int`"),
    "a stage below the first": ((("stage = 2", "stage = -1"),), 5, "the stage is less than 0"),
    "the wrong scope": ((('"run"', '"graph"'),), 4, "scope `run` goes with `$runs`"),
    "no order": ((("ORDER BY source, target\n", ""),), 27, "RETURN without ORDER BY"),
    "a watch that the text does not speak of": (
        (("// stage = 2", '// stage = 2\n// [[watches]]\n// name = "open"\n// apis = ["NtOpenFile"]'),),
        1,
        "the text and the watches do not belong together: `'area/stored:",
    ),
    "a watch of nothing": (
        (("// stage = 2", '// stage = 2\n// [[watches]]\n// name = "open"\n// apis = []'),),
        7,
        "no APIs",
    ),
    "a watch that cannot match": (
        (
            (
                "// stage = 2",
                '// stage = 2\n// [[watches]]\n// name = "open"\n// apis = ["NtOpenFile"]\n// matches = "("',
            ),
        ),
        7,
        "is no regular expression",
    ),
    "a watched argument as a layout spells it": (
        (
            (
                "// stage = 2",
                '// stage = 2\n// [[watches]]\n// name = "open"\n// apis = ["X"]\n// arguments = ["file_path"]',
            ),
        ),
        7,
        "`file_path` is not in lower case without underscores",
    ),
    "another parameter": ((("collect(o)", "collect(o)[$most]"),), 25, "`$most` is used and not declared"),
}


@pytest.mark.parametrize(("edits", "line", "message"), RULE_MISTAKES.values(), ids=RULE_MISTAKES)
def test_a_mistake_in_a_rule_is_found(
    tmp_path: Path, edits: tuple[tuple[str, str], ...], line: int, message: str
) -> None:
    found = problems(tmp_path, changed(RULE, *edits), "rules")
    assert any(at == line and message in said for at, said in found), found


def test_tracking_follows_all_of_the_flow_and_nothing_else(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(WAVES, ("SPAWNED|", "DELETED|")))
    assert [message for _, message in found] == [
        "tracking does not follow `SPAWNED`, which is in FLOW",
        "tracking follows `DELETED`, which is not in FLOW",
    ]


def test_tracking_needs_the_parameters_that_the_runner_takes(tmp_path: Path) -> None:
    without = changed(WAVES, ('// [params.until]\n// type = "string"\n// default = ""\n// doc = "when to stop"\n', ""))
    assert ["`until` is needed" in message for _, message in problems(tmp_path, without)] == [True]


def test_an_overview_needs_the_runs_of_the_rows(tmp_path: Path) -> None:
    text = changed(QUERY, ('// table = ["name"]', "// overview = true"))
    assert problems(tmp_path, text) == [(4, f"an overview needs the column `{name}`") for name in ("log", "run_uid")]


def test_reading_on_after_the_limit_has_no_bound(tmp_path: Path) -> None:
    early = ("WHERE", "WITH p ORDER BY p.uid LIMIT $limit MATCH (p)-[:SPAWNED]->(:Process) WITH p WHERE")
    assert problems(tmp_path, changed(QUERY, early)) == []  # a later LIMIT bounds it again
    found = problems(tmp_path, changed(QUERY, early, ("\nLIMIT $limit", "")))
    assert [message for _, message in found] == ["after `LIMIT $limit` the text reads on: the answer has no bound"]


def test_the_branches_of_a_union_return_the_same(tmp_path: Path) -> None:
    other = "MATCH (f:File) RETURN f.uid AS uid, f.name AS name ORDER BY uid LIMIT $limit UNION ALL\nMATCH"
    found = problems(tmp_path, changed(QUERY, ("MATCH", other)))
    assert [message for _, message in found] == ["the branches of the UNION return different columns"]


def test_a_relationship_called_set_is_no_write(tmp_path: Path) -> None:
    assert problems(tmp_path, changed(QUERY, ("(p:Process)", "(p:Process)-[:SET|WROTE]->()"))) == []


def test_words_in_strings_and_comments_are_no_statements(tmp_path: Path) -> None:
    edit = ("WHERE", "// DELETE everything\n/* CREATE\n(:X) */ WHERE 'MERGE (:Y) $z' <> \"it's SET\" AND")
    assert problems(tmp_path, changed(QUERY, edit)) == []


def test_two_queries_of_one_name_clash(tmp_path: Path) -> None:
    other = tmp_path / "queries" / "elsewhere"
    other.mkdir(parents=True)
    (other / "stored.cypher").write_text(QUERY, encoding="utf-8")
    assert problems(tmp_path, QUERY) == [(1, "`area` has a query of this name already")]


def test_rules_of_one_stage_and_kind_share_their_scope(tmp_path: Path) -> None:
    graph = changed(RULE, ('"run"', '"graph"'), ("UNWIND $runs AS run\n", ""), ("{uid: run}", "{uid: 'r'}"))
    assert problems(tmp_path, graph, "rules", "first") == []
    assert problems(tmp_path, RULE, "rules", "second") == [(4, "another rule of this stage has another scope")]


def test_a_file_name_is_in_lower_case_with_hyphens(tmp_path: Path) -> None:
    assert problems(tmp_path, QUERY, name="Stored_One") == [
        (1, "the file name `Stored_One` is not in lower case with hyphens")
    ]


def test_a_file_that_is_not_utf8_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "x.cypher").write_bytes(b"\xff\xfe")
    assert len(linter.lint(tmp_path)) == 1
