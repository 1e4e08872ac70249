"""Tags of published posts, with the number of posts that each would leave as a filter."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from blog.errors import TagUnknown
from blog.reading.posts import NOW, TagCount, carrying
from blog.store.db import db
from blog.store.models import Tag
from blog.store.models.listings import NEVER, post_pair, post_tag, tag_pair
from blog.text.slugs import slug_from

TOTAL = (
    Tag.published
    - sa.select(sa.func.count())
    .where(post_tag.c.tag_id == Tag.id, post_tag.c.live_from > NOW, post_tag.c.live_from < NEVER)
    .scalar_subquery()
)
TAGS: sa.Select[*tuple[Any, ...]] = sa.select(Tag.id, Tag.slug, Tag.name, TOTAL).order_by(
    TOTAL.desc(), Tag.slug
)


def tag_counts(chosen: Sequence[str] = ()) -> list[TagCount]:
    """Tags of published posts, most used first. With `chosen` slugs, counted among posts with all of them.

    So each further tag in the result leaves at least one post. Chosen tags are always included. Raises TagUnknown for a
    chosen tag without published posts. One query.
    """
    statement = TAGS
    if chosen:
        among = (counts_among(chosen) if len(set(chosen)) > 1 else counts_beside(chosen[0])).subquery()
        statement = TAGS.add_columns(sa.func.coalesce(among.c.count, 0))
        statement = statement.outerjoin(among, among.c.tag_id == Tag.id)
    known = [
        TagCount(number, slug, name, counted[0] if counted else total, total, chosen=slug in chosen)
        for number, slug, name, total, *counted in db.session.execute(statement)
        if total
    ]
    for slug in chosen:
        if not any(tag.slug == slug for tag in known):
            raise TagUnknown(slug)
    return [tag for tag in known if tag.count or tag.chosen]


def counts_beside(slug: str) -> sa.CompoundSelect[Any]:
    """For each tag, the number of published posts that also have the tag `slug`. Counted per pair in the database."""
    chosen = sa.select(Tag.id).where(Tag.slug == slug).scalar_subquery()
    one, other = post_tag.alias(), post_tag.alias()
    ahead = (
        sa.select(sa.func.count())
        .where(one.c.tag_id == tag_pair.c.tag_id, one.c.live_from > NOW, one.c.live_from < NEVER)
        .where(other.c.post_id == one.c.post_id, other.c.tag_id == tag_pair.c.other_id)
        .scalar_subquery()
    )
    pairs = sa.select(tag_pair.c.other_id.label("tag_id"), (tag_pair.c.published - ahead).label("count"))
    itself = sa.select(Tag.id, TOTAL).where(Tag.slug == slug)
    return pairs.where(tag_pair.c.tag_id == chosen).union_all(itself)


def counts_among(chosen: Sequence[str]) -> sa.Select[Any]:
    """For each tag, the number of published posts that also have all of the tags `chosen`."""
    rarest_first = sa.select(Tag.id).where(Tag.slug.in_(chosen)).order_by(Tag.published, Tag.id).limit(1)
    ids = [rarest_first.offset(number).scalar_subquery() for number in range(len(set(chosen)))]
    matching = carrying(ids).where(post_pair.c.live_from <= NOW)
    carried = post_tag.alias()
    return (
        sa.select(carried.c.tag_id, sa.func.count().label("count"))
        .where(carried.c.post_id.in_(matching))
        .group_by(carried.c.tag_id)
    )


def spellings(tags: Iterable[TagCount]) -> dict[str, str]:
    """The slug of each tag, by its own slug and by the slug made from its name alone.

    The two differ if the slug was made in a language with another spelling.
    """
    tags = list(tags)
    return {slug_from(tag.name): tag.slug for tag in tags} | {tag.slug: tag.slug for tag in tags}
