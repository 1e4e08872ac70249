"""Where in a text the blocks of its preview begin, so that it can be scrolled to where the author writes."""

from markdown_it.token import Token

from blog.rendering import PARSER


def block_lines(markdown: str) -> list[int]:
    """The line at which each block of the text begins that becomes an element of its own on the page."""
    tokens: list[Token] = []
    PARSER.block.parse(markdown, PARSER, {}, tokens)
    return [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
