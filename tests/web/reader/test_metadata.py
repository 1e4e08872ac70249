"""Metadata of pages, compared with the page and the database."""

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import html5lib
import mf2py
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.errors import BlogError
from blog.store.db import db, writing
from blog.store.models import Post, Site
from blog.web.reader.metadata import og_locale
from blog.writing import editing, preview_links
from tests.conftest import NOON, Clock, Write
from tests.pictures import picture
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled
from tests.web.author.test_images import upload

AUTHOR = "Ada “A” <Lovelace> & Sons"


def head(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    # Strict: raises at the first error.
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text).find("head")


def tags(client: FlaskClient, address: str) -> dict[str, list[str]]:
    """The `<meta>` elements of a page, by name or property."""
    found: dict[str, list[str]] = {}
    for meta in head(client, address).iter("meta"):
        name = meta.get("property") or meta.get("name")
        if name:
            found.setdefault(name, []).append(meta.get("content"))
    return found


def posting(client: FlaskClient, address: str) -> dict[str, Any]:
    """The JSON-LD about the page itself."""
    [said] = [each for each in structured(client, address) if each["@type"] != "BreadcrumbList"]
    return said


def structured(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """All JSON-LD of a page."""
    scripts = [each for each in head(client, address).iter("script") if not each.get("src")]
    assert all(script.get("type") == "application/ld+json" for script in scripts)
    return [json.loads(script.text) for script in scripts]


def way(client: FlaskClient, address: str) -> list[tuple[str, str]]:
    """Names and addresses of the breadcrumbs of a page, including itself."""
    [said] = [each for each in structured(client, address) if each["@type"] == "BreadcrumbList"]
    assert said["@context"] == "https://schema.org"
    steps = said["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert {step["@type"] for step in steps} == {"ListItem"}
    return [(step["name"], step["item"].removeprefix("http://localhost")) for step in steps]


def canonical(client: FlaskClient, address: str) -> str | None:
    [link] = [each for each in head(client, address).iter("link") if each.get("rel") == "canonical"]
    found: str | None = link.get("href")
    return found


def change(app: Flask, **values: object) -> None:
    with app.app_context(), writing() as session:
        for name, value in values.items():
            setattr(session.get_one(Site, 1), name, value)


@pytest.fixture
def site(app: Flask) -> None:
    change(app, author=AUTHOR, title="Salt & “Pepper”", tagline="About <food>.", language="de-AT")


@pytest.fixture
def cover(author: AuthorClient, client: FlaskClient) -> str:
    """A published post with a cover of 2000 by 1000 pixels; the address of its page."""
    told = upload(author, picture(2000, 1000), alt='Two "colours"')
    sent = filled("Covered", tags="Salt, old <things>", cover=told["hash"], action="publish")
    assert author.post("/author/posts/new", data=sent).status_code == 303
    return "/posts/covered"


@pytest.fixture
def three(write: Write, clock: Clock) -> None:
    """Three posts, the second of which is first on `/?after=1795435200000000_2`."""
    for number in range(3):
        write(f"Post {number}", tags=["salt", "pepper"], published_at=NOON - timedelta(days=number))


# --- posts


def test_a_post_says_in_json_what_its_page_and_the_database_say(
    site: None, app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    post_id = write("Some <title>", body="Three words here.", tags=["salt", "old things"])
    clock.advance(days=1)
    with app.app_context():
        post = db.session.get_one(Post, post_id)
        said = posting(client, f"/posts/{post.slug}")
        address = f"http://localhost/posts/{post.slug}"
        assert said["@context"] == "https://schema.org"
        assert said["@type"] == "BlogPosting"
        assert said["headline"] == post.title == "Some <title>"
        assert said["description"] == post.excerpt == "Three words here."
        assert said["wordCount"] == post.word_count == 3
        assert said["url"] == said["mainEntityOfPage"] == address
        assert datetime.fromisoformat(said["datePublished"]) == post.published_at
        assert said["dateModified"] == said["datePublished"]
        assert said["keywords"] == ["old things", "salt"]
        assert said["inLanguage"] == "de-AT"
        assert said["author"] == {"@type": "Person", "name": AUTHOR, "url": "http://localhost/"}
        assert said["isPartOf"]["name"] == "Salt & “Pepper”"
    [entry] = [each for each in microformats(client, f"/posts/{post.slug}") if each["type"] == ["h-entry"]]
    assert entry["properties"]["name"] == [said["headline"]]
    assert entry["properties"]["summary"] == [said["description"]]
    assert entry["properties"]["category"] == said["keywords"]
    assert entry["properties"]["url"] == [said["url"]]
    assert entry["properties"]["author"][0]["properties"]["name"] == [said["author"]["name"]]


def test_it_is_modified_when_its_words_change_and_not_before(
    author: AuthorClient, client: FlaskClient, write: Write, clock: Clock
) -> None:
    post_id = write("Title")
    clock.advance(days=2)
    retagged = filled("Title", "Some words to read.", tags="salt", slug="title", base_version="1")
    author.post(f"/author/posts/{post_id}", data=retagged)
    assert posting(client, "/posts/title")["dateModified"] == "2026-11-24T12:00:00+00:00"
    changed = filled("Title", "Other words.", tags="salt", slug="title", base_version="2")
    author.post(f"/author/posts/{post_id}", data=changed)
    said, shown = posting(client, "/posts/title"), tags(client, "/posts/title")
    assert said["datePublished"] == "2026-11-24T12:00:00+00:00"
    assert said["dateModified"] == "2026-11-26T12:00:00+00:00"
    assert shown["article:published_time"] == [said["datePublished"]]
    assert shown["article:modified_time"] == [said["dateModified"]]


def test_a_post_without_a_cover_is_shown_with_the_picture_of_its_title(
    site: None, client: FlaskClient, write: Write
) -> None:
    write("Title", tags=["salt", "old <things>"])
    found = tags(client, "/posts/title")
    [image] = found["og:image"]
    assert found["og:type"] == ["article"]
    assert found["og:title"] == ["Title"]
    assert found["og:description"] == found["description"] == ["Some words to read."]
    assert found["og:url"] == ["http://localhost/posts/title"]
    assert found["og:site_name"] == ["Salt & “Pepper”"]
    assert found["og:locale"] == ["de_AT"]
    assert found["og:image:width"] == ["1200"]
    assert found["og:image:height"] == ["630"]
    assert found["og:image:type"] == ["image/png"]
    assert found["og:image:alt"] == [f"Title, von {AUTHOR}"]
    assert found["article:tag"] == ["old <things>", "salt"]
    assert found["twitter:card"] == ["summary_large_image"]
    assert found["author"] == [AUTHOR]
    assert found["robots"] == ["max-image-preview:large"]
    assert posting(client, "/posts/title")["image"]["url"] == image
    answer = client.get(image, buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/png")


def test_a_post_with_a_cover_is_shown_with_it(client: FlaskClient, cover: str) -> None:
    found, said = tags(client, cover), posting(client, cover)
    [image] = found["og:image"]
    assert found["og:image:width"] == ["1440"]
    assert found["og:image:height"] == ["720"]
    assert found["og:image:type"] == ["image/jpeg"]
    assert found["og:image:alt"] == ['Two "colours"']
    assert found["twitter:card"] == ["summary_large_image"]
    shown = {"url": image, "width": 1440, "height": 720, "caption": 'Two "colours"', "@type": "ImageObject"}
    assert said["image"] == shown
    assert client.get(image, buffered=True).content_type == "image/jpeg"


def test_a_post_that_stands_elsewhere_first_says_so_everywhere(
    author: AuthorClient, client: FlaskClient
) -> None:
    there = "https://elsewhere.example/post?a=1&b=2"
    author.post("/author/posts/new", data=filled("Twice", canonical_url=there, action="publish"))
    assert canonical(client, "/posts/twice") == there
    assert tags(client, "/posts/twice")["og:url"] == [there]
    said = posting(client, "/posts/twice")
    assert said["url"] == said["mainEntityOfPage"] == there


def test_without_an_author_nobody_is_named(client: FlaskClient, write: Write) -> None:
    write("Title")
    assert "author" not in posting(client, "/posts/title")
    found = tags(client, "/posts/title")
    assert "author" not in found
    assert found["og:image:alt"] == ["Title"]
    assert "author" not in microformats(client, "/")[0]["properties"]


def test_a_licence_is_named(app: Flask, client: FlaskClient, write: Write) -> None:
    write("Title")
    assert "license" not in posting(client, "/posts/title")
    change(app, licence={"label": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"})
    assert posting(client, "/posts/title")["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_draft_behind_a_private_link_says_nothing(app: Flask, client: FlaskClient, write: Write) -> None:
    post_id = write("Secret", draft=True)
    with app.app_context():
        token = preview_links.share(post_id)
    found = tags(client, f"/preview/{token}")
    assert found.pop("robots") == ["noindex, nofollow"]
    assert set(found) == {"viewport", "color-scheme"}
    assert "ld+json" not in client.get(f"/preview/{token}").text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(min_size=1, max_size=60)
    | st.sampled_from(["</script><script>alert(1)</script>", "<!--", '">'])
)
def test_no_title_breaks_out_of_what_is_said_of_it(app: Flask, client: FlaskClient, title: str) -> None:
    with app.app_context():
        try:
            post_id = editing.create(editing.Text("Words.", title), published_at=NOON - timedelta(days=1))
        except BlogError:
            return
        post = db.session.get_one(Post, post_id)
        kept, slug = post.title, post.slug
        db.session.remove()
    said, found = posting(client, f"/posts/{slug}"), tags(client, f"/posts/{slug}")
    assert said["headline"] == kept
    assert found["og:title"] == [kept]
    data = client.get(f"/posts/{slug}").text.split('<script type="application/ld+json">')[1]
    data = data.split("</script>")[0]
    assert not {"<", ">", "&"} & set(data)
    assert json.loads(unescape(data)) == said


# --- listings


def test_the_front_says_what_the_site_is(site: None, client: FlaskClient, write: Write) -> None:
    write("Title")
    found = tags(client, "/")
    assert found["og:type"] == ["website"]
    assert found["og:title"] == found["og:site_name"] == ["Salt & “Pepper”"]
    assert found["og:description"] == found["description"] == ["About <food>."]
    assert found["og:url"] == [canonical(client, "/")] == ["http://localhost/"]
    assert found["og:locale"] == ["de_AT"]
    assert found["twitter:card"] == ["summary_large_image"]
    assert found["robots"] == ["max-image-preview:large"]
    assert re.fullmatch(r"http://localhost/media/sharing/\w+/\d+/[0-9a-f]{24}\.png", found["og:image"][0])


@pytest.mark.parametrize(
    ("address", "title", "robots"),
    [
        ("/tags/salt", "Posts tagged salt", "max-image-preview:large"),
        ("/tags/pepper+salt", "Posts tagged pepper and salt", "noindex, follow"),
        ("/?after=1795435200000000_2", "Older posts", "max-image-preview:large"),
        ("/tags/", "Tags", None),
        ("/archive/", "Archive", None),
        ("/archive/2026/", "Posts of 2026", None),
    ],
)
def test_other_pages_say_what_they_list(
    client: FlaskClient, three: None, address: str, title: str, robots: str | None
) -> None:
    found = tags(client, address)
    assert found["og:title"] == [title]
    assert found["og:url"] == [canonical(client, address)]
    assert found["og:description"] == found["description"]
    assert found["twitter:card"] == ["summary_large_image"]
    assert found.get("robots", [None]) == [robots]


def test_search_says_nothing(client: FlaskClient, write: Write) -> None:
    write("Salt")
    assert not {name for name in tags(client, "/search?q=salt") if name.startswith(("og:", "twitter:"))}


def test_the_picture_of_the_site_stands_for_its_listings(
    app: Flask, author: AuthorClient, client: FlaskClient
) -> None:
    told = upload(author, picture(300, 300))
    change(app, picture_hash=told["hash"])
    found = tags(client, "/")
    assert found["og:image"] == [f"http://localhost/media/{told['hash']}/300.jpg"]
    assert found["og:image:width"] == found["og:image:height"] == ["300"]


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("en", "en_US"),
        ("de", "de_DE"),
        ("pt-BR", "pt_BR"),
        ("zh-Hant-HK", "zh_HK"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hans", "zh_CN"),
        ("sr-Latn-RS", "sr_RS"),
        ("ar", "ar_AR"),
        ("he", "he_IL"),
        ("ja", "ja_JP"),
        ("de-1996", "de_DE"),
        ("qaa", ""),
    ],
)
def test_a_language_is_told_with_its_region(language: str, locale: str) -> None:
    assert og_locale(language) == locale


# --- microformats


def microformats(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    read: Any = mf2py.Parser(  # type: ignore[no-untyped-call]
        doc=client.get(path).text, url=f"http://localhost{path}"
    )
    items: list[dict[str, Any]] = read.to_dict()["items"]
    return items


def test_a_listing_is_a_feed_by_its_author(
    site: None, client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("Title", tags=["salt"])
    feed = microformats(client, "/")[0]
    assert feed["type"] == ["h-feed"]
    [author] = feed["properties"]["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"] == {"name": [AUTHOR], "url": ["http://localhost/"]}
    [entry] = feed["children"]
    assert entry["properties"] == {
        "name": ["Title"],
        "url": ["http://localhost/posts/title"],
        "published": ["2026-11-24T12:00:00+0000"],
        "summary": ["Some words to read."],
        "category": ["salt"],
    }


# --- where a page is


def test_the_first_page_says_what_site_it_is_of(site: None, client: FlaskClient, three: None) -> None:
    said = posting(client, "/")
    assert (said["@type"], said["name"], said["url"]) == ("WebSite", "Salt & “Pepper”", "http://localhost/")
    assert said["inLanguage"] == "de-AT"
    for address in ("/tags/salt", "/tags/", "/archive/", "/?after=1795435200000000_2"):
        assert "WebSite" not in [each["@type"] for each in structured(client, address)], address


def test_a_page_says_what_leads_to_it_by_addresses_that_exist(client: FlaskClient, write: Write) -> None:
    write("Plain <title>", tags=["salt", "sea"])
    write("Part", series="The <sea>")
    home, tags, all_series = ("Scrollwork", "/"), ("Tags", "/tags/"), ("Series", "/series/")
    wanted = {
        "/posts/plain-title": [home, ("Plain <title>", "/posts/plain-title")],
        "/posts/part": [home, all_series, ("The <sea>", "/series/the-sea"), ("Part", "/posts/part")],
        "/tags/": [home, tags],
        "/tags/salt": [home, tags, ("salt", "/tags/salt")],
        "/tags/salt+sea": [home, tags, ("salt and sea", "/tags/salt+sea")],
        "/series/": [home, all_series],
        "/series/the-sea": [home, all_series, ("The <sea>", "/series/the-sea")],
        "/archive/": [home, ("Archive", "/archive/")],
        "/archive/2026/": [home, ("Archive", "/archive/"), ("2026", "/archive/2026/")],
    }
    assert {address: way(client, address) for address in wanted} == wanted
    for address in {path for steps in wanted.values() for _name, path in steps}:
        assert client.get(address).status_code == 200


def test_feeds_in_pages_and_their_authors_have_addresses(
    site: None, client: FlaskClient, write: Write
) -> None:
    write("One", tags=["salt"], series="The sea")
    for address in ("/", "/tags/salt", "/series/the-sea"):
        [feed] = microformats(client, address)
        assert feed["type"] == ["h-feed"], address
        assert feed["properties"]["url"] == [f"http://localhost{address}"]
        assert feed["properties"]["author"][0]["properties"]["url"] == ["http://localhost/"]
        [entry] = feed["children"]
        assert entry["properties"]["url"] == ["http://localhost/posts/one"]
    assert microformats(client, "/series/the-sea")[0]["properties"]["name"] == ["The sea"]
    [entry] = [each for each in microformats(client, "/posts/one") if each["type"] == ["h-entry"]]
    [author] = entry["properties"]["author"]
    assert author["properties"] == {"name": [AUTHOR], "url": ["http://localhost/"]}
