"""The site's icons in the sizes that browsers and phones request: its image, or the first letter of its title.

Sizes for HTML's `<link rel=icon>`, Apple's touch icons and the web app manifest (https://www.w3.org/TR/appmanifest/,
whose maskable icons show at least 80 %).
"""

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

from blog.media.cards.lettering import readable
from blog.site import colours
from blog.text.graphemes import length
from blog.text.line_breaks import clusters
from blog.text.pictures import HASH_LENGTH

LOOK = 1
"""Increment it to redraw all icons."""
SIZES = (16, 32, 144, 180, 192, 512)
"""Pixels. 144 is the maximum width of the image of an RSS feed."""
ICO = (16, 32, 48)
SAFE = 0.8
LETTER = 0.62
"""Height of the letter relative to the icon."""


class Design(NamedTuple):
    """What determines the icons of a site."""

    picture: str
    """The hash of the site image; empty without one."""
    letter: str
    accent: str
    language: str


def design(picture: str | None, title: str, accent: str, language: str) -> Design:
    letters = [each for each in clusters(title) if each.strip() and any(part.isalnum() for part in each)]
    return Design(picture or "", capital(letters[0]) if letters else "", accent or colours.BUILT_IN, language)


def capital(letter: str) -> str:
    """In upper case, unless that gives two letters, as for ß."""
    return letter.title() if length(letter.title()) == 1 else letter


def digest(chosen: Design) -> str:
    return hashlib.sha256(json.dumps([LOOK, *chosen]).encode()).hexdigest()[:HASH_LENGTH]


@lru_cache(maxsize=32)
def png(chosen: Design, size: int, webp: Path | None, *, maskable: bool = False) -> bytes:
    """An icon as PNG. `webp` is a file of the site image."""
    file = io.BytesIO()
    drawn(chosen, size, webp, maskable=maskable).save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=4)
def ico(chosen: Design, webp: Path | None) -> bytes:
    """The icons in /favicon.ico."""
    file = io.BytesIO()
    largest, *smaller = (drawn(chosen, size, webp) for size in reversed(ICO))
    largest.save(file, "ICO", sizes=[(size, size) for size in ICO], append_images=smaller)
    return file.getvalue()


def drawn(chosen: Design, size: int, webp: Path | None, *, maskable: bool = False) -> Pillow.Image:
    ground = colours.by_day(chosen.accent)
    if webp is None or not webp.is_file():
        return lettered(chosen, size, ground, SAFE if maskable else 1)
    with Pillow.open(webp, formats=("WEBP",)) as picture:
        inner = round(size * SAFE) if maskable else size
        fitted = ImageOps.fit(picture.convert("RGBA"), (inner, inner), Pillow.Resampling.LANCZOS)
    if not maskable:
        return fitted
    whole = Pillow.new("RGBA", (size, size), colours.DAY)
    whole.alpha_composite(fitted, ((size - inner) // 2,) * 2)
    return whole.convert("RGB")


def lettered(chosen: Design, size: int, ground: str, part: float) -> Pillow.Image:
    """The letter in the background colour, centred on a square of the accent colour."""
    made = Pillow.new("RGB", (size, size), ground)
    text = readable(chosen.letter, chosen.language) if chosen.letter else None
    if text is None:
        return made
    font = text.at(max(6, round(size * LETTER * part)))
    shown, direction = text.characters, text.direction
    left, top, right, bottom = font.getbbox(shown, anchor="ls", direction=direction)
    place = ((size - left - right) / 2, (size - top - bottom) / 2)
    ImageDraw.Draw(made).text(place, shown, fill=colours.DAY, font=font, anchor="ls", direction=direction)
    return made
