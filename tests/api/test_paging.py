"""Pages: together they are the whole answer, whatever is loaded in between; a cursor fits its own question only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.paging import page
from graph_model.errors import UsageError

ROWS = [{"n": number} for number in range(7)]


@given(size=st.integers(1, 9), number=st.integers(0, 7))
def test_all_pages_together_are_the_answer(size: int, number: int) -> None:
    rows = ROWS[:number]
    taken, cursor, pages = [], None, 0
    while True:
        wanted = page("q", {"x": 1}, size, cursor)
        known = rows[: wanted.rows_needed]
        found, cursor = wanted.cut(known, more=len(known) < len(rows))
        taken += found
        pages += 1
        if cursor is None:
            break
    assert taken == rows
    assert pages == max(1, -(-number // size))


def test_rows_that_come_in_between_hide_nothing_and_repeat_nothing() -> None:
    first, cursor = page("q", {}, 3, None).cut(ROWS[:3], more=True)
    later = [{"n": -2}, {"n": -1}, *ROWS]
    second, _ = page("q", {}, 3, cursor).cut(later[:6], more=True)
    assert second == [{"n": 3}]
    third, _ = page("q", {}, 3, cursor).cut(later, more=False)
    assert third == [{"n": 3}, {"n": 4}, {"n": 5}]
    assert first == ROWS[:3]


def test_where_the_last_row_is_gone_the_next_page_goes_on_by_number() -> None:
    _, cursor = page("q", {}, 3, None).cut(ROWS[:3], more=True)
    found, _ = page("q", {}, 3, cursor).cut([row for row in ROWS if row["n"] != 2], more=False)
    assert found == [{"n": 4}, {"n": 5}, {"n": 6}]


def test_a_cursor_of_another_question_is_refused() -> None:
    _, cursor = page("q", {"x": 1}, 3, None).cut(ROWS, more=True)
    for name, parameters in (("q", {"x": 2}), ("r", {"x": 1}), ("q", {})):
        with pytest.raises(UsageError, match="another question"):
            page(name, parameters, 3, cursor)


@pytest.mark.parametrize("text", ["", "x", "é", "bm9uZQ", "e30", "a" * 300, "eyJxdWVzdGlvbiI6MX0", "=", "\ud800"])
def test_what_is_no_cursor_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="no cursor"):
        page("q", {}, 3, text)
