"""Autosaved drafts: the latest of several texts of a tab is kept."""

from collections.abc import Iterator

import pytest
from flask import Flask

from blog.writing import drafts
from blog.writing.drafts import EditorTab
from blog.writing.fields import Fields
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def inside(app: Flask, clock: Clock) -> Iterator[None]:
    with app.app_context():
        yield


def keep(sent: int, body: str, *, explicit: bool = False) -> None:
    drafts.keep(EditorTab("one", sent), {"title": "A title", "body": body}, explicit=explicit)


def kept() -> Fields:
    draft = drafts.unsaved(EditorTab("one"))
    assert draft
    return draft.fields


@pytest.mark.parametrize(
    ("arriving", "expected"), [((1, 2), "second"), ((2, 1), "first"), ((1, 1), "first"), ((0, 0), "first")]
)
def test_a_text_that_is_not_later_than_the_one_that_is_kept_changes_nothing(
    arriving: tuple[int, int], expected: str
) -> None:
    for sent, body in zip(arriving, ("first", "second"), strict=True):
        keep(sent, body)
    assert kept()["body"] == expected


def test_after_a_button_was_pressed_no_text_that_was_sent_before_comes_through() -> None:
    """Without JavaScript, requests are not numbered: the number is lower than what the script sent before."""
    keep(5, "typed")
    keep(0, "explicit", explicit=True)
    for sent in (1, 5, 6):
        keep(sent, "late")
        assert kept()["body"] == "explicit", sent
    assert drafts.sequence_of("one") == 6
    keep(7, "typed on")
    assert kept()["body"] == "typed on"


def test_a_button_that_is_pressed_twice_sends_one_text() -> None:
    keep(0, "explicit", explicit=True)
    keep(0, "explicit", explicit=True)
    assert drafts.sequence_of("one") == 0
    keep(0, "explicit again", explicit=True)
    assert (kept()["body"], drafts.sequence_of("one")) == ("explicit again", 1)
