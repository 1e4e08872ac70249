"""What every format is read into."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from blog.writing.fields import NOTHING


class Entry(NamedTuple):
    """A post of another system: its Markdown, and what that system knew about it."""

    source: str
    """Says which post of which system it is, the same each time the same thing is read."""
    body: str
    title: str = ""
    excerpt: str = ""
    tags: Sequence[str] = ()
    slug: str = ""
    published_at: datetime | None = None
    series: str = ""
    part: int | None = None
    """Its number in the series; without one it comes behind the last."""
    language: str = ""
    """Empty for the site's."""
    further: Mapping[str, str] = NOTHING
    """Other fields of the form that are stored as they are (`blog.writing.fields`), by name."""


class Collection(NamedTuple):
    """What a file held, the newest post first."""

    entries: Sequence[Entry]
    tagline: str = ""
    repeated: int = 0
    """How many posts stood in it more than once."""
