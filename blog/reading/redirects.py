"""Redirects from former addresses of posts and tags to the current ones, permanently and in one hop.

`redirect` and `tag_redirect` hold every address at which a post or a tag was ever published, the present one included.
Triggers of the database note them, so no way of changing an address can forget one. They
point at the post or tag and never at another address: there are no chains to resolve, and a loop cannot be written
down.
"""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.errors import AddressKept, PostUnknown, SlugTaken, TagUnknown
from blog.reading.posts import live
from blog.reading.tag_counts import tag_counts
from blog.store.db import db
from blog.store.models import Post, Redirect, Tag, TagRedirect
from blog.text.slugs import slug_from

# --- posts


def check_free(session: Session, slug: str, *, post_id: int | None = None) -> None:
    """Raise SlugTaken or AddressKept if a post other than `post_id` has or had the slug."""
    if session.scalar(sa.select(Post.id).where(Post.slug == slug)) not in {None, post_id}:
        raise SlugTaken(slug)
    if session.scalar(sa.select(Redirect.post_id).where(Redirect.slug == slug)) not in {None, post_id}:
        raise AddressKept(slug)


def is_taken(session: Session, slug: str) -> bool:
    """Whether any post has or had the slug."""
    try:
        check_free(session, slug)
    except SlugTaken:
        return True
    return False


def former(post: Post) -> Sequence[str]:
    """The former addresses of `post`."""
    mine = sa.select(Redirect.slug).where(Redirect.post_id == post.id, Redirect.slug != post.slug)
    return db.session.scalars(mine.order_by(Redirect.slug)).all()


def present(slug: str) -> str:
    """The current address of the published post that had `slug` before. Raises PostUnknown."""
    statement = live().with_only_columns(Post.slug).join(Redirect, Redirect.post_id == Post.id)
    found = db.session.scalar(statement.where(Redirect.slug == slug))
    if found is None:
        raise PostUnknown
    return found


# --- tags


def present_tags(slugs: Iterable[str]) -> list[str]:
    """The current slugs of the tags that have or had `slugs`, without deleted tags.

    Raises TagUnknown for a slug that no published tag ever had, or whose tag no published post has now.
    """
    slugs = list(slugs)
    known = {tag.slug for tag in tag_counts()}
    statement = sa.select(TagRedirect.slug, Tag.slug).outerjoin(Tag, Tag.id == TagRedirect.tag_id)
    rows = db.session.execute(statement.where(TagRedirect.slug.in_(slugs)))
    moved: dict[str, str | None] = {row[0]: row[1] for row in rows}
    found = {slug: slug if slug in known else moved.get(slug, slug) for slug in slugs}
    for slug, now in found.items():
        if now is not None and now not in known:
            raise TagUnknown(slug)
    return sorted({now for now in found.values() if now is not None})


def tags_at(session: Session, slugs: Iterable[str]) -> dict[str, Tag]:
    """The tags that have or had `slugs`, by slug. Entering a former name means the current tag."""
    slugs = list(slugs)
    before = sa.select(TagRedirect.slug, Tag).join(Tag, Tag.id == TagRedirect.tag_id)
    found = {row[0]: row[1] for row in session.execute(before.where(TagRedirect.slug.in_(slugs)))}
    found.update((tag.slug, tag) for tag in session.scalars(sa.select(Tag).where(Tag.slug.in_(slugs))))
    return found


def tags_called(session: Session, names: Mapping[str, str]) -> dict[str, Tag]:
    """The tags with the names or slugs in `names`, keyed like `names`."""
    plain = {slug: slug_from(name) for slug, name in names.items()}
    at = tags_at(session, {*plain, *plain.values()})
    found = {slug: at.get(slug) or at.get(plain[slug]) for slug in plain}
    if not all(found.values()):
        every = {slug_from(tag.name): tag for tag in session.scalars(sa.select(Tag).order_by(Tag.id.desc()))}
        found = {slug: tag or every.get(plain[slug]) for slug, tag in found.items()}
    return {slug: tag for slug, tag in found.items() if tag}
