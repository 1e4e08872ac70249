"""What state the content is in: asked for every request, and answered in a microsecond or two."""

import mmap
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import ClassVar, NamedTuple
from urllib.parse import quote

from blog import clock
from blog.errors import DatabaseUnusable
from blog.store.db import as_stored, db
from blog.store.sqlite.connections import identity
from blog.store.sqlite.files import database_file

PATIENCE = 100
"""Milliseconds to wait for a lock, which a database in WAL has for readers at its opening and closing alone."""

SAME_FILE_FOR = 0.05
"""Seconds for which it is taken for granted that nobody has put another file in the place of the database."""

ALWAYS = datetime(MAXYEAR, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Mark(NamedTuple):
    """A state of the content: pages with the same mark are made of the same posts."""

    version: int
    """The content version, which triggers raise with each change that a reader could see."""
    newest: datetime | None
    """When the newest live post was published: the hour of a scheduled post comes without any change."""

    @property
    def changed(self) -> datetime:
        """When anything that a reader could see changed last: the content version is at least the milliseconds then."""
        at = datetime.fromtimestamp(self.version / 1000, UTC)
        return max(at, self.newest) if self.newest else at


class Unreachable(Exception):
    """The database cannot be read now."""


class Known(NamedTuple):
    """What was found at the last look."""

    header: bytes
    """Of the WAL's index: as long as it is the same, nothing was written. Empty if it could not be read."""
    mark: Mark
    seen: datetime
    until: datetime
    """When the next scheduled post comes due."""


class Freshness:
    """Reads the mark of the database at `path`, for any thread; the file may be replaced meanwhile.

    `prepare` is called with each file that is new here, before it is read; it raises DatabaseUnusable.
    """

    def __init__(self, path: Path, prepare: Callable[[], object]) -> None:
        self.path = path
        self.prepare = prepare
        self.prepared: tuple[int, int] | None = None
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.index: WalIndex | None = None
        self.has_wal = False
        self.file: tuple[int, int] | None = None
        self.asked = 0.0
        self.known: Known | None = None
        self.patience = PATIENCE

    def mark(self) -> Mark:
        """The present state. Raises Unreachable."""
        known, index, now = self.known, self.index, clock.now()
        if (
            known
            and index
            and known.header
            and known.header == index.read()
            and is_good(known, now)
            and not self.is_late()
        ):
            return known.mark
        with self.lock:
            try:
                known = self.known = self.look(now)
            except (sqlite3.Error, OSError, DatabaseUnusable) as error:
                self.close()
                self.prepared = None  # what comes back may be another file under the same number
                # Others wait for this lock meanwhile: they are told at once, until the database is back.
                self.patience = 0
                raise Unreachable(str(error)) from error
            self.patience = PATIENCE
            return known.mark

    def is_late(self) -> bool:
        """Whether it is time to see if the database is still the same file."""
        return time.monotonic() - self.asked > SAME_FILE_FOR

    def look(self, now: datetime) -> Known:
        """Ask the database."""
        status = self.path.stat()
        if self.connection is None or self.file != (status.st_dev, status.st_ino):
            self.close()
            self.connection = self.opened()
            self.file = (status.st_dev, status.st_ino)
            if self.file != self.prepared:
                self.prepare()  # a copy that was put back may be of an earlier version
                self.prepared = self.file
        self.asked = time.monotonic()
        # Before asking: what is written meanwhile is seen the next time.
        header = self.index.read() if self.index else b""
        known = self.known
        if (
            known is not None
            and known.mark.version == content_version(self.connection)
            and is_good(known, now)
        ):
            return known._replace(header=header)
        mark, due = standing(self.connection, now)
        if self.index is None and self.has_wal:
            # Only of a database that can be read: each time one that cannot is closed, SQLite makes the index anew, and
            # the memory of each is kept for good.
            self.index = WalIndex.of(self.path)
        return Known(header, mark, now, due or ALWAYS)

    def opened(self) -> sqlite3.Connection:
        """A connection that changes nothing. Read-only it could not open a database that nobody has open."""
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=self.patience / 1000,
            isolation_level=None,
            check_same_thread=False,  # `lock` is held
        )
        connection.execute("PRAGMA query_only=ON")
        content_version(connection)  # only now SQLite opens the files
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        self.has_wal = mode == "wal"
        return connection

    def close(self) -> None:
        if self.connection is not None:
            with suppress(sqlite3.Error):
                self.connection.close()
        self.connection = self.index = self.known = None


class WalIndex:
    """The beginning of SQLite's index of its write-ahead log, which every commit of every process changes.

    It is where SQLite itself sees that what it has read before is out of date (https://sqlite.org/walformat.html,
    section 2.1). Read as memory it costs less than a microsecond; a query gives up the interpreter's lock, and
    under load each request then waits to get it back. That halved the number of requests.
    """

    LENGTH = 96
    """Bytes: two copies of the header, which differ while one of them is being written."""

    kept: ClassVar[dict[tuple[int, int], mmap.mmap]] = {}
    """Never closed: closing any descriptor of a file drops the locks that SQLite holds on it (fcntl(2), and
    https://sqlite.org/howtocorrupt.html, section 2.2)."""

    def __init__(self, memory: mmap.mmap) -> None:
        self.memory = memory

    @classmethod
    def of(cls, database: Path) -> "WalIndex":
        path = database.with_name(f"{database.name}-shm")
        status = path.stat()
        file = (status.st_dev, status.st_ino)
        if file not in cls.kept:
            descriptor = os.open(path, os.O_RDONLY)
            cls.kept[file] = mmap.mmap(descriptor, cls.LENGTH, access=mmap.ACCESS_READ)
        return cls(cls.kept[file])

    def read(self) -> bytes:
        """The header; empty while it is being written, so that it is like no other."""
        both = self.memory[: self.LENGTH]
        half = self.LENGTH // 2
        return both if both[:half] == both[half:] else b""


def is_good(known: Known, now: datetime) -> bool:
    """Whether the clock has neither reached the next post nor been set back before the newest."""
    return (known.mark.newest or LONG_AGO) <= now < known.until


def freshness(prepare: Callable[[], object], *, is_prepared: bool) -> Freshness:
    """The application's own; `is_prepared` if the database that is there now was."""
    path = database_file(db.engine.url)
    own = Freshness(path, prepare)
    own.prepared = identity(path) if is_prepared else None
    return own


def content_version(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT content_version FROM site").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("the site's row is missing")
    version: int = row[0]
    return version


def standing(connection: sqlite3.Connection, now: datetime) -> tuple[Mark, datetime | None]:
    """The mark, and when the next scheduled post comes due."""
    connection.execute("BEGIN")
    try:
        dated = "SELECT {} FROM post WHERE published_at {} ? AND trashed_at IS NULL"
        at = as_stored(now)
        newest = moment(connection, dated.format("max(published_at)", "<="), at)
        due = moment(connection, dated.format("min(published_at)", ">"), at)
        return Mark(content_version(connection), newest), due
    finally:
        connection.execute("COMMIT")


def moment(connection: sqlite3.Connection, question: str, at: str) -> datetime | None:
    (text,) = connection.execute(question, (at,)).fetchone()
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
