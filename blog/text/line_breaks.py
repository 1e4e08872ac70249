"""Line breaking in any script: where a line may end, and which characters stay together."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import regex

from blog.text.graphemes import CLUSTER

JOINERS = "\u200c\u200d"
"""Zero-width characters that control how letters join."""
MOST_MARKS = 4
"""Maximum marks on one character. No script uses more."""
PILE = regex.compile(rf"([\p{{M}}{JOINERS}]{{{MOST_MARKS}}})[\p{{M}}{JOINERS}]+")

# Characters that may not start or end a line in scripts that break between letters.
NOT_FIRST = {"Pe", "Pf", "Po", "Pd", "Lm", "Mn", "Mc", "Me"}
NOT_LAST = {"Ps", "Pi"}


class Piece(NamedTuple):
    """What stays on one line."""

    characters: str
    spaced: bool
    """Whether a space stands before it, unless a line begins with it."""


def pieces(text: str) -> Iterator[Piece]:
    """What is not broken unless it must be."""
    for word in text.split():
        piece, spaced = "", True
        for cluster in clusters(word):
            if piece and may_break(piece[-1], cluster[0]):
                yield Piece(piece, spaced)
                piece, spaced = "", False
            piece += cluster
        yield Piece(piece, spaced)


def apart(piece: Piece) -> Iterator[Piece]:
    """The characters of a piece, each by itself."""
    for place, cluster in enumerate(clusters(piece.characters)):
        yield Piece(cluster, piece.spaced and place == 0)


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters without a space, as in Chinese, except at punctuation."""
    return (
        (is_ideograph(before) or is_ideograph(after))
        and unicodedata.category(after) not in NOT_FIRST
        and unicodedata.category(before) not in NOT_LAST
    )


def is_ideograph(character: str) -> bool:
    wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return wide and not "\uac00" <= character <= "\ud7a3"  # Korean separates words with spaces


def clusters(word: str) -> list[str]:
    """The grapheme clusters of a text."""
    return CLUSTER.findall(word)


def without_piles(characters: str) -> str:
    return PILE.sub(r"\1", characters)


def filled(found: Iterable[Piece], length: Callable[[str], float], width: float) -> str:
    """Lines of at most that length; a piece that is longer has a line for itself."""
    first, *rest = found
    lines = [first.characters]
    for piece in rest:
        longer = f"{lines[-1]}{' ' * piece.spaced}{piece.characters}"
        if length(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(piece.characters)
    return "\n".join(lines)
