"""Excerpts of search results keep the original letters, with matches marked."""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from blog.search import ranking, snippets
from blog.search.query import parsed
from blog.search.snippets import MARKS, WIDTH, Shown
from blog.text.search_tokens import TAIL, UNIT, indexed
from tests.conftest import Write


def shown(app: Flask, number: int, typed: str) -> Shown:
    """With brackets as marks."""
    with app.app_context():
        query = parsed(typed)
        assert [each.id for each in ranking.find(query).posts] == [number]
        found = snippets.shown(query, [number])[number]
    return Shown(*(text.replace(MARKS[0], "[").replace(MARKS[1], "]") for text in found))


@pytest.mark.parametrize(
    ("typed", "title", "text"),
    [
        ("email ", "[E‑Mail] is a queue", "It waits: don’t panic. 東京タワーに登る。 [E-mail] in C++."),
        ("dont ", "E‑Mail is a queue", "It waits: [don’t] panic. 東京タワーに登る。 E-mail in C++."),
        ("mail ", "E‑[Mail] is a queue", "It waits: don’t panic. 東京タワーに登る。 E-[mail] in C++."),
        ("c++ ", "E‑Mail is a queue", "It waits: don’t panic. 東京タワーに登る。 E-mail in [C++]."),
        ("タワー", "E‑Mail is a queue", "It waits: don’t panic. 東京[タワー]に登る。 E-mail in C++."),
        ("登", "E‑Mail is a queue", "It waits: don’t panic. 東京タワーに[登]る。 E-mail in C++."),
        ('"is a queue"', "E‑Mail [is a queue]", "It waits: don’t panic. 東京タワーに登る。 E-mail in C++."),
        (
            "waiting panics ",
            "E‑Mail is a queue",
            "It [waits]: don’t [panic]. 東京タワーに登る。 E-mail in C++.",
        ),
    ],
)
def test_the_letters_that_were_meant_are_marked(
    app: Flask, write: Write, typed: str, title: str, text: str
) -> None:
    number = write("E‑Mail is a queue", body="It waits: don’t panic. 東京タワーに登る。 E-mail in C++.")
    assert shown(app, number, typed) == Shown(title, text)


@pytest.mark.parametrize(
    "around", ["Some other words. ", "これは別の文です。", "👩\u200d👩\u200d👧e\u0301", "กำ"]
)
def test_the_stretch_of_a_long_text_that_has_what_was_found_is_shown(
    app: Flask, write: Write, around: str
) -> None:
    text = f"{around * 400} Lighthouses. {around * 400}"
    found = shown(app, write("Towers", body=text), "lighthouses").text
    assert "[Lighthouses]" in found
    assert found[0] == found[-1] == "…"
    assert len(found) <= 2 * WIDTH
    begin, _, end = found.strip("…").partition("[Lighthouses]")
    assert f"{begin}Lighthouses{end}" in text
    assert end.removeprefix(". ").strip()


def test_a_stretch_begins_with_its_sentence(app: Flask, write: Write) -> None:
    text = f"{'Other words stand here. ' * 60}In this one stand lighthouses. {'And others. ' * 60}"
    assert shown(app, write(body=text), "lighthouses").text.startswith(
        "…In this one stand [lighthouses]. And"
    )


WRITTEN = st.text(
    st.sampled_from("aZäß09 .-'’_+#&/ﬁＡ東京タワーｶﾞสน้ำहिन्दी서\u0301\u00ad\u200d\u200c👩é,。\n"),
    min_size=1,
    max_size=40,
)


@given(WRITTEN, st.data())
def test_what_is_shown_is_the_text_itself_whatever_the_index_marks_in_it(
    text: str, data: st.DataObject
) -> None:
    found = indexed(text)
    content, _, tail = found.content.partition(TAIL)
    marked = [
        f"{MARKS[0]}{token}{MARKS[1]}" if token.strip() and data.draw(st.booleans()) else token
        for token in content.replace(UNIT, f" {UNIT} ").split(" ")
    ]
    highlighted = " ".join(marked).replace(f" {UNIT} ", UNIT) + (TAIL + tail if tail else "")
    shown = snippets.stretch(text, found.places, snippets.matches(highlighted, found.tail), set())
    assert shown.translate({2: None, 3: None}) == " ".join(text.split())
    assert (MARKS[0] in shown) == any(MARKS[0] in token for token in marked)
