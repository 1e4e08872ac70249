"""The data of a feed for all formats: addresses are absolute, times have time zones."""

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
    """An image attached to an entry."""

    url: str
    type: str
    length: int
    """Bytes."""


class Item(NamedTuple):
    """A post in a feed."""

    id: str
    url: str
    canonical_url: str
    """The address of the original on another site, if any."""
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    categories: Sequence[Category]
    language: str
    """Empty: the feed's language."""
    enclosure: Enclosure | None


class Channel(NamedTuple):
    """A page of a feed (RFC 5005, section 3), newest first."""

    id: str
    title: str
    subtitle: str
    author: str
    language: str
    home: str
    """The HTML page with the same posts."""
    url: str
    first: str
    newer: str | None
    older: str | None
    others: Sequence[tuple[str, str]]
    """The same feed in other formats: type and address."""
    updated: datetime
    icon: str
    logo: str
    """Empty without a site image."""
    image: str
    """A square PNG, 144 pixels wide, for RSS."""
    licence: Link | None
    hub: str
    """The WebSub hub; empty for none."""
    style: str
    hint: str
    """The sentence for people who open the feed in a browser. It contains the address `home`."""
    read_on: str
    """The text of the links to posts in a browser."""
    items: Sequence[Item]

    @property
    def pages(self) -> list[tuple[str, str]]:
        """Relation and address of the previous and next pages."""
        around = [("first", self.first), ("previous", self.newer), ("next", self.older)]
        return [(relation, url) for relation, url in around if url]


GENERATOR = "Scrollwork"
