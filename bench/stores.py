"""Stores of many posts, made once from a fixed seed and kept for later runs."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import vocabulary
from blog import create_app
from blog.store.cursors import Cursor
from blog.store.db import db
from blog.store.migrations import HEAD
from blog.store.sqlite import triggers
from blog.store.sqlite.connections import raw
from blog.text.rendering import RENDERER

SEED = 20_261_129
WORDS = 400
PARAGRAPHS = 4
TAGS = 40
MOST_TEXTS = 6_000
"""Paragraphs of words as they come; a post has four."""
NEWEST = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
YEARS = 20
BATCH = 2_000

# Two large tags that only the oldest post has both of: the worst there is for finding posts with both.
LARGE = ("left", "right")


def store(posts: int, folder: Path) -> Path:
    """The instance with `posts` posts, made in `folder` if it is not there."""
    instance = folder / f"posts-{posts}-{HEAD}-{SEED}"
    done = instance / "made"
    if not done.exists():
        print(f"Making a store of {posts:,} posts …", flush=True)
        app = create_app({"INSTANCE": instance})
        with app.app_context():
            fill(posts)
            db.session.remove()
            db.engine.dispose()
        done.touch()
    return instance


def fill(posts: int) -> None:
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        own = raw(connection)
        # A log of a million posts in one transaction would be searched for each page that is read again.
        own.execute("PRAGMA journal_mode=OFF")
        own.execute("PRAGMA synchronous=OFF")
        own.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            triggers.remove(connection)
            for table in ("post_tag", "redirect", "tag_redirect", "post", "tag"):
                own.execute(f"DELETE FROM {table}")
            names = [*LARGE, *(f"topic-{number}" for number in range(TAGS - len(LARGE)))]
            own.executemany(
                "INSERT INTO tag (id, slug, name, published) VALUES (?, ?, ?, 0)",
                [(number, name, name.title()) for number, name in enumerate(names, start=1)],
            )
            own.execute("UPDATE site SET welcomed_at = '2026-11-01 12:00:00.000000', title = 'Many posts'")
            write(own, posts)
            triggers.install(connection)
        own.execute("PRAGMA journal_mode=WAL")


def write(own: sqlite3.Connection, posts: int) -> None:
    columns = "id, slug, title, body, body_html, excerpt, published_at, created_at, updated_at, text"
    values = f"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, {WORDS}, 1, {RENDERER}"
    post = f"INSERT INTO post ({columns}, title_derived, words, version, renderer) VALUES ({values})"
    carried = "INSERT INTO post_tag (tag_id, live_from, post_id) VALUES (?, ?, ?)"
    rows: list[Any] = []
    tagged: list[Any] = []
    for row, tags in made(posts):
        rows.append(row)
        tagged += [(tag, row[6], row[0]) for tag in tags]
        if len(rows) == BATCH:
            own.executemany(post, rows)
            own.executemany(carried, tagged)
            rows.clear()
            tagged.clear()
    own.executemany(post, rows)
    own.executemany(carried, tagged)


def made(posts: int) -> Iterator[tuple[tuple[Any, ...], list[int]]]:
    """Rows of the table of posts, from the oldest to the newest, and the ids of each one's tags."""
    chance = random.Random(SEED)
    length = WORDS // PARAGRAPHS
    texts = [paragraph(vocabulary.text(chance, length)) for _ in range(MOST_TEXTS)]
    # By chance a quarter of the words would be in none.
    every = vocabulary.words()
    texts += [paragraph(every[start : start + length]) for start in range(0, len(every), length)]
    chance.shuffle(texts)
    weights = [1 / (rank + 1) for rank in range(TAGS - len(LARGE))]
    topics = range(len(LARGE) + 1, TAGS + 1)
    step = timedelta(days=365 * YEARS) / posts
    for number in range(1, posts + 1):
        at = f"{(NEWEST - step * (posts - number)).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
        # Each in its turn, so that a store has all words as soon as its posts have room for them.
        paragraphs = [texts[(PARAGRAPHS * number + each) % len(texts)] for each in range(PARAGRAPHS)]
        body = "\n\n".join(paragraphs)
        html = "".join(f"<p>{text}</p>\n" for text in paragraphs)
        title = " ".join(vocabulary.text(chance, 5)).capitalize()
        tags = set(chance.choices(topics, weights, k=chance.randint(1, 4)))
        # Two posts of five carry each of the large tags; the oldest carries both.
        tags |= {1, 2} if number == 1 else set(((1,), (1,), (2,), (2,), ())[number % 5])
        row = (
            number,
            f"post-{number}",
            title,
            body,
            html,
            f"{paragraphs[0][:237]}…",
            at,
            at,
            at,
            "\n".join(paragraphs),
        )
        yield row, sorted(tags)


def paragraph(words: list[str]) -> str:
    return " ".join(words).capitalize() + "."


def size(instance: Path) -> int:
    """Of the database, in bytes."""
    return (instance / "blog.db").stat().st_size


def cursor_at(instance: Path, share: float) -> str:
    """The cursor behind which the `share` of the listing that is older begins."""
    with closing(sqlite3.connect(instance / "blog.db")) as connection:
        (count,) = connection.execute("SELECT published FROM site").fetchone()
        at, number = connection.execute(
            "SELECT published_at, id FROM post ORDER BY published_at DESC, id DESC LIMIT 1 OFFSET ?",
            (int(count * share),),
        ).fetchone()
    return str(Cursor(datetime.fromisoformat(at).replace(tzinfo=UTC), number))
