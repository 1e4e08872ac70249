"""How fresh content is, asked of SQLite: by the index of its write-ahead log, or by a query where there is none.

Every request asks. As long as the index is the same nothing was written, and the last answer is still true. Without the
index a query asks for the content version each time.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from blog import clock
from blog.errors import DatabaseUnusable
from blog.store.db import as_stored, db
from blog.store.freshness import ContentState, Unreachable
from blog.store.sqlite.connections import identity
from blog.store.sqlite.files import database_file
from blog.store.sqlite.wal_index import WalIndex

BUSY_MILLISECONDS = 100
"""Milliseconds to wait for a lock, which a database in WAL has for readers at its opening and closing alone."""

SAME_FILE_FOR = 0.05
"""Seconds for which it is taken for granted that nobody has put another file in the place of the database."""

ALWAYS = datetime(MAXYEAR, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Known(NamedTuple):
    """What was found at the last look."""

    header: bytes
    """Of the WAL's index: as long as it is the same, nothing was written. Empty if it could not be read."""
    state: ContentState
    seen: datetime
    until: datetime
    """When the next scheduled post comes due."""


class SqliteFreshness:
    """Reads the state of the database at `path`, for any thread; the file may be replaced meanwhile.

    `prepare` is called with each file that is new here, before it is read; it raises DatabaseUnusable. With
    `reads_wal=False` a query is used each time, as it is for a database that is not in WAL mode.
    """

    def __init__(self, path: Path, prepare: Callable[[], object], *, reads_wal: bool = True) -> None:
        self.path = path
        self.prepare = prepare
        self.reads_wal = reads_wal
        self.prepared: tuple[int, int] | None = None
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.index: WalIndex | None = None
        self.has_wal = False
        self.file: tuple[int, int] | None = None
        self.asked = 0.0
        self.known: Known | None = None
        self.patience = BUSY_MILLISECONDS

    def state(self) -> ContentState:
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
            return known.state
        with self.lock:
            try:
                known = self.known = self.look(now)
            except (sqlite3.Error, OSError, DatabaseUnusable) as error:
                self.close()
                self.prepared = None  # what comes back may be another file under the same number
                # Others wait for this lock meanwhile: they are told at once, until the database is back.
                self.patience = 0
                raise Unreachable(str(error)) from error
            self.patience = BUSY_MILLISECONDS
            return known.state

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
            and known.state.version == content_version(self.connection)
            and is_good(known, now)
        ):
            return known._replace(header=header)
        state, due = content_state(self.connection, now)
        if self.index is None and self.has_wal:
            # Only of a database that can be read: each time one that cannot is closed, SQLite makes the index anew, and
            # the memory of each is kept for good.
            self.index = WalIndex.of(self.path)
        return Known(header, state, now, due or ALWAYS)

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
        self.has_wal = self.reads_wal and mode == "wal"
        return connection

    def close(self) -> None:
        if self.connection is not None:
            with suppress(sqlite3.Error):
                self.connection.close()
        self.connection = self.index = self.known = None


def is_good(known: Known, now: datetime) -> bool:
    """Whether the clock has neither reached the next post nor been set back before the newest."""
    return (known.state.newest or LONG_AGO) <= now < known.until


def freshness(prepare: Callable[[], object], *, is_prepared: bool) -> SqliteFreshness:
    """The application's own; `is_prepared` if the database that is there now was."""
    path = database_file(db.engine.url)
    own = SqliteFreshness(path, prepare)
    own.prepared = identity(path) if is_prepared else None
    return own


def content_version(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT content_version FROM site").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("the site's row is missing")
    version: int = row[0]
    return version


def content_state(connection: sqlite3.Connection, now: datetime) -> tuple[ContentState, datetime | None]:
    """The state, and when the next scheduled post comes due."""
    connection.execute("BEGIN")
    try:
        dated = "SELECT {} FROM post WHERE published_at {} ? AND trashed_at IS NULL"
        at = as_stored(now)
        newest = moment(connection, dated.format("max(published_at)", "<="), at)
        due = moment(connection, dated.format("min(published_at)", ">"), at)
        return ContentState(content_version(connection), newest), due
    finally:
        connection.execute("COMMIT")


def moment(connection: sqlite3.Connection, question: str, at: str) -> datetime | None:
    (text,) = connection.execute(question, (at,)).fetchone()
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
