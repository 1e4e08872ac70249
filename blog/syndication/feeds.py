"""The data of feeds: published posts with their full texts, in pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from itertools import accumulate
from pathlib import Path
from re import compile as pattern
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import sqlalchemy as sa

from blog.media import shared_formats
from blog.media.images import picture
from blog.reading import posts
from blog.reading.posts import TagCount
from blog.store.current import backend
from blog.store.cursors import Cursor
from blog.store.db import db
from blog.store.models import Post, Site
from blog.text.pictures import PREFIX

ENTRIES = 20
"""Entries per page."""

LARGEST = 400_000
"""Maximum characters of text on a page with several entries, so that it fits into the smallest page cache
(BLOG_CACHE_MEGABYTES).
"""

LONG_AGO = datetime(2005, 12, 1, tzinfo=UTC)
"""The date of a feed that never had an entry; RFC 4287 requires one: its own.

Readers and validators treat dates before 1990 as errors.
"""

# In safe HTML, `<` only occurs at the beginning of a tag.
PICTURE = pattern(rf'<img [^>]*?\bsrc="({PREFIX}[0-9a-f]+/[0-9]+\.webp)"')


class Entry(NamedTuple):
    post: Post
    html: str
    updated: datetime


class Page(NamedTuple):
    entries: Sequence[Entry]
    older: Cursor | None
    newer: Cursor | None
    from_top: bool
    genuine: bool
    """As in `posts.Page`."""


class Picture(NamedTuple):
    """An image file."""

    address: str
    kind: str
    """Its media type."""
    size: int
    """In bytes."""


def page(tags: Sequence[TagCount] = (), *, series_id: int | None = None, after: Cursor | None = None) -> Page:
    """The newest posts with all of `tags`, or in a series, or those after the cursor `after`, with their texts.

    A page has fewer than ENTRIES posts if their texts are very long; the rest is on the next pages. Two queries.
    """
    found = posts.page(tags, series_id=series_id, after=after, size=ENTRIES)
    ids = [post.id for post in found.posts]
    above = None
    if after is not None and found.genuine and ids:
        rarest_first = [tag.id for tag in sorted(tags, key=lambda tag: tag.total)]
        above = posts.upwards(rarest_first, after, series_id=series_id)
    rows = db.session.execute(measured(ids, above)).all()
    texts = {row.id: row.text for row in rows if row.text is not None}
    sizes = [len(texts[post.id]) for post in found.posts]
    fitting = max(1, sum(size <= LARGEST for size in accumulate(sizes)))
    entries = [Entry(post, content(post, texts[post.id]), updated(post)) for post in found.posts[:fitting]]
    older = entries[-1].post.cursor if fitting < len(found.posts) else found.older
    newer = found.newer
    if above is not None:
        newer = before(
            sorted((Cursor(row.published_at, row.id), row.size) for row in rows if row.text is None),
            sizes[0],
            otherwise=newer,
        )
    return Page(entries, older, newer, found.from_top, found.genuine)


def measured(ids: Sequence[int], above: sa.Select[Any] | None) -> sa.Select[Any]:
    """The texts of the posts `ids`, and how long those are of the page `above` them and one more."""
    wanted = [backend.numbers(ids)]
    if above is not None:
        wanted.append(above.limit(ENTRIES + 1).subquery().select())
    text = sa.case((Post.id.in_(backend.numbers(ids)), Post.body_html), else_=None)
    statement = sa.select(
        Post.id, Post.published_at, text.label("text"), sa.func.length(Post.body_html).label("size")
    )
    return statement.where(Post.id.in_(sa.union_all(*wanted)))


def before(above: Sequence[tuple[Cursor, int]], following: int, *, otherwise: Cursor | None) -> Cursor | None:
    """The cursor of the page before a cursor whose next post has `following` characters.

    `above` are the posts before the cursor with their lengths. The previous page's next link leads back here (RFC 5005,
    section 3); if several pages do, the one with most entries. None for the first page; `otherwise` if no page does, as
    after a post was published in the meantime.
    """
    found, letters = otherwise, 0
    for count, (_, size) in enumerate(above[:ENTRIES], start=1):
        letters += size
        if count > 1 and letters > LARGEST:
            break
        if count == ENTRIES or letters + following > LARGEST:
            found = above[count][0] if count < len(above) else None
    return found


def content(post: Post, html: str) -> str:
    """The text of a post, or its title if the text has no words: empty content looks like an error."""
    return html if html.strip() else f"<p>{escape(post.title, quote=False)}</p>\n"


def updated(post: Post) -> datetime:
    """When the content of a published post last changed for readers."""
    published = post.cursor.published_at
    return max(published, post.changed_at or published)


def feed_id(site: Site, tags: Sequence[TagCount] = (), *, series_id: int | None = None) -> str:
    """The permanent id of a feed, independent of its address and of the names of its tags or series."""
    if series_id is not None:
        return uuid5(UUID(site.feed_id), f"series {series_id}").urn
    if not tags:
        return str(site.feed_id)
    return uuid5(UUID(site.feed_id), "+".join(str(number) for number in sorted(tag.id for tag in tags))).urn


def picture_of(entry: Entry, media: Path) -> Picture | None:
    """The image of a post: its cover, or the first in its text. None without one, or if the file is missing.

    As JPEG or PNG, which all feed readers show; some do not show WebP.
    """
    if entry.post.cover is not None:
        address = picture(entry.post.cover).src
    elif match := PICTURE.search(entry.html):
        address = match[1]
    else:
        return None
    webp = media / address.removeprefix(PREFIX)
    ending = shared_formats.ending_for(webp)
    size = shared_formats.size(webp, ending)
    if size is None:
        return None
    return Picture(f"{address.removesuffix('webp')}{ending}", shared_formats.TYPES[ending], size)
