"""Markdown to safe HTML, and what can be told from a text: its excerpt, its length, a title for it."""

import re
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from blog.slugs import slug_from

WORDS_A_MINUTE = 230  # Brysbaert, "How many words do we read per minute?" (2019): 238 for English non-fiction
EXCERPT_LENGTH = 240
TITLE_LENGTH = 90

# What a post may contain. nh3's own list would strip what highlighting, footnotes, anchors and task lists need.
TAGS = nh3.ALLOWED_TAGS | {"input", "section", "details", "summary", "figure", "figcaption"}
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"id", "class", "lang", "dir", "title"},
    "a": {"href", "hreflang", "aria-label"},
    "input": {"type", "checked", "disabled"},
    "details": {"open"},
    "ol": {"start", "reversed"},
}
# The classes our own style sheet gives a meaning to; another could dress a post up as part of the page around it.
CLASSES = re.compile(
    r"(highlight|align-(left|center|right)|footnote\S*|task-list\S*|contains-task-list|[a-z][a-z0-9]?)"
)

FOOTNOTES = re.compile(r'<section class="footnotes.*?</section>|<sup class="footnote-ref.*?</sup>', re.DOTALL)
NO_PROSE = re.compile(r"<(h[1-6]|pre|table)\b.*?</\1>", re.DOTALL)
SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*(?=\s)")


class Rendered(NamedTuple):
    """What is made of a post's Markdown when it is saved, so that a reader never waits for it."""

    html: str
    text: str
    """All words in plain text, paragraphs a line each."""
    words: int
    prose: str
    """What an excerpt or a title is taken from: the paragraphs, without headings, code and tables."""


def highlighted(code: str, language: str, _attributes: str) -> str:
    """`code` with Pygments' classes; left alone (markdown-it then escapes it) when the language is unknown."""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return f'<pre class="highlight"><code>{highlight(code, lexer, HtmlFormatter(nowrap=True))}</code></pre>'


def align_by_class(state: StateCore) -> None:
    """Say a table cell's alignment by a class: the content security policy allows no style attribute."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", f"align-{str(style).removeprefix('text-align:')}")


def parser() -> MarkdownIt:
    """CommonMark with tables, footnotes, task lists, strikethrough, bare links, heading anchors and highlighting."""
    markdown = MarkdownIt("commonmark", {"html": True, "linkify": True, "highlight": highlighted})
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.use(footnote_plugin)
    markdown.use(tasklists_plugin)
    markdown.use(anchors_plugin, max_level=4, slug_func=slug_from)
    markdown.core.ruler.push("alignment", align_by_class)
    return markdown


PARSER = parser()


def render(markdown: str) -> Rendered:
    """Safe HTML of `markdown`, its words and their number."""
    html = nh3.clean(
        PARSER.render(markdown),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep_attribute,
        link_rel="noopener",
    )
    text = plain(html)
    return Rendered(html, text, len(text.split()), plain(NO_PROSE.sub("", html)) or text)


def keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Decide on one attribute: only known classes, and `<input>` only as a task list's box."""
    if name == "class":
        return " ".join(word for word in value.split() if CLASSES.fullmatch(word)) or None
    if tag == "input" and name == "type":
        return "checkbox"
    return value


def plain(html: str) -> str:
    """The words of safe `html`, without footnotes and their marks."""
    html = FOOTNOTES.sub("", html)
    html = re.sub(r"</(p|h\d|li|pre|tr|blockquote)>", "\n", html)
    text = nh3.clean(html, tags=set()).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = (" ".join(line.split()) for line in text.replace("&nbsp;", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt_of(text: str) -> str:
    """An excerpt proposed from plain `text`: whole sentences up to 240 characters, or a beginning cut at a word."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT_LENGTH:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text, 0, EXCERPT_LENGTH + 1)]
    return text[: ends[-1]] if ends else cut(text, EXCERPT_LENGTH)


def title_of(text: str) -> str:
    """A title for a text that has none: its first sentence without full stop, cut at a word beyond 90 characters."""
    text = " ".join(text.split())
    end = SENTENCE_END.search(text)
    sentence = text[: end.end()] if end else text
    if len(sentence) > TITLE_LENGTH:
        return cut(sentence, TITLE_LENGTH)
    return sentence.removesuffix(".") or sentence


def after_title(title: str, text: str) -> str:
    """What of `text` is left to say below a title that was derived from it; `text` itself for another title."""
    opening = title.removesuffix("…")
    text = " ".join(text.split())
    if not opening or not text.startswith(opening):
        return text
    rest = text[len(opening) :]
    return f"…{rest.lstrip()}" if title.endswith("…") and not rest.startswith("…") else rest.lstrip(" .…")


def cut(text: str, length: int) -> str:
    """`text` cut at the last word that fits `length` characters, with an ellipsis."""
    if len(text) <= length:
        return text
    head = text[:length]
    return (head.rsplit(" ", 1)[0] if " " in head else head[:-1]).rstrip(" ,;:—–-") + "…"


def minutes(words: int) -> int:
    """Reading time in whole minutes, at least one."""
    return max(1, round(words / WORDS_A_MINUTE))
