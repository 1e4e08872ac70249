"""Reading: which posts are live, a page of their listing, one post, its neighbours, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from blog import clock
from blog.cursors import Cursor
from blog.db import db
from blog.errors import PostUnknown, TagUnknown
from blog.models import Post, Tag, post_tag

MOST_TAGS = 8
"""How many tags can be combined: a page for more is nobody's wish and would cost the database dearly."""

MOST_RESTORED = 300
"""How many cards a page restores at the most (`upto`)."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag in a listing: how many of its posts carry it, and whether the listing is filtered by it."""

    id: int
    slug: str
    name: str
    count: int
    chosen: bool


class Page(NamedTuple):
    """A stretch of a listing, newest first."""

    posts: Sequence[Post]
    older: Cursor | None
    """Stands at the last post if there are older ones."""
    newer: Cursor | None
    """Stands before the page of newer posts; None if that page is the listing's first."""
    from_top: bool
    """Nothing newer was left out."""
    genuine: bool
    """The cursor stands at a live post of this listing, as those that pages give out did when they gave them out."""


# The columns that say where a post stands in a listing: its date and its number.
Place = tuple[Any, Any]


class Neighbours(NamedTuple):
    older: Post | None
    newer: Post | None


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    count: int


def live(tags: Sequence[int] = ()) -> sa.Select[Post]:
    """Posts a reader may see: published, and not scheduled for later; with all of `tags` (ids, the rarest first).

    The first tag's index leads, since it is stored in the order of that tag's listing; the others are looked up.
    """
    now = clock.now()
    statement = sa.select(Post).where(Post.published_at <= now, Post.trashed_at.is_(None))
    for number, tag in enumerate(tags):
        if number == 0:
            on = sa.and_(post_tag.c.post_id == Post.id, post_tag.c.tag_id == tag, post_tag.c.live_from <= now)
            statement = statement.join(post_tag, on)
        else:
            other = post_tag.alias()
            carries = sa.select(1).where(other.c.post_id == Post.id, other.c.tag_id == tag)
            statement = statement.where(carries.exists())
    return statement


def scheduled() -> sa.Select[Post]:
    """Posts that will be live when their hour has come."""
    return sa.select(Post).where(Post.published_at > clock.now(), Post.trashed_at.is_(None))


def place(tags: Sequence[int]) -> Place:
    """The columns that a listing is ordered by: those of the index that leads it."""
    return (post_tag.c.live_from, post_tag.c.post_id) if tags else (Post.published_at, Post.id)


def page(
    tags: Sequence[TagCount] = (), *, after: Cursor | None = None, upto: Cursor | None = None, size: int
) -> Page:
    """A stretch of the listing of posts that carry all of `tags`, in one query.

    Without cursors the newest `size` posts; with `after` the `size` posts behind that place; with `upto` everything
    down to that place, from the top or from `after` on, but at most the last 300 posts of it.
    """
    ids = [tag.id for tag in sorted(tags, key=lambda tag: tag.count)]
    if upto is None:
        return page_after(ids, after, size)
    return page_upto(ids, after, upto, size)


def page_after(ids: Sequence[int], after: Cursor | None, size: int) -> Page:
    date, number = key = place(ids)
    statement = live(ids).order_by(date.desc(), number.desc())
    if after is None:
        posts = cards(statement.limit(size + 1))
        return Page(posts[:size], older_than(posts, size), None, from_top=True, genuine=True)
    # The place itself is fetched too: whether a post stands there tells a cursor we gave out from a made-up one. The
    # page before this one ends at that place, so it begins behind the post that is `size` posts above.
    above = live(ids).where(at_or_above(key, after)).order_by(date, number).limit(1).offset(size)
    newer_date = above.with_only_columns(date).scalar_subquery()
    newer_number = above.with_only_columns(number).scalar_subquery()
    rows = cards(
        statement.where(at_or_below(key, after)).add_columns(newer_date, newer_number).limit(size + 2)
    )
    newer = Cursor(rows[0][1], rows[0][2]) if rows and rows[0][1] else None
    posts = [row[0] for row in rows]
    genuine = bool(posts) and posts[0].cursor == after
    posts = posts[1:] if genuine else posts[: size + 1]
    return Page(posts[:size], older_than(posts, size), newer, from_top=False, genuine=genuine)


def page_upto(ids: Sequence[int], after: Cursor | None, upto: Cursor, size: int) -> Page:
    date, number = key = place(ids)
    below = live(ids).where(sa.tuple_(date, number) < bind(upto)).with_only_columns(sa.literal(1)).limit(1)
    # Upwards from `upto`, so that what is left out beyond 300 is the top. One page more tells where newer ones begin.
    statement = live(ids).where(at_or_above(key, upto)).order_by(date, number)
    if after is not None:
        statement = statement.where(sa.tuple_(date, number) < bind(after))
    rows = cards(statement.add_columns(below.scalar_subquery()).limit(MOST_RESTORED + size + 1))
    posts = [row[0] for row in rows]
    genuine = bool(posts) and posts[0].cursor == upto
    shown, above = posts[:MOST_RESTORED][::-1], posts[MOST_RESTORED:]
    older = shown[-1].cursor if rows and rows[0][1] else None
    newer = above[size].cursor if len(above) > size else None
    return Page(shown, older, newer, from_top=after is None and not above, genuine=genuine)


def at_or_below(key: Place, cursor: Cursor) -> Any:
    return sa.tuple_(*key) <= bind(cursor)


def at_or_above(key: Place, cursor: Cursor) -> Any:
    return sa.tuple_(*key) >= bind(cursor)


def bind(cursor: Cursor) -> Any:
    return sa.tuple_(sa.literal(cursor.published_at, Post.published_at.type), sa.literal(cursor.id))


def cards(statement: sa.Select[Any]) -> Any:
    """Run `statement` for what cards show: its posts with their tags, without their texts."""
    result = db.session.execute(statement.options(joinedload(Post.tags))).unique()
    return result.all() if len(statement.column_descriptions) > 1 else result.scalars().all()


def older_than(posts: Sequence[Post], size: int) -> Cursor | None:
    """The place behind the first `size` of `posts`, if there are more."""
    return posts[size - 1].cursor if len(posts) > size else None


def tag_counts(chosen: Sequence[str] = ()) -> list[TagCount]:
    """Each tag that live posts carry, the commonest first; with `chosen` slugs, counted among posts with all of them.

    So every tag of the answer, added to those chosen, leaves posts. Tags that were chosen are always in it, those that
    no live post carries excepted: for them it raises TagUnknown. One query.
    """
    now = clock.now()
    ahead = (
        sa.select(sa.func.count())
        .where(
            post_tag.c.tag_id == Tag.id,
            post_tag.c.live_from > now,
            post_tag.c.live_from < sa.text("'9999-12-31'"),
        )
        .scalar_subquery()
    )
    count = (Tag.published - ahead).label("live")
    statement = sa.select(Tag.id, Tag.slug, Tag.name, count, sa.literal(0)).order_by(count.desc(), Tag.slug)
    if chosen:
        matching = live_with_slugs(chosen).with_only_columns(Post.id).subquery()
        among = (
            sa.select(post_tag.c.tag_id, sa.func.count().label("among"))
            .join(matching, matching.c.id == post_tag.c.post_id)
            .group_by(post_tag.c.tag_id)
            .subquery()
        )
        statement = statement.outerjoin(among, among.c.tag_id == Tag.id).with_only_columns(
            Tag.id, Tag.slug, Tag.name, count, sa.func.coalesce(among.c.among, 0)
        )
    rows = [row for row in db.session.execute(statement) if row[3] > 0]
    known = {row[1] for row in rows}
    for slug in chosen:
        if slug not in known:
            raise TagUnknown(slug)
    return [
        TagCount(number, slug, name, among_chosen if chosen else total, slug in chosen)
        for number, slug, name, total, among_chosen in rows
        if not chosen or among_chosen or slug in chosen
    ]


def live_with_slugs(slugs: Sequence[str]) -> sa.Select[Post]:
    statement = live()
    for slug in slugs:
        carries = (
            sa.select(1)
            .select_from(post_tag.join(Tag))
            .where(post_tag.c.post_id == Post.id, Tag.slug == slug)
        )
        statement = statement.where(carries.exists())
    return statement


def by_slug(slug: str) -> Post:
    """The live post at `slug`, with its text and tags. Raises PostUnknown."""
    statement = live().where(Post.slug == slug).options(joinedload(Post.tags), undefer(Post.body_html))
    post = db.session.execute(statement).unique().scalar_one_or_none()
    if post is None:
        raise PostUnknown
    return post


def neighbours(post: Post) -> Neighbours:
    """The live posts right below and above `post` in the listing, in one query."""
    key = place(())
    older = (
        live()
        .where(sa.tuple_(*key) < bind(post.cursor))
        .order_by(*(column.desc() for column in key))
        .limit(1)
    )
    newer = live().where(sa.tuple_(*key) > bind(post.cursor)).order_by(*key).limit(1)
    ids = sa.union_all(*(side.with_only_columns(Post.id).subquery().select() for side in (older, newer)))
    around = db.session.scalars(sa.select(Post).where(Post.id.in_(ids))).all()
    found = {other.cursor < post.cursor: other for other in around}
    return Neighbours(older=found.get(True), newer=found.get(False))


def years(zone: ZoneInfo) -> list[Year]:
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


def titles(year: int, zone: ZoneInfo) -> Sequence[Post]:
    """The live posts of `year`, newest first."""
    return db.session.scalars(in_year(year, zone).order_by(Post.published_at.desc(), Post.id.desc())).all()


def in_year(year: int, zone: ZoneInfo) -> sa.Select[Post]:
    begin = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return live().where(Post.published_at >= begin, Post.published_at < end)
