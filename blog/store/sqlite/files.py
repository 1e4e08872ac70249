"""The file that SQLite keeps a database in: its address, and the files beside it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from blog.errors import SettingInvalid

MAGIC = b"SQLite format 3\0"


def check_machine() -> None:
    """Check that Python's SQLite has what we need. Raises SettingInvalid."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.Error as error:
        raise SettingInvalid(
            f"SQLite {sqlite3.sqlite_version} in this Python has no full-text search (FTS5)."
        ) from error


def check_url(url: str) -> None:
    """Check the setting of the database's address, which may be empty. Raises ValueError."""
    try:
        fine = not url or (sa.make_url(url).get_backend_name() == "sqlite" and sa.make_url(url).database)
    except sa.exc.ArgumentError:
        fine = False
    if not fine:  # without the value, which may hold a password
        raise ValueError("must name an SQLite file, such as sqlite:////var/lib/blog/blog.db")


def url_in(instance: Path, url: str) -> sa.URL:
    """The database at `url`, a relative path being one in `instance`; blog.db there without a URL."""
    if not url:
        return sa.URL.create("sqlite", database=str(instance / "blog.db"))
    parts = sa.make_url(url)
    if str(parts.database).startswith("file:"):
        return parts
    return parts.set(database=str(instance / str(parts.database)))


def database_file(url: sa.URL) -> Path:
    """The file of the database at `url`."""
    name = str(url.database)
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


def exists(url: sa.URL) -> bool:
    return database_file(url).exists()


def create(url: sa.URL) -> None:
    """Make an empty database."""
    database_file(url).touch()


def place(url: sa.URL) -> str:
    """Where the database is, for whoever looks for it."""
    return str(database_file(url))


def files(url: sa.URL) -> Sequence[Path]:
    """The database, which may lie outside the instance, and the files of its write-ahead log.

    None if it is no database: a wrong setting must not take the rights to `/tmp` or `/etc/passwd` from everybody else.
    SQLite gives the files beside it the rights of the database.
    """
    path = Path(str(url.database))
    if not is_database(path):
        return []
    return [path.with_name(f"{path.name}{ending}") for ending in ("", "-wal", "-shm")]


def is_database(path: Path) -> bool:
    """Whether SQLite made the file (https://sqlite.org/fileformat.html, section 1.3); an empty one may become one."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) in {MAGIC, b""}
    except OSError:
        return False
