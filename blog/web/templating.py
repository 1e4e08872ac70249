"""What templates can say: addresses, dates, reading times."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask import Flask, current_app, url_for

from blog import i18n, rendering
from blog.cursors import Cursor
from blog.models import Post
from blog.web.caching import standing


class Month(NamedTuple):
    name: str
    posts: Sequence[Post]


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        listing_url=listing_url, feed_url=feed_url, absolute=absolute, standing=standing
    )
    app.jinja_env.filters.update(
        day=day,
        clock_time=clock_time,
        day_and_time=day_and_time,
        local=local,
        minutes=rendering.minutes,
        lede=lede,
        number=number,
        decimal=i18n.decimal,
        by_month=by_month,
        markdown_line=markdown_line,
    )


def listing_url(tags: Sequence[str] = (), *, after: Cursor | None = None, upto: Cursor | None = None) -> str:
    """The one address of a stretch of the listing filtered by `tags`, in any order."""
    arguments = {name: str(value) for name, value in (("after", after), ("upto", upto)) if value}
    values: dict[str, Any] = {**arguments, "slugs": tuple(tags)} if tags else {**arguments}
    return url_for("reading.index", **values)


def feed_url(form: str, tags: Sequence[str] = (), *, after: Cursor | None = None) -> str:
    """The one address of a feed, or of what follows in it, in the format `form`."""
    arguments = {"after": str(after)} if after else {}
    values: dict[str, Any] = {**arguments, "slugs": tuple(tags)} if tags else {**arguments}
    return url_for("feeds.feed", form=form, **values)


def absolute(path: str) -> str:
    """`path` with the site's scheme and host, which are the setting BASE_URL's and never the request's."""
    return f"{current_app.config['BASE_URL']}{path}"


def local(moment: datetime) -> datetime:
    """`moment` in the site's time zone."""
    return moment.astimezone(standing().zone)


def day(moment: datetime) -> str:
    """The day of `moment` in the site's time zone, in words: November 24, 2026, or as the site's language has it."""
    return i18n.day(local(moment).date())


def clock_time(moment: datetime, *, seconds: bool = False) -> str:
    """What a clock in the site's time zone shows at `moment`: 20:30."""
    return i18n.time_of_day(local(moment), seconds=seconds)


def day_and_time(moment: datetime, *, weekday: bool = False, seconds: bool = False) -> str:
    """Both of them: November 24, 2026, 8:30 PM."""
    return i18n.day_and_time(local(moment), weekday=weekday, seconds=seconds)


def number(value: int) -> str:
    """A whole number with thin spaces between thousands (ISO 80000-1)."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def lede(post: Post) -> str:
    """What a card says below the title: the excerpt, or what is left of it when the title is its beginning."""
    return rendering.after_title(post.title, post.excerpt) if post.title_derived else post.excerpt


def markdown_line(text: str) -> str:
    """`text` as words of one line of Markdown, whatever marks are in it; a `#` at its end would not be seen."""
    return rendering.escaped(" ".join(text.split())).replace("#", "\\#")


def by_month(posts: Sequence[Post]) -> list[Month]:
    """`posts`, which are in the order of their dates, by the month of the site's time zone."""
    months = groupby(posts, key=lambda post: local(post.cursor.published_at).date().replace(day=1))
    return [Month(i18n.month(first), list(group)) for first, group in months]
