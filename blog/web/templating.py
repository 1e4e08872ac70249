"""Template filters and functions: addresses, dates, reading times."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from blog import i18n
from blog.i18n import direction, ngettext
from blog.reading.posts import MOST_RESTORED
from blog.search import query
from blog.store.cursors import Cursor
from blog.store.models import Post
from blog.text import alerts, chunks, rendering, summaries, word_count
from blog.web import footnotes, months
from blog.web.caching import site_context
from blog.web.speaking import own_in

SENTENCES_KEPT = 1_024
"""Number of cached addresses that occur many times on a page; building one is slow."""


UNQUOTED = "!$&'()*+,/:;=@"
"""Characters allowed unescaped in a path besides letters, digits and -._~ (RFC 3986, section 3.3)."""


BY_ITS_LETTERS = Markup(' dir="auto"')


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        longest_query=query.LONGEST,
        most_restored=MOST_RESTORED,
        excerpt_length=summaries.EXCERPT_LENGTH,
        listing_url=listing_url,
        post_url=post_url,
        feed_url=feed_url,
        series_feed_url=series_feed_url,
        absolute=absolute,
        site_context=site_context,
        is_foreign=is_foreign,
        forms=i18n.forms,
        digits=digits,
        month_name=i18n.month_name,
        month_of=month_of,
    )
    app.jinja_env.filters.update(
        headed_notes=footnotes.headed,
        day=day,
        clock_time=clock_time,
        day_and_time=day_and_time,
        local=local,
        minutes=word_count.minutes,
        reading_time=reading_time,
        posts=posts,
        counted=counted,
        in_language=in_language,
        titled=titled,
        parts=parts,
        lede=lede,
        number=i18n.number,
        year=i18n.year,
        labelled=labelled,
        chunked=chunks.chunked,
        listed=i18n.listed,
        isolated=isolated,
        by_month=months.by_month,
        markdown_line=markdown_line,
    )


def listing_url(tags: Sequence[str] = (), *, after: Cursor | None = None, upto: Cursor | None = None) -> str:
    """The canonical address of a page of the list filtered by `tags`, given in any order."""
    if tags and not after and not upto:
        return filtered_url(request.script_root, tuple(tags))
    arguments = {name: str(value) for name, value in (("after", after), ("upto", upto)) if value}
    values: dict[str, Any] = {**arguments, "slugs": tuple(tags)} if tags else {**arguments}
    return url_for("posts.index", **values)


@lru_cache(maxsize=SENTENCES_KEPT)
def filtered_url(_root: str, tags: tuple[str, ...]) -> str:
    """The address of the list of `tags`, as used in chips, where the blog is mounted at `_root`."""
    return url_for("posts.index", slugs=tags)


def post_url(slug: str) -> str:
    """The address of a post. `url_for` takes ten times as long, and an archive has a thousand posts."""
    return f"{posts_below(request.script_root)}{quote(slug, safe=UNQUOTED)}"


@lru_cache(maxsize=4)
def posts_below(_root: str) -> str:
    """The beginning of post addresses where the blog is mounted at `_root`."""
    return url_for("posts.post", slug="-").removesuffix("-")


def feed_url(form: str, tags: Sequence[str] = (), *, after: Cursor | None = None) -> str:
    """The canonical address of a feed, or of a further page of it, in the format `form`."""
    arguments = {"after": str(after)} if after else {}
    values: dict[str, Any] = {**arguments, "slugs": tuple(tags)} if tags else {**arguments}
    return url_for("feeds.feed", form=form, **values)


def series_feed_url(form: str, slug: str, *, after: Cursor | None = None) -> str:
    """The same for the feed of a series."""
    values: dict[str, Any] = {"after": str(after)} if after else {}
    return url_for("feeds.of_series", form=form, slug=slug, **values)


def is_foreign(language: str) -> bool:
    """Whether `language` differs from the site's language."""
    return bool(language) and language != site_context().site.language


def in_language(language: str) -> Markup:
    """HTML attributes for text in `language` if it differs from the site's: ` lang="ar" dir="rtl"`."""
    if not is_foreign(language):
        return Markup()
    own = direction(language)
    # The direction is also set for left-to-right text within right-to-left text.
    turned = "rtl" in (own, direction(site_context().site.language))
    return Markup(' lang="{}"').format(language) + (Markup(' dir="{}"').format(own) if turned else "")


def titled(language: str) -> Markup:
    """The same for a title or another short text, which otherwise gets its direction from its first letter."""
    return in_language(language) or BY_ITS_LETTERS


def absolute(path: str) -> str:
    """`path`, from the root of the host, with the site's scheme and host.

    Uses BASE_URL, never the request. `url_for` and `placed` return such paths.
    """
    return f"{current_app.config['ORIGIN']}{path}"


def local(moment: datetime) -> datetime:
    """`moment` in the site's time zone."""
    return moment.astimezone(site_context().zone)


def day(moment: datetime) -> str:
    """The date of `moment` in the site's time zone and language: November 24, 2026."""
    return i18n.day(local(moment).date())


def clock_time(moment: datetime, *, seconds: bool = False) -> str:
    """The time of `moment` in the site's time zone: 20:30."""
    return i18n.time_of_day(local(moment), seconds=seconds)


def day_and_time(moment: datetime, *, weekday: bool = False, seconds: bool = False) -> str:
    """Date and time: November 24, 2026, 8:30 PM."""
    return i18n.day_and_time(local(moment), weekday=weekday, seconds=seconds)


def digits() -> Markup:
    """An attribute that tells scripts the digits of the language if they are not ASCII."""
    system = i18n.digits()
    return Markup("") if system == "latn" else Markup(' data-digits="%s"') % system


def reading_time(words: int) -> str:
    return reading_time_in(i18n.language(), word_count.minutes(words))


@lru_cache(maxsize=SENTENCES_KEPT)
def reading_time_in(language: str, minutes: int) -> str:
    shown = i18n.number_in(language, minutes)
    return ngettext("%(number)s min read", "%(number)s min read", minutes, number=shown)


def posts(count: int) -> str:
    """“%(number)s posts” in words."""
    return posts_in(i18n.language(), count)


@lru_cache(maxsize=SENTENCES_KEPT)
def posts_in(language: str, count: int) -> str:
    return ngettext("%(number)s post", "%(number)s posts", count, number=i18n.number_in(language, count))


def counted(count: int) -> Markup:
    """The number of posts of a tag or year: visible as a number, read aloud as “… posts”."""
    return counted_in(i18n.language(), count)


@lru_cache(maxsize=SENTENCES_KEPT)
def counted_in(language: str, count: int) -> Markup:
    seen, heard = i18n.number_in(language, count), posts_in(language, count)
    return Markup(
        '<span class="count"><span aria-hidden="true">%s</span><span class="visually-hidden"%s> %s</span></span>'
    ) % (seen, own_in(language), heard)


def parts(count: int) -> str:
    """“%(number)s parts” in words."""
    return ngettext("%(number)s part", "%(number)s parts", count, number=i18n.number(count))


def month_of(year: int, month: int) -> str:
    return i18n.month(date(year, month, 1))


def isolated(names: Sequence[str]) -> Markup:
    """Names as a list in a sentence in HTML. Each is isolated, so that its direction does not affect the others."""
    return Markup(i18n.listed([Markup("<bdi>%s</bdi>") % name for name in names]))  # noqa: S704 -- names are escaped


def labelled(html: str, language: str) -> str:
    """The HTML of a text for a page, with labels in the language of the text."""
    return alerts.labelled(html, language or site_context().site.language)


def lede(post: Post) -> str:
    """The text of a card: the excerpt, without its beginning if that is the title."""
    return summaries.after_title(post.title, post.excerpt) if post.title_derived else post.excerpt


def markdown_line(text: str) -> str:
    """`text` escaped as one line of Markdown. A `#` at the end would not be shown otherwise."""
    return rendering.escaped(" ".join(text.split())).replace("#", "\\#")
