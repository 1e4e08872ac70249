"""Link reference definitions that are not: `[Note]: important` is a sentence if nothing refers to it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference

NO_ADDRESS = re.compile(r"(\[[^\[\]]+\]):[ \t]*[^\s<>/.#:@?=&%]+(?:[ \t]+.*)?$")
"""A word in place of a link's address."""


def of_links(markdown: MarkdownIt) -> None:
    """A markdown-it plugin that keeps such a line as text. CommonMark (4.7) would take it for an unused definition."""
    rule = next(rule for rule in markdown.block.ruler.__rules__ if rule.name == "reference")
    markdown.block.ruler.at("reference", reference_to_address, {"alt": rule.alt})


def reference_to_address(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if (found := NO_ADDRESS.fullmatch(line)) and not referred_to(state, found[1].lower()):
        return False
    return reference(state, start, end, silent)


def referred_to(state: StateBlock, label: str) -> bool:
    """Whether a bracketed label occurs more than once in the text."""
    text: str = state.env.setdefault("text_in_small_letters", state.src.lower())
    return text.find(label, text.find(label) + 1) >= 0
