"""Decide which tags in raw HTML become elements, and which are text that looks like a tag.

A tag becomes an element if it is well-formed (CommonMark 0.31, section 6.6), its name is allowed, and it has its start
or end tag: `press <Del>` and `a Vec<U>` mean no element, although `<del>` and `<u>` are allowed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from markdown_it.common.html_re import attribute

from blog.text.sanitizing import TAGS

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "wbr"})
"""Void elements: they have no content and no end tag (HTML, section 13.1.2)."""
NEEDED = {
    "area": re.compile(r"\s(?:shape|coords|href)\s*=", re.IGNORECASE),
    "img": re.compile(r"\ssrc\s*=", re.IGNORECASE),
    "input": re.compile(r"\stype\s*=\s*[\"']?checkbox\b", re.IGNORECASE),
    "source": re.compile(r"\ssrc(?:set)?\s*=", re.IGNORECASE),
}
"""An element is invisible without this attribute, so “the <img> element” only mentions it."""
TABLE_PARTS = ("caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr")
WHOLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TABLE_PARTS, ("table",)),
    **dict.fromkeys(("dd", "dt"), ("dl",)),
    **dict.fromkeys(("rp", "rt"), ("ruby",)),
    "li": ("ol", "ul"),
    "source": ("picture",),
}
"""The elements that must contain an element."""
DROPPED_ALONE = frozenset({*TABLE_PARTS, "source"})
"""Elements that an HTML parser drops outside of their container."""
END_OMITTED = frozenset(WHOLES) - VOID - {"caption"}
"""Elements whose end tag is optional within their container (HTML, section 13.1.2.4)."""
PARAGRAPH = "p"
"""Optional end tags in an HTML block, but not in a sentence."""

TAG = re.compile(rf"<(?:/([A-Za-z][A-Za-z0-9-]*)\s*|([A-Za-z][A-Za-z0-9-]*){attribute}*\s*(/)?)>")
OPENING = re.compile(r"<(?=[!?/A-Za-z])")


@dataclass(eq=False)
class Tag:
    """A tag, or other text between angle brackets, with its position."""

    source: str
    line: int = 0
    """Line of the text, from 0."""
    name: str = ""
    """In lower case; empty if it is not a tag."""
    end: bool = False
    empty: bool = False
    """Self-closing: `<a id="x"/>`."""
    partner: "Tag | None" = None
    within: "Tag | None" = None
    matched: bool = False

    @property
    def kept(self) -> bool:
        """It becomes a tag in the page."""
        return self.matched and (self.within is None or self.within.kept)

    @property
    def comment(self) -> bool:
        """A closed comment, which is removed."""
        return self.source.startswith("<!--")

    def drop(self) -> None:
        """Turn it, and its matching tag, into text."""
        self.matched = False
        if self.partner:
            self.partner.matched = False

    def html(self) -> str:
        """The HTML for it: the tag, or its source as text. Of a comment, only its line ends."""
        if self.comment:
            return "\n" * self.source.count("\n")
        if not self.kept:
            return escape(self.source, quote=False)
        if self.empty and self.name not in VOID:
            return f"{self.source[:-2].rstrip()}></{self.name}>"
        return self.source


def tag_of(source: str, line: int) -> Tag:
    """Classify `source`, one well-formed piece of HTML."""
    found = TAG.fullmatch(source)
    if found is None:
        return Tag(source, line)
    end, start, empty = found.groups()
    return Tag(source, line, (end or start).lower(), bool(end), bool(empty))


def pieces(html: str, line: int) -> Iterator[str | Tag]:
    """The tags and comments in an HTML block that begins at `line`, with the text between them as HTML."""
    end = 0
    comments = True
    counted = 0
    for opening in OPENING.finditer(html):
        start = opening.start()
        if start < end:
            continue
        stop = -1
        if found := TAG.match(html, start):
            stop = found.end()
        elif comments and html.startswith("<!--", start):
            stop = html.find("-->", start + 2) + 3  # `<!-->` is a comment as well.
            comments = stop > 2
        if stop > start:
            line += html.count("\n", counted, start)
            counted = start
            yield html[end:start].replace("<", "&lt;")
            yield tag_of(html[start:stop], line)
            end = stop
    yield html[end:].replace("<", "&lt;")


@dataclass
class Scope:
    """Open tags in a sentence, list item or block quote, by name, last opened last."""

    outer: "Scope | None" = None
    """The scope where an end tag also looks for its start tag: that of an HTML block around a paragraph."""
    open: dict[str, list[Tag]] = field(default_factory=dict)

    def enter(self, tag: Tag) -> None:
        """Decide about the next tag in this scope."""
        name = tag.name
        tag.within = next(filter(None, map(self.last, WHOLES.get(name, ()))), None)
        if name not in TAGS or (name in DROPPED_ALONE and tag.within is None):
            return
        if tag.end:
            self.close(tag)
        elif name in VOID:
            tag.matched = name not in NEEDED or bool(NEEDED[name].search(tag.source))
            self.open.setdefault(name, []).append(tag)
        elif tag.empty:
            tag.matched = " id=" in tag.source  # a link target
        else:
            tag.matched = bool(name in END_OMITTED and tag.within) or (
                name == PARAGRAPH and self.outer is None
            )
            self.open.setdefault(name, []).append(tag)

    def close(self, tag: Tag) -> None:
        start = self.last(tag.name)
        if start is None:
            tag.matched = tag.name == "br"  # HTML takes it for `<br>` (13.2.6.4.7).
            return
        self.open_at(tag.name).pop()
        tag.matched = True
        if start.name not in VOID:
            start.partner, tag.partner = tag, start
            start.matched = True
        else:
            tag.matched = start.matched

    def open_at(self, name: str) -> list[Tag]:
        if self.open.get(name) or self.outer is None:
            return self.open.setdefault(name, [])
        return self.outer.open_at(name)

    def last(self, name: str) -> Tag | None:
        stack = self.open_at(name)
        return stack[-1] if stack else None
