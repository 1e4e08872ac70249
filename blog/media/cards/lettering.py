"""A text and the font that can show it: what of it is drawn, in which order, and how wide that is."""

import re
import unicodedata
from typing import NamedTuple

from PIL.ImageFont import FreeTypeFont

from blog.media.cards import fonts, reordering
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
LONE_JOINERS = re.compile(rf"(?<!\w)[{JOINERS}]+|[{JOINERS}]+(?!\w)")


class Text(NamedTuple):
    """A text that a font can show."""

    characters: str
    face: fonts.Face
    joined: bool
    """By the font, which then puts them in order as well; else they are in the order in which they are read."""
    from_right: bool

    def at(self, size: int) -> FreeTypeFont:
        return self.face.at(size, joined=self.joined)

    @property
    def direction(self) -> str | None:
        if not self.joined:
            return None
        return "rtl" if self.from_right else "ltr"

    def seen(self, line: str) -> str:
        """`line` in the order in which it is handed to the font."""
        return line if self.joined else reordering.visual(line, from_right=self.from_right)

    def box(self, line: str, font: FreeTypeFont) -> tuple[int, int, int, int]:
        """What a line covers: left and right of its beginning, above and below its base line."""
        left, top, right, bottom = font.getbbox(self.seen(line), anchor="ls", direction=self.direction)
        return min(0, int(left)), int(top), int(right) + 1, int(bottom) + 1

    def width(self, line: str, font: FreeTypeFont) -> int:
        left, _, right, _ = self.box(line, font)
        return right - left


def readable(characters: str, language: str) -> Text | None:
    """The text as it can be drawn, without symbols that its font lacks; None if no font has its letters."""
    joined = fonts.shapes()
    kept = without_piles(SELECTORS.sub("", unicodedata.normalize("NFC", characters)))
    kept = "".join(
        each for each in kept if unicodedata.category(each)[0] != "C" or (joined and each in JOINERS)
    )
    from_right = reordering.begins_at_right(kept)
    if not joined:
        if reordering.is_beyond(kept):
            return None
        kept = reordering.joined(kept)
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
    return Text(kept, face, joined and face != fonts.BUNDLED, from_right)


def shown(cluster: str, lacking: set[str]) -> str:
    """A cluster without the marks that are lacking; nothing if more is, for what is left would say something else."""
    whole = all(each not in lacking or unicodedata.category(each)[0] == "M" for each in cluster)
    return "".join(each for each in cluster if each not in lacking) if whole else ""


def plain(text: str) -> str:
    """Latin letters without their marks, for the font that is always there and has only those of English."""
    taken_apart = unicodedata.normalize("NFD", text.translate(PLAIN))
    return "".join(each for each in taken_apart if not "\u0300" <= each <= "\u036f")
