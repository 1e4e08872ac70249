"""The titles of the archive by month, with what their days are called."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from blog import i18n
from blog.reading.archive import Title
from blog.web.caching import standing


class Dated(NamedTuple):
    """A title of the archive, with what its day is called."""

    title: Title
    date: str
    """As ISO 8601 writes it."""
    day: str
    """Of the month, in the digits of the language."""


class Month(NamedTuple):
    name: str
    posts: Sequence[Dated]


def by_month(found: Sequence[Title]) -> list[Month]:
    """`found`, which are in the order of their dates, by the month of the site's time zone."""
    zone = standing().zone
    language = i18n.language()
    dated = ((post.published_at.astimezone(zone).date(), post) for post in found)
    return [
        Month(
            i18n.month(date(year, month, 1)),
            [Dated(post, day.isoformat(), i18n.number_in(language, day.day)) for day, post in group],
        )
        for (year, month), group in groupby(dated, key=lambda each: (each[0].year, each[0].month))
    ]
