"""One line of a script with the place of an error under it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from runtime.cli.source_excerpt import Excerpt, excerpt
from runtime.cli.terminal import visible


def test_caret_stands_under_the_column() -> None:
    assert excerpt("var a;\nf(b);\n", 2, 3, 80) == Excerpt("f(b);", 2)


def test_tabs_become_blanks_up_to_the_next_stop() -> None:
    assert excerpt("\tif (a)\tb();", 1, 2, 80) == Excerpt("    if (a)  b();", 4)


def test_wide_characters_push_the_caret_two_cells_each() -> None:
    assert excerpt("'漢字', x", 1, 7, 80) == Excerpt("'漢字', x", 8)


def test_control_characters_are_shown_as_escapes() -> None:
    assert excerpt("a\x1b[2Jb", 1, 3, 80) == Excerpt("a\\x1b[2Jb", 5)


def test_long_line_is_cut_on_both_sides_of_the_column() -> None:
    found = excerpt("a" * 100 + "X" + "b" * 100, 1, 101, 32)
    assert found == Excerpt("…" + "a" * 10 + "X" + "b" * 19 + "…", 11)


def test_column_behind_the_end_marks_the_place_after_the_line() -> None:
    assert excerpt("f(\n", 1, 9, 80) == Excerpt("f(", 2)


def test_without_a_column_there_is_no_caret() -> None:
    assert excerpt("f(b);", 1, None, 80) == Excerpt("f(b);", None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_lines_end_as_the_language_says(end: str) -> None:
    assert excerpt(f"a();{end}b();{end}", 2, 1, 80) == Excerpt("b();", 0)


def test_line_that_the_source_lacks_has_no_excerpt() -> None:
    assert excerpt("a();", 2, 1, 80) is None
    assert excerpt("a();", 0, 1, 80) is None


@given(
    st.text(st.characters(exclude_characters="\n\r\u2028\u2029"), max_size=200),
    st.integers(1, 800),
    st.integers(20, 60),
)
def test_excerpt_always_fits_and_its_caret_is_in_it(line: str, column: int, width_cells: int) -> None:
    found = excerpt(line, 1, column, width_cells)
    assert found is not None
    assert found.caret_cells is not None
    assert cell_len(found.text) <= width_cells
    assert 0 <= found.caret_cells <= cell_len(found.text)
    assert visible(found.text) == found.text
