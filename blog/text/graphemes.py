"""Characters as readers see them: extended grapheme clusters (UAX #29), found by the library `regex`.

A family emoji, a flag, a letter with accents and a Devanagari syllable are several code points and one cluster. A cut
inside a cluster would show a different picture, or a letter without its marks.
"""

import regex

CLUSTER = regex.compile(r"\X")
APART = regex.compile(r"(?r)\p{GCB=Other}\p{GCB=Other}")
"""Two characters at the end of a text with a boundary between them regardless of context."""
MOST_PARTS = 32
"""Maximum code points of a cluster that counts as one. Emoji have up to 10, and texts in the Stream-Safe Format (UAX
#15) up to 31. Without a limit, a single cluster could be as long as a book.
"""


def boundary(text: str, at: int) -> int:
    """The last position in `text`, at most `at`, that is not inside a cluster."""
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
    """The first `length` code points of `text`, cut between clusters. If the first cluster is longer, it is cut."""
    return text[: boundary(text, length) or length]


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis, in at most `most` code points."""
    return text if len(text) <= most else f"{beginning(text, most - 1).rstrip()}…"


def length(text: str) -> int:
    """The number of grapheme clusters in `text`. An excessively long cluster counts as several."""
    return sum(-(-len(cluster) // MOST_PARTS) for cluster in CLUSTER.findall(text))


def fits(text: str, most: int) -> bool:
    """Whether `text` has at most `most` grapheme clusters."""
    return len(text) <= most or length(text) <= most
