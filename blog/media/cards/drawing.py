"""A picture of words: a title in large letters, and what stands above and below it, on a ground of the accent colour.

It has 1200 by 630 pixels, as pages want them that show a link, and nothing in its margin. The title wraps between
words, and within them where they are longer than a line or their script puts no space between words; it becomes smaller
until it fits, and ends in an ellipsis if it still does not.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from blog.media.cards.lettering import Text, readable
from blog.site import colours
from blog.text.line_breaks import Piece, balanced, clusters, pieces

WIDTH, HEIGHT = 1200, 630
MARGIN = 72
ROOM = WIDTH - 2 * MARGIN
SIZES = (104, 92, 82, 72, 64, 56, 50, 44, 39, 35)
SMALL = 34
GAP = 44
"""Pixels between the title and what stands above or below it."""
LEADING = 0.9
"""Of the height that a font gives its lines; they are made for texts that are smaller than this."""
TIGHTEST, WIDEST = 1.15, 1.45
"""How far lines are from each other, in sizes of the font."""
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


@dataclass
class Block:
    """Lines of a text in one size, one below the other."""

    text: Text
    font: FreeTypeFont
    step: int
    """Pixels from one base line to the next."""
    lines: Sequence[str]

    def __post_init__(self) -> None:
        self.boxes = [self.text.box(line, self.font) for line in self.lines]
        self.width = max(right - left for left, _, right, _ in self.boxes)
        # From the first base line, so the top is negative.
        self.top = min(box[1] + number * self.step for number, box in enumerate(self.boxes))
        self.height = max(box[3] + number * self.step for number, box in enumerate(self.boxes)) - self.top

    def drawn(self, *, at_right: bool) -> Image.Image:
        """As wide as there is room, and as high as it is; what goes beyond is cut off."""
        covered = Image.new("L", (ROOM, self.height))
        pen = ImageDraw.Draw(covered)
        for number, (line, box) in enumerate(zip(self.lines, self.boxes, strict=True)):
            place = (ROOM - box[2] if at_right else -box[0], number * self.step - self.top)
            shown, direction = self.text.seen(line), self.text.direction
            pen.text(place, shown, fill=255, font=self.font, anchor="ls", direction=direction)
        return covered


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
        line = block(above, (SMALL,), 2 * SMALL).drawn(at_right=at_right)
        covered.paste(line, (MARGIN, top))
        top += line.height + GAP
    if below is not None and below is not large:
        line = block(below, (SMALL,), 2 * SMALL).drawn(at_right=at_right)
        bottom -= line.height
        covered.paste(line, (MARGIN, bottom))
        bottom -= GAP
    if large is not None:
        lines = block(large, SIZES, bottom - top).drawn(at_right=at_right)
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


def block(text: Text, sizes: Sequence[int], height: int) -> Block:
    """The text in the largest of `sizes` in which all of it fits, or in the smallest as much of it as does.

    Words are broken only where the smallest size would break them, too, or would not have room for all.
    """
    whole = measured(text, sizes[0], pieces(text.characters))
    longest = max(piece.width for piece in whole)
    made = None
    for breaking in (False, True):
        for size in sizes:
            room = ROOM * sizes[0] / size
            if longest > room and not breaking:
                continue
            made = set_in(text, size, in_parts(text, sizes[0], whole, room) if breaking else whole, room)
            if made.width <= ROOM and made.height <= height:
                return made
    assert made is not None  # noqa: S101 -- the last turn of the loop makes one
    return cut(made, height)


def measured(text: Text, size: int, found: Iterable[tuple[str, bool]]) -> list[Piece]:
    """Pieces of a text with their widths in a size."""
    font = text.at(size)
    space = text.width("n n", font) - text.width("nn", font)
    return [Piece(each, text.width(each, font), space if spaced else 0) for each, spaced in found]


def in_parts(text: Text, size: int, whole: Sequence[Piece], room: float) -> list[Piece]:
    """Pieces that are wider than there is room, taken apart."""
    parts: list[Piece] = []
    for piece in whole:
        if piece.width <= room:
            parts.append(piece)
        else:
            first, *rest = measured(text, size, ((each, False) for each in clusters(piece.characters)))
            parts += [first._replace(gap=piece.gap), *rest]
    return parts


def set_in(text: Text, size: int, found: Sequence[Piece], room: float) -> Block:
    """The pieces in lines; `room` is as much as they have in the size in which they were measured."""
    font = text.at(size)
    ascent, descent = font.getmetrics()
    step = round(min(max(LEADING * (ascent + descent), TIGHTEST * size), WIDEST * size))
    made = Block(text, font, step, balanced(found, room))
    if made.width > ROOM:  # letters take more room beside some letters than beside others
        made = Block(text, font, step, balanced(found, room * (2 - made.width / ROOM)))
    return made


def cut(made: Block, height: int) -> Block:
    """As many lines as there is room for, the last of them with an ellipsis at its end."""
    text, font, step, lines = made.text, made.font, made.step, list(made.lines)
    while len(lines) > 1 and Block(text, font, step, lines).height > height:
        lines.pop()
    ellipsis = "..." if text.face.lacks([ELLIPSIS]) else ELLIPSIS
    last = clusters(lines.pop())
    while last and text.width("".join(last) + ellipsis, font) > ROOM:
        last.pop()
    return Block(text, font, step, [*lines, "".join(last).rstrip() + ellipsis])
