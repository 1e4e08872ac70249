"""Limit the nesting of a text: the parser recurses once per level, and browsers stop at 512 levels."""

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock

DEEPEST = 100
"""Levels of elements. A block quote is one level, a list with its item two."""
NESTING = ("blockquote", "list", "footnote_def")


def bounded(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: text nested deeper becomes a paragraph with its markers.

    markdown-it's own limit, `maxNesting`, drops deeper text, so it must never be reached.
    """
    markdown.options["maxNesting"] = DEEPEST + 10
    for rule in markdown.block.ruler.__rules__:
        if rule.name in NESTING:
            markdown.block.ruler.at(rule.name, up_to_deepest(rule.fn), {"alt": rule.alt})


def up_to_deepest(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    def bounded_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        return state.level < DEEPEST and rule(state, start, end, silent)

    return bounded_rule
