"""Series as the author keeps them in order: which there are, what each is called, and which number each part has."""

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
"""How many parts are put in order on one page."""


class SeriesGone(BlogError):
    """The last post left the series meanwhile."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This series no longer exists."))


class Use(NamedTuple):
    """A series and how many posts are in it."""

    id: int
    slug: str
    title: str
    posts: int
    """In any state."""
    published: int
    """Those that are live or scheduled."""


class Parts(NamedTuple):
    """A stretch of a series, in any state."""

    posts: Sequence[Post]
    more: int | None
    """How many parts stand before the next stretch."""


# --- what the form says


def titles() -> Sequence[str]:
    """What the series are called."""
    return db.session.scalars(sa.select(Series.title).order_by(sa.func.lower(Series.title))).all()


def put(session: Session, post: Post, title: str, part: int | None, language: str) -> None:
    """Put `post` into the series called `title`, which is made if there is none, or into none if that is empty.

    `language` is what the address of a new one is spelt in.
    Without a number it keeps the one it has there; one that is new comes behind the last.
    """
    series_id = series_called(session, title, language) if title else None
    if part is not None or series_id != post.series_id:
        post.series_part = part if series_id else None
    post.series_id = series_id


def series_called(session: Session, title: str, language: str) -> int:
    """The id of the series that is called `title` or has its address."""
    slug = slug_from(title, language)
    known = holders(session)
    if holder := known.get(slug) or known.get(slug_from(title)):
        return holder.id
    made = sa.insert(Series).values(slug=slug, title=title).returning(Series.id)
    return session.execute(made).scalar_one()


def holders(session: Session) -> dict[str, Series]:
    """Each series by what its title makes an address of, and by the address that it has since its first title.

    No two meet there: a title that would is refused (`rename`), and in the form it means the series that is there.
    """
    every = session.scalars(sa.select(Series)).all()
    return {slug_from(each.title): each for each in every} | {each.slug: each for each in every}


# --- the author's page


def uses() -> list[Use]:
    """All series by their titles, in one query."""
    mine = sa.select(sa.func.count()).where(Post.series_id == Series.id).correlate(Series)
    counts = (mine.scalar_subquery(), mine.where(IS_PUBLISHED).scalar_subquery())
    statement = sa.select(Series.id, Series.slug, Series.title, *counts)
    return sorted((Use(*row) for row in db.session.execute(statement)), key=lambda use: use.title.casefold())


def parts(series_id: int, *, skip: int = 0) -> Parts:
    """The posts of a series in any state, in order, but for the first `skip`."""
    statement = sa.select(Post).where(Post.series_id == series_id).order_by(*ORDER)
    found = db.session.scalars(statement.offset(skip).limit(SHOWN + 1)).all()
    return Parts(found[:SHOWN], skip + SHOWN if len(found) > SHOWN else None)


def rename(series_id: int, title: str) -> Series:
    """Call a series `title`; its address stays. Raises FieldWrong if another one is called so, SeriesGone."""
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
    """Give posts of a series the numbers that were typed for them; how many got another one.

    Raises FieldsWrong, by the name of the field (`part-7` for post 7), if one is no number; nothing is written then.
    """
    wrong: dict[str, str] = {}
    numbers = {post_id: checked(f"part-{post_id}", text, wrong) for post_id, text in typed.items()}
    if wrong:
        raise FieldsWrong(wrong)
    with writing() as session:
        # Not through the objects, which would raise the versions: no text has changed.
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
