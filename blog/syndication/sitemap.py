"""The data of the sitemap: all addresses with their last change, in parts."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from blog.reading import archive
from blog.reading.posts import NOW, live
from blog.reading.series import get_all as every_series
from blog.store.current import backend
from blog.store.cursors import EPOCH, LARGEST_ID, Cursor
from blog.store.db import UtcDateTime, db
from blog.store.models import Post, Tag
from blog.store.models.listings import post_tag

MOST = 1_000
"""Addresses per part. 50,000 are allowed (https://www.sitemaps.org/protocol.html), but parts are made on request,
and a thousand addresses take about fifty milliseconds.
"""


class Part(NamedTuple):
    """A range of published posts, oldest first, so that full parts do not change."""

    number: int
    """From 1."""
    first: Cursor
    changed: datetime
    """When one of its posts was last published or changed."""


class Found(NamedTuple):
    """Something with an address: its slug or year, and its last change."""

    name: str
    changed: datetime


IN_ORDER = (Post.published_at, Post.id)
CHANGED = backend.greatest(
    Post.published_at, sa.func.coalesce(Post.changed_at, Post.published_at), type_=UtcDateTime()
)


def parts(last: datetime | None) -> list[Part]:
    """The parts of all published posts, the newest of which was published at `last`. Parts without posts of this site
    are left out.

    Uses one index for the parts and another for changed posts.
    """
    number = sa.func.row_number().over(order_by=IN_ORDER) - 1
    rows = live().with_only_columns(*IN_ORDER, number.label("number")).subquery()
    ends = (
        sa.select(rows.c.number, rows.c.published_at, rows.c.id, *nearest_of_ours(rows))
        .where((rows.c.number % MOST == 0) | (rows.c.number % MOST == MOST - 1))
        .order_by(rows.c.number)
    )
    firsts, newest, nearest = [], [], []
    for place, at, post_id, ours_at, ours_id in db.session.execute(ends):
        if place % MOST == 0:
            firsts.append(Cursor(at, post_id))
            nearest.append(Cursor(ours_at, ours_id) if ours_id else None)
        if place % MOST == MOST - 1:
            newest.append(at)
    if len(newest) < len(firsts):
        newest.append(last or EPOCH)
    # Found apart, and only then asked whether they are live: all posts would be looked through otherwise.
    written_on = sa.select(Post.id).where(Post.changed_at.is_not(None))
    edited = live().where(Post.id.in_(written_on)).with_only_columns(*IN_ORDER, Post.changed_at)
    for at, post_id, changed in db.session.execute(edited):
        part = bisect_right(firsts, Cursor(at or EPOCH, post_id)) - 1
        newest[part] = max(newest[part], changed or EPOCH)
    found = [Part(*each) for each in zip(range(1, len(firsts) + 1), firsts, newest, strict=True)]
    return [
        part
        for part, ours in zip(found, nearest, strict=True)
        if ours and (part is found[-1] or ours < found[part.number].first)
    ]


def nearest_of_ours(rows: sa.Subquery) -> list[sa.ScalarSelect[Any]]:
    """Date and id of the first post from each of `rows` on whose canonical address is on this site."""
    ours = aliased(Post)
    place = sa.tuple_(ours.published_at, ours.id)
    return [
        sa.select(column)
        .where(
            place >= sa.tuple_(rows.c.published_at, rows.c.id),
            ours.published_at <= NOW,
            ours.trashed_at.is_(None),
            ours.canonical_url == "",
        )
        .order_by(ours.published_at, ours.id)
        .limit(1)
        .scalar_subquery()
        for column in (ours.published_at, ours.id)
    ]


def posts_of(number: int) -> list[Found]:
    """The posts of part `number` (from 1), oldest first. Empty beyond the last part.

    Posts with a canonical address on another site are left out.
    """
    if number > LARGEST_ID // MOST:
        return []
    statement = live().with_only_columns(Post.slug, CHANGED, Post.canonical_url).order_by(*IN_ORDER)
    rows = db.session.execute(statement.offset((number - 1) * MOST).limit(MOST))
    return [Found(slug, at or EPOCH) for slug, at, elsewhere in rows if not elsewhere]


def tags() -> list[Found]:
    """Tags of published posts, with the last time a post got or lost the tag, or a post with it changed."""
    newest = (
        sa.select(sa.func.max(post_tag.c.live_from, type_=UtcDateTime()))
        .where(post_tag.c.tag_id == Tag.id, post_tag.c.live_from <= NOW)
        .scalar_subquery()
    )
    rows = db.session.execute(sa.select(Tag.slug, Tag.id, newest).order_by(Tag.slug)).all()
    # Found apart, and only then asked whether they are live: all posts would be looked through otherwise.
    written_on = sa.select(Post.id).where(Post.changed_at.is_not(None))
    edited = (
        live()
        .where(Post.id.in_(written_on))
        .join(post_tag, post_tag.c.post_id == Post.id)
        .with_only_columns(post_tag.c.tag_id, sa.func.max(Post.changed_at, type_=UtcDateTime()))
        .group_by(post_tag.c.tag_id)
    )
    changes = {row[0]: row[1] for row in db.session.execute(edited)}
    return [Found(slug, max(at, changes.get(number, at))) for slug, number, at in rows if at]


def series() -> list[Found]:
    """Series with published posts, with the last time a part was added or changed."""
    known = every_series()
    if not known:
        return []
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
    """The years of the archive, each with its last change."""
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
