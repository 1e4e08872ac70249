"""Posts in another language than the site's are marked with it, and only those."""

import json
import re
from xml.etree import ElementTree

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import writing
from blog.store.models import Site
from tests.conftest import Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import described, filled, values

ARABIC = ' lang="ar" dir="rtl"'
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def spoken(app: Flask, language: str) -> None:
    """The site's language, as its author would choose it."""
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).language = language


def test_the_form_takes_a_language_and_gives_it_back_as_it_is_spelt(
    author: AuthorClient, client: FlaskClient
) -> None:
    sent = filled("Title", language=" AR-eg ", action="publish")
    page = author.post("/author/posts/new", data=sent, follow_redirects=True).text
    assert values(page)["language"] == "ar-EG"
    assert '<article class="post h-entry" lang="ar-EG" dir="rtl">' in client.get("/posts/title").text
    address = re.search(r'action="(/author/posts/\d+)\?', page)
    assert address is not None
    author.post(address[1], data={**values(page), "language": "", "action": "save"})
    assert '<article class="post h-entry">' in client.get("/posts/title").text


def test_what_is_no_language_comes_back(author: AuthorClient) -> None:
    answer = author.post("/author/posts/new", data=filled(language="arabic", action="save"))
    assert answer.status_code == 422
    assert described(answer.text, "language") == (
        "“arabic” is not a language tag. Examples: en, pt-BR, zh-Hant."
    )
    assert values(answer.text)["language"] == "arabic"


def test_it_is_said_on_the_post_and_the_words_of_the_site_in_it_are_the_sites(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    write("Foreign", language="ar", tags=["one"], series="Some")
    page = client.get("/posts/foreign").text
    html5lib.HTMLParser(strict=True).parse(page)
    assert f'<article class="post h-entry"{ARABIC}>' in page
    assert '<p class="meta" lang="en">' in page
    assert '<section class="series-place" aria-label="Series" lang="en">' in page
    assert '<ul class="post-tags" aria-label="Tags" lang="en">' in page
    assert '<html lang="en" dir="ltr">' in page
    assert '<meta property="og:locale" content="ar_AR">' in page
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert said is not None
    assert json.loads(said[1])["inLanguage"] == "ar"


def test_it_is_said_wherever_its_title_stands(client: FlaskClient, write: Write) -> None:
    write("Foreign words of salt", body="Some about pepper.", language="ar", tags=["spice"], series="All")
    write("Words of salt", body="Some about pepper.", tags=["spice"], series="All")
    for address in ("/", "/tags/spice", "/search?q=salt", "/series/all"):
        page = client.get(address).text
        html5lib.HTMLParser(strict=True).parse(page)
        assert page.count(ARABIC) == 2, address  # title and text
    for address, times in (
        ("/archive/", 1),
        ("/posts/words-of-salt", 4),
    ):  # parts, previous part, related posts, older post
        page = client.get(address).text
        html5lib.HTMLParser(strict=True).parse(page)
        assert page.count(ARABIC) == times, address


@pytest.mark.parametrize(
    ("site", "post", "said"), [("en", "en", ""), ("en-GB", "en", ' lang="en"'), ("en", "", "")]
)
def test_where_it_is_the_sites_nothing_is_said(
    app: Flask, client: FlaskClient, write: Write, *, site: str, post: str, said: str
) -> None:
    spoken(app, site)
    write("Title", language=post)
    assert f'<article class="post h-entry"{said}>' in client.get("/posts/title").text
    card = re.search(r"<article.*?</article>", client.get("/").text, re.DOTALL)
    assert card is not None
    assert ("lang=" in card[0]) == bool(said)


def test_another_language_of_the_site_shows_in_the_next_response(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("Title", language="ar")
    write("Other")
    assert ARABIC in client.get("/").text
    spoken(app, "ar")
    assert ARABIC not in client.get("/").text.partition("<body")[2]
    write("Left", language="en")
    assert ' lang="en" dir="ltr"' in client.get("/").text


def test_feeds_say_it_entry_by_entry(client: FlaskClient, write: Write) -> None:
    write("Plain")
    write("Foreign", language="pt-BR")
    entries = ElementTree.fromstring(client.get("/feed.atom").data).findall(
        "{http://www.w3.org/2005/Atom}entry"
    )
    assert [entry.get(LANG) for entry in entries] == ["pt-BR", None]
    items = json.loads(client.get("/feed.json").data)["items"]
    assert [item.get("language") for item in items] == ["pt-BR", None]
    items = ElementTree.fromstring(client.get("/feed.rss").data).findall("channel/item")
    dublin = "{http://purl.org/dc/elements/1.1/}language"
    assert [item.findtext(dublin) for item in items] == ["pt-BR", None]


def test_a_preview_is_written_as_the_form_says(author: AuthorClient) -> None:
    for language, said in (("ar", ARABIC), ("ar-", ""), ("", "")):
        page = author.post("/author/preview", data=filled(language=language))
        assert f'<article class="post"{said}>' in page.text
    answer = author.post("/author/posts/new", data=filled(language="ar", action="save"))
    shared = author.post(f"{answer.location}/share", follow_redirects=True).text
    link = re.search(r"http://localhost(/preview/[\w-]+)", shared)
    assert link is not None
    assert f'<article class="post"{ARABIC}>' in author.get(link[1]).text
