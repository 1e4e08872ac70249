"""Normalise input to one line of text."""

from blog.text.bidi import TURNING
from blog.text.sanitizing import tidy


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(tidy(text).split())


def plain_line(text: str) -> str:
    """`text` as one line, without characters that reverse following text."""
    return line(TURNING.sub("", text))
