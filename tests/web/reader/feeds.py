"""Parse feeds with feedparser, in all three formats."""

import json
from calendar import timegm
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "data" / "json-feed-1.1.schema.json").read_text())
)
FORMS = ("atom", "rss", "json")
AS_IT_IS = {"sanitize_html": False, "resolve_relative_uris": False}


class Read(NamedTuple):
    """An entry as a feed reader sees it."""

    id: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    tags: list[str]
    enclosures: list[tuple[str, str, int]]


class Feed(NamedTuple):
    title: str
    subtitle: str
    author: str
    language: str
    home: str
    next: str | None
    entries: list[Read]
    raw: Any
    """A parsed feed."""


def read(content: bytes, form: str) -> Feed:
    """The parsed feed, after validation."""
    return read_json(content) if form == "json" else read_xml(content, form)


def fetch(client: FlaskClient, address: str) -> Feed:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    form = address.partition("?")[0].rpartition(".")[2]
    assert answer.content_type == (
        "application/feed+json" if form == "json" else "application/xml; charset=utf-8"
    )
    return read(answer.data, form)


def read_json(content: bytes) -> Feed:
    raw = json.loads(content)
    SCHEMA.validate(raw)
    entries = [
        Read(
            item["id"],
            item["url"],
            item["title"],
            item["content_html"].strip(),  # as feedparser does
            item.get("summary", ""),
            datetime.fromisoformat(item["date_published"]),
            datetime.fromisoformat(item["date_modified"]),
            item.get("tags", []),
            [(each["url"], each["mime_type"], each["size_in_bytes"]) for each in item.get("attachments", [])],
        )
        for item in raw["items"]
    ]
    return Feed(
        raw["title"],
        raw["description"],
        raw["authors"][0]["name"],
        raw["language"],
        raw["home_page_url"],
        raw.get("next_url"),
        entries,
        raw,
    )


def read_xml(content: bytes, form: str) -> Feed:
    raw = feedparser.parse(content, **AS_IT_IS)  # type: ignore[attr-defined, no-untyped-call]
    assert not raw.bozo, raw.bozo_exception
    assert raw.version == {"atom": "atom10", "rss": "rss20"}[form]
    entries = [
        Read(
            entry.id,
            entry.link,
            entry.title,
            entry.content[0].value,
            unescape(entry.get("summary", "")) if form == "rss" else entry.get("summary", ""),
            moment(entry.published_parsed),
            moment(entry.updated_parsed),
            [tag.label or tag.term for tag in entry.get("tags", [])],
            [(each.href, each.type, int(each.length)) for each in entry.get("enclosures", [])],
        )
        for entry in raw.entries
    ]
    following = [link.href for link in raw.feed.links if link.rel == "next"]
    author = raw.feed.author if form == "atom" else raw.entries[0].author if raw.entries else ""
    return Feed(
        raw.feed.title,
        raw.feed.subtitle,
        author,
        raw.feed.language,
        raw.feed.link,
        following[0] if following else None,
        entries,
        raw,
    )


def moment(parsed: Any) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)


def links(feed: Feed) -> set[tuple[str, str]]:
    """Relation and address of each link in an XML feed."""
    return {(link.rel, link.href) for link in feed.raw.feed.links}
