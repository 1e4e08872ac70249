"""Render a text for the preview, with the source line of each block for synchronised scrolling."""

from markdown_it.token import Token

from blog.media import images
from blog.text import rendering, word_count


def rendered(body: str) -> rendering.Rendered:
    """`body` rendered as readers see it."""
    return rendering.render(body, images.mentioned(body))


def unread(body: str, words: int) -> int:
    """How many more words the Markdown source has than the rendered text has `words`, for example in addresses.

    The form counts words in the Markdown source while typing and subtracts this number.
    """
    return word_count.words(body) - words


def block_lines(markdown: str) -> list[int]:
    """The source line of each top-level block of the rendered text."""
    tokens: list[Token] = []
    rendering.PARSER.block.parse(markdown, rendering.PARSER, {}, tokens)
    return [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
