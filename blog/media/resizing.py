"""Make the files of one image in a separate process: `python -P blog/media/resizing.py UPLOAD FOLDER`.

Image decoders are the most exposed to untrusted input and need the most memory. So they run in a process with limited
memory and time, whose failure does not affect the site. This module imports nothing of the site, so it starts in a
tenth of a second. `blog.media.images` runs it.
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
"""Pixels: the maximum of WebP."""
MOST_KEPT = 6_600_000
"""Pixels of the largest file: 1920 wide with an aspect ratio of 9:16. Writing AVIF takes 26 bytes per pixel."""
MOST_KEPT_CLEAR = 4_200_000
"""The same for an image with transparency: 46 bytes per pixel."""

MOST_PIXELS = 200_000_000
"""Maximum pixels of any image: a JPEG of this size is read in two seconds."""
BUDGET = 202_000_000
"""Estimated bytes that decoding may take."""
MEMORY = 235_000_000
"""Bytes of data that this process may use for decoding (RLIMIT_DATA on Linux)."""
WRITING = 400_000_000
"""Bytes that it may use afterwards: encoders request half as much again as they use."""
SECONDS = 60
"""Seconds of processor time."""

# Bytes per pixel while reading an image, including Pillow's copy; measured by tests/media/test_resizing.py.
DECODING: dict[str | None, float] = {"WEBP": 16.5, "AVIF": 16.5}
STORED = {"1": 1, "L": 1, "P": 1, "I;16": 2}
OTHERWISE = 4

# The modes for resizing. Premultiplied alpha, so that invisible pixels do not tint visible ones.
PLAIN = ("L", "RGB", "CMYK")
BAND = 64
"""Rows converted at a time."""

# Between AVIF's speeds 6 and 10, sizes differ by a few per cent, times by a factor of ten.
FILES: dict[str, dict[str, Any]] = {
    "webp": {"quality": 80, "method": 4},
    "avif": {"quality": 55, "speed": 8, "max_threads": 2},
}
"""File formats of each width, by extension."""

# Exceptions of Pillow for damaged files and files of another type.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, TypeError, RuntimeError)


class Refused(Exception):
    """Why an image is refused: `not a picture`, `damaged`, `memory`, `pixels` or `high`, with numbers."""

    def __init__(self, why: str, **numbers: Any) -> None:
        super().__init__(why)
        self.answer = {"refused": why, **numbers}


class Sizes(NamedTuple):
    """The sizes of the files of an image, ascending."""

    widths: list[int]
    heights: list[int]


def sizes_for(width: int, height: int, *, clear: bool = False) -> Sizes:
    """The sizes for an upright image (transparent if `clear`): not enlarged, none similar. Raises Refused."""
    most = MOST_KEPT_CLEAR if clear else MOST_KEPT
    largest = max(1, min(width, WIDTHS[-1], math.isqrt(most * width // height)))
    widths = [*(each for each in WIDTHS if each < 0.9 * largest and each < WIDTHS[-1]), largest]
    heights = [max(1, round(each * height / width)) for each in widths]
    if heights[-1] > HIGHEST:
        raise Refused("high", width=widths[-1], most=HIGHEST)
    return Sizes(widths, heights)


def is_turned(picture: Pillow.Image) -> bool:
    """Whether the image is rotated by 90 degrees in the file."""
    return picture.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}


def cost(picture: Any, target: int) -> float:
    """Bytes per pixel of the file while `picture`, of which only the header was read, is resized to `target` width."""
    if picture.format in DECODING:
        return DECODING[picture.format]
    pixels: int = picture.width * picture.height
    if picture.format == "JPEG":
        scale = next((each for each in (8, 4, 2) if picture.width >= each * target), 1)
        scaled = OTHERWISE / scale**2
        held = 0.0
        if picture.info.get("progressive"):  # libjpeg stores all coefficients, two bytes each
            most = max(h for _, h, _, _ in picture.layer) * max(v for _, _, v, _ in picture.layer)
            held = 2 * sum(h * v for _, h, v, _ in picture.layer) / most
        return max(held + scaled, 2 * scaled)
    each = STORED.get(picture.mode, OTHERWISE)
    factor = max(1, picture.width // target)
    reduced_to: float = OTHERWISE / factor**2
    return each + min(reduced_to, OTHERWISE * 4 * MOST_KEPT / pixels)


def check(picture: Any) -> Sizes:
    """The future sizes of an image of which only the header was read. Raises Refused if it is too large."""
    width, height = picture.size
    # Other formats are read completely whatever their orientation, and a PNG may store it at its end.
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
    """The pixels of `data`, upright, in sRGB, reduced to the largest size; `limit` caps memory. Raises Refused."""
    try:
        with Pillow.open(data, formats=FORMATS) as picture:
            sizes = check(picture)
            limit(MEMORY)
            picture.load()
            vars(picture).pop("_decoder", None)  # decoding WebP and AVIF takes twelve bytes per pixel
            turned = is_turned(picture)
            if turned and picture.format != "JPEG":
                sizes = sizes_for(picture.height, picture.width, clear=picture.has_transparency_data)
            size = sizes.widths[-1], sizes.heights[-1]
            smaller = reduced(picture, size[turned])
        del picture  # before the next one is allocated
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
    """`picture` reduced by an integer factor to at least `width`, in a mode for resizing.

    Converted in bands, because there is not enough memory for two copies.
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
    """`made` from `picture`, with the same colours and orientation and no other metadata."""
    made.info = {"icc_profile": picture.info.get("icc_profile")}
    made.getexif()[ExifTags.Base.Orientation] = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return made


def plain(band: Pillow.Image) -> Pillow.Image:
    """A band without transparency in a mode for resizing."""
    if band.mode.startswith("I"):  # 16-bit greyscale, which convert() would clip at 255
        return band.convert("I").point(lambda value: value / 256).convert("L")
    return band if band.mode in PLAIN else band.convert("L" if band.mode == "1" else "RGB")


def in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """`picture` converted to sRGB, without metadata."""
    mode = "RGBA" if picture.mode in {"RGBa", "RGBA"} else "RGB"
    picture = picture.convert("RGBA") if picture.mode == "RGBa" else picture
    if profile := picture.info.get("icc_profile"):
        # A damaged profile, or one for another mode: the colours are used as they are.
        with suppress(OSError, ImageCms.PyCMSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            picture = ImageCms.profileToProfile(picture, source, srgb, outputMode=mode) or picture
    picture = picture.convert(mode)
    picture.info = {}
    return picture


def write(picture: Pillow.Image, sizes: Sizes, folder: Path) -> None:
    """Write the files of every size. The largest one last, when the others no longer use memory."""
    smaller = list(zip(*sizes, strict=True))[:-1]
    made = [*(picture.resize(size, Pillow.Resampling.LANCZOS) for size in smaller), picture]
    while made:
        each = made.pop(0)
        for ending, options in FILES.items():
            save(each, folder / f"{each.width}.{ending}", **options)


def save(picture: Pillow.Image, path: Path, **options: Any) -> None:
    """Write a file durably, as SQLite writes its row."""
    with path.open("wb") as file:
        picture.save(file, path.suffix.removeprefix("."), **options)
        file.flush()
        os.fsync(file.fileno())


def limit_memory(most: int) -> None:
    """Limit the data of this process to a number of bytes."""
    with suppress(ValueError, OSError):  # the system has no such limit, or a lower one
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def main(upload: str, folder: str) -> dict[str, Any]:
    """Make the files, and report the result to `blog.media.images`."""
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
    except (MemoryError, RuntimeError):  # encoders raise MemoryError when they get no more memory
        return {"refused": "memory"}
    except OSError as error:  # from the disk: errors of decoders are Refused
        return {"errno": error.errno or errno.EIO}
    return {"widths": sizes.widths, "heights": sizes.heights}


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
