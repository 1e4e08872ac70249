"""The archive: every title, by the year in which it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog.cursors import MICROSECOND
from blog.db import db
from blog.models import Post
from blog.posts import live


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


def titles_in(year: int, zone: ZoneInfo) -> Sequence[Post]:
    """The live posts of `year`, newest first."""
    return db.session.scalars(in_year(year, zone).order_by(Post.published_at.desc(), Post.id.desc())).all()


def in_year(year: int, zone: ZoneInfo) -> sa.Select[Post]:
    begin = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return live(until=end - MICROSECOND).where(Post.published_at >= begin)
