"""What can be told from a text: its excerpt, a title for it, what is left to say below that."""

import re
from collections.abc import Iterator
from html import escape

EXCERPT_LENGTH = 240
TITLE_LENGTH = 90

FULL_STOP = re.compile(r"(?<=[^\s.])\.$")
SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*(?=\s)")


def excerpt_of(text: str) -> str:
    """An excerpt proposed from plain `text`: whole sentences up to 240 characters, or a beginning cut at a word."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT_LENGTH:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text, 0, EXCERPT_LENGTH + 1)]
    # One short sentence before a very long one would say too little.
    return text[: ends[-1]] if ends and ends[-1] >= EXCERPT_LENGTH // 3 else cut(text, EXCERPT_LENGTH)


def title_of(text: str) -> str:
    """A title for a text that has none: its first sentence without full stop, cut at a word beyond 90 characters."""
    paragraph = " ".join(text.strip().partition("\n")[0].split())
    end = SENTENCE_END.search(paragraph)
    sentence = paragraph[: end.end()] if end else paragraph
    return cut(FULL_STOP.sub("", sentence), TITLE_LENGTH)


def begins_with(text: str, title: str) -> bool:
    """Whether `title` can be the opening of plain `text`, so that `after_title` takes it off."""
    text = " ".join(text.split())
    return bool(text) and after_title(title, text) != text


def is_beginning(excerpt: str, text: str) -> bool:
    """Whether `excerpt` can have been proposed from plain `text`: all of it, or as much as a proposal has at least."""
    text = " ".join(text.split())
    said = excerpt.removesuffix("…")
    return excerpt == text or (len(excerpt) >= EXCERPT_LENGTH // 3 and text.startswith(said))


def after_title(title: str, text: str) -> str:
    """What of `text` is left to say below a title that was derived from it; `text` itself for another title."""
    text = " ".join(text.split())
    for opening, goes_on in openings(title):
        rest = text[len(opening) :]
        if text.startswith(opening) and (goes_on or not rest[:1].isalnum()):
            return goes_on + rest.removeprefix("" if goes_on else ".").lstrip()
    return text


def html_after_title(title: str, html: str) -> str:
    """The same for safe `html`; all of it if the title's words carry marks of Markdown, for those would be lost."""
    for opening, goes_on in openings(title):
        words = (re.escape(escape(word, quote=False)) for word in opening.split())
        begins = r"(?:\s|&nbsp;)+".join(words) + ("" if goes_on else r"(?!\w)\.?")
        if match := re.match(rf"<p>{begins}(.*?)</p>\n?", html, re.DOTALL):
            rest = goes_on + match[1].lstrip().removeprefix("<br>").lstrip()
            return (f"<p>{rest}</p>\n" if rest else "") + html[match.end() :]
    return html


def openings(title: str) -> Iterator[tuple[str, str]]:
    """How a text may begin that `title` was derived from, and what then stands before its rest."""
    if title:
        yield title, ""
    if len(title) > 1 and title.endswith("…"):
        yield title[:-1], "…"


def cut(text: str, length: int) -> str:
    """`text`, or its beginning cut at a word with an ellipsis, so that it has at most `length` characters."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if text[length - 1] != " " and " " in head:
        head = head.rpartition(" ")[0]
    return (head.rstrip(" ,;:—–-") or head) + "…"
