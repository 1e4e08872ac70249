"""What the machine must have before a site can be served.

Settings are checked in `blog.settings`, the files of `static/` in `blog.web.assets`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blog.errors import SettingInvalid


def check(root: Path) -> None:
    """Check Python's SQLite, the data of time zones and the templates below `root`. Raises SettingInvalid."""
    check_sqlite()
    check_time_zones()
    check_templates(root / "templates")


def check_sqlite() -> None:
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.Error as error:
        raise SettingInvalid(
            f"The SQLite {sqlite3.sqlite_version} of this Python has no full text search (FTS5)."
        ) from error


def check_time_zones() -> None:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError as error:
        raise SettingInvalid(
            "The data of time zones is missing; the package tzdata of Python's has it."
        ) from error


def check_templates(folder: Path) -> None:
    """Read every template once: one that is missing or closed to us would be a failure of its page later."""
    names = list(folder.rglob("*.html"))
    if not names:
        raise SettingInvalid(f"The folder {folder} has no templates; get the program's files anew.")
    for path in names:
        try:
            path.read_bytes()
        except OSError as error:
            raise SettingInvalid(f"The template {path} cannot be read: {error.strerror}.") from error
