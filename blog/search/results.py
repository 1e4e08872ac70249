"""A page of what search found: its cards, and the tags of all that was found."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from blog.reading import posts
from blog.reading.posts import TagCount
from blog.reading.tag_counts import TAGS
from blog.search.ranking import Answer, Place, Ranked
from blog.store.current import backend
from blog.store.db import db
from blog.store.models import Post, Tag
from blog.store.models.listings import post_tag


class Page(NamedTuple):
    """A stretch of an answer, the best first."""

    posts: Sequence[Post]
    places: Mapping[int, Place]
    """Of each post, by its id."""
    older: Place | None
    """Stands at the last post if there are further ones."""
    newer: Place | None
    """Stands before the page of better ones; None if that page is the first."""
    from_top: bool


def page(answer: Answer, *, after: Place | None = None, upto: Place | None = None, size: int) -> Page:
    """The `size` posts behind `after`; with `upto` all down to there, but at most the last 300 of them."""
    ranked = answer.posts
    begin = behind(ranked, after) if after else 0
    end = begin + size
    if upto:
        end = behind(ranked, upto)
        begin = max(begin, end - posts.MOST_RESTORED)
    stretch = [each.place for each in ranked[begin:end]]
    by_id = {place.cursor.id: place for place in stretch}
    cards = posts.cards(sa.select(Post.id).where(Post.id.in_(list(by_id)))) if by_id else []
    found = {post.id: post for post in cards}
    return Page(
        [found[number] for number in by_id if number in found],
        by_id,
        older=stretch[-1] if stretch and end < len(ranked) else None,
        newer=ranked[begin - size - 1].place if begin > size else None,
        from_top=begin == 0,
    )


def behind(ranked: Sequence[Ranked], place: Place) -> int:
    """How many of `ranked` stand down to `place`."""
    lowest = Ranked.at(place)
    return sum(each >= lowest for each in ranked)


def counts(answer: Answer, chosen: Sequence[str]) -> list[TagCount]:
    """The tags of the posts in `answer`, the commonest first, with how many of these carry each."""
    counted = (
        sa.select(post_tag.c.tag_id, sa.func.count().label("count"))
        .where(post_tag.c.post_id.in_(backend.numbers(each.id for each in answer.posts)))
        .group_by(post_tag.c.tag_id)
        .subquery()
    )
    statement = TAGS.add_columns(sa.func.coalesce(counted.c.count, 0))
    rows = db.session.execute(statement.outerjoin(counted, counted.c.tag_id == Tag.id))
    tags = [
        TagCount(number, slug, name, count, total, chosen=slug in chosen)
        for number, slug, name, total, count in rows
    ]
    return sorted((tag for tag in tags if tag.count or tag.chosen), key=lambda tag: -tag.count)
