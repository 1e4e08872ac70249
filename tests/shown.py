"""Parse a list page from its HTML."""

import re
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple


class Shown(NamedTuple):
    ids: Sequence[int]
    """The posts of the cards, from top to bottom."""
    cursors: Sequence[str]
    older: str | None
    """The link “Older posts”."""
    newer: str | None
    """The link “Newer posts”."""
    total: int
    """The displayed number of posts."""
    counts: dict[str, int]
    """Chips that add a tag: slug and number of posts."""
    chosen: Sequence[str]
    """Chips that remove a tag."""


def shown(html: str) -> Shown:
    cards = re.findall(r'<article [^>]*id="post-(\d+)" data-cursor="([^"]+)"', html)
    total = re.search(r'data-announce="([\d,]+) post', html)
    assert total is not None
    return Shown(
        ids=[int(number) for number, _ in cards],
        cursors=[cursor for _, cursor in cards],
        older=link(html, "next"),
        newer=link(html, "prev"),
        total=count(total[1]),
        counts={
            slug: count(number)
            for slug, number in re.findall(
                r'<a class="chip" id="tag-([^"]+)".*?class="count"><[^>]+>([^<]+)<', html
            )
        },
        chosen=re.findall(r'<a class="chip chip-chosen" id="tag-([^"]+)"', html),
    )


def link(html: str, relation: str) -> str | None:
    """The visible link with this relation, which must equal the one in the head."""
    visible = re.search(rf'<a rel="{relation}" href="([^"]+)"', html)
    told = re.search(rf'<link rel="{relation}" href="http://localhost([^"]+)"', html)
    assert (visible and visible[1]) == (told and told[1])
    return unescape(visible[1]) if visible else None


def count(text: str) -> int:
    return int(text.replace(",", ""))
