"""Parsing of search queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.search import query as queries
from blog.search.query import Query, parsed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Query("")),
        ("boring", Query("boring", words=("boring",), beginning="boring")),
        ("boring ", Query("boring", words=("boring",))),
        ("boring beats", Query("boring beats", words=("boring", "beats"), beginning="beats")),
        ("a", Query("a", words=("a",))),
        ('"boring beats" edge', Query('"boring beats" edge', ("edge",), ("boring beats",), beginning="edge")),
        ('"boring bea', Query('"boring bea', phrases=("boring bea",))),
        ("“boring beats”", Query('"boring beats"', phrases=("boring beats",))),
        ("‟boring beats\uff02", Query('"boring beats"', phrases=("boring beats",))),
        ("rust -go", Query("rust -go", words=("rust",), without=("go",))),
        ('rust -"the go"', Query('rust -"the go"', words=("rust",), without=("the go",))),
        ("tag:ai rust", Query("rust", words=("rust",), tags=("ai",), beginning="rust")),
        ("rust tag:Open-Source", Query("rust", words=("rust",), tags=("open-source",))),
        ("- -- !!! tag: 🎉", Query("- -- !!! 🎉")),
        ("rust rust", Query("rust rust", words=("rust",), beginning="rust")),
        ("multi-cloud", Query("multi-cloud", words=("multi-cloud",), beginning="multi-cloud")),
        ("C++", Query("C++", words=("C++",))),
        ('tag:"C++" rust ', Query("rust", words=("rust",), tags=("cpp",))),
        ("TAG:C# tag:日本語", Query("", tags=("csharp", "日本語"))),
        ('tag:"Machine learning', Query("", tags=("machine-learning",))),
        ("--watch", Query("--watch", words=("--watch",), beginning="--watch")),
        ("run --no-deps -force ", Query("run --no-deps -force", ("run", "--no-deps"), without=("force",))),
        ('-"C++" c', Query('-"C++" c', words=("c",), without=("C++",))),
        ("hashtag:ai ", Query("hashtag:ai", words=("hashtag:ai",))),
        ("one\ttwo\nthree", Query("one two three", words=("one", "two", "three"), beginning="three")),
    ],
)
def test_a_query_has_words_phrases_tags_and_what_shall_not_be_there(typed: str, expected: Query) -> None:
    assert parsed(typed) == expected


@given(st.text())
def test_any_string_is_a_query(typed: str) -> None:
    query = parsed(typed)
    assert len(query.text) <= queries.LONGEST
    assert all(
        any(letter.isalnum() for letter in word) for word in (*query.words, *query.phrases, *query.without)
    )
    assert query.beginning in ("", *query.words)
    again = parsed(query.text)
    assert again._replace(beginning="") == query._replace(beginning="", tags=())


def test_of_a_very_long_query_the_beginning_is_looked_at() -> None:
    query = parsed("word " * 1_000 + "end")
    assert query.words == ("word",)
    assert len(parsed(" ".join(f"w{number}" for number in range(100))).words) == queries.MOST_WORDS
