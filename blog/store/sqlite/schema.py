"""A transaction in which the schema may change: foreign keys off, triggers gone, and ids that stay given out."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from blog.store.db import db
from blog.store.sqlite import triggers
from blog.store.sqlite.connections import raw


@contextmanager
def migrating() -> Iterator[sa.Connection]:
    """A transaction for migrations, without triggers at first and with those of this version at its end.

    Batch mode makes a table anew and drops the old one, which with foreign keys on would empty the tables that cascade
    from it. The PRAGMA does nothing inside a transaction, hence outside, and on again after it.
    """
    with db.engine.connect() as connection:
        raw(connection).execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(writes=True).begin():
                numbers = last_ids(connection)
                triggers.remove(connection)
                yield connection
                keep_last_ids(connection, numbers)
                triggers.install(connection)
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")
        finally:
            raw(connection).execute("PRAGMA foreign_keys=ON")


def last_ids(connection: sa.Connection) -> dict[str, int]:
    """The last id that each table gave out. A table that is made anew forgets it, and would give it out twice."""
    if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").scalar():
        return {}
    rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all()
    return {row.name: row.seq for row in rows}


def keep_last_ids(connection: sa.Connection, numbers: dict[str, int]) -> None:
    for name, last in numbers.items():
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))
