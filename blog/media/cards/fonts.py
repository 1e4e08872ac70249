"""Which of the fonts on this machine can show a text.

Looked for by name in the folders where systems keep them, and then among all that are there: what is asked of a font is
whether it has the letters, and not what it says of itself. Without any there is Pillow's own, which has the letters of
English.
"""

import os
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont, Layout

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "/System/Library/Fonts",
)
# What is nearest to the titles on the site's own pages comes first, then what is made for a script, then all the rest.
PREFERRED = (
    "NotoSerif-Bold.ttf",
    "DejaVuSerif-Bold.ttf",
    "Georgia Bold.ttf",
    "LiberationSerif-Bold.ttf",
    "NotoSerifHebrew-Bold.ttf",
    "NotoNaskhArabic-Bold.ttf",
    "DejaVuSans-Bold.ttf",
    "NotoSerifCJK-Bold.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSans-Bold.ttf",
    "Arial Unicode.ttf",
)
ODD = ("Italic", "Oblique", "Mono", "Condensed", "Narrow", "Thin", "Light", "Rashi", "Looped", "UI-")
"""Parts of the names of fonts that come last."""

# Chinese, Japanese and Korean share letters that they write differently: whose is which font of Noto's collections.
COLLECTION = {"ja": 0, "ko": 1, "zh": 2, "zh-Hant": 3, "zh-TW": 3, "zh-HK": 4}

NOWHERE = "\U0010ffff"
"""No character and never to become one: a font shows for it what it shows for all that it lacks."""
TEST_SIZE = 24


class Face(NamedTuple):
    """A font in a file; without a path Pillow's own."""

    path: Path | None = None
    number: int = 0
    """Which of the fonts in the file."""

    def at(self, size: int, *, joined: bool) -> FreeTypeFont:
        """The font at `size`; `joined` for letters that take their shape and order from their neighbours."""
        layout = Layout.RAQM if joined else Layout.BASIC
        if self.path is not None:
            return ImageFont.truetype(str(self.path), size, index=self.number, layout_engine=layout)
        font = ImageFont.load_default(size)
        if not isinstance(font, FreeTypeFont):
            raise TypeError("a Pillow without FreeType draws no text")
        return font

    def lacks(self, characters: Sequence[str], *, most: int = 1) -> list[str]:
        """The first `most` of `characters` that it has no picture of; all of them if it cannot be used."""
        try:
            font = self.at(TEST_SIZE, joined=False)
            missing = font.getmask(NOWHERE)
            nothing = missing.size, bytes(missing)
        except OSError:  # damaged, or of pixels and in another size only
            return list(characters)
        masks = ((character, font.getmask(character)) for character in characters)
        return list(islice((each for each, mask in masks if (mask.size, bytes(mask)) == nothing), most))


BUNDLED = Face()


def shapes() -> bool:
    """Whether letters can be joined and put in order as their scripts want it: with FriBiDi on the machine."""
    return features.check("raqm") is True


def is_letter(character: str) -> bool:
    """Whether a text would be another one without `character`."""
    return unicodedata.category(character)[0] in "LMN"


def face_for(text: str, language: str = "") -> Face | None:
    """The first font that has every letter and digit of `text`; None if no font has."""
    letters = sorted({each for each in text if is_letter(each)}, reverse=True)  # the rarer ones tell sooner
    return next((face for face in faces(language) if not face.lacks(letters)), None)


def faces(language: str = "") -> list[Face]:
    """All fonts in the order in which they are tried."""
    spoken, _, variant = language.partition("-")
    own = COLLECTION.get(f"{spoken}-{variant.partition('-')[0]}", COLLECTION.get(spoken, 0))
    return [
        *(
            Face(path, own if "CJK" in path.name and path.suffix == ".ttc" else 0)
            for path in installed(FOLDERS)
        ),
        BUNDLED,
    ]


@lru_cache
def installed(folders: Sequence[str]) -> Sequence[Path]:
    """The files of fonts on this machine, the preferred ones first; looked for once in the life of a process."""
    home = os.environ.get("HOME", "/nowhere")  # a service may have none
    found = {
        name: Path(folder) / name
        for top in reversed(folders)
        for folder, _, names in os.walk(top.replace("~", home))
        for name in names
        if name.lower().endswith((".ttf", ".otf", ".ttc"))
    }
    preferred = [found.pop(name) for name in PREFERRED if name in found]
    rest = sorted(found, key=lambda name: (any(part in name for part in ODD), "Bold" not in name, name))
    return (*preferred, *(found[name] for name in rest))
