"""The fields of a post's form: the one declaration that form, checks, limits, drafts, revisions and files follow.

A new field that is one line of text in a column of its own is a row of `FIELDS`, a column of `Post`, and a place in the
templates; docs/first-change.md shows it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from blog.i18n import N_
from blog.text import graphemes
from blog.text.lines import plain_line
from blog.text.sanitizing import tidy
from blog.writing import checks

Fields = dict[str, str]
"""What was typed into each field, by name. A field that was not sent is missing, which is not the same as empty."""

NOTHING: Mapping[str, str] = {}


class Field(NamedTuple):
    """A field of the form."""

    name: str
    """In the form, in drafts, revisions and conflicts, and in the files of an import or export."""
    label: str
    check: Callable[[str], Any] = plain_line
    """The value of what was typed. Raises BlogError, whose sentence is shown beside the field."""
    longest: int = 0
    """Characters that fit, counted by `count`; 0 where `check` has a limit of its own."""
    count: Callable[[str], int] = graphemes.length
    column: str = ""
    """The attribute of `Post` that holds the value as it is; empty where saving does more with it."""
    is_read: bool = False
    """Readers read it: when it changes, feeds say that the post was updated."""
    front_matter: tuple[str, ...] = ()
    """Keys of front matter, in small letters, that fill it in."""


FIELDS = (
    Field("title", N_("Title"), longest=200, is_read=True, front_matter=("title",)),
    Field("tags", N_("Tags"), checks.tag_names, front_matter=("tags", "categories", "keywords")),
    # Characters of Unicode: in so long a text those that readers count take too long.
    Field("body", N_("Text"), tidy, longest=4_000_000, count=len, column="body", is_read=True),
    Field("slug", N_("Address"), str, front_matter=("slug",)),
    Field("date", N_("Date"), str.strip, front_matter=("date",)),
    Field("time", N_("Time"), str.strip),
    Field("series", N_("Series"), checks.series_title, front_matter=("series",)),
    Field("series_part", N_("Part number"), checks.part_number),
    Field(
        "language",
        N_("Language"),
        checks.language_tag,
        column="language",
        front_matter=("lang", "language"),
    ),
    Field(
        "canonical_url",
        N_("Originally published at"),
        checks.address_elsewhere,
        column="canonical_url",
        front_matter=("canonical_url", "canonical"),
    ),
    Field(
        "excerpt",
        N_("Excerpt"),
        longest=2_000,
        is_read=True,
        front_matter=("description", "excerpt", "summary"),
    ),
    Field("cover", N_("Cover image"), checks.image_hash),
    Field("cover_alt", N_("Cover image description"), column="cover_alt"),
    Field("correction", N_("Correction"), longest=500),
)
"""In the order in which the form shows them."""

BY_NAME = {field.name: field for field in FIELDS}
NAMES = tuple(BY_NAME)
"""The form's page gives these to its scripts."""
LABELS = {field.name: field.label for field in FIELDS}
"""In English; whoever shows one translates it."""
COLUMNS = tuple(field.column for field in FIELDS if field.column)
"""Attributes of `Post` that hold a field's value as it is."""
READ = tuple(field.name for field in FIELDS if field.is_read)
"""Attributes of `Post` whose words readers see."""
FRONT_MATTER = {key: field.name for field in FIELDS for key in field.front_matter}
BODY_LENGTH = BY_NAME["body"].longest


def stored(fields: Mapping[str, str]) -> dict[str, Any]:
    """By attribute of `Post`: the values of those of `fields` that are stored as they are. Raises BlogError."""
    return {
        field.column: field.check(fields[field.name])
        for field in FIELDS
        if field.column and field.name in fields
    }


def typed(values: Mapping[str, str]) -> Fields:
    """The fields that a request sent, with normalised line ends and without unreadable characters.

    A field that was not sent is missing here, which is not the same as empty; see `complete` and `post_form.whole`.
    """
    # Characters removed from the title are reported, so they are kept until then.
    return {name: values[name] if name == "title" else tidy(values[name]) for name in NAMES if name in values}


def complete(fields: Mapping[str, str], now: Mapping[str, str] = NOTHING) -> Fields:
    """All fields of the form. Those missing in `fields` are taken from `now`, or else empty."""
    return {name: fields.get(name, now.get(name, "")) for name in NAMES}
