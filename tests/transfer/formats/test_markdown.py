"""Import of Markdown files with front matter."""

import pytest
from flask import Flask

from blog.errors import BlogError, ImportRefused
from blog.transfer import importing
from blog.transfer.entries import Collection
from blog.transfer.formats import markdown
from blog.writing import post_form

TEXT = """+++
title = "One"
tags = ["salt"]
series = "On salt"
part = 4
language = "de"
+++

Some words.
"""


def test_front_matter_brings_a_series_and_a_language(app: Flask) -> None:
    entries = [
        markdown.read(TEXT, source="file:one", slug="one"),
        markdown.read("Only words.", source="file:two", slug="two"),
        markdown.read('+++\nseries = "On Salt"\n+++\nMore.', source="file:three", slug="three"),
    ]
    with app.app_context():
        importing.write(Collection(entries))
        posts = [post_form.opened(number) for number in (1, 2, 3)]
        found = {post.slug: (post.series_id, post.series_part, post.language) for post in posts}
    assert found == {"one": (1, 4, "de"), "two": (None, None, ""), "three": (1, 1, "")}


def test_front_matter_brings_every_field_that_is_stored_as_it_is(app: Flask) -> None:
    text = '+++\ncanonical = "https://elsewhere.example/one"\n+++\nSome words.'
    with app.app_context():
        importing.write(Collection([markdown.read(text, source="file:one", slug="one")]))
        assert post_form.opened(1).canonical_url == "https://elsewhere.example/one"


@pytest.mark.parametrize("part", ["-1", "1.5", "true", '"3"', "100000"])
def test_a_part_that_is_no_number_is_refused(part: str) -> None:
    with pytest.raises(ImportRefused, match=r"The file: part is not a whole number from 0 to 99999\."):
        markdown.read(f"+++\npart = {part}\n+++\nText.", source="file:one", slug="one")


@pytest.mark.parametrize("wrong", ['language = "german"', 'series = "+"', 'canonical = "nowhere"'])
def test_what_is_no_language_or_series_is_refused_with_all_of_the_import(app: Flask, wrong: str) -> None:
    entries = [
        markdown.read("First.", source="file:one", slug="one"),
        markdown.read(f"+++\n{wrong}\n+++\nText.", source="file:two", slug="two"),
    ]
    with app.app_context():
        with pytest.raises(BlogError):
            importing.write(Collection(entries))
        assert post_form.find(1) is None
