"""Mistyped addresses, and those lengthened by mail programs, redirect to the right one in one hop; others are a 404."""

# ruff: noqa: RUF001 -- marks that look like others are what this is about

import unicodedata
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import NOON, Clock, Prepared, Write, pen

LEADS = {
    "/posts/x/": "/posts/x",
    "/posts/X": "/posts/x",
    "/posts/x)": "/posts/x",
    "/posts/x).": "/posts/x",
    "/posts/x,": "/posts/x",
    "/posts/x”": "/posts/x",
    '/posts/x">': "/posts/x",
    "/posts/x…": "/posts/x",
    "/posts/x。": "/posts/x",
    "/posts/x~~": "/posts/x",
    "/posts/x/).": "/posts/x",
    "/posts//x": "/posts/x",
    "/posts/x_": "/posts/x",
    "/posts/x.html": "/posts/x",
    "/posts/x/index.html": "/posts/x",
    "/posts/x.php": "/posts/x",
    "/posts/x&gt;": "/posts/x",
    "/posts/x&quot;": "/posts/x",
    "/posts/x&amp;": "/posts/x",
    "/posts/x&": "/posts/x",
    "/posts/x+": "/posts/x",
    "/posts/x。次": "/posts/x",
    "/posts/x）です": "/posts/x",
    "/posts/x（次": "/posts/x",
    "/posts/x.MD": "/posts/x.md",
    "/posts/x.md。次": "/posts/x.md",
    "/posts/index.xml": "/feed.atom",
    "/posts/feed/": "/feed.atom",
    "/posts/rss.xml": "/feed.rss",
    "/post/x": "/posts/x",
    "/Posts/x": "/posts/x",
    "/posts/x.md/": "/posts/x.md",
    "/posts/X.md": "/posts/x.md",
    "/tags/ai/": "/tags/ai",
    "/tags/AI": "/tags/ai",
    "/tags/ai)": "/tags/ai",
    "/tags/security+ai": "/tags/ai+security",
    "/tags/AI+Security": "/tags/ai+security",
    "/tags/C++": "/tags/cpp",
    "/tags/Zero Trust": "/tags/zero-trust",
    "/tags": "/tags/",
    "/tags/.": "/tags/",
    "/tags/RSS": "/tags/rss",
    "/tags/json/": "/tags/json",
    "/tag/ai": "/tags/ai",
    "/tags/index.html": "/tags/",
    "/tags/ai/feed": "/tags/ai/feed.atom",
    "/tags/AI/rss.xml": "/tags/ai/feed.rss",
    "/series/Boring": "/series/boring",
    "/series/boring/": "/series/boring",
    "/series/boring/feed": "/series/boring/feed.atom",
    "/archive": "/archive/",
    "/archive/2026": "/archive/2026/",
    "/archive/2026)": "/archive/2026/",
    "/archive/２０２６/": "/archive/2026/",
    "/archive/٢٠٢٦": "/archive/2026/",
    "/archive/2026。次": "/archive/2026/",
    "/tags/ai」と": "/tags/ai",
    "/feed.atom。次": "/feed.atom",
    "/search/": "/search",
    "/Search": "/search",
    "/feed": "/feed.atom",
    "/feed/": "/feed.atom",
    "/feeds": "/feed.atom",
    "/rss": "/feed.rss",
    "/rss.xml": "/feed.rss",
    "/feed.xml": "/feed.atom",
    "/atom.xml": "/feed.atom",
    "/index.xml": "/feed.atom",
    "/feed/rss": "/feed.rss",
    "/feed.json/": "/feed.json",
    "/sitemap.xml/": "/sitemap.xml",
    "/robots.txt.": "/robots.txt",
    "/index.html": "/",
    "/index": "/",
}
NOWHERE = (
    "/nothing",
    "/posts/nothing/",
    "/posts/draft/",
    "/posts/Later",
    "/posts/",
    "/tags/nothing/",
    "/tags/draft-only/",
    "/series/nothing/",
    "/archive/1999)",
    "/tags/C#",
    "/wp-login.php",
    "/author-x/",
    "/posts/" + "x" * 600 + "/",
    "/tags/" + "+".join("abcdefghijk") + "/",
    "/nothing/feed",
    "/preview/x)",
    "/media/x)",
)


def write_some_posts(app: Flask) -> None:
    write = pen(app)
    write(
        "X", tags=["AI", "Security", "C++", "Zero Trust", "RSS", "JSON"], series="Boring", published_at=NOON
    )
    write("Draft", tags=["Draft only"], draft=True)
    write("Later", published_at=NOON + timedelta(days=1))


@pytest.fixture(scope="module")
def with_some_posts(prepared: Prepared) -> Path:
    return prepared(write_some_posts)


@pytest.fixture
def beginning(with_some_posts: Path) -> Path:
    return with_some_posts


@pytest.fixture
def some_posts(clock: Clock) -> None:
    """They exist from the start; the clock shows noon."""


LEADS_BY_WERKZEUG = {"/posts//x", "/tags", "/archive", "/archive/2026"}


@pytest.mark.parametrize(("typed", "right"), LEADS.items())
@pytest.mark.usefixtures("some_posts")
def test_one_hop_leads_to_the_right_address(client: FlaskClient, typed: str, right: str) -> None:
    answer = client.get(quote(typed, safe="/+&;"), headers={"Host": "localhost"})
    assert answer.status_code == (308 if typed in LEADS_BY_WERKZEUG else 301)
    assert answer.location.removeprefix("http://localhost") == right
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(right).status_code == 200


@pytest.mark.parametrize("wrong", NOWHERE)
@pytest.mark.usefixtures("some_posts")
def test_an_address_at_which_there_is_nothing_stays_unknown_and_fills_no_cache(
    app: Flask, client: FlaskClient, wrong: str
) -> None:
    if wrong == "/posts/":
        assert (client.get(wrong).status_code, client.get(wrong).location) == (302, "/")
    else:
        assert client.get(quote(wrong, safe="/+")).status_code == 404
    assert not app.extensions["page_cache"].store.entries


@pytest.mark.usefixtures("some_posts")
def test_the_address_of_all_posts_leads_to_the_front_page_for_now(client: FlaskClient) -> None:
    answer = client.get("/posts?utm_source=x")
    assert (answer.status_code, answer.location) == (302, "/?utm_source=x")


@pytest.mark.usefixtures("some_posts")
def test_a_tag_is_found_by_the_name_it_has(app: Flask, client: FlaskClient, write: Write) -> None:
    write("Japanese", tags=["日本語", "Größe"])
    for name in ("日本語", "Größe", "GRÖSSE", unicodedata.normalize("NFD", "Größe")):
        answer = client.get(f"/tags/{quote(name)}")
        followed = client.get(answer.location) if answer.status_code == 301 else answer
        assert followed.status_code == 200, name


def test_a_post_is_found_by_the_title_it_has(client: FlaskClient, write: Write) -> None:
    for title in ("Größe", "What's new?", "東京タワー"):
        write(title)
    for typed, right in {
        "größe": "grosse", "GRÖSSE": "grosse", unicodedata.normalize("NFD", "Größe"): "grosse",
        "What's new": "whats-new", "what’s-new": "whats-new", "東京タワー。": quote("東京タワー"),
    }.items():  # fmt: skip
        assert client.get(f"/posts/{quote(typed)}").location == f"/posts/{right}"


@pytest.mark.usefixtures("some_posts")
def test_only_reading_is_led_on(client: FlaskClient) -> None:
    assert client.post("/posts/x/", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


@pytest.mark.parametrize(
    "address", ["/?after=", "/?upto=", "/?after=&upto=", "/tags/ai?after=", "/search?q=x&after="]
)
@pytest.mark.usefixtures("some_posts")
def test_an_argument_without_a_value_is_as_good_as_none(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data == client.get(address.replace("after=", "").replace("upto=", "").rstrip("?&")).data


@pytest.mark.parametrize(
    "path", ["/tags", "//tags", "//evil.test/..//tags", "/archive/2026", "/posts/x/", "/feed"]
)
@pytest.mark.usefixtures("some_posts")
def test_no_redirect_is_made_of_what_the_request_says_of_the_host(client: FlaskClient, path: str) -> None:
    for host in ("localhost:999", "127.0.0.1"):
        answer = client.get(path, base_url=f"https://{host}")
        if answer.status_code != 404:
            assert answer.location.removeprefix("http://localhost").startswith("/")
            assert not answer.location.removeprefix("http://localhost").startswith("//")
            assert "Cache-Control" in answer.headers
