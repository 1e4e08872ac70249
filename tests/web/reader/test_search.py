"""The search page: results, messages without results, and further pages."""

import re
from datetime import timedelta
from html import unescape

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, Write


def titles(page: str) -> list[str]:
    found = re.findall(r'class="card-title p-name"><a[^>]*>(.*?)</a>', page)
    return [unescape(re.sub("</?mark>", "", title)) for title in found]


def heading(page: str) -> str:
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page.replace("<bdi>", "").replace("</bdi>", ""), re.DOTALL)
    return unescape(found).strip()


def test_what_is_found_is_shown_with_the_words_marked_and_nothing_unescaped(
    client: FlaskClient, write: Write
) -> None:
    write("Caches & <b>bold</b> ideas", body="A cache is a promise: 1 < 2 & “caches” keep it. `<script>`")
    page = client.get("/search?q=cache").text
    assert heading(page) == "1 post with “cache”"
    assert "<mark>Caches</mark> &amp; &lt;b&gt;bold&lt;/b&gt; ideas</a>" in page
    assert (
        "A <mark>cache</mark> is a promise: 1 &lt; 2 &amp; “<mark>caches</mark>” keep it. &lt;script&gt;"
        in page
    )


def test_an_answer_is_the_readers_own_and_kept_by_nobody(client: FlaskClient, write: Write) -> None:
    write("Boring", body="Words.")
    answer = client.get("/search?q=words")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "CDN-Cache-Control" not in answer.headers
    assert '<meta name="robots" content="noindex, follow">' in answer.text
    write("More", body="Words.")
    assert titles(client.get("/search?q=words").text) == ["More", "Boring"]


def test_the_listing_has_the_box_and_the_box_works_as_a_plain_form(client: FlaskClient, write: Write) -> None:
    write("Boring", tags=["AI"])
    page = client.get("/tags/ai").text
    assert '<form class="search-box" id="search" role="search" action="/search"' in page
    assert '<input type="hidden" name="tags" value="ai" form="search">' in page
    assert titles(client.get("/search?q=boring&tags=ai").text) == ["Boring"]
    assert client.get("/search?q=&tags=ai").location == "/tags/ai"
    assert client.get("/search?q=+").location == "/"
    assert client.get("/search?q=tag:ai").location == "/tags/ai"


def test_without_a_query_the_page_says_what_one_can_type(client: FlaskClient, write: Write) -> None:
    write("Boring")
    page = client.get("/search").text
    assert heading(page) == "Search"
    assert "exact phrase" in page
    assert "autofocus" in page
    assert titles(page) == []


def test_tags_narrow_an_answer_and_are_counted_in_it(client: FlaskClient, write: Write) -> None:
    write("One", body="Words.", tags=["AI", "Law"])
    write("Two", body="Words.", tags=["AI"])
    write("Three", body="Else.", tags=["AI"])
    page = client.get("/search?q=words").text
    assert re.search(
        r'href="/search\?q=words&amp;tags=ai"[^>]*><bdi>AI</bdi> <span class="count"><[^>]*>2<', page
    )
    assert re.search(
        r'href="/search\?q=words&amp;tags=law"[^>]*><bdi>Law</bdi> <span class="count"><[^>]*>1<', page
    )
    narrowed = client.get("/search?q=words&tags=ai%2Blaw").text
    assert heading(narrowed) == "1 post with “words” tagged AI and Law"
    assert titles(narrowed) == ["One"]
    assert 'href="/search?q=words&amp;tags=ai"' in narrowed, "the way back from Law"
    assert titles(client.get("/search?q=words tag:law&tags=ai").text) == ["One"]
    assert client.get("/search?q=words&tags=nothing").status_code == 200
    assert titles(client.get("/search?q=words&tags=nothing").text) == []
    assert client.get("/search?q=a&tags=" + "+".join("abcdefghi")).status_code == 400


def test_if_nothing_is_found_the_nearest_spelling_and_the_tags_are_there(
    client: FlaskClient, write: Write
) -> None:
    write("Databases", body="Words.", tags=["Data"])
    page = client.get("/search?q=databasse").text
    assert heading(page) == "Nothing found for “databasse”"
    assert 'Did you mean <a href="/search?q=databases"><bdi>databases</bdi></a>?' in page
    assert 'href="/search?q=databasse&amp;tags=data"' in page
    some = client.get("/search?q=words submarines").text
    assert heading(some) == "No post has all words of “words submarines”. 1 post has some of them"
    assert titles(some) == ["Databases"]


def test_paging_by_links_shows_every_post_once(client: FlaskClient, write: Write) -> None:
    for number in range(40):
        write(f"Post {number}", body="Words.", published_at=NOON - timedelta(days=number))
    seen, address = [], "/search?q=words"
    while address:
        page = client.get(address).text
        seen += titles(page)
        older = re.search(r'<a rel="next" href="([^"]*)"', page)
        address = unescape(older[1]) if older else ""
    assert seen == [f"Post {number}" for number in range(40)]
    last = re.findall(r'data-cursor="([^"]*)"', client.get("/search?q=words").text)[-1]
    restored = client.get(f"/search?q=words&upto={last}").text
    assert titles(restored) == seen[:12]


@pytest.mark.parametrize("cursor", ["x", "1", "1_2", "-1_2_3", "01_2_3", "9" * 30 + "_1_1", "1_1_1_1"])
@pytest.mark.parametrize("name", ["after", "upto"])
def test_a_place_that_was_made_up_is_a_plain_error(
    client: FlaskClient, write: Write, name: str, cursor: str
) -> None:
    write("Boring", body="Words.")
    assert client.get(f"/search?q=words&{name}={cursor}").status_code == 400


@given(st.text(max_size=60), st.text(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_the_page_is_whole(app: Flask, client: FlaskClient, typed: str, tags: str) -> None:
    answer = client.get("/search", query_string={"q": typed, "tags": tags})
    assert answer.status_code in {200, 302, 400}
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "<script>" not in answer.text
