"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from blog.syndication.atom import moment
from blog.syndication.channel import Channel, Item

TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def write(channel: Channel) -> bytes:
    feed = {
        "version": VERSION,
        "title": channel.title,
        "description": channel.subtitle,
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "next_url": channel.older,
        "icon": channel.logo,
        "favicon": channel.icon,
        "language": channel.language,
        "authors": [{"name": channel.author}],
        "hubs": [{"type": "WebSub", "url": channel.hub}] if channel.hub else None,
        "_licence": channel.licence._asdict() if channel.licence else None,
        "items": [item_of(item) for item in channel.items],
    }
    return f"{json.dumps(said(feed), ensure_ascii=False, indent=1)}\n".encode()


def item_of(item: Item) -> dict[str, Any]:
    picture = item.enclosure
    attachment = picture and {
        "url": picture.url,
        "mime_type": picture.type,
        "size_in_bytes": picture.length,
    }
    return said(
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "content_html": item.html,
            "summary": item.summary,
            "image": picture and picture.url,
            "date_published": moment(item.published),
            "date_modified": moment(item.updated),
            "language": item.language,
            "tags": [category.name for category in item.categories],
            "attachments": [attachment] if attachment else None,
        }
    )


def said(values: dict[str, Any]) -> dict[str, Any]:
    """`values` without the empty ones."""
    return {name: value for name, value in values.items() if value or value == [] or name == "content_html"}
