"""Atom (RFC 4287) with paged feeds (RFC 5005)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from blog.syndication.channel import GENERATOR, Channel, Item
from blog.syndication.markup import NOTHING, XHTML, add, document, legal, root

NAMESPACE = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"


def write(channel: Channel) -> bytes:
    feed = root("feed", {"xmlns": NAMESPACE, "xml:lang": channel.language})
    add(feed, "id", channel.id)
    add(feed, "title", channel.title)
    if channel.subtitle:
        add(feed, "subtitle", channel.subtitle)
    for_people(feed, channel)
    link(feed, "alternate", channel.home, {"type": "text/html"})
    link(feed, "self", channel.url, {"type": TYPE})
    for kind, url in channel.others:
        link(feed, "alternate", url, {"type": kind})
    for relation, url in channel.pages:
        link(feed, relation, url)
    if channel.hub:
        link(feed, "hub", channel.hub)
    add(feed, "updated", moment(channel.updated))
    add(add(feed, "author"), "name", channel.author)
    if channel.licence:
        add(feed, "rights", channel.licence.label)
        link(feed, "license", channel.licence.url)
    add(feed, "icon", channel.icon)
    if channel.logo:
        add(feed, "logo", channel.logo)
    add(feed, "generator", GENERATOR)
    for item in channel.items:
        put(feed, channel, item)
    return document(feed, style=channel.style)


def put(feed: Element, channel: Channel, item: Item) -> None:
    entry = add(feed, "entry", attributes={"xml:lang": item.language} if item.language else NOTHING)
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    link(entry, "alternate", item.url, {"type": "text/html"})
    if item.canonical_url:
        link(entry, "canonical", item.canonical_url)
    if item.enclosure:
        length = {"type": item.enclosure.type, "length": str(item.enclosure.length)}
        link(entry, "enclosure", item.enclosure.url, length)
    add(entry, "published", moment(item.published))
    add(entry, "updated", moment(item.updated))
    for category in item.categories:
        add(entry, "category", attributes={"term": category.slug, "label": category.name})
    add(entry, "summary", item.summary)
    read_on(entry, channel, item)
    add(entry, "content", item.html, {"type": "html"})


def link(parent: Element, relation: str, url: str, attributes: Mapping[str, str] | None = None) -> None:
    add(parent, "link", attributes={"rel": relation, "href": url, **(attributes or {})})


def for_people(parent: Element, channel: Channel) -> None:
    """A sentence with a link for browsers, shown above the posts and ignored by feed readers.

    `<meta>` is inside the paragraph, because validators allow it nowhere else in a feed.
    """
    before, address, behind = channel.hint.partition(channel.home)
    paragraph = add(parent, "p", before, {"xmlns": XHTML})
    add(paragraph, "a", address, {"href": channel.home}).tail = legal(behind)
    add(paragraph, "meta", attributes={"name": "viewport", "content": "width=device-width, initial-scale=1"})


def read_on(parent: Element, channel: Channel, item: Item) -> None:
    """The link to a post that a browser shows below its excerpt."""
    add(parent, "a", channel.read_on, {"xmlns": XHTML, "href": item.url})


def moment(at: datetime) -> str:
    """In RFC 3339, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
