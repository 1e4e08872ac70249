"""Split very long paragraphs into chunks that browsers lay out separately, and only when visible.

Chromium takes 1.6 seconds for a paragraph of 500,000 letters, whether words or a single one, and 0.2 seconds for the
same letters in 500 paragraphs. A chunk starts a new line, after a space if possible; nothing else changes. This affects
only the page, not the stored text, feeds, search or excerpts.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from blog.text.graphemes import boundary

LONGEST = 20_000
"""Letters per chunk, about fifteen screens."""
CHUNK = 10_000
NEAR = 200
"""A space is searched among so many letters before the cut."""
BEGIN, END = '<span class="chunk">', "</span>"

TAG = re.compile(r'(<(?:[^">]|"[^"]*")*>)')
NAME = re.compile(r"</?([a-z0-9]+)")
INLINE_NAMES = (
    "a abbr acronym b bdi bdo br cite code data del dfn em i img input ins kbd label mark picture q rp rt ruby s samp "
    "small source span strike strong sub sup time tt u var wbr"
)
INLINE = frozenset(INLINE_NAMES.split())
VOID = frozenset({"br", "img", "input", "source", "wbr"})


def chunked(html: str) -> str:
    """Safe `html` with runs of text longer than LONGEST split into chunks, except preformatted text."""
    if len(html) <= LONGEST:
        return html
    made: list[str] = []
    run: list[str] = []
    preformatted = 0
    for piece in TAG.split(html):
        name = name_of(piece)
        if not name or name in INLINE:
            run.append(piece)
            continue
        made += run if preformatted else in_chunks(run)
        made.append(piece)
        run = []
        if name == "pre":
            preformatted += -1 if piece.startswith("</") else 1
    return "".join([*made, *in_chunks(run)])


def name_of(piece: str) -> str:
    """The name of a tag; empty for text."""
    match = NAME.match(piece)
    return match[1] if match else ""


def in_chunks(run: Sequence[str]) -> Iterator[str]:
    """A run of text and inline tags, split into chunks if it is long."""
    if sum(len(piece) for piece in run if not name_of(piece)) <= LONGEST:
        yield from run
        return
    depth = letters = 0
    yield BEGIN
    for piece in run:
        name = name_of(piece)
        if name:
            depth += 0 if name in VOID else -1 if piece.startswith("</") else 1
            yield piece
        elif depth:
            # An inline element cannot be split, but it may contain blocks.
            parts = list(cut(piece)) if len(piece) > LONGEST else [piece]
            yield from (f"{BEGIN}{part}{END}" for part in parts) if len(parts) > 1 else parts
            letters += len(piece)
        else:
            first, *others = cut(piece, letters)
            yield first
            for part in others:
                yield f"{END}{BEGIN}{part}"
            letters = len(others[-1]) if others else letters + len(piece)
    yield END


def cut(text: str, letters: int = 0) -> Iterator[str]:
    """Escaped `text` split to fill chunks; the first chunk already has `letters`."""
    left = unescape(text)
    while True:
        at = place(left, CHUNK - letters)
        if at is None:
            yield escape(left, quote=False)
            return
        yield escape(left[:at], quote=False)
        left, letters = left[at:], 0


def place(text: str, room: int) -> int | None:
    """Where to cut `text` to fit into `room` letters, at the last space before that. None if it stays whole."""
    if len(text) <= room:
        return None
    if room <= NEAR:  # the next space, so that a comma stays with the emphasised word before it
        space = text.find(" ", max(room, 0), NEAR)
        if space < 0 and len(text) <= NEAR:
            return None
        return space + 1 or boundary(text, NEAR)
    return text.rfind(" ", room - NEAR, room) + 1 or boundary(text, room) or room
