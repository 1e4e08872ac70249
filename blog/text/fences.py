"""Tildes that are not code fences: `~~~~~one~~~~~` does not start a code block without a closing fence."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence

STRUCK = re.compile(r"(~{3,})[^~].*~")


def closed(markdown: MarkdownIt) -> None:
    """A markdown-it plugin that keeps such a line as a paragraph. In CommonMark it starts an empty code block."""
    rule = next(rule for rule in markdown.block.ruler.__rules__ if rule.name == "fence")
    markdown.block.ruler.at("fence", closed_fence, {"alt": rule.alt})


def closed_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    struck = STRUCK.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if struck is None or silent:
        return fence(state, start, end, silent)
    # If no fence of some length was closed, no longer one further down is closed either, so the search can be skipped.
    open_ones: dict[tuple[int, int], int] = state.env.setdefault("open_fences", {})
    length = len(struck[1])
    if length >= open_ones.get((end, state.blkIndent), length + 1):
        return False
    line = state.line
    if not fence(state, start, end, silent):
        return False
    last = state.src[state.bMarks[state.line - 1] : state.eMarks[state.line - 1]].strip()
    if state.line - 1 > start and len(last) >= length and set(last) == {"~"}:
        return True
    if state.line == end:
        open_ones[end, state.blkIndent] = length
    state.tokens.pop()
    state.line = line
    return False
