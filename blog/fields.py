"""What the form of a post holds, as typed, and the values that are made of it: every problem is found at once."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from blog.errors import FieldsWrong
from blog.gaps import not_shown
from blog.i18n import decimal
from blog.i18n import gettext as _
from blog.rendering import tidy
from blog.slugs import slug_from

NAMES = (
    "title",
    "tags",
    "body",
    "slug",
    "date",
    "time",
    "canonical_url",
    "excerpt",
    "cover",
    "cover_alt",
    "correction",
)
"""The fields, in the order in which the form shows them."""

MOST_TAGS = 50
TITLE_LENGTH = 200  # characters
TAG_LENGTH = 60
EXCERPT_LENGTH = 2_000
CORRECTION_LENGTH = 500
BODY_LENGTH = 4_000_000
URL_LENGTH = 2_000
YEARS = range(1970, 2201)

RESERVED = frozenset({"all", "feed", "index", "new", "page", "preview", "search"})
"""Addresses that the site may want for itself below /posts/."""

# They turn round the letters that follow, up to the end of the page around a title (Unicode, UAX #9).
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
IMAGE_HASH = re.compile(r"[0-9a-f]{8,128}")

Fields = dict[str, str]


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
    cover: str
    cover_alt: str
    canonical_url: str
    correction: str
    """What readers are told has changed; empty for nothing."""
    notices: tuple[str, ...]
    """What was mended without asking, a sentence each."""


def typed(values: Mapping[str, str]) -> Fields:
    """The fields among the `values` of a request, exactly as typed but for line ends and what no one can read."""
    found = {name: values.get(name, "") for name in NAMES}
    # Of a title it is said what is taken out of it, so that it stays here until then.
    return {name: text if name == "title" else tidy(text) for name, text in found.items()}


def complete(fields: Mapping[str, str]) -> Fields:
    """All of the form's fields: one that was not there when `fields` were kept is empty."""
    return {name: fields.get(name, "") for name in NAMES}


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(tidy(text).split())


def plain_line(text: str) -> str:
    """`text` as one line, without what turns the letters round that follow it."""
    return line(TURNING.sub("", text))


def check(fields: Mapping[str, str], zone: ZoneInfo) -> Content:
    """The values of `fields`, whose date and time are meant in `zone`. Raises FieldsWrong with all that is wrong."""
    wrong: dict[str, str] = {}
    notices = []
    title = plain_line(fields.get("title", ""))
    if TURNING.search(fields.get("title", "")):
        notices.append(_("Invisible characters that turn letters round were taken out of the title."))
    body = tidy(fields.get("body", ""))
    excerpt = plain_line(fields.get("excerpt", ""))
    if not any(letter.isprintable() and not letter.isspace() for letter in title):
        wrong["title"] = _("A post needs a title.")
    elif len(title) > TITLE_LENGTH:
        wrong["title"] = too_long(title, TITLE_LENGTH)
    if len(body) > BODY_LENGTH:
        wrong["body"] = too_long(body, BODY_LENGTH)
    if len(excerpt) > EXCERPT_LENGTH:
        wrong["excerpt"] = too_long(excerpt, EXCERPT_LENGTH)
    tags = tag_names(fields.get("tags", ""), wrong)
    slug = slug_of(fields.get("slug", ""), wrong)
    published_at = moment(fields.get("date", "").strip(), fields.get("time", "").strip(), zone, wrong)
    cover = fields.get("cover", "").strip()
    if cover and not IMAGE_HASH.fullmatch(cover):
        wrong["cover"] = _("This is no picture of this site.")
    canonical_url = fields.get("canonical_url", "").strip()
    if canonical_url and not is_web_address(canonical_url):
        wrong["canonical_url"] = _(
            "This is no address of a page; it looks like https://elsewhere.example/the-post."
        )
    correction = plain_line(fields.get("correction", ""))
    if len(correction) > CORRECTION_LENGTH:
        wrong["correction"] = too_long(correction, CORRECTION_LENGTH)
    if wrong:
        raise FieldsWrong({name: wrong[name] for name in NAMES if name in wrong})
    return Content(
        title=title,
        body=body,
        excerpt=excerpt,
        tags=tags,
        slug=slug,
        published_at=published_at,
        cover=cover,
        cover_alt=plain_line(fields.get("cover_alt", "")),
        canonical_url=canonical_url,
        correction=correction,
        notices=tuple(notices),
    )


def too_long(text: str, most: int) -> str:
    number, fitting = decimal(len(text)), decimal(most)
    return _("This has %(number)s characters; at most %(most)s fit.", number=number, most=fitting)


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
    long = [name for name in names.values() if len(name) > TAG_LENGTH]
    if unusable:
        wrong["tags"] = _(
            "“%(name)s” cannot be a tag: it has no letter or digit.", name=unusable[0][:TAG_LENGTH]
        )
    elif len(names) > MOST_TAGS:
        wrong["tags"] = _(
            "These are %(number)s tags; at most %(most)s fit on a post.", number=len(names), most=MOST_TAGS
        )
    elif long:
        wrong["tags"] = _(
            "“%(name)s…” is too long for a tag; at most %(most)s characters fit.",
            name=long[0][:30],
            most=TAG_LENGTH,
        )
    return tuple(names.values())


def slug_of(text: str, wrong: dict[str, str]) -> str:
    slug = slug_from(text)
    if text.strip() and not slug:
        wrong["slug"] = _(
            "“%(typed)s” cannot be an address: it has no letter or digit.", typed=line(text)[:40]
        )
    elif slug in RESERVED:
        wrong["slug"] = _("The site keeps the address “%(slug)s” for itself.", slug=slug)
    return slug


def is_web_address(text: str) -> bool:
    if len(text) > URL_LENGTH or any(letter.isspace() or not letter.isprintable() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def moment(day: str, hour: str, zone: ZoneInfo, wrong: dict[str, str]) -> datetime | None:
    """The moment at which a clock in `zone` shows `day` and `hour`; the first one where it shows them twice.

    Without an hour the day's first moment; None without a day.
    """
    if not day:
        if hour:
            wrong["date"] = _("A time needs a date as well.")
        return None
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        wrong["date"] = _("“%(typed)s” is no date; a date looks like 2026-11-24.", typed=line(day)[:30])
        return None
    if parsed.year not in YEARS:
        wrong["date"] = _(
            "A post's date lies between the years %(first)s and %(last)s.", first=YEARS[0], last=YEARS[-1]
        )
        return None
    try:
        clock = time.fromisoformat(hour) if hour else time()
        if clock.tzinfo:
            raise ValueError("the zone is the site's")
    except ValueError:
        wrong["time"] = _("“%(typed)s” is no time of day; a time looks like 08:30.", typed=line(hour)[:30])
        return None
    local = datetime.combine(parsed, clock, zone)
    if sentence := not_shown(local):
        wrong["time" if hour else "date"] = sentence
        return None
    return local.astimezone(UTC)


def moved(fields: Fields, zone: ZoneInfo, to: ZoneInfo) -> Fields:
    """`fields`, whose date and time are meant in `zone`, with what a clock in `to` shows then; a wrong date stays."""
    at = moment(fields["date"].strip(), fields["time"].strip(), zone, {}) if zone != to else None
    return {**fields, **dict(zip(("date", "time"), shown(at, to), strict=True))} if at else fields


def shown(moment_: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The fields `date` and `time` for a moment."""
    local = moment_.astimezone(zone)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
