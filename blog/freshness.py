"""What state the content is in, asked for every request: on SQLite's own connection, in a few microseconds."""

import sqlite3
import threading
from contextlib import suppress
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from blog import clock
from blog.db import db

PATIENCE = 100
"""Milliseconds to wait for a lock, which a database in WAL has for readers at its opening and closing alone."""

ALWAYS = datetime(MAXYEAR, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Mark(NamedTuple):
    """A state of the content: pages with the same mark are made of the same posts."""

    version: int
    """The content version, which triggers raise with each change that a reader could see."""
    newest: datetime | None
    """When the newest live post was published: the hour of a scheduled post comes without any change."""


class Unreachable(Exception):
    """The database cannot be read now."""


class Known(NamedTuple):
    mark: Mark
    seen: datetime
    """When it was found."""
    until: datetime
    """When the next scheduled post comes due."""


class Freshness:
    """Reads the mark of the database at `path`, for any thread; the file may be replaced meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.file: tuple[int, int] | None = None
        self.known: Known | None = None
        self.patience = PATIENCE

    def mark(self) -> Mark:
        """The present state. Raises Unreachable."""
        with self.lock:
            try:
                mark = self.read()
            except (sqlite3.Error, OSError) as error:
                self.close()
                # Others wait for this lock meanwhile: they are told at once, until the database is back.
                self.patience = 0
                raise Unreachable(str(error)) from error
            self.patience = PATIENCE
            return mark

    def is_settled(self, at: datetime) -> bool:
        """Whether `at` lies in a later second than the last change, so that a time in seconds tells the two apart."""
        return self.known is not None and int(self.known.seen.timestamp()) < int(at.timestamp())

    def read(self) -> Mark:
        file = self.path.stat()
        if self.connection is None or self.file != (file.st_dev, file.st_ino):
            self.close()
            self.connection = self.opened()
            self.file = (file.st_dev, file.st_ino)
        version = content_version(self.connection)
        known, now = self.known, clock.now()
        # A clock may be set back, too: then what was the newest is not live yet.
        if (
            known is None
            or known.mark.version != version
            or not (known.mark.newest or LONG_AGO) <= now < known.until
        ):
            known = self.known = look(self.connection, now)
        return known.mark

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
        return connection

    def close(self) -> None:
        if self.connection is not None:
            with suppress(sqlite3.Error):
                self.connection.close()
        self.connection = self.known = None


def freshness() -> Freshness:
    """The application's own."""
    with db.engine.connect() as connection:
        (file,) = (row[2] for row in connection.exec_driver_sql("PRAGMA database_list") if row[1] == "main")
    return Freshness(Path(file))


def content_version(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT content_version FROM site").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("the site's row is missing")
    version: int = row[0]
    return version


def look(connection: sqlite3.Connection, now: datetime) -> Known:
    """The mark, and until when it holds if nothing is changed."""
    connection.execute("BEGIN")
    try:
        dated = "SELECT {} FROM post WHERE published_at {} ? AND trashed_at IS NULL"
        at = f"{now.replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
        newest = moment(connection, dated.format("max(published_at)", "<="), at)
        due = moment(connection, dated.format("min(published_at)", ">"), at)
        return Known(Mark(content_version(connection), newest), now, due or ALWAYS)
    finally:
        connection.execute("COMMIT")


def moment(connection: sqlite3.Connection, question: str, at: str) -> datetime | None:
    (text,) = connection.execute(question, (at,)).fetchone()
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
