"""The page cache: hits, single-flight, and serving stale pages while the database is unavailable."""

import fcntl
import gc
import sqlite3
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from werkzeug.http import http_date, parse_date

import blog.clock
from blog.store.db import db, writing
from blog.store.freshness import ContentState
from blog.store.models import Post
from blog.web.caching import cached_page, leave_out
from blog.web.compression import Made
from blog.web.page_cache.entries import OVERHEAD, Entry, finished
from blog.web.page_cache.store import MOST_LARGE, Memory
from blog.writing import editing
from tests.conftest import NOON, Clock, Write


def status_of(client: FlaskClient, path: str = "/", **headers: str) -> str:
    return client.get(path, headers=headers).headers["Cache-Status"]


def changed_now(app: Flask) -> None:
    """The content version of a change at the test clock's time; triggers use the machine's time."""
    with app.app_context(), writing() as session:
        version = int(blog.clock.now().timestamp() * 1000)
        session.execute(sa.text("UPDATE site SET content_version = :version"), {"version": version})


class Oven:
    """Pages with a controlled rendering time, and how often each was rendered."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.begun = threading.Semaphore(0)
        self.heat = threading.Event()

    def blueprint(self) -> Blueprint:
        bp = Blueprint("oven", __name__)

        @bp.get("/oven/<kind>")
        @cached_page
        def bake(kind: str) -> str:
            self.made.append(kind)
            if kind == "quick":
                return "quick"
            self.begun.release()
            assert self.heat.wait(30)
            if kind == "burnt":
                abort(404)
            if kind == "unkept":
                leave_out()
            return f"{kind} {self.made.count(kind)}"

        return bp


@pytest.fixture
def oven(app: Flask) -> Oven:
    oven = Oven()
    app.register_blueprint(oven.blueprint())
    return oven


@pytest.fixture
def waiting(app: Flask) -> threading.Semaphore:
    """Released for each request that starts waiting for another."""
    counted = threading.Semaphore(0)
    app.extensions["page_cache"].waiting = lambda more: counted.release() if more > 0 else None
    return counted


def ask(app: Flask, path: str) -> tuple[int, str]:
    answer = app.test_client().get(path)
    return answer.status_code, answer.text


# --- one maker


def test_of_64_simultaneous_requests_one_makes_the_page_and_no_other_page_waits(
    app: Flask, oven: Oven, waiting: threading.Semaphore
) -> None:
    with ThreadPoolExecutor(64) as pool:
        answers = [pool.submit(ask, app, "/oven/slow") for _ in range(64)]
        assert oven.begun.acquire(timeout=30)
        for _ in range(63):
            assert waiting.acquire(timeout=30)
        assert ask(app, "/oven/quick") == (200, "quick")
        assert not any(answer.done() for answer in answers)
        oven.heat.set()
        assert {answer.result(30) for answer in answers} == {(200, "slow 1")}
    assert oven.made == ["slow", "quick"]


def test_whoever_waited_for_a_page_that_changed_meanwhile_gets_the_new_one(
    app: Flask, oven: Oven, waiting: threading.Semaphore, write: Write
) -> None:
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, app, "/oven/slow")
        assert oven.begun.acquire(timeout=30)
        others = [pool.submit(ask, app, "/oven/slow") for _ in range(4)]
        for _ in others:
            assert waiting.acquire(timeout=30)
        write("A post")  # the page being rendered is from before the change
        oven.heat.set()
        assert first.result(30)[0] == 200
        assert {other.result(30)[0] for other in others} == {200}
    assert ask(app, "/oven/slow")[1] != "slow 1"


@pytest.mark.parametrize("kind", ["burnt", "unkept"])
def test_whoever_waited_for_what_is_not_kept_makes_it(
    app: Flask, oven: Oven, waiting: threading.Semaphore, kind: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask, app, f"/oven/{kind}") for _ in range(4)]
        for _ in range(3):
            assert waiting.acquire(timeout=30)
        oven.heat.set()
        assert {answer.result(30)[0] for answer in answers} == {404 if kind == "burnt" else 200}
    assert len(oven.made) == 4


# --- what it says


def test_it_says_what_happened(app: Flask, client: FlaskClient, write: Write) -> None:
    write("A post")
    assert status_of(client) == "scrollwork; fwd=miss; stored"
    assert status_of(client) == "scrollwork; hit"
    assert status_of(client, "/?after=9_9") == "scrollwork; fwd=miss"
    assert status_of(client, "/nowhere") == "scrollwork; fwd=miss"
    answer = client.get("/")
    assert answer.headers["Server-Timing"] == 'cache;desc="hit"'
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "stale-if-error" in answer.headers["CDN-Cache-Control"]


def test_a_page_that_the_browser_has_is_told_by_time_as_well_unless_it_changed_in_that_second(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("A post")
    changed_now(app)
    assert "Last-Modified" not in client.get("/").headers  # it has changed in this second, perhaps again
    write("Another")
    clock.advance(milliseconds=1)
    changed_now(app)
    clock.advance(seconds=1)
    modified = client.get("/").headers["Last-Modified"]
    assert parse_date(modified) == NOON
    clock.advance(hours=1)
    client.application.extensions["page_cache"].store.clear()
    assert client.get("/").headers["Last-Modified"] == modified  # of the content, not of the page's making
    # All three forms of a date (RFC 9110, section 5.6.7), and later ones.
    for since in (
        modified,
        f"{NOON:%A, %d-%b-%y %H:%M:%S} GMT",
        f"{NOON:%a %b %d %H:%M:%S %Y}",
        http_date(clock.now),
    ):
        unchanged = client.get("/", headers={"If-Modified-Since": since})
        assert (unchanged.status_code, unchanged.data) == (304, b""), since
    for since in (http_date(NOON - timedelta(seconds=1)), "yesterday", ""):
        assert client.get("/", headers={"If-Modified-Since": since}).status_code == 200, since
    write("A third")
    changed_now(app)
    clock.advance(seconds=1)
    assert client.get("/", headers={"If-Modified-Since": modified}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (("If-None-Match", "*"), 304),
        (("If-None-Match", 'W/"other", {etag}, "third"'), 304),
        (("If-None-Match", "{strong}"), 304),
        (("If-None-Match", '"other{opaque}"'), 200),
        (("If-Match", "*"), 200),
        (("If-Match", '"other"'), 412),
        (("If-Match", "{etag}"), 412),  # strong comparison, which a weak tag never passes
        (("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"), 412),
        (("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"), 200),
    ],
)
def test_preconditions_are_those_of_http(
    app: Flask, clock: Clock, sent: tuple[str, str], status: int
) -> None:
    client = app.test_client()
    changed_now(app)
    clock.advance(seconds=1)
    etag = client.get("/").headers["ETag"]
    strong = etag.removeprefix("W/")
    name, value = sent
    value = value.replace("{etag}", etag).replace("{strong}", strong).replace("{opaque}", strong.strip('"'))
    for method in ("GET", "HEAD"):
        answer = client.open("/", method=method, headers={name: value, "Accept-Encoding": "gzip"})
        assert answer.status_code == status
        if status != 200:
            assert answer.data == b""
            assert not {"Content-Type", "Content-Encoding", "Content-Language"} & set(answer.headers.keys())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified_and_head_have_no_body_and_the_headers_of_the_page(
    client: FlaskClient, write: Write, method: str
) -> None:
    write("A post")
    page = client.get("/")
    for tags in (page.headers["ETag"], f'"other", {page.headers["ETag"]}', "*"):
        answer = client.open("/", method=method, headers={"If-None-Match": tags})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == page.headers["ETag"]
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Content-Type" not in answer.headers


def test_arguments_count_only_where_something_looks_at_them(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("A post", tags=["salt"])
    for path in ("/posts/a-post", "/archive/", "/tags/"):
        client.get(path)
        for number in range(3):
            assert status_of(client, f"{path}?after={number}_1&upto=1_{number}") == "scrollwork; hit"
    assert len(app.extensions["page_cache"].store.entries) == 3


# --- the bound


def entry(size: int) -> Entry:
    return Entry(None, "", "", {"identity": ([], b"x" * size)})  # type: ignore[arg-type]


def test_the_store_takes_no_more_bytes_than_it_may_and_drops_what_was_read_longest_ago() -> None:
    store = Memory(3 * (OVERHEAD + 1_000))
    for name in ("a", "b", "c"):
        store.set(name, entry(1_000))
    assert store.get("a")
    store.set("d", entry(1_000))
    assert [name for name in "abcd" if store.get(name)] == ["a", "c", "d"]
    store.set("a", entry(500))
    store.set("a", entry(1_000))
    assert store.size == store.most
    assert not store.set("huge", entry(10**6))
    assert len(store.entries) == 3
    store.delete("c")
    assert store.size == 2 * (OVERHEAD + 1_000)


def test_a_page_larger_than_the_store_is_made_once_and_kept_in_a_file(
    make_app: Callable[..., Flask], instance: Path
) -> None:
    app = make_app(CACHE_MEGABYTES=1)
    with app.app_context():
        ids = [
            editing.create(
                editing.Text(f"{'word ' * 300_000}{number}", f"Long {number}"), published_at=blog.clock.now()
            )
            for number in range(2)
        ]
    client = app.test_client()
    for path in ("/posts/long-0", "/posts/long-1", "/posts/long-0.md", "/feed.atom"):
        made = client.get(path)
        assert made.headers["Cache-Status"] == "scrollwork; fwd=miss; stored", path
    for path in ("/posts/long-0", "/posts/long-1"):
        for coding in ("identity", "gzip"):
            kept = client.get(path, headers={"Accept-Encoding": coding})
            assert kept.headers["Cache-Status"] == "scrollwork; hit", path
            assert kept.headers.get("Content-Encoding", "identity") == coding
    assert client.get("/posts/long-0").data != client.get("/posts/long-1").data
    assert app.extensions["page_cache"].store.size <= 1024**2
    assert 2 <= len(list((instance / "large-pages").iterdir())) <= 6
    with app.app_context(), writing() as session:
        session.get_one(Post, ids[0]).title = "Another title"
    changed = client.get("/posts/long-0")
    assert "Another title" in changed.text
    assert changed.headers["Cache-Status"] == "scrollwork; fwd=miss; stored"


def test_large_pages_take_no_more_files_than_they_may_and_one_that_is_gone_is_missing(tmp_path: Path) -> None:
    store = Memory(OVERHEAD + 1_000, tmp_path / "large")
    for number in range(3 * MOST_LARGE):
        assert store.set(f"page {number}", entry(2_000))
    files = list((tmp_path / "large").iterdir())
    assert len(files) <= MOST_LARGE + 2
    found = [number for number in range(3 * MOST_LARGE) if store.get(f"page {number}")]
    assert 0 < len(found) <= MOST_LARGE + 1
    for file in files:
        file.unlink()
    assert store.get(f"page {found[0]}") is None
    assert store.entries == {}
    store.set(f"page {found[0]}", entry(10))
    assert store.get(f"page {found[0]}") == entry(10)


def test_entries_take_no_more_memory_than_the_store_counts() -> None:
    headers = [(f"X-Header-{number}", "of some length " * 4) for number in range(14)]
    finished(Made("200 OK", headers, b"once, for what is loaded late" * 50), ContentState(0, None), None)
    bodies = [(f"<p>Paragraph {number} of {each}.</p>\n" for number in range(400)) for each in range(50)]
    pages = ["".join(lines).encode() for lines in bodies]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        entries = [
            finished(Made("200 OK", list(headers), page), ContentState(1, None), NOON) for page in pages
        ]
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # The uncompressed bodies existed before.
    assert taken + sum(map(len, pages)) <= sum(entry.size for entry in entries)


def test_a_page_that_changes_takes_the_place_of_its_earlier_state(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    for number in range(5):
        write(f"Post {number}")
        assert f"Post {number}" in client.get("/").text
    assert len(app.extensions["page_cache"].store.entries) == 1


# --- without the database


@pytest.fixture(params=["missing", "locked", "no database", "without tables"])
def outage(request: pytest.FixtureRequest, instance: Path) -> Callable[[], Callable[[], None]]:
    """Makes the database unavailable in one way. Calling the result restores it."""
    database, kept = instance / "blog.db", instance / "kept.db"

    def begin() -> Callable[[], None]:
        if request.param == "locked":
            other = sqlite3.connect(database)
            other.execute("PRAGMA journal_mode=DELETE")
            other.execute("BEGIN EXCLUSIVE")
            other.execute("UPDATE site SET title = title")

            def unlock() -> None:
                other.rollback()
                other.close()

            return unlock
        with closing(sqlite3.connect(database)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.rename(kept)
        if request.param == "no database":
            database.write_bytes(b"My diary, which is no database.\n" * 200)
        elif request.param == "without tables":
            database.touch()

        def mend() -> None:
            for path in instance.glob("blog.db*"):
                path.unlink()
            kept.rename(database)

        return mend

    return begin


def test_without_the_database_what_was_served_goes_on_being_served_until_it_is_back(
    make_app: Callable[..., Flask], outage: Callable[[], Callable[[], None]], instance: Path
) -> None:
    app = make_app()
    with app.app_context():
        editing.create(editing.Text("Words."), published_at=NOON)
        editing.create(editing.Text("Others."), published_at=NOON)
        db.session.remove()
    client = app.test_client()
    before = client.get("/").text
    with app.app_context():
        db.engine.dispose()
    app.extensions["page_cache"].freshness.close()
    mend = outage()
    for _ in range(3):
        stale = client.get("/")
        assert (stale.status_code, stale.text) == (200, before)
        assert stale.headers["Cache-Status"] == "scrollwork; hit; detail=stale"
        missing = client.get("/posts/words")
        assert missing.status_code == 503
        assert int(missing.headers["Retry-After"]) > 0
        assert missing.headers["X-Content-Type-Options"] == "nosniff"
        assert "try again in a moment" in missing.text
    mend()
    assert status_of(client) == "scrollwork; hit"
    assert client.get("/posts/words").status_code == 200


def test_a_scheduled_post_is_seen_in_its_second_and_a_clock_set_back_hides_it_again(
    client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("Now")
    write("Later", published_at=NOON + timedelta(hours=1))
    assert "Later" not in client.get("/").text
    clock.move_to(NOON + timedelta(hours=1))
    assert "Later" in client.get("/").text
    clock.move_to(NOON + timedelta(minutes=59))
    assert "Later" not in client.get("/").text


def test_a_database_that_stays_damaged_costs_no_files(
    client: FlaskClient, app: Flask, write: Write, instance: Path
) -> None:
    write("A post")
    assert client.get("/").status_code == 200
    database = instance / "blog.db"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["page_cache"].freshness.close()
    with closing(sqlite3.connect(database)) as other:
        (root,) = other.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_post_published_at_id'"
        ).fetchone()
        (size,) = other.execute("PRAGMA page_size").fetchone()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute("UPDATE site SET content_version = content_version + 1")
        other.commit()
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    open_files = []
    gc.collect()  # files that other tests have left open do not count
    for _ in range(30):
        assert client.get("/").headers["Cache-Status"] == "scrollwork; hit; detail=stale"
        open_files.append(len(list(Path("/proc/self/fd").iterdir())))
    assert open_files[-1] <= open_files[1]


def test_a_file_of_a_newer_version_is_told_of_and_pages_go_on(
    client: FlaskClient, write: Write, instance: Path
) -> None:
    write("A post")
    before = client.get("/").data
    newer = instance / "newer.db"
    with closing(sqlite3.connect(instance / "blog.db")) as now, closing(sqlite3.connect(newer)) as copy:
        now.backup(copy)
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    newer.replace(instance / "blog.db")
    for path in instance.glob("blog.db-*"):
        path.unlink()
    begun = time.monotonic()
    while (ready := client.get("/readyz")).status_code == 200:
        assert time.monotonic() - begun < 5
    assert "was written by a newer version of Scrollwork" in ready.text
    assert (client.get("/").data, status_of(client)) == (before, "scrollwork; hit; detail=stale")


def test_while_another_process_upgrades_readers_get_what_was_kept(
    client: FlaskClient, write: Write, instance: Path
) -> None:
    write("A post")
    before = client.get("/").data
    other = instance / "other.db"
    with closing(sqlite3.connect(instance / "blog.db")) as now, closing(sqlite3.connect(other)) as copy:
        now.backup(copy)
        copy.execute("UPDATE site SET title = 'Another'")
        copy.commit()
    with (instance / "upgrade.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        other.replace(instance / "blog.db")
        for path in instance.glob("blog.db-*"):
            path.unlink()
        begun = time.monotonic()
        while status_of(client) != "scrollwork; hit; detail=stale":
            assert time.monotonic() - begun < 5
        assert client.get("/").data == before
    assert "Another" in client.get("/").text
