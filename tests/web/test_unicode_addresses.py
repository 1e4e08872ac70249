"""Non-Latin addresses work everywhere: typed, percent-encoded, in headers and in lists."""

import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from blog.store.db import db, writing
from blog.store.models import Post, Site, Tag
from blog.web import templating
from blog.writing import editing, tags
from tests.conftest import Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled

TITLE = "東京タワーに登る"
PATH = f"/posts/{quote(TITLE)}"


def test_a_post_is_at_its_title_and_every_mention_of_it_is_percent_encoded(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).hub = "https://hub.example/日本語"
    write(TITLE, tags=["日本語", "C++"], language="ja", series="東京")
    page = client.get(f"/posts/{TITLE}")
    assert page.status_code == client.get(PATH).status_code == 200
    assert f'<link rel="canonical" href="http://localhost{PATH}">' in page.text
    assert f'<meta property="og:url" content="http://localhost{PATH}">' in page.text
    assert f'href="/tags/{quote("日本語")}"' in page.text
    assert f"/series/{quote('東京')}" in page.text
    markdown = client.get(f"{PATH}.md")
    assert markdown.headers["Link"] == f'<http://localhost{PATH}>; rel="canonical"'
    for address in ("/feed.atom", "/feed.rss", "/sitemap-posts-1.xml", "/", "/archive/2026/", "/llms.txt"):
        text = client.get(address).text
        assert PATH in text, address
        assert f"/posts/{TITLE}" not in text, address
    assert json.loads(client.get("/feed.json").text)["items"][0]["url"] == f"http://localhost{PATH}"
    tag = quote("日本語")
    feed = client.get(f"/tags/cpp+{tag}/feed.atom")
    assert feed.status_code == 200
    # Only the feed of the whole site names the hub.
    assert client.get("/feed.atom").headers.getlist("Link") == [
        f'<https://hub.example/{tag}>; rel="hub"',
        '<http://localhost/feed.atom>; rel="self"',
    ]
    assert client.get(f"/tags/cpp+{tag}").status_code == 200
    assert client.get(f"/series/{quote('東京')}").status_code == 200
    assert f"/tags/{tag}" in client.get("/tags/").text


def test_a_former_address_leads_to_an_encoded_one_and_back(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    number = write("旅", language="ja")
    with app.app_context(), writing() as session:
        session.get_one(Post, number).slug = "東京の旅"
    moved = client.get(f"/posts/{quote('旅')}")
    assert (moved.status_code, moved.location) == (301, f"/posts/{quote('東京の旅')}")
    assert client.get(moved.location).status_code == 200
    plus_slash = client.get(f"/posts/{quote('東京の旅')}/")
    assert (plus_slash.status_code, plus_slash.location) == (301, f"/posts/{quote('東京の旅')}")


def test_a_letter_typed_in_two_characters_leads_to_the_address(client: FlaskClient, write: Write) -> None:
    whole, apart = "\u30ac", "\u30ab\u3099"
    write(whole, language="ja")
    typed = client.get(f"/posts/{quote(apart)}")
    assert (typed.status_code, typed.location) == (301, f"/posts/{quote(whole)}")


def test_the_form_proposes_the_address_in_the_language_of_the_post(author: AuthorClient) -> None:
    def proposed(title: str, language: str) -> str:
        data = filled(title, language=language)
        part = author.post("/author/preview", data=data, headers={"HX-Request": "true"}).text
        found = re.search(r"(/posts/[^<]*)</p>", part)
        assert found is not None
        return found[1]

    assert proposed("Größe", "de") == "/posts/groesse"
    assert proposed("Größe", "") == "/posts/grosse"
    assert proposed("日本", "ja") == "/posts/日本"
    assert proposed("🚀", "") == "/posts/rocket"


def test_a_post_without_a_language_has_an_address_in_that_of_the_site(
    author: AuthorClient, app: Flask, write: Write
) -> None:
    with app.app_context(), writing() as session:
        session.execute(db.text("UPDATE site SET language = 'de-CH'"))
    assert slug(app, write("Größe")) == "groesse"
    assert slug(app, write("Größe", language="en")) == "grosse"
    author.post("/author/posts/new", data=filled("Öffnung", slug="Übung", action="publish"))
    with app.app_context():
        assert db.session.scalars(db.select(Post.slug)).all()[-1] == "uebung"


def slug(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Post, number).slug


def test_a_published_post_keeps_its_address_and_a_tag_the_one_it_had(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    """Slugs from when Japanese titles became Mandarin and German ones lost their umlauts."""
    names = ["Größe", "日本語"]
    number = write("日本", tags=names, series="Größe")
    with app.app_context():
        with closing(sqlite3.connect(db.engine.url.database or "")) as sql, sql:
            sql.execute("UPDATE post SET slug = 'ri-ben'")
            sql.execute("UPDATE tag SET slug = 'ri-ben-yu' WHERE name = '日本語'")
        other = editing.create(editing.Text("Words.", "Other", tags=names, series="Größe", language="de"))
        slugs = db.session.execute(db.text("SELECT slug FROM tag ORDER BY slug")).scalars().all()
        series = db.session.execute(db.text("SELECT slug FROM series")).scalars().all()
    assert (slugs, series) == (["grosse", "ri-ben-yu"], ["grosse"])
    assert slug(app, number) == "ri-ben"
    assert slug(app, other) == "other"
    for name in names:
        found = client.get("/search", query_string={"q": f"words tag:{name}"}).text
        assert 'href="/posts/ri-ben"' in found, name


def test_a_former_name_of_a_tag_is_known_in_any_language(app: Flask, write: Write) -> None:
    write("One", tags=["Größe"])
    with app.app_context():
        tag = db.session.scalars(db.select(Tag)).one()
        tags.rename(tag.id, "Maße")
        editing.create(editing.Text("Words.", "Two", tags=["Größe"], language="de"))
        assert db.session.scalars(db.select(Tag.name)).all() == ["Maße"]


@pytest.mark.parametrize("name", ["日本語", "Größe", "हिन्दी"])
def test_a_tag_is_found_by_its_own_name(client: FlaskClient, write: Write, name: str) -> None:
    write("One", tags=[name], language="de")
    write("Two")
    answer = client.get(f"/tags/{quote(name)}", follow_redirects=True)
    assert answer.status_code == 200
    assert "1 post" in answer.text


@pytest.mark.parametrize(
    "slug", ["plain", TITLE, "größe", "a+b&c=d", "ünïcode-🇩🇪", "50%", "a;b,c:d@e!$'()*", "-"]
)
@pytest.mark.parametrize("root", ["", "/blog"])
def test_a_post_has_the_same_address_from_the_quick_way_as_from_flask(
    app: Flask, slug: str, root: str
) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        assert templating.post_url(slug) == url_for("posts.post", slug=slug)
