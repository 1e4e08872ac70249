"""The posts of the archive grouped by month, with formatted dates."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from blog import i18n
from blog.reading.archive import Title
from blog.web.caching import site_context


class Dated(NamedTuple):
    """A post of the archive, with its formatted day."""

    title: Title
    date: str
    """In ISO 8601."""
    day: str
    """Day of the month, in the digits of the language."""


class Month(NamedTuple):
    name: str
    posts: Sequence[Dated]


def by_month(found: Sequence[Title]) -> list[Month]:
    """`found`, ordered by date, grouped by month in the site's time zone."""
    zone = site_context().zone
    language = i18n.language()
    dated = ((post.published_at.astimezone(zone).date(), post) for post in found)
    return [
        Month(
            i18n.month(date(year, month, 1)),
            [Dated(post, day.isoformat(), i18n.number_in(language, day.day)) for day, post in group],
        )
        for (year, month), group in groupby(dated, key=lambda each: (each[0].year, each[0].month))
    ]
