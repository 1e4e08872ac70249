"""Managing tags: list, rename, merge and delete them."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.errors import BlogError, FieldWrong
from blog.i18n import gettext as _
from blog.reading.posts import NOW
from blog.site import overview
from blog.store.db import db, writing
from blog.store.models import Tag, TagRedirect
from blog.store.models.listings import post_tag
from blog.text.graphemes import beginning, fits, shortened
from blog.text.lines import plain_line
from blog.text.slugs import slug_from
from blog.writing.checks import TAG_LENGTH


class TagGone(BlogError):
    """The tag was deleted or merged in the meantime."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This tag no longer exists."))


class Use(NamedTuple):
    """A tag and its number of posts."""

    id: int
    slug: str
    name: str
    posts: int
    """Posts in any state."""
    published: int
    """Published or scheduled posts."""


def uses() -> Sequence[Use]:
    """All tags by name, in one query."""
    carried = sa.select(sa.func.count()).where(post_tag.c.tag_id == Tag.id).correlate(Tag).scalar_subquery()
    statement = sa.select(Tag.id, Tag.slug, Tag.name, carried, Tag.published)
    return [Use(*row) for row in db.session.execute(statement.order_by(Tag.slug))]


def suggestions(beginning: str, *, leave_out: Sequence[str] = (), limit: int) -> Sequence[str]:
    """Names of tags that contain `beginning`. Those that begin with it come first, then the most used."""
    statement = sa.select(Tag.name).where(Tag.name.icontains(beginning, autoescape=True))
    statement = statement.where(
        Tag.slug.not_in({slug_from(name) for name in leave_out}), Tag.name.not_in(list(leave_out))
    )
    first = Tag.name.istartswith(beginning, autoescape=True).desc()
    return db.session.scalars(statement.order_by(first, Tag.published.desc(), Tag.slug).limit(limit)).all()


def rename(tag_id: int, name: str) -> Tag:
    """Rename the tag. Its slug changes with it, and the old address redirects.

    Raises TagGone, or FieldWrong for an invalid name or one whose slug another tag has or had.
    """
    name = plain_line(name)
    slug = slug_from(name, overview.language())
    if wrong := what_is_wrong(name, slug):
        raise FieldWrong("name", wrong)
    with writing() as session:
        tag = existing(session, tag_id)
        other = session.scalar(sa.select(Tag.name).where(Tag.slug == slug, Tag.id != tag.id))
        if other is not None:
            raise FieldWrong(
                "name", _("The tag “%(name)s” already exists. Merge the two instead.", name=other)
            )
        holder = session.scalar(
            sa.select(Tag.name)
            .join(TagRedirect, TagRedirect.tag_id == Tag.id)
            .where(TagRedirect.slug == slug, Tag.id != tag.id)
        )
        if holder is not None:
            raise FieldWrong(
                "name",
                _(
                    "“%(name)s” is a former name of the tag “%(holder)s”, and links to it redirect there.",
                    name=name,
                    holder=holder,
                ),
            )
        tag.name, tag.slug = name, slug
    return tag


def what_is_wrong(name: str, slug: str) -> str:
    """Why `name` with the slug `slug` is not allowed for a tag, or an empty string."""
    if not slug:
        return _("“%(name)s” cannot be a tag: it has no letters or digits.", name=shortened(name, TAG_LENGTH))
    if not fits(name, TAG_LENGTH):
        return _(
            "“%(name)s…” is too long for a tag. The maximum is %(most)s characters.",
            name=beginning(name, TAG_LENGTH),
            most=TAG_LENGTH,
        )
    return _("“%(name)s” cannot be a tag: commas separate tags.", name=name) if "," in name else ""


def merge(tag_id: int, into_id: int) -> Tag:
    """Give the posts of one tag the other tag and redirect its addresses there. Returns the other tag.

    Raises TagGone, or FieldWrong if the other tag is the same or does not exist.
    """
    with writing() as session:
        tag, into = existing(session, tag_id), session.get(Tag, into_id)
        if into is None or into is tag:
            raise FieldWrong("into", _("Choose another tag to merge into."))
        both = sa.select(post_tag.c.post_id).where(post_tag.c.tag_id == into.id)
        others = sa.select(sa.literal(into.id), post_tag.c.post_id).where(
            post_tag.c.tag_id == tag.id, post_tag.c.post_id.not_in(both)
        )
        session.execute(sa.insert(post_tag).from_select(["tag_id", "post_id"], others))
        session.execute(sa.update(TagRedirect).where(TagRedirect.tag_id == tag.id).values(tag_id=into.id))
        session.execute(sa.delete(Tag).where(Tag.id == tag.id))
    return into


def delete(tag_id: int) -> Tag:
    """Remove a tag from all posts and redirect its addresses to the list of tags. Raises TagGone."""
    with writing() as session:
        tag = existing(session, tag_id)
        session.execute(sa.delete(Tag).where(Tag.id == tag.id))
        session.expunge(tag)
    return tag


def existing(session: Session, tag_id: int) -> Tag:
    tag = session.get(Tag, tag_id)
    if tag is None:
        raise TagGone
    return tag


def names_of(tag_ids: Sequence[int]) -> Sequence[str]:
    """The names of those tags that published posts have, in the order of their slugs."""
    carried = sa.exists().where(post_tag.c.tag_id == Tag.id, post_tag.c.live_from <= NOW)
    statement = sa.select(Tag.name).where(Tag.id.in_(tag_ids), carried).order_by(Tag.slug)
    return db.session.scalars(statement).all()


def name_of(tag_id: int) -> str | None:
    """The name of a tag that published posts have, or None."""
    carried = sa.exists().where(post_tag.c.tag_id == Tag.id, post_tag.c.live_from <= NOW)
    return db.session.scalar(sa.select(Tag.name).where(Tag.id == tag_id, carried))
