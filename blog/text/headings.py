"""Ids of headings, so that links can lead to them."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.text.slugs import slug_from

DEEPEST = 4


def named(markdown: MarkdownIt) -> None:
    """Give each heading an id made from its words, numbered if the words repeat.

    The usual plugin tries all numbers from one on: a text of 8,000 headings “Note” took 4 seconds.
    """
    markdown.core.ruler.push("heading_names", name_headings)


def name_headings(state: StateCore) -> None:
    next_number: dict[str, int] = {}
    taken: set[str] = set()
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open" or int(opening.tag[1:]) > DEEPEST:
            continue
        words = "".join(map(words_of, inline.children or ()))
        base = name = slug_from(words)
        while name in taken:
            number = next_number[base] = next_number.get(base, 0) + 1
            name = f"{base}-{number}"
        if name:
            taken.add(name)
            opening.attrSet("id", name)


def words_of(part: Token) -> str:
    """The visible text of a part of a heading. An image counts with its description."""
    if part.type in {"softbreak", "hardbreak"} or (
        part.type == "html_inline" and part.content.startswith("<br")
    ):
        return " "
    if part.type == "image":
        return "".join(map(words_of, part.children or ()))
    return part.content if part.type in {"text", "text_special", "code_inline"} else ""
