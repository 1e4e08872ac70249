"""Texts are cut and counted by grapheme clusters."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.text.graphemes import beginning, boundary, fits, length, shortened
from tests.clusters import CLUSTERS, FAMILY, FLAG, TEXTS, cut_inside


@pytest.mark.parametrize("cluster", CLUSTERS, ids=ascii)
def test_what_a_reader_takes_for_one_character_counts_as_one(cluster: str) -> None:
    assert length(cluster) == 1
    assert length(cluster * 7) == 7
    assert fits(cluster * 7, 7)
    assert not fits(cluster * 8, 7)


@given(TEXTS, st.integers(0, 400))
@example("x" + FLAG * 400, 700)
@example("\u0600 \u0308", 2)
@settings(deadline=None)
def test_a_boundary_is_the_last_one_that_is_not_inside_a_character(text: str, at: int) -> None:
    found = boundary(text, at)
    assert found <= max(at, 0)
    assert not cut_inside(text[:found], text)
    assert all(cut_inside(text[:place], text) for place in range(found + 1, min(at, len(text)) + 1))


@given(TEXTS, st.integers(20, 400))
@example("x" + FLAG * 400, 701)
@settings(deadline=None)
def test_what_is_shortened_says_so_and_ends_with_a_whole_character(text: str, most: int) -> None:
    made = shortened(text, most)
    assert len(made) <= most
    assert made == text or (made.endswith("…") and not cut_inside(made[:-1], text))
    assert len(beginning(text, most)) <= most
    assert not cut_inside(beginning(text, most), text)


def test_a_pile_of_marks_is_not_one_character_however_high_it_is() -> None:
    assert length("a" + "\u0301" * 31) == 1
    assert length("a" + "\u0301" * 1_000) == 32
    assert length(FAMILY) == 1
