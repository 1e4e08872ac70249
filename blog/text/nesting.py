"""How deep a text may be nested: the parser goes one call deeper with each level, and browsers stop at 512."""

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock

DEEPEST = 100
"""Levels of elements; a quotation is one, a list and its item are two."""
NESTING = ("blockquote", "list", "footnote_def")


def bounded(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: what is nested deeper is a paragraph with its marks as typed.

    markdown-it's own bound, `maxNesting`, leaves out what is nested deeper, words and all; so it is never reached.
    """
    markdown.options["maxNesting"] = DEEPEST + 10
    for rule in markdown.block.ruler.__rules__:
        if rule.name in NESTING:
            markdown.block.ruler.at(rule.name, up_to_deepest(rule.fn), {"alt": rule.alt})


def up_to_deepest(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    def bounded_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        return state.level < DEEPEST and rule(state, start, end, silent)

    return bounded_rule
