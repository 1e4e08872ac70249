"""Sitemaps and sitemap indexes as XML (https://www.sitemaps.org/protocol.html)."""

from collections.abc import Iterable
from datetime import datetime

from blog.syndication.atom import moment
from blog.syndication.markup import add, document, root

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def index(parts: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The addresses of the parts, each with its last change."""
    return listed("sitemapindex", "sitemap", parts)


def part(pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The addresses of pages, with the last change if it is known."""
    return listed("urlset", "url", pages)


def listed(outer: str, inner: str, entries: Iterable[tuple[str, datetime | None]]) -> bytes:
    top = root(outer, {"xmlns": NAMESPACE})
    for url, changed in entries:
        entry = add(top, inner)
        add(entry, "loc", url)
        if changed:
            add(entry, "lastmod", moment(changed))
    return document(top)
