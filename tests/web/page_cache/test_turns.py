"""Public pages are cheap, rendered once and cached, or queued, and cached pages are never delayed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.search import spelling, vocabulary
from blog.search.query import parsed
from blog.web.page_cache.turns import AT_ONCE, MOST_WAITING
from tests import filling
from tests.conftest import NOON, Write

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_while_pages_are_made_others_wait_and_kept_ones_do_not(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    going_on, begun = threading.Event(), threading.Semaphore(0)
    most, working, lock = [0], [0], threading.Lock()

    def slow(number: int) -> str:
        with lock:
            working[0] += 1
            most[0] = max(most[0], working[0])
        begun.release()
        assert going_on.wait(60)
        with lock:
            working[0] -= 1
        return str(number)

    app.add_url_rule("/slow/<int:number>", "slow", slow)
    waiting = threading.Semaphore(0)
    app.extensions["page_cache"].waiting = lambda more: waiting.release() if more > 0 else None
    reader = app.test_client()
    assert reader.get("/").headers["Cache-Status"].endswith("stored")
    with ThreadPoolExecutor(AT_ONCE + MOST_WAITING) as pool:
        addresses = [f"/slow/{number}" for number in range(AT_ONCE + MOST_WAITING)]
        asked = [pool.submit(app.test_client().get, address) for address in addresses]
        assert all(begun.acquire(timeout=60) for _ in range(AT_ONCE))
        assert all(waiting.acquire(timeout=60) for _ in range(MOST_WAITING))
        # As many requests run and wait as allowed: the next one gets 503 for any page.
        for address in ("/slow/1000", "/search?q=a", "/posts/nothing"):
            refused = reader.get(address)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert reader.get("/").headers["Cache-Status"] == "scrollwork; hit"
        assert reader.get("/healthz").status_code == 200
        assert reader.get("/author/sign-in").status_code == 200
        going_on.set()
        assert {each.result().status_code for each in asked} == {200}
    assert most[0] == AT_ONCE
    assert reader.get("/search?q=a").status_code == 200


def test_a_turn_is_given_back_when_a_page_fails(make_app: Callable[..., Flask]) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    def fail() -> str:
        raise RuntimeError

    app.add_url_rule("/fails", "fails", fail)
    assert {app.test_client().get("/fails").status_code for _ in range(AT_ONCE + 1)} == {500}
    assert app.test_client().get("/").status_code == 200


def test_the_words_of_all_posts_are_read_once_until_something_is_published(
    app: Flask, client: FlaskClient, write: Write, queries: list[str]
) -> None:
    write(body="A xylophone and a glockenspiel.")
    for typed, meant in (
        ("xylofone", "xylophone"),
        ("glokenspiel", "glockenspiel"),
        ("xylophne", "xylophone"),
    ):
        assert f">{meant}<" in client.get(f"/search?q={typed}").text
    assert sum("post_search_words" in statement for statement in queries) == 1
    write(body="A vibraphone.")
    assert ">vibraphone<" in client.get("/search?q=vibrafone").text


def test_words_of_a_large_vocabulary_are_read_behind_the_request_that_asks(
    app: Flask, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "READ_AT_ONCE", 3)
    write(body="A xylophone and a glockenspiel and more.")
    with app.app_context():
        assert spelling.suggestion(parsed("xylofone"), []) == "xylophone"
    write(body="A vibraphone.")
    with app.app_context():
        with vocabulary.reading:  # readers get the page from before the change in the meantime
            assert spelling.suggestion(parsed("vibrafone"), []) == ""
        spelling.suggestion(parsed("vibrafone"), [])
        for thread in threading.enumerate():
            if thread.name == "vocabulary":
                thread.join()
        assert spelling.suggestion(parsed("vibrafone"), []) == "vibraphone"


@pytest.mark.parametrize("word", ["x" * 198, "xylophon" * 20, "x" * 41])
def test_a_word_longer_than_words_are_is_compared_with_none(app: Flask, write: Write, word: str) -> None:
    write(body=f"A {word}y.")
    with app.app_context():
        assert spelling.nearest(word, 0) == []


def test_a_part_of_the_sitemap_has_at_most_a_thousand_posts(app: Flask, client: FlaskClient) -> None:
    filling.fill(app, [filling.Row(NOON - timedelta(hours=number + 1)) for number in range(1_001)])
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    parts = [each.text or "" for each in index.iter(f"{SITEMAP}loc") if "posts" in (each.text or "")]
    sizes = [
        len(ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).data)) for part in parts
    ]
    assert sizes == [1_000, 1]
