"""The table of contents of a long post, and the ids of its headings."""

import sys
from types import FrameType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from markdown_it.rules_core import StateCore

from blog.text import headings, rendering
from blog.text.contents import LONG, Heading, contents
from tests.conftest import Write

TEXT = "# First `code` & more\n\nWords.\n\n## Part\n\n## Part\n\n# Second\n\n### Deeper\n\n# Third\n"


def test_headings_are_listed_in_two_levels_by_their_words() -> None:
    html = rendering.render(TEXT).html
    assert contents(html, LONG) == [
        Heading(
            "text-first-code-more",
            "First code & more",
            [Heading("text-part", "Part"), Heading("text-part-1", "Part")],
        ),
        Heading("text-second", "Second", []),
        Heading("text-third", "Third", []),
    ]
    assert contents(html, LONG - 1) == ()
    assert contents(rendering.render("## One\n\n## Two").html, LONG) == ()


def test_a_heading_before_the_first_of_the_higher_level_is_not_lost() -> None:
    html = rendering.render("## Before\n\n# One\n\n# Two").html
    assert [heading.text for heading in contents(html, LONG)] == ["Before", "One", "Two"]


def test_no_two_headings_have_one_name_however_many_there_are() -> None:
    html = rendering.render("## Note\n\n" * 3_000 + "## Note 1\n\n## !!!\n").html
    names = [heading.id for heading in contents(html, LONG)]
    assert len(names) == len(set(names)) == 3_001
    assert "<h2>!!!</h2>" in html


def test_naming_ten_times_the_headings_takes_ten_times_the_steps() -> None:
    def steps(count: int) -> int:
        state = StateCore("## Note\n\n" * count, rendering.PARSER, {})
        state.tokens = rendering.PARSER.parse(state.src)
        taken = 0

        def trace(frame: FrameType, event: str, _value: object) -> Any:
            nonlocal taken
            taken += event == "line"
            return trace if frame.f_code is headings.name_headings.__code__ else None

        sys.settrace(trace)
        try:
            headings.name_headings(state)
        finally:
            sys.settrace(None)
        return taken

    assert steps(2_000) < 11 * steps(200)


def test_a_long_post_has_a_table_of_contents_and_a_short_one_none(
    client: FlaskClient, write: Write, app: Flask
) -> None:
    write("Long", body=TEXT + "\n\n" + "word " * LONG)
    write("Short", body=TEXT)
    page = client.get("/posts/long").text
    assert '<nav aria-label="Contents">' in page
    assert '<a href="#text-part-1" dir="auto">Part</a>' in page
    assert '<nav aria-label="Contents">' not in client.get("/posts/short").text
