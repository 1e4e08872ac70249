"""The data that every import format is read into."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from blog.writing.fields import NOTHING


class Entry(NamedTuple):
    """A post from another system: its Markdown and metadata."""

    source: str
    """A stable id of the post and its source, the same each time it is read."""
    body: str
    title: str = ""
    excerpt: str = ""
    tags: Sequence[str] = ()
    slug: str = ""
    published_at: datetime | None = None
    series: str = ""
    part: int | None = None
    """Its part number. Without one, it is added at the end of the series."""
    language: str = ""
    """Empty for the site's."""
    further: Mapping[str, str] = NOTHING
    """Other fields of the form that are stored as they are (`blog.writing.fields`), by name."""


class Collection(NamedTuple):
    """The content of a file, newest post first."""

    entries: Sequence[Entry]
    tagline: str = ""
    repeated: int = 0
    """Number of duplicate posts in the file."""
