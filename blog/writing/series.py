"""Managing series: list, rename and reorder them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.errors import BlogError, FieldsWrong, FieldWrong
from blog.i18n import gettext as _
from blog.reading.series import ORDER
from blog.store.db import db, writing
from blog.store.models import Post, Series
from blog.store.models.posts import IS_PUBLISHED
from blog.text.slugs import slug_from
from blog.writing.checks import part_number, series_title

SHOWN = 200
"""Parts per page when reordering."""


class SeriesGone(BlogError):
    """The series no longer exists: its last post left it in the meantime."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This series no longer exists."))


class Use(NamedTuple):
    """A series and its number of posts."""

    id: int
    slug: str
    title: str
    posts: int
    """Posts in any state."""
    published: int
    """Published or scheduled posts."""


class Parts(NamedTuple):
    """One page of the parts of a series, in any state."""

    posts: Sequence[Post]
    more: int | None
    """The offset of the next page."""


# --- what the form says


def titles() -> Sequence[str]:
    """The titles of all series."""
    return db.session.scalars(sa.select(Series.title).order_by(sa.func.lower(Series.title))).all()


def put(session: Session, post: Post, title: str, part: int | None, language: str) -> None:
    """Put `post` into the series `title`, which is created if it does not exist. An empty title removes the post from
    its series.

    `language` is what the address of a new one is spelt in.
    Without a number it keeps the one it has there; one that is new comes behind the last.
    """
    series_id = series_called(session, title, language) if title else None
    if part is not None or series_id != post.series_id:
        post.series_part = part if series_id else None
    post.series_id = series_id


def series_called(session: Session, title: str, language: str) -> int:
    """The id of the series with this title or slug."""
    slug = slug_from(title, language)
    known = holders(session)
    if holder := known.get(slug) or known.get(slug_from(title)):
        return holder.id
    made = sa.insert(Series).values(slug=slug, title=title).returning(Series.id)
    return session.execute(made).scalar_one()


def holders(session: Session) -> dict[str, Series]:
    """All series, by the slug of their title and by their own slug, which is made from the first title.

    The two never collide: `rename` refuses such a title, and in the form it means the existing series.
    """
    every = session.scalars(sa.select(Series)).all()
    return {slug_from(each.title): each for each in every} | {each.slug: each for each in every}


# --- the author's page


def uses() -> list[Use]:
    """All series ordered by title, in one query."""
    mine = sa.select(sa.func.count()).where(Post.series_id == Series.id).correlate(Series)
    counts = (mine.scalar_subquery(), mine.where(IS_PUBLISHED).scalar_subquery())
    statement = sa.select(Series.id, Series.slug, Series.title, *counts)
    return sorted((Use(*row) for row in db.session.execute(statement)), key=lambda use: use.title.casefold())


def parts(series_id: int, *, skip: int = 0) -> Parts:
    """The posts of a series in any state, in order, from offset `skip`."""
    statement = sa.select(Post).where(Post.series_id == series_id).order_by(*ORDER)
    found = db.session.scalars(statement.offset(skip).limit(SHOWN + 1)).all()
    return Parts(found[:SHOWN], skip + SHOWN if len(found) > SHOWN else None)


def rename(series_id: int, title: str) -> Series:
    """Rename a series. Its address does not change. Raises SeriesGone, or FieldWrong if the title is taken."""
    try:
        title = series_title(title)
    except BlogError as error:
        raise FieldWrong("name", error.message) from error
    if not title:
        raise FieldWrong("name", _("Enter a name."))
    with writing() as session:
        series = session.get(Series, series_id)
        if series is None:
            raise SeriesGone
        other = holders(session).get(slug_from(title), series)
        if other is not series:
            raise FieldWrong(
                "name",
                _("This name or address is already used by the series “%(title)s”.", title=other.title),
            )
        series.title = title
    return series


def renumber(series_id: int, typed: Mapping[int, str]) -> int:
    """Set the part numbers of posts in a series. Returns how many changed.

    Raises FieldsWrong with the field names (`part-7` for post 7) for invalid numbers; then nothing is written.
    """
    wrong: dict[str, str] = {}
    numbers = {post_id: checked(f"part-{post_id}", text, wrong) for post_id, text in typed.items()}
    if wrong:
        raise FieldsWrong(wrong)
    with writing() as session:
        # An UPDATE instead of the ORM objects, which would raise the versions: no text has changed.
        moved = [
            sa.update(Post)
            .where(Post.id == post_id, Post.series_id == series_id, Post.series_part.is_distinct_from(number))
            .values(series_part=number)
            .returning(Post.id)
            for post_id, number in numbers.items()
        ]
        return sum(len(session.execute(each).all()) for each in moved)


def checked(name: str, text: str, wrong: dict[str, str]) -> int:
    try:
        number = part_number(text)
    except BlogError as error:
        wrong[name] = error.message
        return 0
    if number is None:
        wrong[name] = _("Enter a number for this part.")
    return number or 0
