"""Characters that turn letters round, as the Unicode Bidirectional Algorithm has them (UAX #9, sections 2 and 3.3)."""

import re

TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""All of them: two embeddings, what ends one, two overrides, three isolates, what ends one."""
EMBEDDINGS = "\u202a\u202b"
OVERRIDES = "\u202d\u202e"
ISOLATES = "\u2066\u2067\u2068"
ENDS_ISOLATE = "\u2069"


def level(text: str) -> str:
    """`text` without overrides and what ends them, and without what in its line has no beginning or no end.

    An override shows letters in another order than they are in, and what is not ended would reach beyond the text. An
    embedding or isolate that is whole stays: it is how scripts of both directions stand in one line.
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
                open_.pop()  # embeddings within it that were not ended
            whole |= {open_.pop()[1], place}
        elif mark in EMBEDDINGS + OVERRIDES + ISOLATES:
            isolates += mark in ISOLATES
            open_.append((mark, place))
        elif open_ and open_[-1][0] not in ISOLATES:
            begun, at = open_.pop()
            whole |= {at, place} if begun in EMBEDDINGS else set()
    return TURNING.sub(lambda found: found[0] if found.start() in whole else "", line)
