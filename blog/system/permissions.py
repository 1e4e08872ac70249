"""Who may read what an installation owns: nobody but the user that it runs as."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OWNER = stat.S_IRWXU
"""The rights that are left: what its owner has."""
MAGIC = b"SQLite format 3\0"


def keep_private(instance: Path, database: Path | None = None) -> None:
    """Take every right to `instance`, its files and its `database` from the group and from others.

    That mends an instance of an earlier version as well. The database holds the password's hash, the drafts and the
    sessions; SQLite gives the files beside it the rights of the database. What belongs to another user stays as it is:
    only its owner could change it. From now on this process makes files that are its user's alone.
    """
    os.umask(~OWNER & 0o777)
    for path in (instance, *inside(instance), *beside(database)):
        with suppress(OSError):
            if not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) & OWNER)


def inside(instance: Path) -> Iterator[Path]:
    """What lies in the instance, and the copies of the database in it; what lies deeper, nobody else can reach."""
    with suppress(OSError):
        yield from instance.iterdir()
        yield from (instance / "backups").glob("*")


def beside(database: Path | None) -> Iterator[Path]:
    """The database, which may lie elsewhere, and the files of its write-ahead log.

    Nothing if it is none: a wrong setting must not take the rights to `/tmp` or `/etc/passwd` from everybody else.
    """
    if database is not None and is_database(database):
        for ending in ("", "-wal", "-shm"):
            yield database.with_name(f"{database.name}{ending}")


def is_database(path: Path) -> bool:
    """Whether SQLite made the file (https://sqlite.org/fileformat.html, section 1.3); an empty one may become one."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) in {MAGIC, b""}
    except OSError:
        return False
