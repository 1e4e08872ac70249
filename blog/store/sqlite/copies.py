"""Copies of the database while others write to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from blog.store.db import db
from blog.store.sqlite.connections import raw


def copy_to(path: Path) -> None:
    """Copy the database, whole though others may write to it, to `path` (https://sqlite.org/backup.html)."""
    path.parent.mkdir(exist_ok=True)
    with db.engine.connect() as connection, closing(sqlite3.connect(path)) as copy:
        raw(connection).backup(copy)
