"""Follow every link of the site from its home page."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import APIRequestContext

from tests.browser.serving import Site

LINK = re.compile(r'<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"')


@pytest.mark.long
def test_no_link_is_broken_and_none_is_a_detour(reading_site: Site, crawler: APIRequestContext) -> None:
    """Combinations of tags and searches are unlimited: they are followed one step."""
    start = f"{reading_site.url}/"
    seen, queue, wrong = {start}, deque([start]), []
    while queue:
        address = queue.popleft()
        answer = crawler.get(address, max_redirects=0)
        if answer.status != 200:
            wrong.append((address, answer.status))
            continue
        if "text/html" not in answer.headers.get("content-type", "") or is_leaf(address):
            continue
        for link in LINK.findall(answer.text()):
            target = urljoin(address, unescape(link)).partition("#")[0]
            if target.startswith(reading_site.url) and target not in seen:
                seen.add(target)
                queue.append(target)
    assert wrong == []
    assert len(seen) > 300, "all 142 posts, their Markdown, tags, years, feeds"


def is_leaf(address: str) -> bool:
    parts = urlsplit(address)
    return "+" in parts.path or parts.path == "/search"
