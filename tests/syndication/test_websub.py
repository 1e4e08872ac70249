"""What a WebSub hub is told: by a real server over HTTP, that answers, fails, is slow or is not there."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog import clock
from blog.server.periodic import Pinger
from blog.store.db import db, writing
from blog.store.models import Ping, Site
from blog.syndication import websub
from blog.web.reader.feeds import hub_topics
from blog.writing import editing
from tests.browser.serving import running
from tests.conftest import NOON, Clock, Write
from tests.programs import free_port
from tests.signing_in import AuthorClient, author_client
from tests.web.author.forms import filled, values
from tests.web.reader.feeds import fetch, links

MakeApp = Callable[..., Flask]
TOPICS = [f"http://localhost/feed.{form}" for form in ("atom", "rss", "json")]


class Hub:
    """A hub that remembers what it was told, and answers with the next of `answers`, or 202 when there is none."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.answers: list[int] = []
        self.arrived = threading.Semaphore(0)
        self.may_answer = threading.Event()
        self.may_answer.set()
        its = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert sent["hub.mode"] == ["publish"]
                its.told += sent["hub.url"]
                its.arrived.release()
                its.may_answer.wait(30)
                self.send_response(its.answers.pop(0) if its.answers else 202)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/?of=ada"

    def heard(self) -> list[str]:
        """What it was told since it was last asked."""
        told, self.told = self.told, []
        return told


@pytest.fixture
def a_hub() -> Iterator[Hub]:
    its = Hub()
    with its.server:
        thread = threading.Thread(target=its.server.serve_forever, args=(0.01,))
        thread.start()
        yield its
        its.may_answer.set()
        its.server.shutdown()
        thread.join()


def use(app: Flask, url: str) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).hub = url


def pinger(app: Flask) -> Pinger:
    assert hub_topics(app) == TOPICS
    return Pinger(app, hub_topics(app))


def test_without_a_hub_nothing_is_told_to_anyone(
    app: Flask, write: Write, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_arguments: object) -> None:
        raise AssertionError("an outgoing connection")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    its = pinger(app)
    for number in range(3):
        write(f"Post {number}")
        clock.advance(hours=1)
        its.look()
    with app.app_context():
        assert db.session.scalars(sa.select(Ping)).all() == []


def test_what_is_published_is_told_once_of_each_feed(
    app: Flask, write: Write, clock: Clock, a_hub: Hub
) -> None:
    use(app, a_hub.url)
    its = pinger(app)
    its.look()
    assert a_hub.heard() == TOPICS, "a hub that is new gets to know the feeds"
    write("A post")
    its.look()
    assert a_hub.heard() == TOPICS
    for _ in range(3):
        clock.advance(hours=1)
        its.look()
    write("A draft", draft=True)
    its.look()
    assert a_hub.heard() == []


def test_other_words_are_told_and_another_tag_is_not(
    app: Flask, author: AuthorClient, clock: Clock, a_hub: Hub
) -> None:
    def save(**changes: str) -> list[str]:
        clock.advance(hours=1)
        now = values(author.get("/author/posts/1").text)
        author.post("/author/posts/1", data={**now, **changes, "action": "save"})
        its.look()
        return a_hub.heard()

    author.post("/author/posts/new", data=filled("A post", action="publish"))
    use(app, a_hub.url)
    its = pinger(app)
    its.look()
    assert a_hub.heard() == TOPICS
    assert save(tags="salt") == []
    assert save(body="Other words.") == TOPICS


def test_a_scheduled_post_is_told_when_its_hour_comes(
    app: Flask, write: Write, clock: Clock, a_hub: Hub
) -> None:
    use(app, a_hub.url)
    its = pinger(app)
    its.look()
    a_hub.heard()
    write("Later", published_at=NOON + timedelta(hours=2))
    its.look()
    clock.advance(minutes=119)
    its.look()
    assert a_hub.heard() == []
    clock.advance(minutes=1)
    its.look()
    assert a_hub.heard() == TOPICS


def test_a_hub_that_fails_is_told_again_after_pauses_that_double_also_by_the_next_process(
    make_app: MakeApp, app: Flask, write: Write, clock: Clock, a_hub: Hub
) -> None:
    use(app, a_hub.url)
    a_hub.answers = [500, 404, 301] + [503] * 6
    pauses = []
    its = pinger(app)
    for _ in range(3):
        its.look()
        assert a_hub.heard() == TOPICS
        its.look()
        assert a_hub.heard() == [], "not before the pause is over"
        assert its.again is not None
        pauses.append(its.again - clock.now)
        clock.move_to(its.again)
        its = pinger(make_app())  # as after a restart
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    its.look()
    assert a_hub.heard() == TOPICS
    assert its.again is None
    clock.advance(days=1)
    pinger(make_app()).look()
    assert a_hub.heard() == []


def test_the_author_sees_among_the_settings_that_a_hub_is_deaf(
    app: Flask, author: AuthorClient, write: Write, clock: Clock, a_hub: Hub
) -> None:
    sentence = (
        "The hub did not accept the last notification. The next attempt is on "
        "November 24, 2026, 12:03\N{NARROW NO-BREAK SPACE}PM."
    )
    use(app, a_hub.url)
    a_hub.answers = [500] * 6
    its = pinger(app)
    its.look()
    assert "did not accept" not in author.get("/author/site").text, "once is no trouble"
    clock.advance(minutes=1)
    its.look()
    assert sentence in author.get("/author/site").text
    clock.advance(minutes=2)
    its.look()
    assert "did not accept" not in author.get("/author/site").text


def test_pauses_grow_to_half_a_day_and_no_further() -> None:
    assert websub.pause_after(10) == timedelta(minutes=512)
    assert websub.pause_after(11) == websub.pause_after(5_000) == timedelta(hours=12)


def test_what_is_published_while_the_hub_is_down_is_told_when_it_is_back(
    app: Flask, write: Write, clock: Clock, a_hub: Hub
) -> None:
    use(app, f"http://127.0.0.1:{free_port()}/")
    its = pinger(app)
    for number in range(3):
        write(f"Post {number}")
        its.look()
    assert a_hub.heard() == []
    use(app, a_hub.url)
    clock.advance(hours=1)
    its.look()
    assert a_hub.heard() == TOPICS


def test_two_processes_tell_it_once(make_app: MakeApp, app: Flask, write: Write, a_hub: Hub) -> None:
    use(app, a_hub.url)
    both = [pinger(make_app()) for _ in range(2)]
    for number in range(5):
        write(f"Post {number}")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Pinger.look, both))
        assert sorted(a_hub.heard()) == sorted(TOPICS)


def test_a_process_that_died_while_telling_is_stood_in_for_after_a_minute(
    make_app: MakeApp, app: Flask, write: Write, clock: Clock, a_hub: Hub
) -> None:
    use(app, a_hub.url)
    with app.app_context():
        assert websub.claimed(TOPICS) is not None
        db.session.remove()
    its = pinger(make_app())
    its.look()
    assert a_hub.heard() == TOPICS[1:]
    clock.advance(minutes=1)
    its.look()
    assert a_hub.heard() == TOPICS[:1]


def test_a_hub_that_says_nothing_or_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(websub, "DEADLINE", 0.5)
    with silent() as url:
        begun = time.monotonic()
        assert "timed out" in websub.send(url, "x")
        assert time.monotonic() - begun < 0.5
    with silent(drip=0.05) as url:
        begun = time.monotonic()
        assert websub.send(url, "x") != ""
        assert time.monotonic() - begun < 1.5
    for nowhere in (
        "http://127.0.0.1:1/",
        "http://no-such-host.invalid/",
        "https://ex ample/",
        "http://[::1",
    ):
        assert websub.send(nowhere, "x") != ""


@contextmanager
def silent(drip: float = 0) -> Iterator[str]:
    """A server that takes a request and says nothing, or a letter now and then."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                while not over.wait(drip or 30):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        over.set()
        thread.join()


def test_a_server_tells_of_what_any_process_publishes_and_the_author_does_not_wait(
    instance: Path, a_hub: Hub
) -> None:
    with running(instance) as site:
        use(site.app, a_hub.url)
        for _ in range(3):
            assert a_hub.arrived.acquire(timeout=20)
        a_hub.heard()
        with site.app.app_context():
            editing.create(editing.Text("From another process."), published_at=clock.now())
            db.session.remove()
        for _ in range(3):
            assert a_hub.arrived.acquire(timeout=20)
        assert a_hub.heard() == [f"{site.url}/feed.{form}" for form in ("atom", "rss", "json")]
        a_hub.may_answer.clear()  # from now on it takes its time
        author = author_client(site.app)
        begun = time.monotonic()
        for number in range(3):
            saved = author.post("/author/posts/new", data=filled(f"Post {number}", action="publish"))
            assert saved.status_code == 303
        assert time.monotonic() - begun < 3
        assert a_hub.arrived.acquire(timeout=20)
        begun = time.monotonic()
    assert time.monotonic() - begun < 8, "nor does the server's end"


def test_feeds_name_the_hub_if_there_is_one_and_pages_behind_the_first_do_not(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("A post", tags=["salt"])
    assert "hub" not in client.get("/feed.atom").text
    assert "Link" not in client.get("/feed.atom").headers
    use(app, "https://hub.example/")
    for form in ("atom", "rss", "json"):
        feed = fetch(client, f"/feed.{form}")
        if form == "json":
            assert feed.raw["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
        else:
            assert {("hub", "https://hub.example/"), ("self", f"http://localhost/feed.{form}")} <= links(feed)
        assert client.get(f"/feed.{form}").headers.getlist("Link") == [
            '<https://hub.example/>; rel="hub"',
            f'<http://localhost/feed.{form}>; rel="self"',
        ]
        for other in (f"/tags/salt/feed.{form}", f"/feed.{form}?after=1_1"):
            assert "hub.example" not in client.get(other).text
