"""Render Markdown to safe HTML and plain text."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from blog.text import (
    alerts,
    bare_links,
    brackets,
    definitions,
    fences,
    footnotes,
    headings,
    nesting,
    pictures,
    raw_html,
    tables,
    word_count,
)
from blog.text.bare_links import LINKS
from blog.text.html_blocks import ShownAsText
from blog.text.sanitizing import CLEANER, tidy

RENDERER = 4
"""Increment it whenever rendering changes: `blog.writing.backfill` then renders stored posts again."""

MARK = re.compile(r"[\\`*_\[\]<>&~|]")

NOTES = re.compile(r'<section class="footnotes.*?</section>', re.DOTALL)
NO_WORDS = re.compile(
    rf'<sup class="footnote-ref.*?</sup>|<a href="[^"]*" class="footnote-backref.*?</a>|{alerts.LABEL.pattern}',
    re.DOTALL,
)
NO_PROSE = re.compile(r"<(figure|h[1-6]|pre|table)\b.*?</\1>", re.DOTALL)
BLOCK = re.compile(r"</?(?:p|div|h[1-6r]|li|d[dt]|pre|t[rdh]|blockquote|figcaption|summary|section)\b")


class Rendered(NamedTuple):
    """The result of rendering a post, stored when it is saved."""

    html: str
    text: str
    """All words as plain text, a line per paragraph, footnotes last."""
    words: int
    """Number of words (`blog.text.word_count`), without footnotes."""
    prose: str
    """Source of excerpts and titles: the paragraphs, without headings, code, tables and figures."""
    shown_as_text: Sequence[ShownAsText] = ()
    """What looks like HTML but is not allowed in posts, with its position in the Markdown."""


class Parser(MarkdownIt):
    """CommonMark with tables, footnotes, task lists, strikethrough, bare links, heading anchors and highlighting."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": True, "highlight": highlighted})
        self.enable(["table", "strikethrough"])
        self.options["strikethrough_single_tilde"] = True
        self.use(bare_links.linked)
        self.use(footnotes.whole)
        self.use(brackets.bounded)
        self.use(tasklists_plugin, label=True)
        self.use(nesting.bounded)
        self.use(raw_html.decided)
        self.use(headings.named)
        self.use(pictures.figures)
        self.use(alerts.shown)
        self.use(definitions.of_links)
        self.use(fences.closed)
        self.use(tables.whole)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 -- markdown-it's name
        """A bare link as entered; markdown-it would decode %C3%A4."""
        return link


def highlighted(code: str, language: str, _attributes: str) -> str:
    """`code` highlighted with Pygments' classes. Empty for an unknown language; markdown-it then escapes the code."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    return f'<pre class="highlight"><code>{highlight(code, lexer, HtmlFormatter(nowrap=True))}</code></pre>'


PARSER = Parser()


def render(markdown: str, shown: Mapping[str, pictures.Picture] = pictures.NONE) -> Rendered:
    """Safe HTML of `markdown`, its words and their number. `shown` are the existing images by hash."""
    env: dict[str, Any] = {"pictures": shown}
    html = tidy(CLEANER.clean(PARSER.render(markdown, env)))  # it resolves &#1; and similar references
    text = plain(html)
    return Rendered(
        html,
        text,
        word_count.words(plain(NOTES.sub("", html))),
        prose(html) or text,
        env.get("shown_as_text", ()),
    )


def markdown_of(text: str) -> str:
    """A line of plain `text` as Markdown that renders to exactly that text, with its bare links as links."""
    parts, end = [], 0
    for link in LINKS.match(text):
        parts.append(escaped(text[end : link.index]))
        alone = f" {text} "[link.index] == f" {text} "[link.last_index + 1] == " "
        # With a backslash in or after it, a bare link would not be recognised, or would include the backslash.
        parts.append(link.raw if alone and not MARK.search(link.raw) else named_link(link.raw, link.url))
        end = link.last_index
    markdown = "".join([*parts, escaped(text[end:])])
    markdown = re.sub(
        r"[!^](?=\[)", r"\\\g<0>", markdown
    )  # otherwise a link would become an image or a footnote
    return re.sub(r"^(?:(?=[#+-])|(\d+)(?=[.)]))", r"\1\\", markdown)


def named_link(name: str, url: str) -> str:
    return f"[{escaped(name)}](<{escaped(url)}>)"


def escaped(text: str) -> str:
    """`text` with each Markdown character (CommonMark 0.31, section 2.4) escaped, including those in addresses."""
    return re.sub(rf"{MARK.pattern}|:(?=//)", r"\\\g<0>", text)


def prose(html: str) -> str:
    """The words of the paragraphs of safe `html`, a line each."""
    return plain(NO_PROSE.sub("", NOTES.sub("", html)))


def plain(html: str) -> str:
    """The words of safe `html`, a line per paragraph, without footnote references and alert labels."""
    html = NO_WORDS.sub("", html).replace("\n", " ").replace("<br>", " ")
    text = unescape(nh3.clean(BLOCK.sub(r"\n\g<0>", html), tags=set()))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
