"""The index that search looks into: SQLite keeps it true to the words of published posts, whoever changes them.

Two FTS5 tables (https://sqlite.org/fts5.html) over one text. `post_search` holds the stems of English words, so that
“caching” finds “cached”; `post_search_exact` the words as they are, for phrases, for words that are half typed, and to
put exact words first. Both fold accents and case. Neither keeps a copy of the text: that stands in `post`.
"""

import sqlalchemy as sa

from blog.listings import published

FOLDED = "unicode61 remove_diacritics 2"
INDEXES = {
    "post_search": f"tokenize='porter {FOLDED}'",
    # Words that are typed as far as two or three letters are found at once; longer beginnings are few words.
    "post_search_exact": f"tokenize='{FOLDED}', prefix='2 3'",
}
COLUMNS = ("title", "excerpt", "text")
NAMED = ", ".join(COLUMNS)
SOURCE = "content='post_search_source', content_rowid='id'"

TABLES = {
    "post_search_source": f"CREATE VIEW post_search_source AS SELECT id, {NAMED} FROM post "
    f"WHERE {published('post')}",
    **{
        name: f"CREATE VIRTUAL TABLE {name} USING fts5({NAMED}, {SOURCE}, {options})"
        for name, options in INDEXES.items()
    },
    # Every word there is, for the nearest spelling of one that is not there.
    "post_search_words": "CREATE VIRTUAL TABLE post_search_words USING fts5vocab(post_search_exact, row)",
}


def added(row: str) -> str:
    values = ", ".join(f"{row}.{column}" for column in ("id", *COLUMNS))
    return "".join(
        f"INSERT INTO {name} (rowid, {NAMED}) SELECT {values} WHERE {published(row)}; " for name in INDEXES
    )


def removed(row: str) -> str:
    """SQL: an index without its own copy of the text has to be told what is to be forgotten."""
    values = ", ".join(f"{row}.{column}" for column in ("id", *COLUMNS))
    return "".join(
        f"INSERT INTO {name} ({name}, rowid, {NAMED}) SELECT 'delete', {values} WHERE {published(row)}; "
        for name in INDEXES
    )


def differs() -> str:
    words = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in ("id", *COLUMNS))
    return f"{words} OR {published('NEW')} <> {published('OLD')}"


TRIGGERS = {
    "search_added": f"AFTER INSERT ON post BEGIN {added('NEW')}END",
    "search_removed": f"AFTER DELETE ON post BEGIN {removed('OLD')}END",
    "search_changed": f"AFTER UPDATE ON post WHEN {differs()} BEGIN {removed('OLD')}{added('NEW')}END",
}


def installed(connection: sa.Connection) -> bool:
    """Whether the database has exactly these tables."""
    found = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')"))
    made = {row.name: row.sql for row in found}
    return all(made.get(name) == statement for name, statement in TABLES.items())


def remove(connection: sa.Connection) -> None:
    """Drop the index: a table that a view names cannot be made anew under it."""
    for name in reversed(TABLES):
        kind = "VIEW" if name == "post_search_source" else "TABLE"
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")


def install(connection: sa.Connection) -> None:
    """Make the index anew from the posts there are, which takes about a second for each 3,500 of 400 words."""
    remove(connection)
    for statement in TABLES.values():
        connection.exec_driver_sql(statement)
    for name in INDEXES:
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
