"""Published posts: pages of the list, single posts, their neighbours and tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, load_only, undefer

from blog import clock
from blog.errors import PostUnknown
from blog.store.current import backend
from blog.store.cursors import LARGEST_ID, Cursor
from blog.store.db import db
from blog.store.models import Image, Post, Series, Tag
from blog.store.models.listings import post_pair, post_tag

MOST_TAGS_COMBINED = 8
"""Maximum number of combined tags. More would be slow, and nobody needs them."""

MOST_RESTORED = 300
"""Maximum number of restored cards (`upto`)."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag in a list."""

    id: int
    slug: str
    name: str
    count: int
    """Number of posts in the list with this tag."""
    total: int
    """Number of posts of the site with this tag."""
    chosen: bool
    """Whether the list is filtered by it."""


class Page(NamedTuple):
    """A page of a list, newest first."""

    posts: Sequence[Post]
    older: Cursor | None
    """Cursor of the last post, if there are older ones."""
    newer: Cursor | None
    """Cursor of the page with newer posts. None if that is the first page."""
    from_top: bool
    """Whether this is the beginning of the list."""
    genuine: bool
    """Whether it is reachable by links: it starts at the top, or after a published post of this list.

    Pages of invented cursors and restored ranges are unlimited in number.
    """


class Neighbours(NamedTuple):
    older: Post | None
    newer: Post | None


def at_execution() -> datetime:
    return clock.now()


NOW = sa.bindparam("now", type_=Post.published_at.type, callable_=at_execution)
"""The time when a statement is executed, for statements that are built once: building takes longer than executing."""


def live(*, until: sa.ColumnElement[Any] | None = None) -> sa.Select[Post]:
    """Posts that readers may see: published and not scheduled for later. With `until`, published by then.

    Of two upper bounds a database would use one for its index, and it may be the wrong one: so there is never but one.
    """
    latest: Any = NOW if until is None else backend.least(until, NOW)
    return sa.select(Post).where(Post.published_at <= latest, Post.trashed_at.is_(None))


def scheduled() -> sa.Select[Post]:
    """Scheduled posts."""
    return sa.select(Post).where(Post.published_at > NOW, Post.trashed_at.is_(None))


def with_tags(statement: sa.Select[Post]) -> sa.Select[Post]:
    """Load tags and covers of the posts that `statement` selects.

    For `joinedload` SQLAlchemy writes a join inside the join, for which the tags of all posts would be read.
    """
    return (
        statement.outerjoin(post_tag, post_tag.c.post_id == Post.id)
        .outerjoin(Tag, Tag.id == post_tag.c.tag_id)
        .outerjoin(Image, Image.hash == Post.cover_hash)
        .options(contains_eager(Post.tags), contains_eager(Post.cover))
    )


def with_series(statement: sa.Select[Post]) -> sa.Select[Post]:
    """Load the series of the posts that `statement` selects."""
    return statement.outerjoin(Series, Series.id == Post.series_id).options(contains_eager(Post.series))


# --- the listing


def page(
    tags: Sequence[TagCount] = (),
    *,
    series_id: int | None = None,
    after: Cursor | None = None,
    upto: Cursor | None = None,
    size: int,
) -> Page:
    """A page of the list of posts with all of `tags`, or in a series, in one query.

    Without cursors, the newest `size` posts. With `after`, the `size` posts after that cursor. With `upto`, everything
    down to that cursor, from the top or from `after`, but at most the last 300 posts of it.
    """
    ids = [tag.id for tag in sorted(tags, key=lambda tag: tag.total)]
    if upto is not None:
        return page_upto(ids, after, upto, size)
    if after is not None:
        return page_after(ids, after, size, series_id)
    posts = cards(downwards(ids, series_id=series_id).limit(size + 1))
    return Page(posts[:size], older_than(posts, size), None, from_top=True, genuine=True)


def page_after(ids: Sequence[int], after: Cursor, size: int, series_id: int | None = None) -> Page:
    # The cursor's own post is fetched too: its presence distinguishes our cursors from invented ones. The previous page
    # ends at this cursor, so it begins after the post `size` posts above.
    found = cards(
        downwards(ids, after, series_id=series_id).limit(size + 2),
        upwards(ids, after, series_id=series_id).offset(size).limit(1),
    )
    above = [post for post in found if post.cursor > after]
    posts = found[len(above) :]
    genuine = bool(posts) and posts[0].cursor == after
    if genuine:
        posts = posts[1:]
    newer = above[0].cursor if above else None
    return Page(posts[:size], older_than(posts, size), newer, from_top=False, genuine=genuine)


def page_upto(ids: Sequence[int], after: Cursor | None, upto: Cursor, size: int) -> Page:
    # Upwards from `upto`, so that beyond 300 posts the top is left out. One more page shows where newer posts begin,
    # and one more post whether there are older ones.
    found = cards(downwards(ids, upto.below).limit(1), upwards(ids, upto).limit(MOST_RESTORED + size + 1))
    upward = [post for post in reversed(found) if post.cursor >= upto]
    shown = [post for post in upward[:MOST_RESTORED] if after is None or post.cursor < after]
    above = upward[len(shown) :]
    older = shown[0].cursor if shown and len(found) > len(upward) else None
    newer = above[size].cursor if len(above) > size else None
    return Page(shown[::-1], older, newer, from_top=after is None and not above, genuine=False)


def downwards(
    tags: Sequence[Any] = (), start: Cursor | None = None, *, series_id: int | None = None
) -> sa.Select[Any]:
    """The ids of published posts with all of `tags`, or in a series, from the cursor `start` on, or from the newest."""
    now = Cursor(clock.now(), LARGEST_ID)
    date, number = key = place(tags)
    statement = carrying(tags, series_id).where(sa.tuple_(*key) <= bind(min(start, now) if start else now))
    return statement.order_by(date.desc(), number.desc())


def upwards(tags: Sequence[Any], start: Cursor, *, series_id: int | None = None) -> sa.Select[Any]:
    """The ids of published posts with all of `tags`, or in a series, above the cursor `start`."""
    date, number = key = place(tags)
    above = carrying(tags, series_id).where(sa.tuple_(*key) >= bind(start), date <= clock.now())
    return above.order_by(date, number)


def place(tags: Sequence[Any]) -> tuple[Any, Any]:
    """The columns that a list is ordered by: those of its leading index."""
    if not tags:
        return Post.published_at, Post.id
    leading = post_tag if len(tags) == 1 else post_pair
    return leading.c.live_from, leading.c.post_id


def carrying(tags: Sequence[Any], series_id: int | None = None) -> sa.Select[Any]:
    """The ids of posts, published or scheduled, with all of `tags` (ids or subqueries), the rarest tag first.

    Without tags, those of a series, or all.

    The rows of the first tag, or of the first two tags, lead the join: they are stored in the order of the list, with
    the publication dates. Further tags are looked up for each row.
    """
    if not tags:
        every = sa.select(Post.id).where(Post.trashed_at.is_(None))
        return every if series_id is None else every.where(Post.series_id == series_id)
    if len(tags) == 1:
        return sa.select(post_tag.c.post_id).where(post_tag.c.tag_id == tags[0])
    statement = sa.select(post_pair.c.post_id).where(
        post_pair.c.tag_id == backend.least(*tags[:2]), post_pair.c.other_id == backend.greatest(*tags[:2])
    )
    for tag in tags[2:]:
        other = post_tag.alias()
        also = sa.select(1).where(other.c.post_id == post_pair.c.post_id, other.c.tag_id == tag)
        statement = statement.where(also.exists())
    return statement


def bind(cursor: Cursor) -> Any:
    return sa.tuple_(sa.literal(cursor.published_at, Post.published_at.type), sa.literal(cursor.id))


SHOWN = load_only(
    *(Post.slug, Post.title, Post.title_derived, Post.excerpt, Post.word_count, Post.language),
    *(Post.published_at, Post.cover_hash, Post.cover_alt),
    *(Post.series_part, Post.feed_id, Post.changed_at, Post.canonical_url),
    raiseload=True,
)
"""The columns for a card, a series or a feed. Each further column makes every card more expensive."""


def cards(*stretches: sa.Select[Any]) -> list[Post]:
    """The cards of the posts whose ids `stretches` select, newest first, with tags and covers. One query."""
    ids = sa.union_all(*(stretch.subquery().select() for stretch in stretches))
    statement = sa.select(Post).where(Post.id.in_(ids)).options(SHOWN)
    in_order = with_tags(statement).order_by(Post.published_at.desc(), Post.id.desc(), Tag.slug)
    return list(db.session.scalars(in_order).unique())


def older_than(posts: Sequence[Post], size: int) -> Cursor | None:
    """The cursor after the first `size` of `posts`, if there are more."""
    return posts[size - 1].cursor if len(posts) > size else None


# --- a post


def by_slug(slug: str, *, written: bool = False) -> Post:
    """The published post with this slug, with its text, tags and series. With `written`, the text is Markdown.

    Raises PostUnknown.
    """
    statement = with_series(with_tags(live().where(Post.slug == slug))).order_by(Tag.slug)
    text = undefer(Post.body if written else Post.body_html)
    post = db.session.scalars(statement.options(text)).unique().one_or_none()
    if post is None:
        raise PostUnknown
    return post


def neighbours(post: Post) -> Neighbours:
    """The published posts directly before and after `post` in the list, in one query."""
    around = cards(downwards((), post.cursor.below).limit(1), upwards((), post.cursor.above).limit(1))
    found = {other.cursor < post.cursor: other for other in around}
    return Neighbours(older=found.get(True), newer=found.get(False))
