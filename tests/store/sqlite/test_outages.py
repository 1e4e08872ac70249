"""What SQLite says is an outage that passes, or a bug of ours."""

import sqlite3

import pytest
import sqlalchemy as sa

from blog.store.sqlite.outages import is_outage


@pytest.mark.parametrize(
    ("code", "message", "outage"),
    [
        (sqlite3.SQLITE_BUSY, "database is locked", True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked", True),
        (sqlite3.SQLITE_IOERR_READ, "disk I/O error", True),
        (sqlite3.SQLITE_CORRUPT, "database disk image is malformed", True),
        (sqlite3.SQLITE_FULL, "database or disk is full", True),
        (sqlite3.SQLITE_READONLY, "attempt to write a readonly database", True),
        (sqlite3.SQLITE_ERROR, "no such table: post", True),
        (sqlite3.SQLITE_ERROR, "no such column: nonsense", False),
        (sqlite3.SQLITE_ERROR, 'near "SELEKT": syntax error', False),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed", False),
    ],
)
def test_what_sqlite_says_is_an_outage_or_a_bug(code: int, message: str, outage: bool) -> None:
    original = sqlite3.OperationalError(message)
    original.sqlite_errorcode = code
    assert is_outage(sa.exc.OperationalError("SELECT", {}, original)) is outage


def test_a_wrong_use_of_sqlalchemy_is_a_bug() -> None:
    assert not is_outage(sa.exc.InvalidRequestError("no such attribute"))
