"""Contrast according to WCAG 2.2, and colours that meet it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.site import colours

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # From the W3C's pages and WebAIM's contrast checker.
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#000000", 5.25),
    ],
)
def test_contrast_is_the_ratio_of_wcag(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(COLOURS)
def test_every_colour_has_a_tone_for_the_day_and_one_for_the_night(colour: str) -> None:
    assert colours.contrast(colours.by_day(colour), colours.DAY) >= colours.READABLE
    assert colours.contrast(colours.by_night(colour), colours.NIGHT) >= colours.AT_NIGHT


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert colours.by_day(colours.BUILT_IN) == colours.BUILT_IN
