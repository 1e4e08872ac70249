"""A picture of words: a title in large letters, and what stands above and below it, on a ground of the accent colour.

It has 1200 by 630 pixels, as pages want them that show a link, and nothing in its margin. The title wraps between
words, and within them where they are longer than a line or their script puts no space between words; it becomes smaller
until it fits, and ends in an ellipsis if it still does not. Pillow's ImageText measures and draws the lines; we find
them (docs/decisions/0055).
"""

import io
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageText

from blog.media.cards.lettering import Text, readable
from blog.site import colours
from blog.text.line_breaks import apart, clusters, filled, pieces

WIDTH, HEIGHT = 1200, 630
MARGIN = 72
ROOM = WIDTH - 2 * MARGIN
LINE = ROOM - 12
"""How long a line may be: some letters begin before their place, which Pillow does not count."""
SIZES = (104, 92, 82, 72, 64, 56, 50, 44, 39, 35)
SMALL = 34
GAP = 44
"""Pixels between the title and what stands above or below it."""
SPACING = 0.21
"""Between two lines, in sizes of the font, beside its height above the base line."""
NARROWER = 24
"""Pixels by which lines become shorter at a time until they are about equally long."""
LEVELS = 16
"""Of brightness between ground and letters: an edge needs no more, and a file with 4 bits a pixel is small."""

ELLIPSIS = "…"


class Words(NamedTuple):
    """What a picture says."""

    title: str
    author: str
    site: str
    """The site's title."""
    day: str
    accent: str
    language: str


def picture(words: Words) -> bytes:
    """The picture, a PNG.

    Where no font has the letters of the title, the site's takes its place and the day is said; other texts that no
    font has the letters of are left out.
    """
    title, author, site, day = (readable(each, words.language) for each in words[:4])
    above, large, below = site, title, author
    if title is None:
        above, large, below = author if site else None, site or author or day, day
    covered = Image.new("L", (WIDTH, HEIGHT))
    at_right = large is not None and large.from_right
    top, bottom = MARGIN, HEIGHT - MARGIN
    if above is not None:
        line = drawn(block(above, (SMALL,), 2 * SMALL), at_right=at_right)
        covered.paste(line, (MARGIN, top))
        top += line.height + GAP
    if below is not None and below is not large:
        line = drawn(block(below, (SMALL,), 2 * SMALL), at_right=at_right)
        bottom -= line.height
        covered.paste(line, (MARGIN, bottom))
        bottom -= GAP
    if large is not None:
        lines = drawn(block(large, SIZES, bottom - top), at_right=at_right)
        spare = max(0, bottom - top - lines.height)
        covered.paste(lines.crop((0, 0, ROOM, min(lines.height, bottom - top))), (MARGIN, top + spare // 2))
    return encoded(covered, colours.by_day(words.accent))


def encoded(covered: Image.Image, ground: str) -> bytes:
    """A PNG in which letters have the paper's colour, which the accent can be read on and hence be read on it."""
    tones = [
        round(low + (high - low) * level / (LEVELS - 1))
        for level in range(LEVELS)
        for low, high in zip(colours.channels(ground), colours.channels(colours.DAY), strict=True)
    ]
    levels = covered.point([round(value * (LEVELS - 1) / 255) for value in range(256)])
    made = Image.frombytes("P", levels.size, levels.tobytes())
    made.putpalette(tones)
    file = io.BytesIO()
    made.save(file, "PNG", optimize=True, bits=4)
    return file.getvalue()


# --- lines


def drawn(lines: ImageText.Text[str], *, at_right: bool) -> Image.Image:
    """The lines in a picture as wide as there is room and as high as they are; what goes beyond is cut off."""
    align = "right" if at_right else "left"
    left, top, right, bottom = lines.get_bbox(align=align)
    covered = Image.new("L", (ROOM, int(bottom - top) + 1))
    ImageDraw.Draw(covered).text((ROOM - right if at_right else -left, -top), lines, fill=255, align=align)
    return covered


def block(text: Text, sizes: Sequence[int], height: int) -> ImageText.Text[str]:
    """The text in the largest of `sizes` in which all of it fits, or in the smallest as much of it as does.

    Words are broken only where the smallest size would break them, too, or would not have room for all.
    """
    smallest = text.at(sizes[-1])
    whole = [*pieces(text.characters)]
    single = [part for each in whole for part in apart(each)]
    long = {each for each in whole if smallest.getlength(each.characters) > LINE}
    fitting = [part for each in whole for part in (apart(each) if each in long else [each])]
    made = None
    for parts, size in product((fitting, single), sizes):
        font = text.at(size)
        broken = partial(filled, parts, font.getlength)
        made = ImageText.Text(broken(LINE), font, "L", SPACING * size, text.direction)
        if fits(made, height):
            equal = ImageText.Text(about_equal(broken), font, "L", SPACING * size, text.direction)
            return equal if fits(equal, height) else made  # other letters may go below its last line
    assert made is not None  # noqa: S101 -- there is a size at least
    return cut(made, height, "..." if text.face.lacks([ELLIPSIS]) else ELLIPSIS)


def fits(lines: ImageText.Text[str], height: int) -> bool:
    left, top, right, bottom = lines.get_bbox()
    return right - left <= ROOM and bottom - top <= height


def about_equal(broken: Callable[[int], str]) -> str:
    """As few lines as there can be, about equally long; `broken` gives those of a width."""
    widths = range(LINE, LINE // 2, -NARROWER)
    enough = bisect_right(widths, broken(LINE).count("\n"), key=lambda width: broken(width).count("\n"))
    return broken(widths[enough - 1])


def cut(lines: ImageText.Text[str], height: int, ellipsis: str) -> ImageText.Text[str]:
    """As many lines as there is room for, the last of them with an ellipsis at its end."""
    kept = lines.text.split("\n")
    while len(kept) > 1 and (box := lines.get_bbox())[3] - box[1] > height:
        kept.pop()
        lines.text = "\n".join(kept)
    last = clusters(kept.pop())
    while last and lines.font.getlength("".join(last) + ellipsis) > LINE:
        last.pop()
    lines.text = "\n".join([*kept, "".join(last).rstrip() + ellipsis])
    return lines
