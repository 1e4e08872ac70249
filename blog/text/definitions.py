"""Definitions of links that define none: `[Note]: important` is a sentence if nothing refers to it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference

NO_ADDRESS = re.compile(r"(\[[^\[\]]+\]):[ \t]*[^\s<>/.#:@?=&%]+(?:[ \t]+.*)?$")
"""A word where the address of a link stands."""


def of_links(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: such a line is text, where CommonMark takes it for a link that nobody follows (4.7)."""
    rule = next(rule for rule in markdown.block.ruler.__rules__ if rule.name == "reference")
    markdown.block.ruler.at("reference", reference_to_address, {"alt": rule.alt})


def reference_to_address(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if (found := NO_ADDRESS.fullmatch(line)) and not referred_to(state, found[1].lower()):
        return False
    return reference(state, start, end, silent)


def referred_to(state: StateBlock, label: str) -> bool:
    """Whether a label in brackets stands in the text more than once."""
    text: str = state.env.setdefault("text_in_small_letters", state.src.lower())
    return text.find(label, text.find(label) + 1) >= 0
