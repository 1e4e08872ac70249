"""Where lines of a text may end, in any script, and which characters stay together."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from blog.text.graphemes import CLUSTER

JOINERS = "\u200c\u200d"
"""Characters without width between letters, which say how those join."""
MOST_MARKS = 4
"""On one character: no script piles up more, only jokers do."""
PILE = regex.compile(rf"([\p{{M}}{JOINERS}]{{{MOST_MARKS}}})[\p{{M}}{JOINERS}]+")

# What may not begin a line or end one, in scripts whose lines break between letters.
NOT_FIRST = {"Pe", "Pf", "Po", "Pd", "Lm", "Mn", "Mc", "Me"}
NOT_LAST = {"Ps", "Pi"}


class Piece(NamedTuple):
    """What stays on one line, and how wide it is with the space before it, if there is one."""

    characters: str
    width: float
    gap: float = 0


def pieces(characters: str) -> Iterator[tuple[str, bool]]:
    """What is not broken unless it must be, and whether a space stands before it."""
    for word in characters.split():
        piece, spaced = "", True
        for cluster in clusters(word):
            if piece and may_break(piece[-1], cluster[0]):
                yield piece, spaced
                piece, spaced = "", False
            piece += cluster
        yield piece, spaced


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters without a space: as in Chinese, but for its marks."""
    return (
        (is_ideograph(before) or is_ideograph(after))
        and unicodedata.category(after) not in NOT_FIRST
        and unicodedata.category(before) not in NOT_LAST
    )


def is_ideograph(character: str) -> bool:
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return wide and not "\uac00" <= character <= "\ud7a3"  # Korean puts spaces between its words


def clusters(word: str) -> list[str]:
    """What a reader takes for its characters."""
    return CLUSTER.findall(word)


def without_piles(characters: str) -> str:
    return PILE.sub(r"\1", characters)


def filled(measured: Sequence[Piece], width: float) -> list[str]:
    """Pieces put side by side into lines of a width; one that is wider has a line for itself."""
    lines: list[str] = []
    used = 0.0
    for piece in measured:
        if lines and used + piece.gap + piece.width <= width:
            lines[-1] += f" {piece.characters}" if piece.gap else piece.characters
            used += piece.gap + piece.width
        else:
            lines.append(piece.characters)
            used = piece.width
    return lines


def balanced(measured: Sequence[Piece], width: float) -> list[str]:
    """As few lines as there can be, about equally long."""
    fewest = len(filled(measured, width))
    narrowest, widest = width / 2, width
    while widest - narrowest > width / 100:
        middle = (widest + narrowest) / 2
        if len(filled(measured, middle)) > fewest:
            narrowest = middle
        else:
            widest = middle
    return filled(measured, widest)
