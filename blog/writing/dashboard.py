"""The rows of the dashboard: posts in every state and unsaved drafts, most recently changed first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from blog import clock
from blog.store.current import backend
from blog.store.cursors import Cursor
from blog.store.db import UtcDateTime, db
from blog.store.models import Draft, Post
from blog.text import summaries
from blog.text.summaries import EXCERPT_LENGTH

STATES = ("draft", "scheduled", "live", "trash")
SIZE = 30


class Row(NamedTuple):
    """A post, or an unsaved draft without a post."""

    place: int
    """Orders rows with the same time. Unique per row."""
    post_id: int | None
    draft_id: int | None
    """The id of the newest unsaved draft, of the post or on its own."""
    state: str
    title: str
    excerpt: str
    slug: str
    words: int
    touched_at: datetime
    published_at: datetime | None
    trashed_at: datetime | None

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.touched_at, self.place)


class Page(NamedTuple):
    rows: Sequence[Row]
    older: Cursor | None


def page(*, state: str = "", q: str = "", after: Cursor | None = None, size: int = SIZE) -> Page:
    """The rows after `after` in `state`, or in all states except trash, with `q` in title or text. One query."""
    rows = all_rows().subquery()
    statement = sa.select(rows)
    if state:
        statement = statement.where(rows.c.state == state)
    else:
        statement = statement.where(rows.c.state != "trash")
    for word in q.split():
        statement = statement.where(backend.contains(rows.c.searched, word))
    if after is not None:
        below = sa.tuple_(sa.literal(after.published_at, UtcDateTime), sa.literal(after.id))
        statement = statement.where(sa.tuple_(rows.c.touched_at, rows.c.place) < below)
    statement = statement.order_by(rows.c.touched_at.desc(), rows.c.place.desc()).limit(size + 1)
    columns = [getattr(rows.c, name) for name in Row._fields]
    found = [shortened(Row(*row)) for row in db.session.execute(statement.with_only_columns(*columns))]
    return Page(found[:size], found[size - 1].cursor if len(found) > size else None)


def shortened(row: Row) -> Row:
    """The row with its excerpt shortened. For an unsaved draft, the excerpt is the beginning of the text."""
    return row._replace(excerpt=summaries.cut(row.excerpt, EXCERPT_LENGTH)) if row.post_id is None else row


def counts() -> dict[str, int]:
    """The number of rows in each state."""
    rows = all_rows().subquery()
    statement = sa.select(rows.c.state, sa.func.count()).group_by(rows.c.state)
    return {**dict.fromkeys(STATES, 0), **{row[0]: row[1] for row in db.session.execute(statement)}}


def all_rows() -> Any:
    """Posts and unsaved drafts as one SELECT with the same columns."""
    newest = (
        sa.select(
            Draft.post_id, sa.func.max(Draft.id).label("id"), sa.func.max(Draft.saved_at).label("saved_at")
        )
        .where(Draft.closed_at.is_(None), Draft.post_id.is_not(None))
        .group_by(Draft.post_id)
        .subquery()
    )
    unsaved = sa.orm.aliased(Draft)
    now = clock.now()
    state = sa.case(
        (Post.trashed_at.is_not(None), "trash"),
        (Post.published_at.is_(None), "draft"),
        (Post.published_at > now, "scheduled"),
        else_="live",
    )
    touched = backend.greatest(Post.updated_at, sa.func.coalesce(newest.c.saved_at, Post.updated_at))
    posts = (
        sa.select(
            (Post.id * 2).label("place"),
            Post.id.label("post_id"),
            newest.c.id.label("draft_id"),
            state.label("state"),
            Post.title.label("title"),
            Post.excerpt.label("excerpt"),
            Post.slug.label("slug"),
            Post.word_count.label("words"),
            sa.type_coerce(touched, UtcDateTime).label("touched_at"),
            Post.published_at.label("published_at"),
            Post.trashed_at.label("trashed_at"),
            (Post.title + " " + Post.body + " " + sa.func.coalesce(typed(unsaved), "")).label("searched"),
        )
        .outerjoin(newest, newest.c.post_id == Post.id)
        .outerjoin(unsaved, unsaved.id == newest.c.id)
    )
    never_saved = sa.select(
        (Draft.id * 2 + 1).label("place"),
        sa.null().label("post_id"),
        Draft.id.label("draft_id"),
        sa.literal("draft").label("state"),
        kept(Draft, "title").label("title"),
        sa.func.substr(kept(Draft, "body"), 1, EXCERPT_LENGTH + 1).label("excerpt"),
        sa.literal("").label("slug"),
        sa.literal(0).label("words"),
        Draft.saved_at.label("touched_at"),
        sa.null().label("published_at"),
        sa.null().label("trashed_at"),
        typed(Draft).label("searched"),
    ).where(Draft.post_id.is_(None), Draft.closed_at.is_(None))
    return sa.union_all(posts, never_saved)


def typed(draft: Any) -> Any:
    return kept(draft, "title") + " " + kept(draft, "body")


def kept(draft: Any, name: str) -> Any:
    """A field of an unsaved draft, or an empty string if the form did not send it."""
    return sa.func.coalesce(draft.fields[name].as_string(), "")
