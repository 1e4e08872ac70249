"""Word counts in any script. tests/browser/test_word_count.py counts the same texts in the form."""

import tomllib
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from blog.store.db import writing
from blog.store.models import Post
from blog.text import word_count
from blog.text.rendering import render
from blog.writing import backfill
from tests.conftest import DATA, Write

TEXTS: list[dict[str, Any]] = tomllib.loads((DATA / "word-counts.toml").read_text())["text"]


@pytest.mark.parametrize("each", TEXTS, ids=[each["name"] for each in TEXTS])
def test_a_text_has_as_many_words_as_its_readers_find(each: dict[str, Any]) -> None:
    assert render(each["text"] * each.get("times", 1)).words == each["words"]


@given(st.text(), st.text())
@example("a", "猫")
@example("ก", "ข")
def test_a_text_has_no_fewer_words_than_its_beginning_and_no_more_than_its_characters(
    one: str, two: str
) -> None:
    assert word_count.words(one) <= word_count.words(one + two) <= len(one + two)


def test_reading_takes_at_least_a_minute_and_half_a_minute_counts_as_a_whole_one() -> None:
    assert [word_count.minutes(words) for words in (0, 229, 344, 345, 575, 2300)] == [1, 1, 1, 2, 3, 10]


def test_5400_characters_of_japanese_take_ten_minutes() -> None:
    text = "吾輩は猫である。" * 675
    assert len(text) == 5_400
    assert word_count.minutes(word_count.words(text)) == 10


def test_a_stored_post_is_counted_again_at_an_upgrade(app: Flask, client: FlaskClient, write: Write) -> None:
    body = "吾輩は猫である。" * 675
    write("Cat", body=body)
    with app.app_context():
        with writing() as session:
            session.execute(sa.update(Post).values(word_count=1, renderer=2, excerpt=f"{body[:235]}…"))
        assert "1 min read" in client.get("/posts/cat").text
        assert backfill.some() == 1
    page = client.get("/posts/cat").text
    assert "10 min read" in page
    assert '"wordCount":2363' in page.replace(" ", "")
    home = client.get("/").text
    assert "10 min read" in home
    assert f"{body[:240]}<" in home, "and the excerpt ends where a sentence does"
