"""Insert thousands of posts directly into the tables, with dates, tags and series."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask

from blog.store.cursors import Cursor
from blog.store.db import writing
from blog.store.models import Post, Series, Tag
from blog.store.models.listings import post_tag
from blog.text.rendering import RENDERER

LONG_AGO = datetime.fromisoformat("2001-01-01T00:00Z")


class Row(NamedTuple):
    """The columns of a post that matter to lists."""

    published_at: datetime | None
    tags: Sequence[str] = ()
    trashed: bool = False
    series: str = ""

    def is_live(self, now: datetime) -> bool:
        return self.published_at is not None and self.published_at <= now and not self.trashed


def fill(app: Flask, rows: Iterable[Row]) -> None:
    """Replace all posts with `rows`, with the ids 1, 2, 3 …"""
    rows = list(rows)
    # Not in the order of their ids; otherwise a query without ORDER BY would look correct.
    names = sorted({tag for row in rows for tag in row.tags}, reverse=True)
    series = sorted({row.series for row in rows if row.series})
    posts, carried = [], []
    for number, row in enumerate(rows, start=1):
        posts.append(
            {
                "id": number,
                "slug": f"post-{number}",
                "title": f"Post {number}",
                "title_derived": False,
                "body": "Text.",
                "body_html": "<p>Text.</p>",
                "renderer": RENDERER,
                "excerpt": f"What post {number} says.",
                "word_count": 250,
                "published_at": row.published_at,
                "created_at": LONG_AGO,
                "updated_at": LONG_AGO,
                "trashed_at": LONG_AGO if row.trashed else None,
                "version": 1,
                "series_id": series.index(row.series) + 1 if row.series else None,
            }
        )
        carried += [{"tag_id": names.index(tag) + 1, "post_id": number} for tag in row.tags]
    # In its own context, so that a following request has its own, too.
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Post))
        session.execute(sa.delete(Tag))
        session.execute(sa.delete(Series))
        tags = [
            {"id": number, "slug": name, "name": name.title()} for number, name in enumerate(names, start=1)
        ]
        titles = [
            {"id": number, "slug": name, "title": name.title()} for number, name in enumerate(series, 1)
        ]
        for table, values in ((Series, titles), (Tag, tags), (Post, posts), (post_tag, carried)):
            if values:
                session.execute(sa.insert(table), values)


def listing(rows: Sequence[Row], now: datetime, tags: Iterable[str] = ()) -> list[Cursor]:
    """The cursors of the published posts in `rows` with all of `tags`, newest first: a simple model of the list."""
    return sorted(
        (
            Cursor(row.published_at, number)
            for number, row in enumerate(rows, start=1)
            if row.published_at is not None and row.is_live(now) and set(tags) <= set(row.tags)
        ),
        reverse=True,
    )
