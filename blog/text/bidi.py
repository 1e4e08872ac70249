"""Characters that control text direction, according to the Unicode Bidirectional Algorithm (UAX #9, 2 and 3.3)."""

import re

TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""All of them: two embeddings, their terminator, two overrides, three isolates, their terminator."""
EMBEDDINGS = "\u202a\u202b"
OVERRIDES = "\u202d\u202e"
ISOLATES = "\u2066\u2067\u2068"
ENDS_ISOLATE = "\u2069"


def level(text: str) -> str:
    """`text` without overrides and without unbalanced embeddings and isolates in each line.

    An override displays letters in another order, and an unterminated character affects the text that follows. Balanced
    embeddings and isolates are kept: they are needed to mix scripts of both directions in a line.
    """
    if not TURNING.search(text):
        return text
    return "\n".join(map(level_line, text.split("\n")))


def level_line(line: str) -> str:
    open_: list[tuple[str, int]] = []
    whole: set[int] = set()
    isolates = 0
    for found in TURNING.finditer(line):
        mark, place = found[0], found.start()
        if mark == ENDS_ISOLATE:
            if not isolates:
                continue
            isolates -= 1
            while open_[-1][0] not in ISOLATES:
                open_.pop()  # unterminated embeddings inside it
            whole |= {open_.pop()[1], place}
        elif mark in EMBEDDINGS + OVERRIDES + ISOLATES:
            isolates += mark in ISOLATES
            open_.append((mark, place))
        elif open_ and open_[-1][0] not in ISOLATES:
            begun, at = open_.pop()
            whole |= {at, place} if begun in EMBEDDINGS else set()
    return TURNING.sub(lambda found: found[0] if found.start() in whole else "", line)
