"""What a reader takes for one character: extended grapheme clusters (UAX #29), found by the library `regex`.

A family of emoji, a flag, a letter with its accents and a syllable of Devanagari are several characters of Unicode and
one cluster. A cut inside one would show another picture, or a letter without its marks.
"""

import regex

CLUSTER = regex.compile(r"\X")
NEAR = 500
"""Characters before a place that are looked at: a cluster has any number of marks, but no writing needs as many."""


def boundary(text: str, at: int) -> int:
    """The last place in `text`, at most `at`, that is not inside a cluster."""
    if at >= len(text):
        return len(text)
    nearest = max(0, at - NEAR)
    start = found = max(text.rfind(" ", nearest, at), text.rfind("\n", nearest, at), nearest)
    for cluster in CLUSTER.finditer(text, start):
        if cluster.end() > at:
            break
        found = cluster.end()
    return found


def beginning(text: str, length: int) -> str:
    """The first characters of `text`, at most `length`, cut between clusters; a first one that is longer is cut."""
    return text[: boundary(text, length) or length]
