"""The table of contents of a long post, and the names of its headings."""

import time

from flask import Flask
from flask.testing import FlaskClient

from blog import rendering
from blog.contents import LONG, Heading, contents
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


def test_naming_ten_times_the_headings_takes_about_ten_times_as_long() -> None:
    def taken(count: int) -> float:
        begun = time.process_time()
        rendering.render("## Note\n\n" * count)
        return time.process_time() - begun

    taken(100)
    assert min(taken(4_000) for _ in range(2)) < 40 * max(taken(400), 0.001)


def test_a_long_post_has_a_table_of_contents_and_a_short_one_none(
    client: FlaskClient, write: Write, app: Flask
) -> None:
    write("Long", body=TEXT + "\n\n" + "word " * LONG)
    write("Short", body=TEXT)
    page = client.get("/posts/long").text
    assert '<nav aria-label="Contents">' in page
    assert '<a href="#text-part-1">Part</a>' in page
    assert '<nav aria-label="Contents">' not in client.get("/posts/short").text
