"""The index that search looks into, kept true to the words of published posts, whoever changes them.

`post_search_text` has the tokens of each published post (`blog.text.search_tokens`), and two FTS5 tables
(https://sqlite.org/fts5.html) lie over it. `post_search` holds the stems of English words, so that “caching” finds
“cached”; `post_search_exact` the tokens as they are, for phrases, for words that are half typed, and to put exact words
first.

Only Python makes tokens. So triggers take a post whose words have changed out of the index and note it in
`post_search_due`; what is noted is indexed before the change is committed, or at the next search if the change was made
by another program.
"""

import json
import logging
import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.store.db import db
from blog.store.models.search import search_due, search_text
from blog.store.sqlite.connections import writing_soon
from blog.store.sqlite.outages import is_outage
from blog.store.sqlite.statements import published
from blog.text.search_tokens import indexed

log = logging.getLogger(__name__)

TOKENS = 3
"""Raised whenever `search_tokens` makes other tokens: the index is then made anew at the next start."""

# All that could be a token is one already: nothing is left to fold, and marks belong to the letters before them.
PLAIN = "unicode61 remove_diacritics 0 categories ''L* N* M* Co''"
INDEXES = {
    "post_search": f"tokenize='porter {PLAIN}'",
    # Words that are typed as far as two or three letters are found at once; longer beginnings are few words.
    "post_search_exact": f"tokenize='{PLAIN}', prefix='2 3'",
}
COLUMNS = ("title", "excerpt", "text")
NAMED = ", ".join(COLUMNS)
SOURCE = "content='post_search_text', content_rowid='id'"


def created(table: sa.Table, note: str = "") -> str:
    """The statement that makes a table as its model says, with a `note` that SQLite keeps."""
    columns = [
        f"{column.name} {column.type.compile()}{' PRIMARY KEY' if column.primary_key else ''}"
        for column in table.columns
    ]
    return f"CREATE TABLE {table.name} ({', '.join(columns)}{note})"


TABLES = {
    search_text.name: created(search_text, f" /* tokens {TOKENS} */"),
    search_due.name: created(search_due),
    **{
        name: f"CREATE VIRTUAL TABLE {name} USING fts5({NAMED}, {SOURCE}, {options})"
        for name, options in INDEXES.items()
    },
    # Every word there is, for the nearest spelling of one that is not there.
    "post_search_words": "CREATE VIRTUAL TABLE post_search_words USING fts5vocab(post_search_exact, row)",
}

AT_ONCE = 20
"""Posts that are indexed while somebody waits for an answer."""
BATCH = 200
PROGRESS = 2_000
"""Posts after which a long work says how far it is."""
BRIEFLY = 100
"""Milliseconds that a search waits for a writer in order to index what another program has changed."""
indexing = threading.Lock()


def added(row: str) -> str:
    values = ", ".join(f"{row}.{column}" for column in ("id", *COLUMNS))
    return "".join(f"INSERT INTO {name} (rowid, {NAMED}) VALUES ({values}); " for name in INDEXES)


def removed(row: str) -> str:
    """SQL: an index without its own copy of the text has to be told what is to be forgotten."""
    values = ", ".join(f"{row}.{column}" for column in ("id", *COLUMNS))
    return "".join(
        f"INSERT INTO {name} ({name}, rowid, {NAMED}) VALUES ('delete', {values}); " for name in INDEXES
    )


def differs() -> str:
    words = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in ("id", *COLUMNS))
    return f"{words} OR {published('NEW')} <> {published('OLD')}"


FORGOTTEN = "DELETE FROM post_search_text WHERE id = OLD.id; DELETE FROM post_search_due WHERE id = OLD.id; "
NOTED = f"INSERT OR IGNORE INTO post_search_due (id) SELECT NEW.id WHERE {published('NEW')}; "
TRIGGERS = {
    "search_added": f"AFTER INSERT ON post BEGIN {NOTED}END",
    "search_removed": f"AFTER DELETE ON post BEGIN {FORGOTTEN}END",
    "search_changed": f"AFTER UPDATE ON post WHEN {differs()} BEGIN {FORGOTTEN}{NOTED}END",
    "search_text_added": f"AFTER INSERT ON post_search_text BEGIN {added('NEW')}END",
    "search_text_removed": f"AFTER DELETE ON post_search_text BEGIN {removed('OLD')}END",
    "search_text_changed": f"AFTER UPDATE ON post_search_text BEGIN {removed('OLD')}{added('NEW')}END",
}


def installed(connection: sa.Connection) -> bool:
    """Whether the database has exactly these tables."""
    found = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    made = {row.name: row.sql for row in found}
    return all(made.get(name) == statement for name, statement in TABLES.items())


def remove(connection: sa.Connection) -> None:
    for name in reversed(TABLES):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    # Over which the index lay before tokens were made by us. It names columns of `post`.
    connection.exec_driver_sql("DROP VIEW IF EXISTS post_search_source")


def install(connection: sa.Connection) -> None:
    """Make the tables anew; the triggers on them, and what stands in them, come afterwards (`fill`)."""
    remove(connection)
    for statement in TABLES.values():
        connection.exec_driver_sql(statement)


def fill(connection: sa.Connection) -> None:
    """Index all posts, which takes about three seconds for each thousand of 400 words."""
    connection.exec_driver_sql(
        f"INSERT OR IGNORE INTO post_search_due (id) SELECT id FROM post WHERE {published('post')}"
    )
    done = 0
    while count := renew(connection, BATCH):
        done += count
        if done % PROGRESS == 0:
            log.info("search index updated posts=%s", done)


def renew(connection: sa.Connection, most: int) -> int:
    """Index posts that are due, at most so many; how many there were."""
    # CROSS, or SQLite would look through all posts for those that are due.
    due = connection.execute(
        sa.text(f"SELECT post.id, {NAMED} FROM post_search_due CROSS JOIN post USING (id) LIMIT :most"),
        {"most": most},
    ).all()
    if not due:
        return 0
    ids = [{"id": row.id} for row in due]
    for table in ("post_search_text", "post_search_due"):
        connection.execute(sa.text(f"DELETE FROM {table} WHERE id = :id"), ids)
    connection.execute(
        sa.text(
            f"INSERT INTO post_search_text (id, {NAMED}, places) VALUES (:id, :title, :excerpt, :text, :places)"
        ),
        [row_of(*row) for row in due],
    )
    return len(due)


def row_of(post_id: int, title: str, excerpt: str, text: str) -> dict[str, Any]:
    """What `post_search_text` holds of a post."""
    of_title, of_text = indexed(title), indexed(text)
    return {
        "id": post_id,
        "title": of_title.content,
        "excerpt": indexed(excerpt).content,
        "text": of_text.content,
        "places": json.dumps([of_text.places, of_text.tail, of_title.tail], separators=(",", ":")),
    }


def bring_up_to_date(session: Session) -> None:
    """Index what a transaction has changed so far."""
    session.flush()
    while renew(session.connection(), BATCH):
        pass


@sa.event.listens_for(Session, "before_commit")
def index_what_is_due(session: Session) -> None:
    """A change of ours is committed together with its words."""
    if session.info.get("writing"):
        bring_up_to_date(session)


def catch_up() -> None:
    """Index what other programs have changed: some posts now, and if there are many the others behind this request."""
    if db.session.scalar(sa.text("SELECT 1 FROM post_search_due LIMIT 1")) is None:
        return
    engine = db.engine
    if not indexing.acquire(blocking=False):
        return
    more = False
    try:
        db.session.rollback()  # or what is indexed now would not be seen
        more = renew_in(engine, AT_ONCE) == AT_ONCE
    finally:
        if not more:
            indexing.release()
    if not more:
        return

    def rest() -> None:
        try:
            while renew_in(engine, BATCH):
                pass
        finally:
            indexing.release()

    threading.Thread(target=rest, name="search index", daemon=True).start()


def renew_in(engine: sa.Engine, most: int) -> int:
    """`renew` in a transaction of its own; 0 as well if the database may not be written to now."""
    try:
        with writing_soon(engine, BRIEFLY) as connection:
            return renew(connection, most)
    except sa.exc.SQLAlchemyError as error:
        if not is_outage(error):
            raise
        return 0
