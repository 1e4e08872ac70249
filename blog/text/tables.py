"""Markdown tables: keep excess cells, and align columns with classes."""

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_core import StateCore
from markdown_it.token import Token


def whole(markdown: MarkdownIt) -> None:
    """A markdown-it plugin that keeps cells beyond the columns of the header, which GFM drops (4.10)."""
    rule = next(rule for rule in markdown.block.ruler.__rules__ if rule.name == "table")
    markdown.block.ruler.at("table", with_every_cell, {"alt": rule.alt})
    markdown.core.ruler.push("alignment", align_by_class)


def with_every_cell(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    position = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if not silent:
        made = state.tokens[position:]
        head = sum(token.type == "th_open" for token in made)
        widest = head
        row: list[str] = []
        whole: list[Token] = []
        for token in made:
            if token.type == "tr_open" and token.map and token.map[0] > start:
                row = cells(state, token.map[0])
                widest = max(widest, len(row))
            elif token.type == "tr_close":
                for content in row[head:]:
                    whole += cell("td", content, token)
            whole.append(token)
        end_of_head = next(place for place, token in enumerate(whole) if token.type == "tr_close")
        for _ in range(head, widest):
            whole[end_of_head:end_of_head] = cell("th", "", whole[end_of_head])
        state.tokens[position:] = whole
    return True


def cells(state: StateBlock, line: int) -> list[str]:
    row = escapedSplit(mdTrim(getLine(state, line)))
    return row[row[0] == "" : len(row) - (len(row) > 1 and row[-1] == "")]


def cell(tag: str, content: str, end: Token) -> list[Token]:
    """The tokens of a cell before the `end` of its row."""
    level = end.level + 1
    inline = Token("inline", "", 0, level=level + 1, block=True, content=mdTrim(content), children=[])
    opening = Token(f"{tag}_open", tag, 1, level=level, block=True)
    return [opening, inline, Token(f"{tag}_close", tag, -1, level=level, block=True)]


def align_by_class(state: StateCore) -> None:
    """Set a cell's alignment with a class: the content security policy forbids style attributes."""
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", f"align-{str(style).removeprefix('text-align:')}")
