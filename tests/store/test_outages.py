"""The database goes away while readers read: what was shown goes on being shown, and nothing has to be restarted."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from blog import create_app
from blog.store.db import db
from blog.writing import editing
from tests.conftest import NOON
from tests.programs import Server, run, server
from tests.signing_in import AuthorClient, author_client

pytestmark = pytest.mark.long

SHOWN = ("/", "/posts/one", "/tags/", "/archive/")
"""Pages that were asked for before."""
NEVER_SHOWN = ("/posts/two", "/tags/colours")
READERS = 4


class Answer(NamedTuple):
    status: int
    cache: str
    body: str


def ask(port: int, path: str) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Cache-Status", ""), response.read().decode())


def send(port: int, path: str, form: str, author: AuthorClient) -> Answer:
    """What the author's browser sends without a script."""
    cookie = author.get_cookie("session", domain="localhost")
    assert cookie is not None
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"session={cookie.value}",
        "Sec-Fetch-Site": "same-origin",
    }
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", path, f"{form}&csrf_token={author.csrf_token}", headers)
        response = connection.getresponse()
        return Answer(response.status, "", response.read().decode())


@pytest.fixture
def furnished(instance: Path) -> Path:
    """An instance with a few posts, none of them the site's own."""
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        for title in ("One", "Two"):
            text = editing.Text(f"{title} has words.", title, tags=["colours"])
            editing.create(text, published_at=NOON)
        db.session.remove()
        db.engine.dispose()
    return instance


@contextmanager
def serving(instance: Path) -> Iterator[tuple[Server, list[str]]]:
    """A server whose pages outlive it, and what it said at its start."""
    store = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": instance / "pages"}
    with server(instance, BASE_URL="http://localhost", **store) as it:
        yield it, it.wait()


class Readers:
    """Several at once, who ask for one page after the other until they are told to stop."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: list[tuple[str, Answer]] = []
        self.broken: list[str] = []
        self.rounds = 0
        self.stop = threading.Event()
        self.round = threading.Condition()
        self.threads = [threading.Thread(target=self.read) for _ in range(READERS)]

    def read(self) -> None:
        while not self.stop.is_set():
            for path in (*SHOWN, *NEVER_SHOWN):
                try:
                    self.answers.append((path, ask(self.port, path)))
                except (OSError, HTTPException) as error:
                    self.broken.append(f"{path}: {error!r}")
            with self.round:
                self.rounds += 1
                self.round.notify_all()

    def go_round(self) -> None:
        """Until each of them has asked for everything once more."""
        with self.round:
            wanted = self.rounds + 2 * READERS
            assert self.round.wait_for(lambda: self.rounds >= wanted, timeout=60)

    def __enter__(self) -> "Readers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()


def away(instance: Path) -> Callable[[], None]:
    """The database is not there."""
    aside = instance / "aside"
    aside.mkdir()
    for path in instance.glob("blog.db*"):
        path.rename(aside / path.name)

    def back() -> None:
        for path in instance.glob("blog.db*"):
            path.unlink()
        for path in aside.iterdir():
            path.rename(instance / path.name)

    return back


def replaced(instance: Path) -> Callable[[], None]:
    """Something else stands in its place."""
    back = away(instance)
    (instance / "blog.db").write_bytes(b"This is no database. " * 1000)
    return back


def emptied(instance: Path) -> Callable[[], None]:
    """A file without a byte stands in its place."""
    back = away(instance)
    (instance / "blog.db").touch()
    return back


def damaged(instance: Path) -> Callable[[], None]:
    """All of its pages but the first are overwritten."""
    path = instance / "blog.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    spoil(path, os.urandom(len(whole) - 4096))

    def back() -> None:
        spoil(path, whole[4096:])

    return back


# Another program keeps a database to itself, which nobody else can even read then, until it is told to let go. With an
# argument more it does so with a copy that it puts in the place of the database.
KEEPS = """
import os, sqlite3, sys
from contextlib import closing

path, copy = sys.argv[1], sys.argv[-1]
if copy != path:
    with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(copy)) as other:
        original.backup(other)
own = sqlite3.connect(copy, isolation_level=None)
own.execute("PRAGMA locking_mode = EXCLUSIVE")
own.execute("BEGIN EXCLUSIVE")
if copy != path:
    os.replace(copy, path)
    for name in ("-wal", "-shm"):
        if os.path.exists(path + name):
            os.remove(path + name)
print("kept", flush=True)
sys.stdin.readline()
own.close()
"""


def kept(*paths: Path) -> Callable[[], None]:
    """Another program keeps it to itself; what lets it go."""
    program = subprocess.Popen(
        [sys.executable, "-c", KEEPS, *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "kept\n"

    def back() -> None:
        program.communicate("\n", timeout=20)

    return back


def kept_copy(instance: Path) -> Callable[[], None]:
    """A copy is put in its place by a program that goes on keeping it to itself."""
    return kept(instance / "blog.db", instance / "copy.db")


def spoil(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(content)


@pytest.mark.parametrize("fault", [away, replaced, emptied, damaged, kept_copy])
def test_readers_get_what_was_ever_shown_while_the_database_is_away(
    furnished: Path, fault: Callable[[Path], Callable[[], None]]
) -> None:
    with serving(furnished) as (it, _):
        before = {path: ask(it.port, path).body for path in SHOWN}
        with Readers(it.port) as readers:
            back = fault(furnished)
            readers.go_round()
            trouble = ask(it.port, "/readyz")
            back()
            readers.go_round()
        assert readers.broken == []
        assert {path for path, _ in readers.answers} > set(SHOWN)
        for path, answer in readers.answers:
            if path in SHOWN:
                assert (answer.status, answer.body) == (200, before[path]), (path, answer.cache)
            else:
                assert answer.status in {200, 503}, path
                assert ("right now" in answer.body) is (answer.status == 503)
        assert (trouble.status, trouble.body.count("\n"), "database" in trouble.body) == (503, 1, True)
        # It is back, without anybody having done anything.
        assert ask(it.port, "/readyz").body == "ok, 2 posts\n"
        assert {ask(it.port, path).status for path in NEVER_SHOWN} == {200}


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_readers_notice_nothing_while_another_program_holds_the_database(furnished: Path, lock: str) -> None:
    with serving(furnished) as (it, _), closing(sqlite3.connect(furnished / "blog.db")) as other:
        other.isolation_level = None
        other.execute(f"BEGIN {lock}")
        with Readers(it.port) as readers:
            readers.go_round()
            said = ask(it.port, "/readyz")
        assert readers.broken == []
        assert {answer.status for _, answer in readers.answers} == {200}
        sentence = (
            "for readers only, 2 posts. The database has been locked by another program for too long.\n"
        )
        assert (said.status, said.body) == (200, sentence)
        other.execute("ROLLBACK")
        assert ask(it.port, "/readyz").body == "ok, 2 posts\n"


def test_who_wants_the_database_alone_is_refused_while_the_site_runs(furnished: Path) -> None:
    with serving(furnished) as (it, _), closing(sqlite3.connect(furnished / "blog.db", timeout=0.2)) as other:
        with Readers(it.port) as readers:
            readers.go_round()
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                other.execute("BEGIN EXCLUSIVE")
            readers.go_round()
        assert readers.broken == []
        assert {answer.status for _, answer in readers.answers} == {200}
        assert ask(it.port, "/readyz").body == "ok, 2 posts\n"


def test_a_start_while_another_program_keeps_the_database_to_itself_serves_what_was_kept(
    furnished: Path,
) -> None:
    with serving(furnished) as (it, _):
        before = ask(it.port, "/").body
    let_go = kept(furnished / "blog.db")
    with serving(furnished) as (it, said):
        assert any("database is locked" in line for line in said)
        stale = ask(it.port, "/")
        assert (stale.status, stale.cache, stale.body) == (200, "scrollwork; hit; detail=stale", before)
        assert ask(it.port, "/posts/two").status == 503
        let_go()
        assert ask(it.port, "/posts/two").status == 200
        assert ask(it.port, "/readyz").body == "ok, 2 posts\n"
        assert ask(it.port, "/").cache == "scrollwork; hit"


def test_of_a_read_only_database_readers_read_and_the_author_is_told(furnished: Path) -> None:
    app = create_app({"INSTANCE": furnished, "BASE_URL": "http://localhost"})
    author = author_client(app)
    only_read = f"sqlite:///file:{furnished / 'blog.db'}?mode=ro&uri=true"
    with (
        closing(sqlite3.connect(furnished / "blog.db")) as keeps_its_files,
        server(furnished, BASE_URL="http://localhost", SQLALCHEMY_DATABASE_URI=only_read) as it,
    ):
        keeps_its_files.execute("SELECT * FROM site")
        assert any("Until this is fixed, nothing can be saved." in line for line in it.wait())
        with Readers(it.port) as readers:
            readers.go_round()
        assert readers.broken == []
        assert {answer.status for _, answer in readers.answers} == {200}
        sentence = "for readers only, 2 posts. The database is read-only.\n"
        assert ask(it.port, "/readyz").body == sentence
        form = urlencode({"title": "Short", "body": "A few words.", "form": "f1", "action": "save"})
        refused = send(it.port, "/author/posts/new", form, author)
        assert refused.status == 503
        assert "Nothing can be saved right now. The database is read-only." in refused.body
        assert "A few words." in refused.body


# A file of its server may be no longer than this; what SQLite then says is what it says of a disk that fails.
FULL = """
import resource, runpy, sys
from pathlib import Path
limit = Path(sys.argv.pop()).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_path("app.py", run_name="__main__")
"""


def test_with_no_room_to_write_readers_read_and_the_author_is_told(furnished: Path) -> None:
    app = create_app({"INSTANCE": furnished, "BASE_URL": "http://localhost"})
    author = author_client(app)
    database = furnished / "blog.db"
    with server(furnished, "-c", FULL, database, BASE_URL="http://localhost", TRUSTED_PROXY="") as it:
        it.wait()
        with Readers(it.port) as readers:
            readers.go_round()
            body = urlencode({"title": "Long", "body": "Many words. " * 30_000, "form": "f1", "sent": "1"})
            refused = send(it.port, "/author/posts/new", f"{body}&action=save", author)
            readers.go_round()
        assert readers.broken == []
        assert {answer.status for _, answer in readers.answers} == {200}
        assert refused.status == 503
        assert "Nothing can be saved right now. The disk" in refused.body
        assert refused.body.count("Many words. ") == 30_000
        small = urlencode({"title": "Short", "body": "A few words.", "form": "f2", "sent": "1"})
        assert send(it.port, "/author/posts/new", f"{small}&action=publish", author).status == 303
        assert ask(it.port, "/posts/short").status == 200


def test_a_full_disk_is_called_so(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    author = author_client(app)
    with app.app_context():
        engine = db.engine
        db.session.remove()
        engine.dispose()

    def full(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    sa.event.listen(engine, "connect", full)
    form = {"title": "Long", "body": "Many words. " * 30_000, "action": "save", "form": "f1", "sent": "1"}
    refused = author.send("/author/posts/new", form)
    assert refused.status_code == 503
    assert "Nothing can be saved right now. The disk is full." in refused.text
    with app.app_context():
        engine.dispose()
    sa.event.remove(engine, "connect", full)
    assert author.send("/author/posts/new", form).status_code == 303


def test_what_is_written_after_another_copy_was_put_in_place_is_seen_and_kept(furnished: Path) -> None:
    """The author goes back to yesterday's copy while the site runs, and writes on."""
    app = create_app({"INSTANCE": furnished})
    yesterday = furnished / "yesterday.db"
    with closing(sqlite3.connect(furnished / "blog.db")) as now, closing(sqlite3.connect(yesterday)) as copy:
        now.backup(copy)

    def publish(title: str) -> None:
        with app.app_context():
            editing.create(editing.Text(f"{title} has words.", title), published_at=NOON)
            db.session.remove()

    with serving(furnished) as (it, _):
        publish("Today")
        assert "Today" in ask(it.port, "/").body
        yesterday.replace(furnished / "blog.db")
        for path in furnished.glob("blog.db-*"):
            path.unlink()
        seen = time.monotonic()
        while "Today" in ask(it.port, "/").body:
            assert time.monotonic() - seen < 5
        publish("Another day")
        body = ask(it.port, "/").body
        assert "Another day" in body
        assert "Today" not in body
    with closing(sqlite3.connect(furnished / "blog.db")) as found:
        titles = {title for (title,) in found.execute("SELECT title FROM post")}
    assert titles == {"One", "Two", "Another day"}


def test_a_start_without_the_database_serves_what_was_kept_and_begins_no_new_site(furnished: Path) -> None:
    with serving(furnished) as (it, _):
        before = ask(it.port, "/").body
    back = away(furnished)
    with serving(furnished) as (it, said):
        assert any("is gone. Put it back" in line for line in said)
        stale = ask(it.port, "/")
        assert (stale.status, stale.cache, stale.body) == (200, "scrollwork; hit; detail=stale", before)
        assert ask(it.port, "/posts/two").status == 503
        assert ask(it.port, "/author/sign-in").status == 503
        assert not (furnished / "blog.db").exists()
        back()
        assert ask(it.port, "/posts/two").status == 200
        assert ask(it.port, "/readyz").body == "ok, 2 posts\n"


def test_a_start_without_the_database_and_without_kept_pages_is_one_sentence(furnished: Path) -> None:
    away(furnished)
    started = run(furnished, "app.py", PORT=1)
    assert started.returncode == 1
    assert "is gone. Put it back; or delete" in started.stderr
    assert started.stderr.count("\n") == 1
    shutil.rmtree(furnished / "aside")
