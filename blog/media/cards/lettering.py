"""A text and the font that can show it: what of it is drawn."""

import re
import unicodedata
from typing import NamedTuple

from PIL.ImageFont import FreeTypeFont

from blog.media.cards import fonts
from blog.text.line_breaks import JOINERS, clusters, without_piles

PLAIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\u0131": "i",
    }
    | {"–": "-", "—": "-", "\N{NO-BREAK SPACE}": " "}
)
# What only chooses between two looks of one character: without its font it would be a character by itself.
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
RIGHT = {"R", "AL"}
"""Unicode's classes of letters that are read from the right."""
VIRAMA = 9
"""The combining class of what joins letters in the scripts of India."""
LONE_JOINERS = re.compile(rf"(?<!\w)[{JOINERS}]+|[{JOINERS}]+(?!\w)")


class Text(NamedTuple):
    """A text that a font can show."""

    characters: str
    face: fonts.Face
    joined: bool
    """By FriBiDi and the font, as their script wants it; else they are drawn one after the other."""
    from_right: bool

    def at(self, size: int) -> FreeTypeFont:
        return self.face.at(size, joined=self.joined)

    @property
    def direction(self) -> str | None:
        if not self.joined:
            return None
        return "rtl" if self.from_right else "ltr"


def readable(characters: str, language: str) -> Text | None:
    """The text as it can be drawn, without symbols that its font lacks; None if no font has its letters."""
    joined = fonts.shapes()
    kept = without_piles(SELECTORS.sub("", unicodedata.normalize("NFC", characters)))
    kept = "".join(
        each for each in kept if unicodedata.category(each)[0] != "C" or (joined and each in JOINERS)
    )
    if not joined and any(map(needs_shaping, kept)):
        return None
    face = fonts.face_for(kept, language)
    if face is None or face == fonts.BUNDLED:
        kept = plain(kept)
        face = fonts.face_for(kept, language)
    if face is None:
        return None
    lacking = set(face.lacks(sorted({*kept} - {" ", *JOINERS}), most=len(kept)))
    kept = LONE_JOINERS.sub("", "".join(shown(each, lacking) for each in clusters(kept)))
    kept = " ".join(kept.split())
    if not any(fonts.is_letter(each) for each in kept):
        return None
    return Text(kept, face, joined and face != fonts.BUNDLED, begins_at_right(kept))


def needs_shaping(character: str) -> bool:
    """Whether it is read from the right, or changes its place or form beside others, which needs FriBiDi."""
    return (
        unicodedata.bidirectional(character) in RIGHT
        or unicodedata.category(character) == "Mc"
        or unicodedata.combining(character) == VIRAMA
    )


def begins_at_right(text: str) -> bool:
    """Whether the first letter that has a direction is read from the right."""
    found = (unicodedata.bidirectional(each) for each in text)
    return next((each for each in found if each in {*RIGHT, "L"}), "L") in RIGHT


def shown(cluster: str, lacking: set[str]) -> str:
    """A cluster without the marks that are lacking; nothing if more is, for what is left would say something else."""
    whole = all(each not in lacking or unicodedata.category(each)[0] == "M" for each in cluster)
    return "".join(each for each in cluster if each not in lacking) if whole else ""


def plain(text: str) -> str:
    """Latin letters without their marks, for the font that is always there and has only those of English."""
    taken_apart = unicodedata.normalize("NFD", text.translate(PLAIN))
    return "".join(each for each in taken_apart if not "\u0300" <= each <= "\u036f")
