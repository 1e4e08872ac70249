"""Whether the site can do its work: show readers its posts, and save what its author writes."""

import shutil
from typing import NamedTuple

import sqlalchemy as sa

from blog.errors import BlogError
from blog.site import overview
from blog.store.db import BUSY_SECONDS, FULL, database_file, db, is_outage, raw, reconnect, what_is_wrong
from blog.store.freshness import Freshness, Unreachable

BRIEFLY = 200
"""Milliseconds in which any change of ours is written."""
ROOM = 8 * 1024 * 1024
"""Bytes without which a disk counts as full: the longest post fits, and what SQLite keeps beside it."""


class Readiness(NamedTuple):
    """How the site stands."""

    live: int | None
    """The number of live posts; None if readers can be shown none."""
    trouble: str
    """What is wrong, in a sentence; empty if nothing is."""


def readiness(freshness: Freshness) -> Readiness:
    """Ask the database, as a reader's and as an author's request would."""
    try:
        freshness.mark()
    except Unreachable as error:
        cause = error.__cause__ or error
        return Readiness(None, cause.message if isinstance(cause, BlogError) else what_is_wrong(cause))
    try:
        return Readiness(overview.standing().live, trouble_writing())
    except sa.exc.SQLAlchemyError as error:
        if not is_outage(error):
            raise
        reconnect()
        return Readiness(None, what_is_wrong(error))


def trouble_writing() -> str:
    """What keeps a change from being written now, in a sentence; empty if nothing does."""
    try:
        with db.engine.connect().execution_options(begin="IMMEDIATE") as connection:
            raw(connection).execute(f"PRAGMA busy_timeout={BRIEFLY}")
            try:
                with connection.begin():
                    # Of no row, but only now SQLite asks whether it may write at all.
                    connection.exec_driver_sql("UPDATE site SET title = title WHERE FALSE")
            finally:
                raw(connection).execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
    except sa.exc.DBAPIError as error:
        if not is_outage(error):
            raise
        return what_is_wrong(error)
    full = shutil.disk_usage(database_file(db.engine.url).parent).free < ROOM
    return FULL if full else ""
