"""The server limits the length of fields in grapheme clusters; browsers cut off nothing."""

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.media.images import LONGEST_ALT
from blog.writing import dashboard, drafts
from blog.writing.drafts import EditorTab
from tests.clusters import FAMILY, FLAG, cut_inside
from tests.conftest import Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import described, filled, values
from tests.web.author.test_images import upload


@pytest.fixture
def pages(app: Flask, author: AuthorClient, write: Write) -> list[str]:
    write("A post", tags=["ink"], series="Tides")
    upload(author)
    return [
        *("/author/site", "/author/posts/new", "/author/posts/1", "/author/tags/1", "/author/images/"),
        *("/author/series/1", "/author/sessions", "/author/"),
    ]


def test_no_browser_cuts_off_what_is_pasted_into_a_field(author: AuthorClient, pages: list[str]) -> None:
    """`maxlength` counts UTF-16 code units: a flag would count as four."""
    for page in pages:
        answer = author.get(page)
        assert answer.status_code == 200, page
        tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
        bounded = [each for each in tree.iter() if "maxlength" in each.attrib]
        assert all(each.get("inputmode") == "numeric" for each in bounded), page


@pytest.mark.parametrize("letter", ["😀", FAMILY, FLAG], ids=["emoji", "family", "flag"])
def test_a_title_of_200_emoji_is_taken_and_one_of_201_comes_back_whole(
    author: AuthorClient, letter: str
) -> None:
    taken = author.post("/author/posts/new", data=filled(title=letter * 200))
    assert taken.status_code == 303
    assert values(author.get(taken.location).text)["title"] == letter * 200
    refused = author.post("/author/posts/new", data=filled(title=letter * 201))
    assert refused.status_code == 422
    assert "Too long: 201 characters. The maximum is 200." in described(refused.text, "title")
    assert values(refused.text)["title"] == letter * 201
    form = values(author.get("/author/site").text, "form[@enctype]")
    answer = author.post("/author/site", data={**form, "title": letter * 201})
    assert "Too long: 201 characters. The maximum is 200." in described(answer.text, "title")
    assert author.post("/author/site", data={**form, "title": letter * 200}).status_code == 303


@pytest.mark.parametrize("before", ["", "a", "ab"], ids=len)
def test_a_description_that_is_too_long_ends_with_a_whole_character_and_an_ellipsis(
    author: AuthorClient, before: str
) -> None:
    text = before + FAMILY * LONGEST_ALT
    alt = upload(author, alt=text)["alt"]
    assert len(alt) <= LONGEST_ALT
    assert alt.endswith("…")
    assert not cut_inside(alt[:-1], text)


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"], ids=len)
def test_the_desk_shows_whole_characters_of_a_text_that_was_never_saved(
    app: Flask, author: AuthorClient, before: str
) -> None:
    text = before + FLAG * 150 + FAMILY * 50
    with app.app_context():
        drafts.keep(EditorTab("f1", 1, "", 0, ""), filled(body=text))
        [row] = dashboard.page().rows
    assert row.excerpt.endswith("…")
    assert not cut_inside(row.excerpt[:-1], text)
    assert row.excerpt in author.get("/author/").text


def test_a_search_on_the_desk_shows_whole_characters(author: AuthorClient, client: FlaskClient) -> None:
    text = f"a{FLAG * 150}"
    tree = html5lib.parse(author.get("/author/", query_string={"q": text}).text, namespaceHTMLElements=False)
    field = tree.find(".//*[@id='q']")
    assert field is not None
    assert not cut_inside(field.get("value", ""), text)
