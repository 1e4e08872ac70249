"""Renaming, merging and deleting tags, and their addresses."""

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.store.db import db
from blog.store.models import Tag
from tests.conftest import Write
from tests.signing_in import AuthorClient


def number(app: Flask, slug: str) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(Tag.id).where(Tag.slug == slug)).one()


def led(client: FlaskClient, path: str) -> str:
    """The existing page that `path` redirects to in one hop."""
    hop = client.get(path)
    assert hop.status_code == 301, path
    assert client.get(hop.location).status_code == 200, hop.location
    return hop.location


@pytest.fixture
def tagged(write: Write) -> None:
    write("One", tags=["Artificial Intelligence", "Notes"])
    write("Two", tags=["Artificial Intelligence", "AI"])
    write("Three", tags=["AI", "Secret plan"], draft=True)


def change(author: AuthorClient, app: Flask, slug: str, what: str, **data: object) -> TestResponse:
    answer = author.post(f"/author/tags/{number(app, slug)}/{what}", data=data)
    assert answer.status_code == 303, answer.text
    return answer


def test_the_page_counts_and_leads_to_each(author: AuthorClient, app: Flask, tagged: None) -> None:
    page = author.get("/author/tags/").text
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<span>1 published, 1 unpublished</span>" in page
    assert "<span>0 published, 1 unpublished</span>" in page
    one = author.get(f"/author/tags/{number(app, 'ai')}").text
    html5lib.HTMLParser(strict=True).parse(one)
    assert '<option value="' in one
    assert author.get("/author/tags/999").status_code == 404


def test_renaming_moves_the_address_and_shows_in_the_next_response(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None
) -> None:
    assert "Machine thinking" not in client.get("/").text
    change(author, app, "artificial-intelligence", "rename", name="  Machine   thinking ")
    assert "Machine thinking" in client.get("/").text
    assert "2 posts tagged Machine thinking" in client.get("/tags/machine-thinking").text
    assert led(client, "/tags/artificial-intelligence") == "/tags/machine-thinking"
    assert led(client, "/tags/notes+artificial-intelligence") == "/tags/machine-thinking+notes"
    assert client.get("/tags/artificial-intelligence").headers["Cache-Control"] == "no-cache"


def test_a_chain_of_names_is_one_hop_and_a_name_taken_back_is_none(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None
) -> None:
    for old, new in (("notes", "Scraps"), ("scraps", "Jottings"), ("jottings", "Notes"), ("notes", "Asides")):
        change(author, app, old, "rename", name=new)
    for old in ("notes", "scraps", "jottings"):
        assert led(client, f"/tags/{old}") == "/tags/asides"
    change(author, app, "asides", "rename", name="Notes")
    assert client.get("/tags/notes").status_code == 200
    assert led(client, "/tags/asides") == "/tags/notes"


def test_merging_joins_the_posts_and_the_addresses(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None
) -> None:
    change(author, app, "ai", "rename", name="KI")
    assert "Artificial Intelligence" in client.get("/tags/").text
    change(author, app, "artificial-intelligence", "merge", into=number(app, "ki"))
    assert "Artificial Intelligence" not in client.get("/tags/").text
    assert "2 posts tagged KI" in client.get("/tags/ki").text
    for old in ("ai", "artificial-intelligence", "ai+artificial-intelligence", "ki+ai"):
        assert led(client, f"/tags/{old}") == "/tags/ki"
    assert "<span>2 published, 1 unpublished</span>" in author.get("/author/tags/").text


def test_deleting_keeps_the_posts_and_leads_to_all_tags(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None
) -> None:
    assert 'p-category">Notes' in client.get("/").text
    change(author, app, "notes", "delete")
    assert 'p-category">Notes' not in client.get("/").text
    assert client.get("/posts/one").status_code == 200
    assert led(client, "/tags/notes") == "/tags/"
    assert led(client, "/tags/ai+notes") == "/tags/ai"


def test_a_tag_made_again_has_its_address_back(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None, write: Write
) -> None:
    change(author, app, "notes", "delete")
    write("Four", tags=["Notes"])
    assert "1 post tagged Notes" in client.get("/tags/notes").text


def test_who_types_a_former_name_means_the_tag_that_has_it_now(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None, write: Write
) -> None:
    change(author, app, "ai", "merge", into=number(app, "artificial-intelligence"))
    write("Four", tags=["AI"])
    write("Five", tags=["Ai", "Artificial Intelligence"])
    assert "4 posts tagged Artificial Intelligence" in client.get("/tags/artificial-intelligence").text


def test_what_only_drafts_carry_gives_nothing_away(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None
) -> None:
    change(author, app, "secret-plan", "rename", name="Hidden plan")
    for slug in ("secret-plan", "hidden-plan", "ai+secret-plan", "never-there", "never+ai"):
        assert client.get(f"/tags/{slug}").status_code == 404


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "cannot be a tag: it has no letters or digits."),
        ("+", "“+” cannot be a tag"),
        ("x" * 61, "too long for a tag. The maximum is 60 characters"),
        ("notes", "The tag “Notes” already exists. Merge the two instead."),
        ("Berlin, Germany", "commas separate tags"),
        ("Old name", "a former name of the tag “Artificial Intelligence”"),
    ],
)
def test_a_name_that_cannot_be_comes_back_with_a_sentence(
    author: AuthorClient, app: Flask, tagged: None, name: str, sentence: str
) -> None:
    change(author, app, "artificial-intelligence", "rename", name="Old name")
    change(author, app, "old-name", "rename", name="Artificial Intelligence")
    answer = author.post(f"/author/tags/{number(app, 'ai')}/rename", data={"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text
    assert 'aria-describedby="name-wrong name-help" aria-invalid="true" autofocus' in answer.text


@pytest.mark.parametrize("into", ["", "itself", "999", "x"])
def test_merging_into_nothing_changes_nothing(
    author: AuthorClient, client: FlaskClient, app: Flask, tagged: None, into: str
) -> None:
    ai = number(app, "ai")
    answer = author.post(f"/author/tags/{ai}/merge", data={"into": ai if into == "itself" else into})
    assert answer.status_code == 422
    assert "Choose another tag to merge into." in answer.text
    assert client.get("/tags/ai").status_code == 200
