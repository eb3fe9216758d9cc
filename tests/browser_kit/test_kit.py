"""What is in the kit: a favourite for every stored query, rules for every kind, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile

import pytest

from cypher import patterns, tokens
from cypher.browser import favourites, guide, kit, style
from cypher.catalogue import Query, pictures, queries
from graph_model.schema import ENTITY, NODES, RELATIONSHIPS, SUBSETS

TEXTS = favourites.favourites()
STORED: list[Query] = [*pictures().values(), *queries().values()]


def rules() -> dict[str, dict[str, str]]:
    """The style sheet, read as the Browser reads it: rules in their order."""
    found = {}
    for rule in style.sheet().split("}\n"):
        selector, _, inside = rule.partition("{\n")
        lines = [line.strip().rstrip(";").split(": ") for line in inside.splitlines()]
        found[selector.strip()] = dict(lines)
    del found[""]
    return found


def test_every_stored_query_has_a_favourite() -> None:
    assert {path.rpartition("/")[2].removesuffix(".cypher").split()[0] for path in TEXTS} == set(queries())


def test_a_query_that_is_answered_outside_of_the_database_has_a_picture() -> None:
    assert {name for name, query in queries().items() if query.header.answer != "rows"} <= set(pictures())


def test_pictures_bear_the_names_of_queries() -> None:
    assert set(pictures()) <= set(queries())


def test_no_two_favourites_have_one_title() -> None:
    titles = [text.splitlines()[0] for text in TEXTS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: f"{stored.area}/{stored.name}")
def test_the_parameters_of_a_query_are_set_before_it_runs(stored: Query) -> None:
    *parameters, text = favourites.texts(stored)
    lines = [line for part in parameters for line in part.splitlines() if line.startswith(":param ")]
    assert [line.split()[1] for line in lines] == list(stored.header.params)
    assert all(line.endswith(";") for line in lines)
    assert text.splitlines()[0].startswith(f"// {stored.name}")
    assert text.partition("\n")[2] == stored.text


def test_values_are_written_as_cypher_does() -> None:
    values = ["it's C:\\x", 5, True, 0.5, ["a", "b"], []]
    assert list(map(favourites.literal, values)) == ["'it\\'s C:\\\\x'", "5", "true", "0.5", "['a', 'b']", "[]"]


def test_given_values_take_the_place_of_defaults() -> None:
    parameters, _ = favourites.texts(queries()["injection-evidence"], {"injector": 7})
    assert ":param injector => 7;" in parameters
    assert f":param target => {queries()['injection-evidence'].header.params['target'].example};" in parameters


def test_the_archive_holds_the_favourites_and_is_the_same_each_time() -> None:
    made = kit.files()
    with zipfile.ZipFile(io.BytesIO(made[kit.ARCHIVE])) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == TEXTS
    assert kit.files() == made


def test_every_kind_has_its_rule() -> None:
    expected = {f"node.{label}": kind.color for label, kind in NODES.items()}
    assert {name: rule["color"] for name, rule in rules().items() if name in expected} == expected
    assert {f"relationship.{type_}" for type_ in RELATIONSHIPS} <= set(rules())


def test_the_rule_of_the_common_label_gives_way_to_all_others() -> None:
    named = [name for name in rules() if name.startswith("node.")]
    assert named[0] == f"node.{ENTITY}"
    assert all("caption" in rules()[name] for name in named)


def test_findings_are_red_and_thickest() -> None:
    finding = {f"relationship.{type_}" for type_ in SUBSETS["FINDINGS"]}
    others = {name for name in rules() if name.startswith("relationship")} - finding
    assert {rules()[name]["color"] for name in finding} == {style.FINDING}
    thickness = {name: int(rules()[name]["shaft-width"].removesuffix("px")) for name in finding | others}
    assert min(thickness[name] for name in finding) > max(thickness[name] for name in others)


@pytest.mark.parametrize(("color", "text"), [("#000000", "#ffffff"), ("#ffffff", "#0f172a"), ("#2563eb", "#ffffff")])
def test_text_stands_out_from_its_node(color: str, text: str) -> None:
    assert style.text_on(color) == text


def test_captions_hold_nothing_that_the_style_sheet_would_be_cut_at() -> None:
    captions = [rule["caption"] for rule in rules().values() if "caption" in rule]
    assert captions
    assert not [caption for caption in captions if ":" in caption or ";" in caption]


def test_the_guide_walks_through_both_stories() -> None:
    page = guide.page()
    assert page.count("<slide") == page.count("</slide>") > 5
    for name in (
        "injections",
        "injection-paths",
        "injection-evidence",
        "lateral-movement",
        "file-lineage",
        "track-forward",
    ):
        assert f"// {name} " in page
    assert "3344@MWC01" in page


def test_tracks_follow_all_that_flows_and_end_where_tracks_end() -> None:
    """As the linter demands of the stored queries that they stand for."""
    ends = {end for type_ in SUBSETS["FLOW"] for pair in RELATIONSHIPS[type_].ends for end in pair}
    assert {label for label in ends - {"Host"} if NODES[label].ends_a_track} == {"Endpoint"}
    for name in ("track-forward", "track-backward"):
        followed = [
            {type_ for type_, _ in listed} for listed in patterns.names(tokens.tokens(pictures()[name].text)).types
        ]
        assert set(SUBSETS["FLOW"]) in followed
