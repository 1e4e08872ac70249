"""What SQLite is told of tables and indexes beyond what every database is.

SQLAlchemy prefixes these with the name of the database, so those of another one can be given beside them.
"""

from typing import Any

import sqlalchemy as sa

NEVER_REUSED_IDS = {"sqlite_autoincrement": True}
"""An id is never given out twice, not even that of the last row after it was deleted."""
IN_KEY_ORDER: dict[str, Any] = {"sqlite_with_rowid": False}
"""The table is stored in the order of its primary key."""


def only_where(condition: str) -> dict[str, Any]:
    """Of an index: it has the rows that meet `condition` alone."""
    return {"sqlite_where": sa.text(condition)}
