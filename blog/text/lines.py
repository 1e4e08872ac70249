"""What was typed, as one line of text."""

from blog.text.bidi import TURNING
from blog.text.sanitizing import tidy


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(tidy(text).split())


def plain_line(text: str) -> str:
    """`text` as one line, without what turns the letters round that follow it."""
    return line(TURNING.sub("", text))
