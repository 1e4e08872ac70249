"""A feed as all its formats need it: every address whole, every moment aware."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Link(NamedTuple):
    label: str
    url: str


class Category(NamedTuple):
    slug: str
    name: str


class Enclosure(NamedTuple):
    """A picture that goes with an entry."""

    url: str
    type: str
    length: int
    """Bytes."""


class Item(NamedTuple):
    """A post in a feed."""

    id: str
    url: str
    canonical_url: str
    """Where it stands first, if that is elsewhere."""
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    categories: Sequence[Category]
    language: str
    """Empty for the feed's."""
    enclosure: Enclosure | None


class Channel(NamedTuple):
    """A page of a feed (RFC 5005, section 3), newest first."""

    id: str
    title: str
    subtitle: str
    author: str
    language: str
    home: str
    """The page that shows the same posts to people."""
    url: str
    first: str
    newer: str | None
    older: str | None
    others: Sequence[tuple[str, str]]
    """The same feed in other formats: type and address."""
    updated: datetime
    icon: str
    logo: str
    """Empty if the site has no picture."""
    image: str
    """A square PNG, 144 pixels wide, for RSS."""
    licence: Link | None
    hub: str
    """Where to ask to be told of what is new; empty for nowhere."""
    style: str
    hint: str
    """What the feed says to people who see it in a browser: a sentence with the address `home` in it."""
    read_on: str
    """What a link to a post says to them."""
    items: Sequence[Item]

    @property
    def pages(self) -> list[tuple[str, str]]:
        """Relation and address of the pages around this one."""
        around = [("first", self.first), ("previous", self.newer), ("next", self.older)]
        return [(relation, url) for relation, url in around if url]


GENERATOR = "Scrollwork"
