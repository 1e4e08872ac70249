"""RSS 2.0 with full texts (content:encoded), and Atom links for what RSS lacks."""

from datetime import UTC
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element

from blog.syndication import atom
from blog.syndication.channel import GENERATOR, Channel, Item
from blog.syndication.markup import add, document, root

TYPE = "application/rss+xml"
NAMESPACES = {
    "xmlns:atom": atom.NAMESPACE,
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def write(channel: Channel) -> bytes:
    rss = root("rss", {"version": "2.0", **NAMESPACES})
    top = add(rss, "channel")
    add(top, "title", channel.title)
    add(top, "link", channel.home)
    add(top, "description", channel.subtitle or channel.title)
    atom.for_people(top, channel)
    add(top, "language", channel.language)
    relations = [("self", channel.url), *channel.pages]
    if channel.hub:
        relations.append(("hub", channel.hub))
    if channel.licence:
        add(top, "copyright", channel.licence.label)
        relations.append(("license", channel.licence.url))
    for relation, url in relations:
        add(top, "atom:link", attributes={"rel": relation, "href": url})
    add(top, "atom:id", channel.id)
    if channel.items:
        add(top, "lastBuildDate", format_datetime(channel.updated.astimezone(UTC)))
    add(top, "generator", GENERATOR)
    image = add(top, "image")
    add(image, "url", channel.image)
    add(image, "title", channel.title)
    add(image, "link", channel.home)
    for side in ("width", "height"):
        add(image, side, "144")
    for item in channel.items:
        put(top, channel, item)
    return document(rss, style=channel.style)


def put(top: Element, channel: Channel, item: Item) -> None:
    entry = add(top, "item")
    add(entry, "title", item.title)
    add(entry, "link", item.url)
    add(entry, "guid", item.id, {"isPermaLink": "false"})
    add(entry, "pubDate", format_datetime(item.published.astimezone(UTC)))
    add(entry, "atom:updated", atom.moment(item.updated))
    add(entry, "dc:creator", channel.author)
    if item.language:
        add(entry, "dc:language", item.language)
    for category in item.categories:
        add(entry, "category", category.name)
    if item.enclosure:
        url, kind, length = item.enclosure
        add(entry, "enclosure", attributes={"url": url, "type": kind, "length": str(length)})
    # Plain text, which RSS interprets as HTML.
    add(entry, "description", escape(item.summary, quote=False))
    atom.read_on(entry, channel, item)
    add(entry, "content:encoded", item.html)
