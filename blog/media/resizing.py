"""A program of its own that makes the files of one picture: `python -P blog/media/resizing.py UPLOAD FOLDER`.

Decoders are the part of the site that strangers' bytes reach furthest, and the part that takes most memory. So they run
in a process that is given so much memory and time and no more; whatever becomes of it, the site goes on. This module
imports nothing of the site, so it starts in a tenth of a second. `blog.media.images` runs it.
"""

import errno
import io
import json
import math
import os
import resource
import struct
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from PIL import AvifImagePlugin, ExifTags, ImageCms, ImageOps, UnidentifiedImageError
from PIL import Image as Pillow

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
WIDTHS = (480, 960, 1440, 1920)
HIGHEST = 16_383
"""Pixels: WebP has room for no more."""
MOST_KEPT = 6_600_000
"""Pixels of the largest file: 1920 wide and as high as 16:9 on edge. Writing AVIF takes 26 bytes for each."""
MOST_KEPT_CLEAR = 4_200_000
"""The same of a picture with opacity, of which each takes 46."""

MOST_PIXELS = 200_000_000
"""However little memory they take: a JPEG of so many is read in two seconds."""
BUDGET = 202_000_000
"""Bytes that decoding may be expected to take."""
MEMORY = 235_000_000
"""Bytes of data that this process gets for decoding (RLIMIT_DATA, which Linux heeds)."""
WRITING = 400_000_000
"""Bytes that it may ask for afterwards: encoders ask for half as much again as they use."""
SECONDS = 60
"""Of the processor's time."""

# Bytes per pixel while a picture is read, Pillow's copy included; measured by tests/media/test_resizing.py.
DECODING: dict[str | None, float] = {"WEBP": 16.5, "AVIF": 16.5}
STORED = {"1": 1, "L": 1, "P": 1, "I;16": 2}
OTHERWISE = 4

# In what a picture is made smaller; opacity is multiplied in, or what cannot be seen would colour what can.
PLAIN = ("L", "RGB", "CMYK")
BAND = 64
"""Rows that are converted at a time."""

# Between AVIF's speeds 6 and 10 sizes differ by a few per cent, times by a factor of ten.
FILES: dict[str, dict[str, Any]] = {
    "webp": {"quality": 80, "method": 4},
    "avif": {"quality": 55, "speed": 8, "max_threads": 2},
}
"""By their ending: what is written in each width, and how."""

# What Pillow raises for a file that is damaged, or not what it says it is.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, TypeError, RuntimeError)


class Refused(Exception):
    """Why a picture is not taken: `not a picture`, `damaged`, `memory`, `pixels` or `high`, with numbers."""

    def __init__(self, why: str, **numbers: Any) -> None:
        super().__init__(why)
        self.answer = {"refused": why, **numbers}


class Sizes(NamedTuple):
    """The sizes in which a picture is kept, ascending."""

    widths: list[int]
    heights: list[int]


def sizes_for(width: int, height: int, *, clear: bool = False) -> Sizes:
    """Of an upright picture, `clear` or not: never larger than it is, no two nearly the same. Raises Refused."""
    most = MOST_KEPT_CLEAR if clear else MOST_KEPT
    largest = max(1, min(width, WIDTHS[-1], math.isqrt(most * width // height)))
    widths = [*(each for each in WIDTHS if each < 0.9 * largest and each < WIDTHS[-1]), largest]
    heights = [max(1, round(each * height / width)) for each in widths]
    if heights[-1] > HIGHEST:
        raise Refused("high", width=widths[-1], most=HIGHEST)
    return Sizes(widths, heights)


def is_turned(picture: Pillow.Image) -> bool:
    """Whether it lies on its side in the file."""
    return picture.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}


def cost(picture: Any, target: int) -> float:
    """Bytes for each pixel of the file while `picture`, of which only the head was read, becomes `target` wide."""
    if picture.format in DECODING:
        return DECODING[picture.format]
    pixels: int = picture.width * picture.height
    if picture.format == "JPEG":
        scale = next((each for each in (8, 4, 2) if picture.width >= each * target), 1)
        scaled = OTHERWISE / scale**2
        held = 0.0
        if picture.info.get("progressive"):  # libjpeg keeps all coefficients, two bytes each
            most = max(h for _, h, _, _ in picture.layer) * max(v for _, _, v, _ in picture.layer)
            held = 2 * sum(h * v for _, h, v, _ in picture.layer) / most
        return max(held + scaled, 2 * scaled)
    each = STORED.get(picture.mode, OTHERWISE)
    factor = max(1, picture.width // target)
    reduced_to: float = OTHERWISE / factor**2
    return each + min(reduced_to, OTHERWISE * 4 * MOST_KEPT / pixels)


def check(picture: Any) -> Sizes:
    """The sizes that a picture will have, of which only the head was read. Raises Refused for too large a one."""
    width, height = picture.size
    # Of the other formats the whole is read however it lies, and a PNG may say only at its end how it lies.
    turned = picture.format == "JPEG" and is_turned(picture)
    clear = picture.has_transparency_data
    sizes = sizes_for(*((height, width) if turned else (width, height)), clear=clear)
    target = sizes.heights[-1] if turned else sizes.widths[-1]
    most = min(MOST_PIXELS, int(BUDGET / cost(picture, target)))
    if width * height > most:
        kind = f"progressive {picture.format}" if picture.info.get("progressive") else picture.format
        raise Refused("pixels", pixels=width * height, most=most, kind=kind)
    if picture.format == "JPEG":
        picture.draft(None, (target, max(1, height * target // width)))
    return sizes


def decoded(data: BinaryIO, limit: Callable[[int], object] = str) -> tuple[Pillow.Image, Sizes]:
    """The pixels in `data` upright, in sRGB and as large as they are kept; `limit` bounds memory. Raises Refused."""
    try:
        with Pillow.open(data, formats=FORMATS) as picture:
            sizes = check(picture)
            limit(MEMORY)
            picture.load()
            vars(picture).pop("_decoder", None)  # WebP's and AVIF's hold twelve bytes for each pixel
            turned = is_turned(picture)
            if turned and picture.format != "JPEG":
                sizes = sizes_for(picture.height, picture.width, clear=picture.has_transparency_data)
            size = sizes.widths[-1], sizes.heights[-1]
            smaller = reduced(picture, size[turned])
        del picture  # before there is another
        final = smaller.resize(size[::-1] if turned else size, Pillow.Resampling.LANCZOS)
    except UnidentifiedImageError as error:
        raise Refused("not a picture") from error
    except MemoryError as error:
        raise Refused("memory") from error
    except (*DAMAGED, struct.error) as error:
        raise Refused("damaged") from error
    limit(WRITING)
    return in_srgb(ImageOps.exif_transpose(described(final, smaller))), sizes


def reduced(picture: Pillow.Image, width: int) -> Pillow.Image:
    """`picture` in a whole part of its size, at least `width` wide, and in pixels that can be made smaller.

    Converted a band at a time, since there is no room for it twice.
    """
    factor = max(1, picture.width // width)
    clear = picture.has_transparency_data
    if factor == 1 and not clear and picture.mode in PLAIN:
        return picture
    mode = "RGBa" if clear else plain(picture.crop((0, 0, 1, 1))).mode
    whole = Pillow.new(mode, (math.ceil(picture.width / factor), math.ceil(picture.height / factor)))
    for top in range(0, picture.height, BAND * factor):
        band = picture.crop((0, top, picture.width, min(picture.height, top + BAND * factor)))
        band = band.convert("RGBA").convert("RGBa") if clear else plain(band)
        whole.paste(band.reduce(factor), (0, top // factor))
    return described(whole, picture)


def described(made: Pillow.Image, picture: Pillow.Image) -> Pillow.Image:
    """`made` of `picture`, with the same colours, the same side up, and with nothing else that is said of it."""
    made.info = {"icc_profile": picture.info.get("icc_profile")}
    made.getexif()[ExifTags.Base.Orientation] = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return made


def plain(band: Pillow.Image) -> Pillow.Image:
    """A band without opacity, in one of the kinds of pixels that can be made smaller."""
    if band.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at 255
        return band.convert("I").point(lambda value: value / 256).convert("L")
    return band if band.mode in PLAIN else band.convert("L" if band.mode == "1" else "RGB")


def in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """`picture` in the colours that browsers take pixels for, and nothing but pixels."""
    mode = "RGBA" if picture.mode in {"RGBa", "RGBA"} else "RGB"
    picture = picture.convert("RGBA") if picture.mode == "RGBa" else picture
    if profile := picture.info.get("icc_profile"):
        # A damaged profile, or one of another kind of picture: then the colours are what they are.
        with suppress(OSError, ImageCms.PyCMSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            picture = ImageCms.profileToProfile(picture, source, srgb, outputMode=mode) or picture
    picture = picture.convert(mode)
    picture.info = {}
    return picture


def write(picture: Pillow.Image, sizes: Sizes, folder: Path) -> None:
    """Write the files of every size; the largest last, when the others take no memory any more."""
    smaller = list(zip(*sizes, strict=True))[:-1]
    made = [*(picture.resize(size, Pillow.Resampling.LANCZOS) for size in smaller), picture]
    while made:
        each = made.pop(0)
        for ending, options in FILES.items():
            save(each, folder / f"{each.width}.{ending}", **options)


def save(picture: Pillow.Image, path: Path, **options: Any) -> None:
    """Write a file that survives a power cut, as its row in the database does."""
    with path.open("wb") as file:
        picture.save(file, path.suffix.removeprefix("."), **options)
        file.flush()
        os.fsync(file.fileno())


def limit_memory(most: int) -> None:
    """Bound the data of this process to so many bytes."""
    with suppress(ValueError, OSError):  # systems that know no such limit, or have a lower one
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def main(upload: str, folder: str) -> dict[str, Any]:
    """Make the files; what `blog.media.images` is told."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    Pillow.MAX_IMAGE_PIXELS = None  # `check` knows better what fits
    AvifImagePlugin.DEFAULT_MAX_THREADS = 2  # each has frames of its own
    warnings.simplefilter("ignore")
    try:
        with Path(upload).open("rb") as data:
            picture, sizes = decoded(data, limit_memory)
        write(picture, sizes, Path(folder))
    except Refused as refused:
        return refused.answer
    except (MemoryError, RuntimeError):  # the latter is what encoders raise who get no more of it
        return {"refused": "memory"}
    except OSError as error:  # of the disk: those of the decoders are Refused
        return {"errno": error.errno or errno.EIO}
    return {"widths": sizes.widths, "heights": sizes.heights}


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
