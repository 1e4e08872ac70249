"""Pictures of the author's: checked by what they hold, made anew in a few widths, kept under the hash of the upload.

What is served was written by Pillow here, pixel by pixel: metadata, places, thumbnails, and whatever else travelled in
the uploaded file stay behind. An animation becomes its first picture: one that moves by itself for more than five
seconds would need a control to stop it (WCAG 2.2.2).
"""

import hashlib
import io
import math
import os
import shutil
import struct
import tempfile
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from PIL import ExifTags, ImageCms, ImageOps, UnidentifiedImageError
from PIL import Image as Pillow

from blog import clock
from blog.db import db, writing
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.lines import plain_line
from blog.models import Image
from blog.pictures import HASH_LENGTH, MENTIONED, Picture

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
LARGEST_UPLOAD = 25 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 50_000_000
WIDTHS = (480, 960, 1440, 1920)
HIGHEST = 16_383
"""Pixels: WebP has room for no more."""
LONGEST_ALT = 1000
"""Characters."""

# Sizes differ little between AVIF's speeds 6 to 10, times tenfold; DECISIONS.md has the figures.
AVIF = {"quality": 55, "speed": 8, "max_threads": 2}
WEBP = {"quality": 80, "method": 4}

# What Pillow raises for a file that is damaged, or not what it says it is.
DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    OverflowError,
    TypeError,
    RuntimeError,
    struct.error,
)

# One at a time: fifty million pixels take 200 MB while they are worked on; and none is deleted meanwhile.
working = threading.Lock()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

# Beyond this Pillow warns, and beyond twice as much it refuses; here the warning is a refusal, too.
Pillow.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)


class ImageRefused(BlogError):
    """A file that is not taken as a picture; nothing of it was kept."""

    status = 422


class ImageUnknown(BlogError):
    """No image has this hash."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such image."))


def store(media: Path, data: bytes, alt: str = "") -> Image:
    """Keep the picture in `data` in the folder `media`, if it is not there yet; its row.

    `alt` is remembered as what was last said of it, unless it is empty. Raises ImageRefused.
    """
    alt = plain_line(alt)[:LONGEST_ALT]
    if len(data) > LARGEST_UPLOAD:
        raise ImageRefused(_("A picture can have %(most)s MB at the most.", most=LARGEST_UPLOAD // 1024**2))
    digest = hashlib.sha256(data).hexdigest()[:HASH_LENGTH]
    with working:
        image = known(digest)
        if image is None or not (media / digest).is_dir():
            width, height, widths = keep(media, digest, data)
            image = Image(hash=digest, width=width, height=height, widths=widths, alt="")
        with writing() as session:
            kept = session.get(Image, digest)
            if kept is None:
                kept = image
                session.add(kept)
            kept.uploaded_at = clock.now()
            kept.alt = alt or kept.alt
    return kept


def keep(media: Path, digest: str, data: bytes) -> tuple[int, int, list[int]]:
    """Write the files of the picture in `data`; size and widths. Its folder appears when it is whole."""
    media.mkdir(parents=True, exist_ok=True)
    picture = decoded(data)
    widths = widths_for(picture.width)
    heights = [max(1, round(width * picture.height / picture.width)) for width in widths]
    if heights[-1] > HIGHEST:
        raise ImageRefused(
            _(
                "A picture %(width)s pixels wide can be %(most)s pixels high at the most.",
                width=widths[-1],
                most=HIGHEST,
            )
        )
    if not (media / digest).is_dir():  # else the row was lost, or another process was quicker
        folder = Path(tempfile.mkdtemp(prefix=".", dir=media))
        try:
            for size in zip(widths, heights, strict=True):
                resized = picture.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0)
                save(resized, folder / f"{size[0]}.webp", **WEBP)
                save(resized, folder / f"{size[0]}.avif", **AVIF)
            folder.chmod(0o755)
            sync(folder)
            folder.rename(media / digest)
            sync(media)
        except OSError:
            if not (media / digest).is_dir():
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return widths[-1], heights[-1], widths


def decoded(data: bytes) -> Pillow.Image:
    """The pixels in `data` upright and in sRGB, with transparency if there is any. Raises ImageRefused."""
    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Pillow.DecompressionBombError
            # A photograph much larger than what is kept is decoded at a half or a quarter of its size.
            turned = picture.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}
            share = min(1, WIDTHS[-1] / (picture.height if turned else picture.width))
            picture.draft(None, (math.ceil(picture.width * share), math.ceil(picture.height * share)))
            picture.load()
            return in_srgb(ImageOps.exif_transpose(picture))
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        pixels = MOST_PIXELS // 1_000_000
        raise ImageRefused(
            _("A picture can have %(most)s million pixels at the most.", most=pixels)
        ) from error
    except UnidentifiedImageError as error:
        raise ImageRefused(_("This file is no picture in JPEG, PNG, WebP, AVIF or GIF.")) from error
    except DAMAGED as error:
        raise ImageRefused(_("This picture is damaged or incomplete.")) from error


def in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """`picture` in the colours that browsers take pixels for, and nothing but pixels."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at 255
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode not in {"RGB", "RGBA", "CMYK", "L"} or mode == "RGBA":
        picture = picture.convert(mode)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode=mode)
            picture = converted or picture
        except (OSError, ImageCms.PyCMSError):
            pass  # a damaged profile, or one of another kind of picture: then the colours are what they are
    picture = picture.convert(mode)
    picture.info = {}
    return picture


def widths_for(width: int) -> list[int]:
    """The widths in which a picture of `width` pixels is kept: never larger, and no two that are nearly the same."""
    return [*(each for each in WIDTHS if each < 0.9 * width and each < WIDTHS[-1]), min(width, WIDTHS[-1])]


def save(picture: Pillow.Image, path: Path, **options: int) -> None:
    """Write a file that survives a power cut, as its row in the database does."""
    with path.open("wb") as file:
        picture.save(file, path.suffix.removeprefix("."), **options)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """See to it that what was put into `folder` is found there after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- looking them up


def known(digest: str) -> Image | None:
    return db.session.get(Image, digest)


def newest(*, limit: int, skip: int = 0) -> Sequence[Image]:
    """The images uploaded last."""
    ordered = sa.select(Image).order_by(Image.uploaded_at.desc(), Image.hash)
    return db.session.scalars(ordered.offset(skip).limit(limit)).all()


def picture(image: Image) -> Picture:
    return Picture(image.hash, image.width, image.height, image.widths)


def mentioned(markdown: str) -> dict[str, Picture]:
    """The pictures that a text shows, by their hash: what `rendering.render` wants to know. At most one query."""
    hashes = set(MENTIONED.findall(markdown))
    if not hashes:
        return {}
    found = db.session.scalars(sa.select(Image).where(Image.hash.in_(hashes)))
    return {image.hash: picture(image) for image in found}


def lost(markdown: str) -> set[str]:
    """The hashes of pictures that a text would show, had they not been deleted."""
    return set(MENTIONED.findall(markdown)) - mentioned(markdown).keys()


def describe(digest: str, alt: str | None) -> Image:
    """Remember what is said of an image; None leaves it as it is. Raises ImageUnknown."""
    with writing() as session:
        image = session.get(Image, digest)
        if image is None:
            raise ImageUnknown
        if alt is not None:
            image.alt = plain_line(alt)[:LONGEST_ALT]
    return image
