"""Bringing the database's schema up to date, after a copy of it, without losing a row."""

import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from blog import clock, triggers
from blog.db import db, raw
from blog.errors import BlogError
from blog.migrations import HEAD

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"


class DatabaseTooNew(BlogError):
    """A newer Scrollwork wrote this database."""

    status = 500


def revision(connection: sa.Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def is_current() -> bool:
    """Whether schema and triggers are those that this version of the code expects."""
    with db.engine.connect() as connection:
        return revision(connection) == HEAD and triggers.installed(connection)


def upgrade(instance: Path, *, scripts: Path = SCRIPTS, target: str = "head") -> str | None:
    """Migrate the database to `target`; the revision it had before, or None if it was empty or nothing was to be done.

    A copy of the file goes to the instance's folder `backups` first. Of two processes that start together one waits
    for the other. Raises DatabaseTooNew for a revision that no script here knows.
    """
    if target == "head" and is_current():
        return None
    with alone(instance / "upgrade.lock"):
        if target == "head" and is_current():
            return None
        with db.engine.connect() as connection:
            before = revision(connection)
        if before is not None:
            copy_database(instance / "backups", before)
        migrate(scripts, target)
    log.info("schema upgraded before=%s", before)
    return before


def migrate(scripts: Path, target: str) -> None:
    # Only here: Alembic costs some 180 ms and 10 MB, which a start with nothing to migrate is spared.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("version_locations", str(scripts / "versions").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    # Batch mode makes a table anew and drops the old one, which with foreign keys on would empty the tables that
    # cascade from it. The PRAGMA does nothing inside a transaction, hence outside, and on again after it.
    with db.engine.connect() as connection:
        raw(connection).execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(begin="IMMEDIATE").begin():
                config.attributes["connection"] = connection
                triggers.remove(connection)
                command.upgrade(config, target)
                if target == "head":
                    triggers.install(connection)
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")
        except CommandError as error:
            raise DatabaseTooNew(f"The database cannot be upgraded by this version: {error}.") from error
        finally:
            raw(connection).execute("PRAGMA foreign_keys=ON")


def copy_database(folder: Path, before: str) -> Path:
    """Copy the database, whole though others may write to it, to `folder`; the copy's path."""
    folder.mkdir(exist_ok=True)
    path = folder / f"before-upgrade-from-{before}-{clock.now():%Y%m%dT%H%M%S}.db"
    with db.engine.connect() as connection, closing(sqlite3.connect(path)) as copy:
        raw(connection).backup(copy)
    return path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`: another process that wants it waits."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
