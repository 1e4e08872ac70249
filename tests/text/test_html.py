"""Every kind of page, parsed by other libraries: HTML5 without errors, microformats, addresses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import mf2py
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import writing
from blog.store.models import Site
from tests.conftest import NOON, Clock, Prepared, pen

PAGES = {
    "the listing": "/",
    "the listing further down": "/?after={cursor}",
    "the listing down to a place": "/?upto={cursor}",
    "a tag": "/tags/salt",
    "two tags": "/tags/pepper+salt",
    "tags that share no post": "/tags/salt+water",
    "a post": "/posts/post-7",
    "a post with everything": "/posts/everything",
    "all tags": "/tags/",
    "all series": "/series/",
    "a series": "/series/spices",
    "the archive": "/archive/",
    "the archive of a year": "/archive/2026/",
    "a wrong address": "/nowhere",
    "an unknown tag": "/tags/sugar",
    "a damaged cursor": "/?after=damaged",
}
WITHOUT_A_TIME = {
    "all tags",
    "tags that share no post",
    "a wrong address",
    "an unknown tag",
    "a damaged cursor",
}
EVERYTHING = """
## A heading

Text with *stress*, `code`, a [link](/posts/post-7), ~~nothing~~ and a note[^1].

- [x] done
- [ ] not done

| a | b |
|---|--:|
| 1 | 2 |

```python
print("<b>")
```

<details><summary>More</summary>Hidden</details> & <b>loose ends

[^1]: The note.
"""


def fill(app: Flask) -> None:
    """Enough content for every kind of page."""
    write = pen(app)
    for number in range(16):
        tags = ["salt", "pepper"] if number % 2 else ["salt"]
        series = "Spices" if 4 < number < 9 else ""
        write(f"Post {number}", published_at=NOON - timedelta(days=number), tags=tags, series=series)
    long_ago = NOON - timedelta(days=40)
    write(
        "Everything", body=EVERYTHING, tags=["water"], published_at=long_ago, series="Spices", language="ar"
    )


@pytest.fixture(scope="module")
def filled(prepared: Prepared) -> Path:
    return prepared(fill)


@pytest.fixture
def beginning(new_instance: Path, request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue("filled")) if "place" in request.fixturenames else new_instance


@pytest.fixture
def place(clock: Clock) -> str:
    """A cursor in the list of a site with posts for every kind of page."""
    return f"{int((NOON - timedelta(days=2)).timestamp() * 1_000_000)}_3"


def page(client: FlaskClient, name: str, place: str) -> str:
    return client.get(PAGES[name].format(cursor=place)).text


def parsed(html: str) -> Any:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def microformats(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    read: Any = mf2py.Parser(  # type: ignore[no-untyped-call]
        doc=client.get(path).text, url=f"http://localhost{path}"
    )
    items: list[dict[str, Any]] = read.to_dict()["items"]
    return items


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_valid_html_with_one_h1_and_ids_that_are_unique(
    client: FlaskClient, place: str, name: str
) -> None:
    tree = parsed(page(client, name, place))  # strict: raises at the first error
    assert tree.get("lang") == "en"
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert tree.findtext(".//title")


@pytest.mark.parametrize("address", ["/", "/tags/", "/series/", "/archive/", "/?after=1_1", "/nowhere"])
def test_an_empty_site_is_valid_html(client: FlaskClient, address: str) -> None:
    tree = parsed(client.get(address).text)
    assert len(tree.findall(".//h1")) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_page_is_valid_html(app: Flask, status: int) -> None:
    with app.test_request_context():
        html = app.jinja_env.get_template("errors/failure.html").render(
            status=status, sentence="Something broke."
        )
    assert parsed(html).findtext(".//h1") == "Something broke."


@pytest.mark.parametrize("name", PAGES)
def test_every_time_can_be_read_by_a_machine(client: FlaskClient, place: str, name: str) -> None:
    times = [time.get("datetime") for time in parsed(page(client, name, place)).iter("time")]
    assert bool(times) == (name not in WITHOUT_A_TIME)
    for time in times:
        datetime.fromisoformat(time)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("the listing", "/"),
        ("the listing further down", "/?after={cursor}"),
        ("the listing down to a place", "/"),
        ("a tag", "/tags/salt"),
        ("two tags", "/tags/pepper+salt"),
        ("a post", "/posts/post-7"),
        ("all tags", "/tags/"),
        ("all series", "/series/"),
        ("a series", "/series/spices"),
        ("the archive", "/archive/2026/"),
        ("the archive of a year", "/archive/2026/"),
    ],
)
def test_the_canonical_address_begins_with_the_base_url(
    make_app: Callable[..., Flask], place: str, name: str, canonical: str
) -> None:
    client = make_app(BASE_URL="https://blog.example.org").test_client()
    tree = parsed(client.get(PAGES[name].format(cursor=place), base_url="https://blog.example.org").text)
    links = [link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"]
    assert links == ["https://blog.example.org" + canonical.format(cursor=place)]


def test_the_listing_is_an_h_feed_of_h_entries(client: FlaskClient, place: str) -> None:
    feed = microformats(client, "/")[0]
    assert feed["type"] == ["h-feed"]
    assert feed["properties"]["name"] == ["Scrollwork"]
    entries = feed["children"]
    assert [entry["type"] for entry in entries] == [["h-entry"]] * 12
    assert entries[1]["properties"] == {
        "name": ["Post 1"],
        "url": ["http://localhost/posts/post-1"],
        "published": ["2026-11-23T12:00:00+0000"],
        "summary": ["Some words to read."],
        "category": ["pepper", "salt"],
    }


def test_a_post_is_an_h_entry_with_its_content(client: FlaskClient, place: str) -> None:
    items = microformats(client, "/posts/post-7")
    entry = next(item for item in items if item["type"] == ["h-entry"])
    properties = entry["properties"]
    assert properties["name"] == ["Post 7"]
    assert properties["url"] == ["http://localhost/posts/post-7"]
    assert properties["published"] == ["2026-11-17T12:00:00+0000"]
    assert properties["category"] == ["pepper", "salt"]
    assert properties["content"][0]["value"] == "Some words to read."


def test_the_site_says_its_language(client: FlaskClient, app: Flask, place: str) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).language = "de"
    assert parsed(client.get("/").text).get("lang") == "de"
