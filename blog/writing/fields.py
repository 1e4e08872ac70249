"""What the form of a post holds, as typed, and the values that are made of it: every problem is found at once."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from blog import languages
from blog.errors import BlogError, FieldsWrong
from blog.i18n import gettext as _
from blog.i18n import number as decimal
from blog.text.bidi import TURNING
from blog.text.graphemes import beginning, fits, shortened
from blog.text.lengths import too_long
from blog.text.lines import line, plain_line
from blog.text.links import is_web_address
from blog.text.sanitizing import tidy
from blog.text.slugs import slug_from
from blog.writing.moments import moment

NAMES = (
    "title",
    "tags",
    "body",
    "slug",
    "date",
    "time",
    "series",
    "series_part",
    "language",
    "canonical_url",
    "excerpt",
    "cover",
    "cover_alt",
    "correction",
)
"""The fields, in the order in which the form shows them. The form's page gives this list to its scripts."""

MOST_TAGS = 50
TITLE_LENGTH = 200  # characters as readers count them (`blog.text.lengths`)
TAG_LENGTH = 60
SERIES_LENGTH = 120
PARTS = range(100_000)
EXCERPT_LENGTH = 2_000
CORRECTION_LENGTH = 500
BODY_LENGTH = 4_000_000  # characters of Unicode: others take too long to count in so much

RESERVED = frozenset({"all", "feed", "index", "new", "page", "preview", "search"})
"""Addresses that the site may want for itself below /posts/."""

IMAGE_HASH = re.compile(r"[0-9a-f]{8,128}")

T = TypeVar("T")
Fields = dict[str, str]
NOTHING: Mapping[str, str] = {}


class Content(NamedTuple):
    """The values of a form in which nothing is wrong."""

    title: str
    body: str
    excerpt: str
    """Empty when it shall be proposed from the text."""
    tags: tuple[str, ...]
    """Names, each of another slug."""
    slug: str
    """Empty when it shall be made from the title."""
    published_at: datetime | None
    series: str
    """Empty for none."""
    series_part: int | None
    language: str
    """Empty for the site's."""
    cover: str
    cover_alt: str
    canonical_url: str
    correction: str
    """What readers are told has changed; empty for nothing."""
    notices: tuple[str, ...]
    """What was mended without asking, a sentence each."""


def typed(values: Mapping[str, str]) -> Fields:
    """The fields that a request sent, exactly as typed but for line ends and what no one can read.

    A field that was not sent is missing here, which is not the same as empty: `complete` and `opening.whole` say more.
    """
    # Of a title it is said what is taken out of it, so that it stays here until then.
    return {name: values[name] if name == "title" else tidy(values[name]) for name in NAMES if name in values}


def complete(fields: Mapping[str, str], now: Mapping[str, str] = NOTHING) -> Fields:
    """All of the form's fields: one that was not there when `fields` were kept is as it is `now`, or else empty."""
    return {name: fields.get(name, now.get(name, "")) for name in NAMES}


def check(fields: Mapping[str, str], zone: ZoneInfo, site_language: str = "") -> Content:
    """The values of `fields`, whose date and time are meant in `zone`. Raises FieldsWrong with all that is wrong.

    `site_language` is what an address is spelt in where the post has no language of its own.
    """
    wrong: dict[str, str] = {}
    notices = []
    title = plain_line(fields.get("title", ""))
    if TURNING.search(fields.get("title", "")):
        notices.append(_("Invisible characters that turn letters round were taken out of the title."))
    body = tidy(fields.get("body", ""))
    excerpt = plain_line(fields.get("excerpt", ""))
    correction = plain_line(fields.get("correction", ""))
    long = {
        "title": too_long(title, TITLE_LENGTH),
        "body": too_long(body, BODY_LENGTH, len),
        "excerpt": too_long(excerpt, EXCERPT_LENGTH),
        "correction": too_long(correction, CORRECTION_LENGTH),
    }
    wrong |= {name: sentence for name, sentence in long.items() if sentence}
    if not any(letter.isprintable() and not letter.isspace() for letter in title):
        wrong["title"] = _("A post needs a title.")
    tags = tag_names(fields.get("tags", ""), wrong)
    language = found("language", language_tag, fields, wrong) or ""
    slug = slug_of(fields.get("slug", ""), language or site_language, wrong)
    published_at = moment(fields.get("date", "").strip(), fields.get("time", "").strip(), zone, wrong)
    series, series_part = series_of(fields, wrong)
    cover = fields.get("cover", "").strip()
    if cover and not IMAGE_HASH.fullmatch(cover):
        wrong["cover"] = _("This is no picture of this site.")
    canonical_url = fields.get("canonical_url", "").strip()
    if canonical_url and not is_web_address(canonical_url):
        wrong["canonical_url"] = _(
            "This is no address of a page; it looks like https://elsewhere.example/the-post."
        )
    if wrong:
        raise FieldsWrong({name: wrong[name] for name in NAMES if name in wrong})
    return Content(
        title=title,
        body=body,
        excerpt=excerpt,
        tags=tags,
        slug=slug,
        published_at=published_at,
        series=series,
        series_part=series_part,
        language=language,
        cover=cover,
        cover_alt=plain_line(fields.get("cover_alt", "")),
        canonical_url=canonical_url,
        correction=correction,
        notices=tuple(notices),
    )


def found(name: str, check: Callable[[str], T], fields: Mapping[str, str], wrong: dict[str, str]) -> T | None:
    """What `check` makes of a field; None if it raises BlogError, whose sentence is noted."""
    try:
        return check(fields.get(name, ""))
    except BlogError as error:
        wrong[name] = error.message
        return None


def series_of(fields: Mapping[str, str], wrong: dict[str, str]) -> tuple[str, int | None]:
    """The name of a series, or nothing, and the number of the part, if one was typed."""
    title, part = (
        found("series", series_title, fields, wrong),
        found("series_part", part_number, fields, wrong),
    )
    if part is not None and not title:
        wrong.setdefault("series", _("A part needs the name of its series as well; empty both for none."))
    return title or "", part


def series_title(text: str) -> str:
    """The name of a series, or nothing. Raises BlogError."""
    title = plain_line(text)
    if title and not slug_from(title):
        raise BlogError(
            _(
                "“%(name)s” cannot be a series: it has no letter or digit for an address.",
                name=shortened(title, 40),
            )
        )
    if sentence := too_long(title, SERIES_LENGTH):
        raise BlogError(sentence)
    return title


def part_number(text: str) -> int | None:
    """The number of a part, or None. Raises BlogError."""
    if not text.strip():
        return None
    number = int(text) if re.fullmatch(r"\s*[0-9]{1,5}\s*", text) else -1
    if number not in PARTS:
        raise BlogError(
            _(
                "“%(typed)s” is no number of a part; it is a whole number from 0 to %(last)s.",
                typed=shortened(line(text), 20),
                last=decimal(PARTS[-1]),
            )
        )
    return number


def language_tag(text: str) -> str:
    """The language of a post, or nothing for the site's. Raises BlogError."""
    return languages.tag(text) if text.strip() else ""


def split_tags(text: str) -> list[str]:
    """The names in a list separated by commas, as typed but for spaces."""
    return [name for name in map(plain_line, text.split(",")) if name]


def tag_names(text: str, wrong: dict[str, str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    unusable = []
    for name in split_tags(text):
        slug = slug_from(name)
        if not slug:
            unusable.append(name)
        names.setdefault(slug, name)
    long = [name for name in names.values() if not fits(name, TAG_LENGTH)]
    if unusable:
        wrong["tags"] = _(
            "“%(name)s” cannot be a tag: it has no letter or digit.", name=shortened(unusable[0], TAG_LENGTH)
        )
    elif len(names) > MOST_TAGS:
        wrong["tags"] = _(
            "These are %(number)s tags; at most %(most)s fit on a post.", number=len(names), most=MOST_TAGS
        )
    elif long:
        wrong["tags"] = _(
            "“%(name)s…” is too long for a tag; at most %(most)s characters fit.",
            name=beginning(long[0], 30),
            most=TAG_LENGTH,
        )
    return tuple(names.values())


def slug_of(text: str, language: str, wrong: dict[str, str]) -> str:
    slug = slug_from(text, language)
    if text.strip() and not slug:
        wrong["slug"] = _(
            "“%(typed)s” cannot be an address: it has no letter or digit.", typed=shortened(line(text), 40)
        )
    elif slug in RESERVED:
        wrong["slug"] = _("The site keeps the address “%(slug)s” for itself.", slug=slug)
    return slug
