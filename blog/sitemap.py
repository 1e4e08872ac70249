"""What there is to find, for search engines: every address with the moment of its last change, in parts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog import archive
from blog.cursors import EPOCH, Cursor
from blog.db import UtcDateTime, db
from blog.listings import post_tag
from blog.models import Post, Tag
from blog.posts import NOW, bind, live
from blog.series import every as every_series

MOST = 50_000
"""How many addresses a part can have (https://www.sitemaps.org/protocol.html)."""


class Part(NamedTuple):
    """A stretch of the live posts, the oldest first, so that what was full stays as it is."""

    first: Cursor
    until: Cursor | None
    """Where the next part begins; None for the last one."""


class Found(NamedTuple):
    """Something with an address, by its slug or year."""

    name: str
    changed: datetime


IN_ORDER = (Post.published_at, Post.id)
CHANGED = sa.func.max(
    Post.published_at, sa.func.coalesce(Post.changed_at, Post.published_at), type_=UtcDateTime()
)


def parts() -> list[Part]:
    """The parts of all live posts, found in an index in one query."""
    number = sa.func.row_number().over(order_by=IN_ORDER) - 1
    rows = live().with_only_columns(*IN_ORDER, number.label("number")).subquery()
    begin = sa.select(rows.c.published_at, rows.c.id).where(rows.c.number % MOST == 0).order_by(rows.c.number)
    firsts = [Cursor(*row) for row in db.session.execute(begin)]
    return [Part(*ends) for ends in zip_longest(firsts, firsts[1:])]


def within(part: Part) -> sa.Select[Post]:
    """The posts of a part."""
    place = sa.tuple_(*IN_ORDER)
    # Of two upper bounds SQLite would use one, and it may be the wrong one.
    upward = (
        sa.select(Post).where(Post.trashed_at.is_(None), place < bind(part.until)) if part.until else live()
    )
    return upward.where(place >= bind(part.first))


def changed(part: Part) -> datetime:
    """When one of the posts of a part was published or changed last."""
    newest, edited = (
        within(part)
        .with_only_columns(sa.func.max(column, type_=UtcDateTime()))
        .where(column.is_not(None))
        .scalar_subquery()
        for column in (Post.published_at, Post.changed_at)
    )
    published, edit = tuple(db.session.execute(sa.select(newest, edited)).one())
    return max(published or EPOCH, edit or EPOCH)


def posts_of(part: Part) -> list[Found]:
    """The posts of a part, the oldest first."""
    statement = within(part).with_only_columns(Post.slug, CHANGED).order_by(*IN_ORDER)
    return [Found(slug, at or EPOCH) for slug, at in db.session.execute(statement)]


def tags() -> list[Found]:
    """The tags that live posts carry, and when a post came to each or one of its posts changed."""
    newest = (
        sa.select(sa.func.max(post_tag.c.live_from, type_=UtcDateTime()))
        .where(post_tag.c.tag_id == Tag.id, post_tag.c.live_from <= NOW)
        .scalar_subquery()
    )
    rows = db.session.execute(sa.select(Tag.slug, Tag.id, newest).order_by(Tag.slug)).all()
    edited = (
        live()
        .where(Post.changed_at.is_not(None))
        .join(post_tag, post_tag.c.post_id == Post.id)
        .with_only_columns(post_tag.c.tag_id, sa.func.max(Post.changed_at, type_=UtcDateTime()))
        .group_by(post_tag.c.tag_id)
    )
    changes = {row[0]: row[1] for row in db.session.execute(edited)}
    return [Found(slug, max(at, changes.get(number, at))) for slug, number, at in rows if at]


def series() -> list[Found]:
    """The series with live posts, and when a part came to each or one of its parts changed."""
    known = every_series()
    if not known:
        return []
    # Found apart, and only then asked whether they are live: SQLite would look through all posts otherwise.
    written_on = sa.select(Post.id).where(Post.changed_at.is_not(None))
    edited = (
        live()
        .where(Post.id.in_(written_on))
        .with_only_columns(Post.series_id, sa.func.max(Post.changed_at, type_=UtcDateTime()))
        .group_by(Post.series_id)
    )
    changes = {row[0]: row[1] for row in db.session.execute(edited)}
    return [Found(each.slug, max(each.newest, changes.get(each.id) or EPOCH)) for each in known]


def years(zone: ZoneInfo) -> list[Found]:
    """The years of the archive, and when something changed in each."""
    found = archive.years_in(zone)
    if not found:
        return []
    newest = [
        archive.in_year(each.year, zone)
        .with_only_columns(sa.func.max(column, type_=UtcDateTime()))
        .where(column.is_not(None))
        .scalar_subquery()
        for each in found
        for column in (Post.published_at, Post.changed_at)
    ]
    moments: Sequence[datetime | None] = tuple(db.session.execute(sa.select(*newest)).one())
    pairs = zip(found, moments[::2], moments[1::2], strict=True)
    return [Found(f"{each.year:04}", max(at or EPOCH, edit or EPOCH)) for each, at, edit in pairs]
