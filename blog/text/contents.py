"""The table of contents of a long text, from the headings in its HTML."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

FEWEST = 3
"""Minimum number of headings."""
LONG = 600
"""Minimum number of words: shorter texts need no table of contents."""

HEADING = re.compile(r'<h([1-4]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
ELEMENT = re.compile(r"<[^>]*>")


class Heading(NamedTuple):
    id: str
    text: str
    parts: Sequence["Heading"] = ()
    """Headings one level below."""


def contents(html: str, words: int) -> Sequence[Heading]:
    """The headings of safe `html` in two levels. Empty for a short text or one with few headings."""
    found = [
        (int(level), Heading(unescape(name), words_of(inner))) for level, name, inner in HEADING.findall(html)
    ]
    if words < LONG or len(found) < FEWEST:
        return ()
    levels = sorted({level for level, _ in found})
    return list(nested(found, levels[0], levels[1] if len(levels) > 1 else 0))


def nested(found: Sequence[tuple[int, Heading]], top: int, below: int) -> Iterator[Heading]:
    parts: list[Heading] = []
    heading: Heading | None = None
    for level, each in found:
        if level == top:
            if heading:
                yield heading._replace(parts=parts)
            heading, parts = each, []
        elif level == below and heading:
            parts.append(each)
        elif level == below:
            yield each  # A heading before the first one of the higher level.
    if heading:
        yield heading._replace(parts=parts)


def words_of(html: str) -> str:
    return " ".join(unescape(ELEMENT.sub("", html)).split())
