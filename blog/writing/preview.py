"""What readers will see of a text, and where in it the blocks begin, so that a preview can follow the author."""

from markdown_it.token import Token

from blog.media import images
from blog.text import rendering, word_count


def rendered(body: str) -> rendering.Rendered:
    """What readers will see of `body`."""
    return rendering.render(body, images.mentioned(body))


def unread(body: str, words: int) -> int:
    """How many words more the Markdown `body` has than the `words` that its readers find: addresses and the like.

    The form counts the Markdown while one types, and takes this off.
    """
    return word_count.words(body) - words


def block_lines(markdown: str) -> list[int]:
    """The line at which each block of the text begins that becomes an element of its own on the page."""
    tokens: list[Token] = []
    rendering.PARSER.block.parse(markdown, rendering.PARSER, {}, tokens)
    return [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
