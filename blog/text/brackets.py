"""Square brackets that nothing closes: found out once for a paragraph, and not anew at each of them.

markdown-it looks for the end of a link at each `[`, one level deeper each time, and for the end of a footnote's label
through all that follows: `[^` eight thousand times took half a minute.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

Rule = Callable[[StateInline, bool], bool]

NOTE = re.compile(r"\[\^([^ \n\]]{1,999})\]")
"""The mark of a footnote; a label has as many characters as that of a link at the most (CommonMark 0.31, 4.7)."""
LAST = -1
"""Under which key of its cache, whose others are places, a state keeps the place of the last bracket."""


def bounded(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: the rules for links, pictures and footnotes, tried only where a bracket can close."""
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
