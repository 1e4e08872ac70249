"""The archive: every title, by the year in which it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog.cursors import MICROSECOND
from blog.db import db
from blog.models import Post
from blog.posts import live

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    count: int


def years_in(zone: ZoneInfo) -> list[Year]:
    """The years, in the time zone `zone`, in which live posts were published, newest first, with their number.

    Two queries: the first and the last date, then a count for each year between them, each over its part of the index.
    """
    ends = live().with_only_columns(
        *(edge(Post.published_at, type_=Post.published_at.type) for edge in (sa.func.min, sa.func.max))
    )
    first, last = tuple(db.session.execute(ends).one())
    if first is None:
        return []
    every = range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    counts = [in_year(year, zone).with_only_columns(sa.func.count()).scalar_subquery() for year in every]
    found = db.session.execute(sa.select(*counts)).one()
    return [Year(year, count) for year, count in zip(every, found, strict=True) if count]


def months_in(years: Sequence[Year], zone: ZoneInfo) -> dict[int, list[int]]:
    """How many live posts were published in each of the twelve months of each of `years`, counted like the years."""
    if not years:
        return {}
    months = [(each.year, month) for each in years for month in MONTHS]
    counts = [
        between(
            datetime(year, month, 1, tzinfo=zone),
            datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone),
        )
        .with_only_columns(sa.func.count())
        .scalar_subquery()
        for year, month in months
    ]
    found: dict[int, list[int]] = {each.year: [] for each in years}
    for (year, _), count in zip(months, db.session.execute(sa.select(*counts)).one(), strict=True):
        found[year].append(count)
    return found


class Title(NamedTuple):
    """What the archive shows of a post: whole ones would take four times as long."""

    id: int
    slug: str
    title: str
    published_at: datetime
    language: str


def titles_in(year: int, zone: ZoneInfo) -> Sequence[Title]:
    """The live posts of `year`, newest first."""
    statement = in_year(year, zone).with_only_columns(
        Post.id, Post.slug, Post.title, Post.published_at, Post.language
    )
    rows = db.session.execute(statement.order_by(Post.published_at.desc(), Post.id.desc()))
    return [Title._make(row) for row in rows]


def in_year(year: int, zone: ZoneInfo) -> sa.Select[Post]:
    return between(datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))


def between(begin: datetime, end: datetime) -> sa.Select[Post]:
    """The live posts from `begin` on and before `end`."""
    return live(until=end.astimezone(UTC) - MICROSECOND).where(Post.published_at >= begin.astimezone(UTC))
