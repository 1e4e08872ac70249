"""Connections to SQLite: how a file is opened, the PRAGMAs of each connection, and how a transaction begins.

The listeners are for all engines, and leave those of other databases alone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import sqlalchemy as sa

BUSY_SECONDS = 5
"""How long a connection waits for another program that holds the database."""


@sa.event.listens_for(sa.Engine, "do_connect")
def connect(dialect: sa.Dialect, _record: object, arguments: Any, options: dict[str, Any]) -> None:
    """Open a file that is there, and do not make an empty one in the place of one that is gone."""
    if dialect.name != "sqlite":
        return
    # pysqlite would begin transactions by its own rules and too late; `begin` below does it instead.
    options |= {"isolation_level": None, "timeout": BUSY_SECONDS}
    path = str(arguments[0])
    if not path.startswith("file:") and path != ":memory:":
        arguments[0] = f"file:{quote(path)}?mode=rw"
        options["uri"] = True


@sa.event.listens_for(sa.Engine, "checkout")
def stay_with_the_file(connection: Any, record: Any, _proxy: object) -> None:
    """Give up a connection whose file is gone or was replaced: what it would write nobody would find again."""
    if not isinstance(connection, sqlite3.Connection):
        return
    path, file = record.info["file"]
    if identity(path) != file:
        raise sa.exc.DisconnectionError


def identity(path: str | Path) -> tuple[int, int] | None:
    """Which file stands at `path`; None for none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@sa.event.listens_for(sa.Engine, "connect")
def set_pragmas(connection: Any, record: Any) -> None:
    """Make each new connection safe, quick and small: what was read stays in the system's cache, which all share.

    `synchronous=FULL`: a save that the author was told of survives a power cut; NORMAL under WAL does not promise it.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-512",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = path, identity(path)
    connection.create_function("casefold", 1, lambda text: text and text.casefold(), deterministic=True)


@sa.event.listens_for(sa.Engine, "begin")
def begin(connection: sa.Connection) -> None:
    """Begin a transaction: a reader's sees one state of the site throughout, a writer's takes the lock at once.

    A transaction that reads first and writes later is refused under load (“database is locked”) whatever the timeout.
    """
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def raw(connection: sa.Connection) -> sqlite3.Connection:
    """SQLite's own connection below `connection`, for what SQLAlchemy has no words for."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


@contextmanager
def writing_soon(engine: sa.Engine, milliseconds: int) -> Iterator[sa.Connection]:
    """A connection in a transaction that writes, which waits no longer than that for another writer."""
    with engine.connect().execution_options(writes=True) as connection:
        raw(connection).execute(f"PRAGMA busy_timeout={milliseconds}")
        try:
            with connection.begin():
                yield connection
        finally:
            raw(connection).execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
