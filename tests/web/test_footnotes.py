"""The heading above the footnotes of a post: on its page only."""

from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import writing
from blog.store.models import Site
from tests.conftest import Write

BODY = "Salt keeps[^1].\n\n[^1]: For a year."
HEADING = '<h2 class="visually-hidden">Footnotes</h2>'


def test_the_notes_of_a_post_have_a_heading(client: FlaskClient, write: Write) -> None:
    write("Salt", body=BODY)
    page = client.get("/posts/salt").text
    assert f'<section class="footnotes">\n{HEADING}\n<ol' in page


def test_a_post_without_notes_has_no_such_heading(client: FlaskClient, write: Write) -> None:
    write("Salt", body='Salt keeps. `<section class="footnotes">`')
    assert "Footnotes" not in client.get("/posts/salt").text


def test_it_is_in_the_language_of_the_site(app: Flask, client: FlaskClient, write: Write) -> None:
    write("Salt", body=BODY, language="en")
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).language = "de"
    assert '<h2 class="visually-hidden" lang="de">Fußnoten</h2>' in client.get("/posts/salt").text


def test_it_is_no_word_of_the_author(client: FlaskClient, write: Write) -> None:
    write("Salt", body=BODY)
    for path in ("/", "/feed.atom", "/feed.json", "/posts/salt.md", "/search?q=footnotes"):
        assert HEADING not in client.get(path).text
    assert "Salt keeps" not in client.get("/search?q=footnotes").text
