"""What was typed, as one line of text."""

from blog.sanitizing import tidy
from blog.turning import TURNING


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(tidy(text).split())


def plain_line(text: str) -> str:
    """`text` as one line, without what turns the letters round that follow it."""
    return line(TURNING.sub("", text))
