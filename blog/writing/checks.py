"""What the values of the form's fields may be: each check gives the value of what was typed, or raises BlogError."""

import re

from blog import languages
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.i18n import number as decimal
from blog.text.graphemes import beginning, fits, shortened
from blog.text.lengths import too_long
from blog.text.lines import line, plain_line
from blog.text.links import is_web_address
from blog.text.slugs import slug_from

MOST_TAGS = 50
TAG_LENGTH = 60  # characters as readers count them (`blog.text.lengths`)
SERIES_LENGTH = 120
PARTS = range(100_000)

RESERVED = frozenset({"all", "feed", "index", "new", "page", "preview", "search"})
"""Addresses that the site may want for itself below /posts/."""

IMAGE_HASH = re.compile(r"[0-9a-f]{8,128}")


def series_title(text: str) -> str:
    """The name of a series, or nothing. Raises BlogError."""
    title = plain_line(text)
    if title and not slug_from(title):
        raise BlogError(
            _(
                "“%(name)s” cannot be a series: it has no letters or digits for an address.",
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
                "“%(typed)s” is not a part number. Enter a whole number from 0 to %(last)s.",
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


def tag_names(text: str) -> tuple[str, ...]:
    """The names of tags, each of another slug, in a list separated by commas. Raises BlogError."""
    names: dict[str, str] = {}
    unusable = []
    for name in split_tags(text):
        slug = slug_from(name)
        if not slug:
            unusable.append(name)
        names.setdefault(slug, name)
    long = [name for name in names.values() if not fits(name, TAG_LENGTH)]
    if unusable:
        raise BlogError(
            _(
                "“%(name)s” cannot be a tag: it has no letters or digits.",
                name=shortened(unusable[0], TAG_LENGTH),
            )
        )
    if len(names) > MOST_TAGS:
        raise BlogError(
            _("Too many tags: %(number)s. The maximum is %(most)s.", number=len(names), most=MOST_TAGS)
        )
    if long:
        raise BlogError(
            _(
                "“%(name)s…” is too long for a tag. The maximum is %(most)s characters.",
                name=beginning(long[0], 30),
                most=TAG_LENGTH,
            )
        )
    return tuple(names.values())


def slug(text: str, language: str) -> str:
    """The address that is typed, or nothing, spelt as texts in `language` are. Raises BlogError."""
    made = slug_from(text, language)
    if text.strip() and not made:
        raise BlogError(
            _(
                "“%(typed)s” cannot be an address: it has no letters or digits.",
                typed=shortened(line(text), 40),
            )
        )
    if made in RESERVED:
        raise BlogError(_("The address “%(slug)s” is reserved by the site.", slug=made))
    return made


def image_hash(text: str) -> str:
    """The hash of a picture, or nothing. Raises BlogError."""
    digest = text.strip()
    if digest and not IMAGE_HASH.fullmatch(digest):
        raise BlogError(_("This image is not on this site."))
    return digest


def address_elsewhere(text: str) -> str:
    """The address of a page elsewhere, or nothing. Raises BlogError."""
    url = text.strip()
    if url and not is_web_address(url):
        raise BlogError(_("This is not the address of a page. Example: https://elsewhere.example/the-post."))
    return url
