"""Markdown to safe HTML, and its words."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, NamedTuple

import nh3
from linkify_it.main import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from blog import headings, pictures

# What a post may contain. nh3's own list would strip what highlighting, footnotes, anchors and task lists need.
TAGS = nh3.ALLOWED_TAGS | {"input", "label", "section", "details", "summary"} | pictures.TAGS
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **pictures.ATTRIBUTES,
    "*": {"id", "class", "lang", "dir", "title"},
    "a": {"href", "hreflang", "aria-label"},
    "input": {"checked"},
    "details": {"open"},
    "ol": {"start", "reversed"},
}
# The classes our own style sheet gives a meaning to; another could dress a post up as part of the page around it.
CLASSES = frozenset(STANDARD_TYPES.values()) | {
    *("highlight", "align-left", "align-center", "align-right"),
    *("contains-task-list", "task-list-item", "task-list-item-checkbox"),
    *("footnotes", "footnotes-list", "footnotes-sep", "footnote-item", "footnote-ref", "footnote-backref"),
}
ID_PREFIX = "text-"
"""Before every id in a text and every link to one: a heading “Status” must not become the page's own #status."""

# Control characters, halves of characters, and the two that turn the letters behind them round: none can be read, no
# feed may carry them, and some would reach beyond the text they stand in (Unicode 16, chapter 23).
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?|[\v\f\x85]")
EVIDENT_LINK = re.compile(r"(https?|ftp)://|mailto:|www\.|[^/@]+@", re.IGNORECASE)

MARK = re.compile(r"[\\`*_\[\]<>&~|]")

FOOTNOTES = re.compile(r'<section class="footnotes.*?</section>|<sup class="footnote-ref.*?</sup>', re.DOTALL)
NO_PROSE = re.compile(r"<(figure|h[1-6]|pre|table)\b.*?</\1>", re.DOTALL)
BLOCK = re.compile(r"</?(?:p|div|h[1-6r]|li|d[dt]|pre|t[rdh]|blockquote|figcaption|summary|section)\b")


class Rendered(NamedTuple):
    """What is made of a post's Markdown when it is saved, so that a reader never waits for it."""

    html: str
    text: str
    """All words in plain text, paragraphs a line each."""
    words: int
    prose: str
    """What an excerpt or a title is taken from: the paragraphs, without headings, code, tables and figures."""


class EvidentLinks(LinkifyIt):
    """Finds bare links that can be nothing else: README.md and app.py are files, though Moldova and Paraguay exist."""

    def match(self, text: str) -> list[Any]:
        found = super().match(text)  # type: ignore[no-untyped-call]
        return [link for link in found or [] if EVIDENT_LINK.match(link.raw)]


LINKS = EvidentLinks()  # type: ignore[no-untyped-call]


class Parser(MarkdownIt):
    """CommonMark with tables, footnotes, task lists, strikethrough, bare links, heading anchors and highlighting."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": True, "linkify": True, "highlight": highlighted})
        self.linkify = LINKS
        self.enable(["table", "strikethrough", "linkify"])
        self.use(footnote_plugin)
        self.use(tasklists_plugin, label=True)
        self.use(headings.named)
        self.use(pictures.figures)
        self.core.ruler.push("alignment", align_by_class)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 -- markdown-it's name
        """A bare link as it was typed; markdown-it would decode what stands in it as %C3%A4."""
        return link


def highlighted(code: str, language: str, _attributes: str) -> str:
    """`code` with Pygments' classes; left alone (markdown-it then escapes it) when the language is unknown."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    return f'<pre class="highlight"><code>{highlight(code, lexer, HtmlFormatter(nowrap=True))}</code></pre>'


def align_by_class(state: StateCore) -> None:
    """Say a table cell's alignment by a class: the content security policy allows no style attribute."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", f"align-{str(style).removeprefix('text-align:')}")


def keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Decide on one attribute: only known classes, ids that are one word, links into the text to where its ids are."""
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name == "id":
        return f"{ID_PREFIX}{value}" if len(value.split()) == 1 else None
    if name in {"href", "src"} and tidy(value) != value:
        return None  # `java&#1;script:` has no scheme until it is tidied
    if name == "href" and value.startswith("#"):
        return f"#{ID_PREFIX}{value[1:]}"
    return value


PARSER = Parser()
CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    set_tag_attribute_values={
        # Whatever an <input> was, it becomes the box of a task list.
        "input": {"type": "checkbox", "disabled": ""},
        # What may be too wide for a screen is pushed along, also by keyboard.
        "pre": {"tabindex": "0"},
        "table": {"tabindex": "0"},
    },
    attribute_filter=keep_attribute,
    link_rel="noopener",
)


def tidy(text: str) -> str:
    """`text` without what cannot be read, its lines ended by a line feed each."""
    return UNREADABLE.sub("", LINE_END.sub("\n", text))


def render(markdown: str, shown: Mapping[str, pictures.Picture] = pictures.NONE) -> Rendered:
    """Safe HTML of `markdown`, its words and their number; `shown` are the pictures it may show, by their hash."""
    html = tidy(CLEANER.clean(PARSER.render(markdown, {"pictures": shown})))  # it resolves &#1; and the like
    text = plain(html)
    return Rendered(html, text, len(text.split()), plain(NO_PROSE.sub("", html)) or text)


def markdown_of(text: str) -> str:
    """A line of plain `text` as Markdown that shows it letter by letter, its bare links as links."""
    parts, end = [], 0
    for link in LINKS.match(text):
        parts.append(escaped(text[end : link.index]))
        alone = f" {text} "[link.index] == f" {text} "[link.last_index + 1] == " "
        # With a backslash in it or behind it, it would be found no longer, or with the backslash.
        parts.append(link.raw if alone and not MARK.search(link.raw) else named_link(link.raw, link.url))
        end = link.last_index
    markdown = "".join([*parts, escaped(text[end:])])
    markdown = re.sub(r"[!^](?=\[)", r"\\\g<0>", markdown)  # or a link would become an image or a footnote
    return re.sub(r"^(?:(?=[#+-])|(\d+)(?=[.)]))", r"\1\\", markdown)


def named_link(name: str, url: str) -> str:
    return f"[{escaped(name)}](<{escaped(url)}>)"


def escaped(text: str) -> str:
    """`text` with a backslash before each mark of Markdown (CommonMark 0.31, section 2.4) and in each address."""
    return re.sub(rf"{MARK.pattern}|:(?=//)", r"\\\g<0>", text)


def plain(html: str) -> str:
    """The words of safe `html`, a line for each paragraph, without footnotes and their marks."""
    html = FOOTNOTES.sub("", html).replace("\n", " ").replace("<br>", " ")
    text = unescape(nh3.clean(BLOCK.sub(r"\n\g<0>", html), tags=set()))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
