"""Find unclosed square brackets once per paragraph, so that parsing takes linear time.

markdown-it searches for the end of a link at each `[` recursively, and for the end of a footnote label in all following
text: `[^` eight thousand times took half a minute.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

Rule = Callable[[StateInline, bool], bool]

NOTE = re.compile(r"\[\^([^ \n\]]{1,999})\]")
"""A footnote reference. Its label has at most as many characters as a link label (CommonMark 0.31, 4.7)."""
LAST = -1
"""Key in the state's cache, whose other keys are positions, for the position of the last bracket."""


def bounded(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: try the rules for links, images and footnotes only where a bracket can close."""
    for name in ("link", "image", "footnote_inline"):
        markdown.inline.ruler.at(name, where_one_closes(rule_of(markdown, name)))
    markdown.inline.ruler.at("footnote_ref", where_a_label_is(rule_of(markdown, "footnote_ref")))


def rule_of(markdown: MarkdownIt, name: str) -> Rule:
    return next(rule.fn for rule in markdown.inline.ruler.__rules__ if rule.name == name)


def where_one_closes(rule: Rule) -> Rule:
    def apply(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        if LAST not in state.cache:
            state.cache[LAST] = state.src.rfind("]")
        return state.pos < state.cache[LAST] and rule(state, silent)

    return apply


def where_a_label_is(rule: Rule) -> Rule:
    def apply(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        return NOTE.match(state.src, state.pos) is not None and rule(state, silent)

    return apply
