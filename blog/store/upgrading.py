"""Bringing the database's schema up to date, after a copy of it, without losing a row."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import sqlalchemy as sa

from blog import clock
from blog.errors import DatabaseAway, DatabaseUnusable
from blog.store.current import backend
from blog.store.db import db
from blog.store.migrations import HEAD

MADE = "The database was made.\n"
SCRIPTS = Path(__file__).parent / "migrations" / "versions"


class Upgrade(NamedTuple):
    """What was done to a database."""

    before: str | None
    """The schema's revision before; None for an empty database."""
    after: str
    copy: Path | None
    """Where the database stands as it was before."""


def revision(connection: sa.Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version")))


def upgrade(
    instance: Path, *, scripts: Path = SCRIPTS, head: str = HEAD, wait: bool = True
) -> Upgrade | None:
    """Bring schema and triggers to what this version of the code expects; what was done, or None.

    Before the schema changes, a copy of the database goes to the instance's folder `backups`. Of two processes that
    start together one waits for the other, or with `wait=False` raises DatabaseAway. Raises DatabaseUnusable, with the
    database as it was, if it cannot be done: DatabaseAway if it is only not to be had.
    """
    with plain_outages(), alone(instance / "upgrade.lock", wait=wait) as lock:
        make_once(lock)
        return bring_up_to_date(instance, scripts, head)


def make_once(lock: IO[str]) -> None:
    """Make an empty database if the instance has never had one; `lock` remembers that it had.

    A disk that is not there when the site starts must not begin a new site in its place. Raises DatabaseAway.
    """
    was_made = lock.read() == MADE
    url = db.engine.url
    if not backend.exists(url):
        if was_made:
            raise DatabaseAway(
                f"The database {backend.place(url)} is gone. "
                f"Put it back; or delete {lock.name} as well to begin a new site."
            )
        backend.create(url)
    if not was_made:
        lock.write(MADE)


@contextmanager
def plain_outages() -> Iterator[None]:
    """Say what keeps the database from being used in a sentence: it is locked, read-only, full, no database at all.

    Raises DatabaseAway.
    """
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        if isinstance(error, sa.exc.SQLAlchemyError) and not backend.is_outage(error):
            raise
        reason = getattr(error, "orig", error)
        raise DatabaseAway(f"The database cannot be used and was not changed: {reason}.") from error


def bring_up_to_date(instance: Path, scripts: Path, head: str) -> Upgrade | None:
    with db.engine.connect() as connection:
        before = revision(connection)
        if before == head and backend.is_installed(connection):
            return None
    if before == head:
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            backend.install(connection)
        return Upgrade(before, head, None)
    # The scripts are numbered, so an unknown revision is one to come.
    if before is not None and not any(scripts.glob(f"{before}_*.py")):
        raise DatabaseUnusable(
            f"The database in {instance} was written by a newer version of Scrollwork (schema {before}; this version "
            f"supports up to {head}). Start that version, or restore a backup of the database."
        )
    name = f"before-upgrade-from-{before}-{clock.now():%Y%m%dT%H%M%S}.db"
    copy = None if before is None else instance / "backups" / name
    try:
        if copy is not None:
            backend.copy_to(copy)
        migrate(scripts, head)
    except Exception as error:
        if copy is not None:
            # Or a service that tries again and again would fill the disk with copies.
            copy.unlink(missing_ok=True)
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        raise DatabaseUnusable(
            f"The database in {instance} could not be upgraded from {before or 'nothing'} to {head} and was not "
            f"changed: {type(error).__name__}: {reason}."
        ) from error
    return Upgrade(before, head, copy)


def in_words(done: Upgrade | None) -> str:
    """What `upgrade` did, in a sentence."""
    if done is None:
        return "The database is up to date."
    if done.before is None:
        return f"Created a new database with schema {done.after}."
    if done.copy is None:
        return "Updated the database triggers."
    return f"Upgraded the database from {done.before} to {done.after}. A backup is in {done.copy}."


def migrate(scripts: Path, head: str) -> None:
    # Only here: Alembic costs some 180 ms and 10 MB, which a start with nothing to migrate is spared.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS.parent).replace("%", "%%"))
    config.set_main_option("version_locations", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    with backend.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, head)


@contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[IO[str]]:
    """Hold the lock file at `path`, which is opened for reading and writing: another process that wants it waits.

    Raises OSError with `wait=False` if another process has it.
    """
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.seek(0)
        yield file
