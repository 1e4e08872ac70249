"""Direction control characters: balanced ones are kept, others are removed."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from blog.text.bidi import OVERRIDES, TURNING, level
from blog.text.rendering import render
from blog.text.sanitizing import tidy
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u202eb\u202cc", "abc"),
        ("a\u202db\u202cc", "abc"),
        ("a\u202cb", "ab"),
        ("a\u2069b", "ab"),
        ("a\u202bb", "ab"),
        ("a\u2067b", "ab"),
        ("a\u2067b\u2069c", "a\u2067b\u2069c"),
        ("a\u202bb\u202cc", "a\u202bb\u202cc"),
        ("\u202a\u202eb\u202cc\u202c", "\u202abc\u202c"),
        ("\u2066a\u202bb\u2069\u202c", "\u2066ab\u2069"),
        ("\u2066a\u202cb\u2069", "\u2066ab\u2069"),
        ("\u202ba\nb\u202c", "a\nb"),
        ("\u2068\u2067a\u2069", "\u2067a\u2069"),
        ("\u200ea\u200fb\u200d", "\u200ea\u200fb\u200d"),
    ],
)
def test_what_is_whole_stays_and_the_rest_is_taken_out(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text(st.sampled_from("ab\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")))
def test_nothing_is_left_that_has_no_beginning_or_no_end(text: str) -> None:
    once = level(text)
    assert level(once) == once
    assert TURNING.sub("", once) == TURNING.sub("", text)
    assert not set(once) & set(OVERRIDES)
    for line in once.split("\n"):
        assert line.count("\u202c") == sum(map(line.count, "\u202a\u202b"))
        assert line.count("\u2069") == sum(map(line.count, "\u2066\u2067\u2068"))


def test_references_in_a_text_bring_none_back() -> None:
    html = render("a&#x202e;b&#x202c;c <b title='&#x202b;'>d</b>").html
    assert not TURNING.search(html)
    assert "abc" in html


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("body", "a\u202eb\u202cc"),
        ("body", "a\u202cb"),
        ("excerpt", "a\u2069b"),
        ("tags", "o\u202ene"),
        ("title", "a\u202cb"),
    ],
)
def test_the_author_is_told(author: AuthorClient, app: Flask, field: str, text: str) -> None:
    page = author.post("/author/posts/new", data=filled(**{field: text}), follow_redirects=True).text
    sentence = "removed from the title" if field == "title" else "Invisible control characters"
    assert sentence in page
    assert not TURNING.search(page)


def test_of_a_whole_isolate_in_the_text_nothing_is_said(author: AuthorClient) -> None:
    page = author.post("/author/posts/new", data=filled(body="a\u2067b\u2069c"), follow_redirects=True).text
    assert "Invisible control characters" not in page
    assert "a\u2067b\u2069c" in page
