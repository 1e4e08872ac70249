"""What SQLite says when it cannot get at the data, as opposed to what it was asked, and what that means.

The codes are https://sqlite.org/rescode.html's; the sentences are for whoever looks after the site.
"""

import shutil
import sqlite3

import sqlalchemy as sa

from blog.i18n import N_
from blog.store.db import db
from blog.store.sqlite.connections import writing_soon
from blog.store.sqlite.files import database_file
from blog.system import disk

HELD = N_("The database has been locked by another program for too long.")
AWAY = N_("The database file is missing or cannot be opened.")
DAMAGED = N_("The database is damaged.")
READ_ONLY = N_("The database is read-only.")
OUTAGES = {
    sqlite3.SQLITE_BUSY: HELD,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: disk.FULL,
    sqlite3.SQLITE_IOERR: N_("The disk cannot be read or written."),
    sqlite3.SQLITE_LOCKED: HELD,
    sqlite3.SQLITE_NOMEM: N_("There is not enough memory."),
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_PROTOCOL: HELD,
    sqlite3.SQLITE_READONLY: READ_ONLY,
}

BRIEFLY = 200
"""Milliseconds in which any change of ours is written."""
ROOM = 8 * 1024 * 1024
"""Bytes without which a disk counts as full: the longest post fits, and what SQLite keeps beside it."""


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
        return N_("Too many requests are using the database.")
    if str(cause).startswith("no such table"):
        return N_("The database is empty.")
    return OUTAGES.get(code_of(cause), N_("The database cannot be used."))


def trouble_writing() -> str:
    """What keeps a change from being written now, in a sentence; empty if nothing does."""
    try:
        with writing_soon(db.engine, BRIEFLY) as connection:
            # Of no row, but only now SQLite asks whether it may write at all.
            connection.exec_driver_sql("UPDATE site SET title = title WHERE FALSE")
    except sa.exc.DBAPIError as error:
        if not is_outage(error):
            raise
        return what_is_wrong(error)
    full = shutil.disk_usage(database_file(db.engine.url).parent).free < ROOM
    return disk.FULL if full else ""
