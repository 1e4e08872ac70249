"""The archive: all posts by year of publication."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog.reading.posts import live
from blog.store.current import backend
from blog.store.cursors import MICROSECOND
from blog.store.db import db
from blog.store.models import Post

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    count: int


def years_in(zone: ZoneInfo) -> list[Year]:
    """The years in time zone `zone` with published posts, newest first, with their numbers of posts.

    Two queries: the first and last date, then a count per year, each over a range of the index.
    """
    ends = live().with_only_columns(
        *(edge(Post.published_at, type_=Post.published_at.type) for edge in (sa.func.min, sa.func.max))
    )
    first, last = tuple(db.session.execute(ends).one())
    if first is None:
        return []
    every = range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    counts = counts_in([(start_of(year, 1, zone), start_of(year, 13, zone)) for year in every])
    return [Year(year, count) for year, count in zip(every, counts, strict=True) if count]


def months_in(years: Sequence[Year], zone: ZoneInfo) -> dict[int, list[int]]:
    """The number of published posts in each month of `years`, in the same time zone."""
    spans = [
        (start_of(each.year, month, zone), start_of(each.year, month + 1, zone))
        for each in years
        for month in MONTHS
    ]
    counts = iter(counts_in(spans))
    return {each.year: [next(counts) for _ in MONTHS] for each in years}


def start_of(year: int, month: int, zone: ZoneInfo) -> datetime:
    """The start of a month in the time zone `zone`. Month 13 is January of the next year."""
    return datetime(year + month // 13, (month - 1) % 12 + 1, 1, tzinfo=zone)


def counts_in(spans: Sequence[tuple[datetime, datetime]]) -> Sequence[int]:
    """How many live posts were published from the begin of each of `spans` on and before its end. One query."""
    if not spans:
        return []
    span = backend.spans([(begin, end - MICROSECOND) for begin, end in spans])
    within = live(until=span.end).where(Post.published_at >= span.begin)
    count = within.with_only_columns(sa.func.count()).correlate(span.table).scalar_subquery()
    return db.session.scalars(sa.select(count).select_from(span.table).order_by(span.place)).all()


class Title(NamedTuple):
    """The columns of a post that the archive shows. Loading whole posts takes four times as long."""

    id: int
    slug: str
    title: str
    published_at: datetime
    language: str


def titles_in(year: int, zone: ZoneInfo) -> Sequence[Title]:
    """The published posts of `year`, newest first."""
    statement = in_year(year, zone).with_only_columns(
        Post.id, Post.slug, Post.title, Post.published_at, Post.language
    )
    rows = db.session.execute(statement.order_by(Post.published_at.desc(), Post.id.desc()))
    return [Title._make(row) for row in rows]


def in_year(year: int, zone: ZoneInfo) -> sa.Select[Post]:
    return between(datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))


def between(begin: datetime, end: datetime) -> sa.Select[Post]:
    """The published posts from `begin` (inclusive) to `end` (exclusive)."""
    last = sa.literal(end.astimezone(UTC) - MICROSECOND, Post.published_at.type)
    return live(until=last).where(Post.published_at >= begin.astimezone(UTC))
