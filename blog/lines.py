"""What was typed, as one line of text."""

import re

from blog.sanitizing import tidy

# They turn round the letters that follow, up to the end of the page around a title (Unicode, UAX #9).
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def line(text: str) -> str:
    """`text` as one line."""
    return " ".join(tidy(text).split())


def plain_line(text: str) -> str:
    """`text` as one line, without what turns the letters round that follow it."""
    return line(TURNING.sub("", text))
