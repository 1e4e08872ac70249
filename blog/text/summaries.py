"""Excerpts, derived titles, and the rest of a text below its derived title."""

from collections.abc import Iterator
from html import escape

import regex

from blog.text import sentences
from blog.text.graphemes import beginning, boundary
from blog.text.word_count import APART, BETWEEN

EXCERPT_LENGTH = 240
TITLE_LENGTH = 90

BETWEEN_WORDS = regex.compile(rf"[{APART}]")
PART_OF_A_WORD = regex.compile(rf"[^{APART}]+$")
"""The last word at the end of a text. In scripts without spaces, any character may be the last one."""
PAUSE = regex.compile(rf"(?r)(?=[\p{{White_Space}}\p{{Ps}}])[{BETWEEN}]|(?<=[{BETWEEN}])")
"""The last punctuation mark of a text in a script without spaces."""
BEFORE_ELLIPSIS = regex.compile(r"[\s,;:—–\-\u3001\uff0c\uff1b\uff1a·・\u060c\u061b]+$")
"""Characters removed before an ellipsis."""


def excerpt_of(text: str) -> str:
    """An excerpt from plain `text`: whole sentences up to 240 characters, or a beginning cut at a word."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT_LENGTH:
        return text
    # A little longer, so that closing quotes and brackets after a sentence are found.
    ends = [end for end in sentences.ends(text[: EXCERPT_LENGTH + 20]) if end <= EXCERPT_LENGTH]
    # A short sentence before a very long one would say too little.
    return text[: ends[-1]] if ends and ends[-1] >= EXCERPT_LENGTH // 3 else cut(text, EXCERPT_LENGTH)


def title_of(text: str) -> str:
    """A title derived from a text: its first sentence without full stop, cut at a word beyond 90 characters."""
    paragraph = " ".join(text.strip().partition("\n")[0].split())
    return cut(sentences.without_full_stop(sentences.first(paragraph)), TITLE_LENGTH)


def begins_with(text: str, title: str) -> bool:
    """Whether `title` can be the beginning of plain `text`, so that `after_title` removes it."""
    text = " ".join(text.split())
    return bool(text) and after_title(title, text) != text


def is_beginning(excerpt: str, text: str) -> bool:
    """Whether `excerpt` can have been derived from plain `text`: it is all of it, or at least the minimum length."""
    text = " ".join(text.split())
    said = excerpt.removesuffix("…")
    return excerpt == text or (len(excerpt) >= EXCERPT_LENGTH // 3 and text.startswith(said))


def after_title(title: str, text: str) -> str:
    """The rest of `text` below a title derived from it, or `text` itself for another title."""
    text = " ".join(text.split())
    for opening, goes_on in openings(title):
        rest = text[len(opening) :]
        if text.startswith(opening) and (goes_on or not within_word(opening, rest)) and apart(opening, rest):
            return goes_on + (rest if goes_on else sentences.FULL_STOP_BEFORE.sub("", rest)).lstrip()
    return text


def html_after_title(title: str, html: str) -> str:
    """The same for safe `html`. All of it if the title contains formatting, which would be lost."""
    for opening, goes_on in openings(title):
        words = (regex.escape(escape(word, quote=False)) for word in opening.split())
        begins = r"(?:\s|&nbsp;)+".join(words)
        match = regex.match(rf"<p>{begins}(.*?)</p>\n?", html, regex.DOTALL)
        if match and (goes_on or not within_word(opening, match[1])) and apart(opening, match[1]):
            rest = match[1] if goes_on else sentences.FULL_STOP_BEFORE.sub("", match[1])
            rest = goes_on + rest.lstrip().removeprefix("<br>").lstrip()
            return (f"<p>{rest}</p>\n" if rest else "") + html[match.end() :]
    return html


def within_word(opening: str, rest: str) -> bool:
    """Whether a word continues where `opening` ends. Not after a mark that ends a sentence without a space."""
    return rest[:1].isalnum() and not sentences.NO_SPACE_BEHIND.search(opening)


def apart(opening: str, rest: str) -> bool:
    """Whether the two have no visible character in common."""
    return boundary(opening + rest[:1], len(opening)) == len(opening)


def openings(title: str) -> Iterator[tuple[str, str]]:
    """The possible beginnings of a text that `title` was derived from, and what precedes the rest."""
    if title:
        yield title, ""
    if len(title) > 1 and title.endswith("…"):
        yield title[:-1], "…"


def cut(text: str, length: int) -> str:
    """`text`, or its beginning cut at a word with an ellipsis, in at most `length` characters."""
    if len(text) <= length:
        return text
    head = beginning(text, length - 1)
    if not BETWEEN_WORDS.match(text, len(head)):
        head = PART_OF_A_WORD.sub("", head) or head
    elif pause := PAUSE.search(head, len(head) * 2 // 3):
        head = head[: pause.start()]
    head = BEFORE_ELLIPSIS.sub("", head) or head
    return (text[: boundary(text, len(head))] or head) + "…"
