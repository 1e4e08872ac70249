"""The database: engine, PRAGMAs, the UTC column type, and how a change is written.

All that is particular to SQLite stands here and in `blog.store.sqlite.triggers`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, unquote, urlsplit

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from blog.i18n import N_
from blog.system import disk

BUSY_SECONDS = 5

# What SQLite says when it cannot get at the data, as opposed to what it was asked (https://sqlite.org/rescode.html),
# and what that means to whoever looks after the site.
HELD = N_("Another program has held the database for too long.")
AWAY = N_("The database is not where it should be, or may not be opened.")
DAMAGED = N_("The database is damaged.")
FULL = disk.FULL
READ_ONLY = N_("The database may not be written to.")
OUTAGES = {
    sqlite3.SQLITE_BUSY: HELD,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: N_("The disk cannot be read or written."),
    sqlite3.SQLITE_LOCKED: HELD,
    sqlite3.SQLITE_NOMEM: N_("There is not enough memory."),
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_PROTOCOL: HELD,
    sqlite3.SQLITE_READONLY: READ_ONLY,
}

# Constraints with names can be changed by a later migration; SQLite cannot name them afterwards.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What the models derive from: plain typed SQLAlchemy, sharing its metadata with Flask-SQLAlchemy below."""

    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(
    metadata=Base.metadata,
    # pysqlite would begin transactions by its own rules and too late; `begin` below does it instead.
    engine_options={"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}},
)


def as_stored(moment: datetime) -> str:
    """An aware moment as the column type below keeps it, for SQL as text: the order of its letters is that of time."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def numbers(ids: Iterable[int]) -> sa.Select[tuple[int]]:
    """Many ids as one parameter, for `IN`: of parameters SQLite takes no more than 32,766."""
    return sa.select(sa.func.json_each(json.dumps(sorted(ids))).table_valued("value").c.value)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, kept in UTC: SQLite drops time zones, so they are taken off and put back here."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# A type_annotation_map would crash Flask-SQLAlchemy 3.1; annotations that carry their column do not.
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
MaybeMoment = Annotated[datetime | None, mapped_column(UtcDateTime)]


def database_file(url: sa.URL) -> Path:
    """The file of the database at `url`."""
    name = str(url.database)
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


@sa.event.listens_for(sa.Engine, "do_connect")
def connect(_dialect: sa.Dialect, _record: object, arguments: Any, options: dict[str, Any]) -> None:
    """Open a file that is there, and do not make an empty one in the place of one that is gone."""
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
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', '')}")


def raw(connection: sa.Connection) -> sqlite3.Connection:
    """SQLite's own connection below `connection`, for what SQLAlchemy has no words for."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def is_outage(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether the database cannot be had: locked, damaged, full, gone. Any other error is a bug."""
    if not isinstance(error, sa.exc.DBAPIError):
        return isinstance(error, sa.exc.TimeoutError)  # every connection is in use
    # A file without a byte is a database without tables.
    return code_of(error.orig) in OUTAGES or str(error.orig).startswith("no such table")


def code_of(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 if it is not SQLite's error."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def what_is_wrong(error: BaseException) -> str:
    """What keeps the database from being used, in a sentence that is English until somebody translates it."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return disk.outage(cause) or AWAY
    if isinstance(error, sa.exc.TimeoutError):
        return N_("Too many requests use the database at once.")
    if str(cause).startswith("no such table"):
        return N_("The database is empty.")
    return OUTAGES.get(code_of(cause), N_("The database cannot be used."))


def reconnect() -> None:
    """Begin again with new connections: the old ones stay with the file they were opened on, even if it is replaced."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def writing() -> Iterator[Session]:
    """One change of the site: all of what is done inside is committed, or nothing.

    Inside another `writing()` it joins that one. What was read before is read again, so decide inside.
    """
    session: Session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes made outside writing() would be lost")
    session.rollback()
    session.info["writing"] = True
    try:
        with session.begin():
            session.connection(execution_options={"begin": "IMMEDIATE"})
            yield session
    finally:
        del session.info["writing"]
