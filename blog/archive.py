"""The archive: every title, by the year in which it was published."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog import clock
from blog.cursors import MICROSECOND
from blog.db import as_stored, db
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


def months_in(years: Sequence[Year], zone: ZoneInfo) -> dict[int, list[int]]:
    """How many live posts were published in each of the twelve months of each of `years`. One query over the index."""
    bounds = [
        [moment(each.year, month, zone), moment(each.year + month // 12, month % 12 + 1, zone)]
        for each in years
        for month in range(1, 13)
    ]
    statement = sa.text(
        """SELECT (SELECT count(*) FROM post WHERE trashed_at IS NULL AND published_at <= :now
            AND published_at >= json_extract(month.value, '$[0]') AND published_at < json_extract(month.value, '$[1]'))
        FROM json_each(:bounds) AS month ORDER BY month.key"""
    )
    values = {"bounds": json.dumps(bounds), "now": as_stored(clock.now())}
    counts = db.session.scalars(statement, values).all()
    return {each.year: list(counts[12 * number : 12 * number + 12]) for number, each in enumerate(years)}


def moment(year: int, month: int, zone: ZoneInfo) -> str:
    """When a month begins, as the database has it."""
    return as_stored(datetime(year, month, 1, tzinfo=zone))


def titles_in(year: int, zone: ZoneInfo) -> Sequence[Post]:
    """The live posts of `year`, newest first."""
    return db.session.scalars(in_year(year, zone).order_by(Post.published_at.desc(), Post.id.desc())).all()


def in_year(year: int, zone: ZoneInfo) -> sa.Select[Post]:
    begin = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return live(until=end - MICROSECOND).where(Post.published_at >= begin)
