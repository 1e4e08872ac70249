"""What the form of a post holds, as typed, and the values that are made of it: every problem is found at once."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from blog.errors import FieldsWrong
from blog.moments import moment
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
        notices.append("Invisible characters that turn letters round were taken out of the title.")
    body = tidy(fields.get("body", ""))
    excerpt = plain_line(fields.get("excerpt", ""))
    if not any(letter.isprintable() and not letter.isspace() for letter in title):
        wrong["title"] = "A post needs a title."
    elif len(title) > TITLE_LENGTH:
        wrong["title"] = f"This title has {len(title)} characters; at most {TITLE_LENGTH} fit."
    if len(body) > BODY_LENGTH:
        wrong["body"] = f"This text has {len(body):,} characters; at most {BODY_LENGTH:,} fit into a post."
    if len(excerpt) > EXCERPT_LENGTH:
        wrong["excerpt"] = f"This excerpt has {len(excerpt)} characters; at most {EXCERPT_LENGTH} fit."
    tags = tag_names(fields.get("tags", ""), wrong)
    slug = slug_of(fields.get("slug", ""), wrong)
    published_at = moment(fields.get("date", "").strip(), fields.get("time", "").strip(), zone, wrong)
    cover = fields.get("cover", "").strip()
    if cover and not IMAGE_HASH.fullmatch(cover):
        wrong["cover"] = "This is no picture of this site."
    canonical_url = fields.get("canonical_url", "").strip()
    if canonical_url and not is_web_address(canonical_url):
        wrong["canonical_url"] = (
            "This is no address of a page; it looks like https://elsewhere.example/the-post."
        )
    correction = plain_line(fields.get("correction", ""))
    if len(correction) > CORRECTION_LENGTH:
        wrong["correction"] = f"This has {len(correction)} characters; at most {CORRECTION_LENGTH} fit."
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
        wrong["tags"] = (
            f"“{unusable[0][:TAG_LENGTH]}” cannot be a tag: it has no letter or digit for an address."
        )
    elif len(names) > MOST_TAGS:
        wrong["tags"] = f"These are {len(names)} tags; at most {MOST_TAGS} fit on a post."
    elif long:
        wrong["tags"] = f"“{long[0][:30]}…” is too long for a tag; at most {TAG_LENGTH} characters fit."
    return tuple(names.values())


def slug_of(text: str, wrong: dict[str, str]) -> str:
    slug = slug_from(text)
    if text.strip() and not slug:
        wrong["slug"] = f"“{line(text)[:40]}” cannot be an address: it has no letter or digit."
    elif slug in RESERVED:
        wrong["slug"] = f"The site keeps the address “{slug}” for itself."
    return slug


def is_web_address(text: str) -> bool:
    if len(text) > URL_LENGTH or any(letter.isspace() or not letter.isprintable() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
