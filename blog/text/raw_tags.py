"""Tags in raw HTML: which of them become elements, and which are words that look like tags.

A tag becomes an element if it is well-formed (CommonMark 0.31, section 6.6), its name is on the allow-list, and it has
the partner that it needs: `press <Del>` and `a Vec<U>` name no element, though `<del>` and `<u>` are allowed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from markdown_it.common.html_re import attribute

from blog.text.sanitizing import TAGS

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "wbr"})
"""Elements without content, and so without an end tag (HTML, section 13.1.2)."""
NEEDED = {
    "area": re.compile(r"\s(?:shape|coords|href)\s*=", re.IGNORECASE),
    "img": re.compile(r"\ssrc\s*=", re.IGNORECASE),
    "input": re.compile(r"\stype\s*=\s*[\"']?checkbox\b", re.IGNORECASE),
    "source": re.compile(r"\ssrc(?:set)?\s*=", re.IGNORECASE),
}
"""Without this attribute nothing is to be seen of an element: “the <img> element” names it."""
TABLE_PARTS = ("caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr")
WHOLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TABLE_PARTS, ("table",)),
    **dict.fromkeys(("dd", "dt"), ("dl",)),
    **dict.fromkeys(("rp", "rt"), ("ruby",)),
    "li": ("ol", "ul"),
    "source": ("picture",),
}
"""What an element is a part of."""
DROPPED_ALONE = frozenset({*TABLE_PARTS, "source"})
"""Parts that an HTML parser drops outside of their whole."""
END_OMITTED = frozenset(WHOLES) - VOID - {"caption"}
"""Elements whose end tag may be left out within their whole (HTML, section 13.1.2.4)."""
PARAGRAPH = "p"
"""Its end tag as well, in a block of HTML; not in a sentence, which is one."""

TAG = re.compile(rf"<(?:/([A-Za-z][A-Za-z0-9-]*)\s*|([A-Za-z][A-Za-z0-9-]*){attribute}*\s*(/)?)>")
OPENING = re.compile(r"<(?=[!?/A-Za-z])")


@dataclass(eq=False)
class Tag:
    """A tag, or something else between angle brackets, where it was typed."""

    source: str
    line: int = 0
    """Of the text, counted from 0."""
    name: str = ""
    """In small letters; empty for what is no tag."""
    end: bool = False
    empty: bool = False
    """Written as `<a id="x"/>`."""
    partner: "Tag | None" = None
    within: "Tag | None" = None
    matched: bool = False

    @property
    def kept(self) -> bool:
        """It becomes a tag in the page."""
        return self.matched and (self.within is None or self.within.kept)

    @property
    def comment(self) -> bool:
        """It is for whoever reads the source: a comment that ends."""
        return self.source.startswith("<!--")

    def drop(self) -> None:
        """Make text of it, and of its partner."""
        self.matched = False
        if self.partner:
            self.partner.matched = False

    def html(self) -> str:
        """What stands for it in the page: the tag, or its source as text; of a comment only the ends of its lines."""
        if self.comment:
            return "\n" * self.source.count("\n")
        if not self.kept:
            return escape(self.source, quote=False)
        if self.empty and self.name not in VOID:
            return f"{self.source[:-2].rstrip()}></{self.name}>"
        return self.source


def tag_of(source: str, line: int) -> Tag:
    """What `source`, which is one well-formed piece of HTML, is."""
    found = TAG.fullmatch(source)
    if found is None:
        return Tag(source, line)
    end, start, empty = found.groups()
    return Tag(source, line, (end or start).lower(), bool(end), bool(empty))


def pieces(html: str, line: int) -> Iterator[str | Tag]:
    """The tags and comments in a block of HTML that begins at `line`, and between them its text as HTML."""
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
            stop = html.find("-->", start + 2) + 3  # `<!-->` is one as well
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
    """The tags that are open in a sentence, a list item, a quotation …, by their names, the last opened last."""

    outer: "Scope | None" = None
    """Where else an end tag looks for its start tag: around a paragraph, a block of HTML can have opened one."""
    open: dict[str, list[Tag]] = field(default_factory=dict)

    def enter(self, tag: Tag) -> None:
        """Find out what becomes of the next tag in this scope."""
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
            tag.matched = " id=" in tag.source  # a place that links lead to
        else:
            tag.matched = bool(name in END_OMITTED and tag.within) or (
                name == PARAGRAPH and self.outer is None
            )
            self.open.setdefault(name, []).append(tag)

    def close(self, tag: Tag) -> None:
        start = self.last(tag.name)
        if start is None:
            tag.matched = tag.name == "br"  # which HTML takes for `<br>` (13.2.6.4.7)
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
