"""A page costs the same few queries for any amount of content, including the cache's own query."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import writing
from blog.store.models import Site
from tests import filling
from tests.conftest import NOON, Clock, Prepared

MOST = {
    "/": 3,
    "/?after={cursor}": 3,
    "/?upto={cursor}": 3,
    "/?after={cursor}&upto={cursor}": 3,
    "/tags/salt": 3,
    "/tags/salt?after={cursor}": 3,
    "/tags/pepper+salt": 3,
    "/tags/pepper+salt?upto={cursor}": 3,
    "/posts/post-9": 7,
    "/posts/post-10": 9,  # in a series whose parts are listed
    "/posts/post-11": 9,  # in one that is too long for that
    "/series/": 2,
    "/series/short": 3,
    "/series/long": 3,
    "/series/short/feed.atom": 4,
    "/series/long/feed.json?after={cursor}": 4,
    "/tags/": 3,
    "/search": 2,
    "/search?q=says": 11,
    "/search?q=post+says&tags=salt": 11,
    "/search?q=syas": 21,
    "/archive/": 6,
    "/archive/2026/": 6,
    "/feed.atom": 3,
    "/feed.rss?after={cursor}": 3,
    "/tags/salt/feed.json": 4,
    "/tags/pepper+salt/feed.atom?after={cursor}": 4,
    "/posts/post-9.md": 2,
    "/llms.txt": 4,
    "/robots.txt": 1,
    "/sitemap.xml": 10,
    "/sitemap-pages-1.xml": 8,
    "/sitemap-posts-1.xml": 3,
}


@pytest.fixture(scope="module", params=[12, 60])
def filled(request: pytest.FixtureRequest, prepared: Prepared) -> Path:
    """Seventy posts with many tags and two series, few or many on a page."""

    def fill(app: Flask) -> None:
        filling.fill(
            app,
            (
                filling.Row(
                    NOON - timedelta(days=number),
                    ["salt", "pepper", f"spice-{number}", f"herb-{number % 7}"],
                    series="" if number == 8 else "short" if number % 10 == 9 else "long",
                )
                for number in range(70)
            ),
        )
        with app.app_context(), writing() as session:
            session.get_one(Site, 1).posts_per_page = request.param

    return prepared(fill)


@pytest.fixture
def beginning(filled: Path) -> Path:
    return filled


@pytest.fixture
def cursor(clock: Clock) -> str:
    """A cursor among the posts."""
    return f"{int((NOON - timedelta(days=5)).timestamp() * 1_000_000)}_6"


@pytest.mark.parametrize("address", MOST)
def test_a_page_takes_no_more_queries_than_its_few(
    client: FlaskClient, cursor: str, queries: list[str], address: str
) -> None:
    assert client.get(address.format(cursor=cursor)).status_code == 200
    assert len(queries) <= MOST[address], "\n".join(queries)


@pytest.mark.parametrize(
    ("address", "most"),
    # Checking for former posts or tags takes one more query.
    [
        ("/nothing", 3),
        ("/archive/1999/", 4),
        ("/posts/nothing", 4),
        ("/posts/nothing.md", 4),
        ("/tags/nothing/feed.atom", 5),
        ("/tags/nothing", 5),
        ("/series/nothing", 4),
        ("/series/nothing/feed.atom", 4),
        ("/series/short?page=2", 4),
    ],
)
def test_a_page_that_is_not_there_takes_no_more_than_a_few(
    client: FlaskClient, cursor: str, queries: list[str], address: str, most: int
) -> None:
    assert client.get(address).status_code == 404
    assert len(queries) <= most, "\n".join(queries)


def test_a_page_from_the_cache_takes_none(client: FlaskClient, cursor: str, queries: list[str]) -> None:
    client.get("/")
    queries.clear()
    client.get("/")
    assert queries == []
