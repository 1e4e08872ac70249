"""Series as readers see them: only published parts are counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.reading import posts
from blog.store.db import UtcDateTime, db
from blog.store.models import Post, Series

PAGE = 100
"""Parts per page."""
LISTED = 50
"""In longer series, a part does not list all others."""

ORDER = (Post.series_part, Post.published_at, Post.id)
STEP = (Post.id, Post.slug, Post.title, Post.language)


class SeriesUnknown(BlogError):
    """There is no series with published posts at this address, or no such page of it."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no series at this address."))


class Known(NamedTuple):
    """A series with published posts."""

    id: int
    slug: str
    title: str
    live: int
    """Number of published posts."""
    newest: datetime
    """When its newest post was published."""


class Page(NamedTuple):
    """A page of a series, in order."""

    posts: Sequence[Post]
    first: int
    """Position of the first part of the page."""
    number: int
    pages: int


class Step(NamedTuple):
    """A part as listed on other parts."""

    id: int
    slug: str
    title: str
    language: str


class Place(NamedTuple):
    """The position of a post in its series."""

    slug: str
    title: str
    number: int
    live: int
    before: Step | None
    after: Step | None
    parts: Sequence[Step]
    """All parts; empty if there are too many to list."""


def live_in(series_id: Any) -> sa.Select[Post]:
    """The published posts of a series."""
    return posts.live().where(Post.series_id == series_id)


COUNT, NEWEST = (
    live_in(Series.id).with_only_columns(column).correlate(Series).scalar_subquery()
    for column in (sa.func.count(), sa.func.max(Post.published_at, type_=UtcDateTime()))
)
KNOWN: sa.Select[*tuple[Any, ...]] = sa.select(Series.id, Series.slug, Series.title, COUNT, NEWEST)


def get_all() -> list[Known]:
    """All series with published posts by title. One query."""
    found = [Known(*row) for row in db.session.execute(KNOWN) if row[3]]
    return sorted(found, key=lambda series: (series.title.casefold(), series.slug))


def any_live() -> bool:
    """Whether there is a series with a published post."""
    some = sa.select(1).where(live_in(Series.id).with_only_columns(sa.literal(1)).correlate(Series).exists())
    return db.session.scalar(sa.select(some.select_from(Series).exists())) or False


def by_slug(slug: str) -> Known:
    """The series at an address. Raises SeriesUnknown."""
    row = db.session.execute(KNOWN.where(Series.slug == slug)).one_or_none()
    if row is None or not row[3]:
        raise SeriesUnknown
    return Known(*row)


def page(series: Known, number: int = 1) -> Page:
    """A page of a series, in one query. Raises SeriesUnknown for a page beyond the last."""
    pages = -(-series.live // PAGE)
    if not 1 <= number <= pages:
        raise SeriesUnknown
    begin = (number - 1) * PAGE
    stretch = live_in(series.id).with_only_columns(Post.id).order_by(*ORDER).offset(begin).limit(PAGE)
    return Page(sorted(posts.cards(stretch), key=rank), begin + 1, number, pages)


def rank(post: Post) -> tuple[int, datetime, int]:
    return post.series_part or 0, post.cursor.published_at, post.id


def place(post: Post) -> Place | None:
    """The position of a published post (with its series loaded) in its series, or None. Two queries."""
    if post.series is None:
        return None
    series = post.series
    every, key = live_in(series.id), sa.tuple_(*ORDER)
    mine = sa.tuple_(
        *(sa.literal(value, column.type) for value, column in zip(rank(post), ORDER, strict=True))
    )
    counts = (
        each.with_only_columns(sa.func.count()).scalar_subquery() for each in (every, every.where(key < mine))
    )
    live, ahead = tuple(db.session.execute(sa.select(*counts)).one())
    # All parts, or the previous, the current and the next one.
    begin, most = (0, LISTED) if live <= LISTED else (max(0, ahead - 1), 3)
    stretch = every.with_only_columns(Post.id).order_by(*ORDER).offset(begin).limit(most)
    found = steps(sa.select(Post).where(Post.id.in_(stretch)).order_by(*ORDER))
    at = ahead - begin
    return Place(
        series.slug,
        series.title,
        ahead + 1,
        live,
        before=found[at - 1] if at else None,
        after=found[at + 1] if at + 1 < len(found) else None,
        parts=found if live <= LISTED else (),
    )


def steps(statement: sa.Select[Post]) -> list[Step]:
    return [Step(*row) for row in db.session.execute(statement.with_only_columns(*STEP))]


def title_of(series_id: int) -> str | None:
    """The title of a series with published posts, or None."""
    return next((each.title for each in get_all() if each.id == series_id), None)
