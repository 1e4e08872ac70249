"""File permissions of the instance: only for the user that runs the site."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OWNER = stat.S_IRWXU
"""The rights that are left: what its owner has."""


def keep_private(instance: Path, database: Iterable[Path] = ()) -> None:
    """Take every right to `instance`, its files and those of its `database` from the group and from others.

    That mends an instance of an earlier version as well. The database holds the password's hash, the drafts and the
    sessions. What belongs to another user stays as it is: only its owner could change it. From now on this process
    makes files that are its user's alone.
    """
    os.umask(~OWNER & 0o777)
    for path in (instance, *inside(instance), *database):
        with suppress(OSError):
            if not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) & OWNER)


def inside(instance: Path) -> Iterator[Path]:
    """The files in the instance and the backups of the database. Deeper files are unreachable for others."""
    with suppress(OSError):
        yield from instance.iterdir()
        yield from (instance / "backups").glob("*")
