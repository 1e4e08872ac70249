"""What a reader takes for one character: extended grapheme clusters (UAX #29), found by the library `regex`.

A family of emoji, a flag, a letter with its accents and a syllable of Devanagari are several characters of Unicode and
one cluster. A cut inside one would show another picture, or a letter without its marks.
"""

import regex

CLUSTER = regex.compile(r"\X")
APART = regex.compile(r"(?r)\p{GCB=Other}\p{GCB=Other}")
"""The last two characters between which there is a boundary whatever stands around them."""
MOST_PARTS = 32
"""Characters of Unicode that a cluster has at most where it counts as one. Emoji have up to 10, and texts in the
Stream-Safe Format (UAX #15) up to 31; without a bound one cluster could be as long as a book."""


def boundary(text: str, at: int) -> int:
    """The last place in `text`, at most `at`, that is not inside a cluster."""
    if at >= len(text):
        return len(text)
    sure = APART.search(text, 0, max(at, 0))
    start = found = sure.start() + 1 if sure else 0
    for cluster in CLUSTER.finditer(text, start):
        if cluster.end() > at:
            break
        found = cluster.end()
    return found


def beginning(text: str, length: int) -> str:
    """The first characters of `text`, at most `length`, cut between clusters; a first one that is longer is cut."""
    return text[: boundary(text, length) or length]


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis, so that it has at most `most` characters of Unicode."""
    return text if len(text) <= most else f"{beginning(text, most - 1).rstrip()}…"


def length(text: str) -> int:
    """How many characters `text` has for who reads it; a cluster beyond all measure counts as several."""
    return sum(-(-len(cluster) // MOST_PARTS) for cluster in CLUSTER.findall(text))


def fits(text: str, most: int) -> bool:
    """Whether `text` has at most `most` characters for who reads it."""
    return len(text) <= most or length(text) <= most
