"""Image uploads: which are accepted, what is kept, and which are refused."""

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from blog.media import image_files, images, resizing
from blog.media.image_files import ImageRefused
from blog.store.db import writing
from blog.store.models import Image
from tests.pictures import BLUE, RED, encoded, header_only, picture, png

Store = Callable[..., Image]


def colour(file: Pillow.Image, x: int, y: int) -> tuple[int, ...]:
    """Red, green, blue and alpha of a pixel."""
    found = file.convert("RGBA").getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.fixture
def media(instance: Path) -> Path:
    return instance / "media"


@pytest.fixture
def store(app: Flask, media: Path) -> Store:
    def store(data: bytes, alt: str = "") -> Image:
        with app.app_context():
            image = images.store(media, data, alt)
            return Image(
                hash=image.hash, width=image.width, height=image.height, widths=image.widths, alt=image.alt
            )

    return store


def kept(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*")) if media.exists() else []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_each_format_is_kept_in_every_width_as_webp_and_avif(store: Store, media: Path, form: str) -> None:
    image = store(picture(1200, 900, form))
    assert (image.width, image.height, image.widths) == (1200, 900, [480, 960, 1200])
    for width in image.widths:
        for ending in ("webp", "avif"):
            with Pillow.open(media / image.hash / f"{width}.{ending}") as file:
                assert (file.format, file.size) == (ending.upper(), (width, width * 3 // 4))
                red, blue = (colour(file, x, 9) for x in (width // 5, width * 4 // 5))
                expected = (*RED, 255, *BLUE, 255)
                assert all(abs(a - b) < 12 for a, b in zip((*red, *blue), expected, strict=True))


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, [1]),
        (300, [300]),
        (500, [500]),
        (700, [480, 700]),
        (1920, [480, 960, 1440, 1920]),
        (6000, [480, 960, 1440, 1920]),
    ],
)
def test_no_width_is_larger_than_the_original_or_nearly_another(
    store: Store, width: int, widths: list[int]
) -> None:
    assert store(picture(width, 10, "PNG")).widths == widths


def test_a_picture_as_high_as_webp_can_be_is_taken(store: Store) -> None:
    image = store(picture(2, 16_383, "PNG"))
    assert (image.height, image.widths) == (16_383, [2])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_metadata_and_place_are_gone_and_the_picture_is_upright(store: Store, media: Path, form: str) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # taken with a rotated camera: to be displayed rotated by 90 degrees
    exif[0x010E] = "A secret description"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # GPSLatitude
    data = picture(1000, 500, form, exif=exif, xmp=b"<x:xmpmeta>secret</x:xmpmeta>", comment=b"secret")
    with Pillow.open(io.BytesIO(data)) as original:
        assert original.getexif().get_ifd(0x8825)
    image = store(data)
    assert (image.width, image.height) == (500, 1000)
    files = list((media / image.hash).iterdir())
    assert {path.name for path in files} >= {"500.webp", "500.avif"}
    for path in files:
        assert b"ecret" not in path.read_bytes()
        with Pillow.open(path) as file:
            assert not file.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(file.info)
            top, bottom = (colour(file, 20, y) for y in (20, file.height - 20))
            assert top[0] > 150
            assert bottom[2] > 150


@pytest.mark.long
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_photograph_taken_on_edge_is_as_wide_as_any_other(store: Store, orientation: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    image = store(picture(4800, 3600, exif=exif))
    assert (image.width, image.height) == ((1920, 1440) if orientation < 5 else (1920, 2560))


def test_a_photograph_in_another_colour_space_looks_the_same_in_srgb(store: Store, media: Path) -> None:
    # A profile with red and blue exchanged: ignoring it shows the wrong colours.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"TEMP").replace(b"bXYZ", b"rXYZ").replace(b"TEMP", b"bXYZ")
    image = store(picture(400, 100, "PNG", icc_profile=exchanged))
    with Pillow.open(media / image.hash / "400.webp") as file:
        left = colour(file, 50, 50)
        assert left[2] > 150 > left[0]


def test_a_damaged_colour_profile_is_left_aside(store: Store) -> None:
    assert store(picture(400, 100, "PNG", icc_profile=b"no profile at all")).width == 400


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixels_is_understood(store: Store, media: Path, mode: str) -> None:
    form = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    image = store(picture(64, 64, form, mode))
    assert image.widths == [64]
    if mode in {"RGBA", "CMYK", "YCbCr"}:
        with Pillow.open(media / image.hash / "64.webp") as file:
            left, right = (colour(file, x, 9)[:3] for x in (9, 55))
            assert all(abs(a - b) < 12 for a, b in zip((*left, *right), (*RED, *BLUE), strict=True))


def test_sixteen_bits_of_each_colour_and_of_opacity_become_eight(store: Store, media: Path) -> None:
    pixel = struct.pack(">4H", 200 * 257, 30 * 257, 30 * 257, 64 * 257)
    image = store(png(64, 64, depth=16, kind=6, rows=(b"\0" + pixel * 64) * 64))
    with Pillow.open(media / image.hash / "64.webp") as file:
        assert all(abs(a - b) < 12 for a, b in zip(colour(file, 9, 9), (*RED, 64), strict=True))


def test_sixteen_bits_of_grey_are_not_clipped(store: Store, media: Path) -> None:
    image = store(encoded(Pillow.new("I;16", (64, 64), 0x4000)))
    with Pillow.open(media / image.hash / "64.webp") as file:
        assert abs(colour(file, 9, 9)[0] - 0x40) < 4


def test_transparency_stays(store: Store, media: Path) -> None:
    image = store(encoded(Pillow.new("RGBA", (64, 64), (0, 0, 0, 0))))
    for ending in ("webp", "avif"):
        with Pillow.open(media / image.hash / f"64.{ending}") as file:
            assert colour(file, 9, 9)[3] == 0


def test_an_animation_becomes_its_first_picture(store: Store, media: Path) -> None:
    frames = [Pillow.new("RGB", (50, 50), colour) for colour in (RED, BLUE)]
    image = store(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100))
    with Pillow.open(media / image.hash / "50.webp") as file:
        assert getattr(file, "n_frames", 1) == 1
        assert colour(file, 9, 9)[0] > 150


def test_what_travels_behind_a_picture_is_not_kept(store: Store, media: Path) -> None:
    image = store(picture(64, 64, "GIF") + b"<script>alert(1)</script>")
    assert all(b"script" not in path.read_bytes() for path in (media / image.hash).iterdir())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<!doctype html><script>alert(1)</script>", "not a JPEG, PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a JPEG, PNG"),
        (b"%PDF-1.7 what now", "not a JPEG, PNG"),
        (b"", "not a JPEG, PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a JPEG, PNG"),
        (picture(64, 64, "TIFF"), "not a JPEG, PNG"),
        (picture(64, 64, "BMP"), "not a JPEG, PNG"),
        (picture(64, 64, "JPEG")[:-200], "damaged"),
        (picture(64, 64, "PNG")[:-30], "damaged"),
        (header_only(10_000, 10_000), "100 million pixels. The maximum for PNG is 4. million"),
        (header_only(6_800, 6_750), "45.9 million pixels. The maximum for PNG is 45 million"),
        (header_only(100_000, 100_000), "10,000 million pixels"),
        (header_only(2**31 - 1, 2**31 - 1), "million pixels"),
        (picture(2, 16_384, "PNG"), "16383 pixels high"),
        (picture(2, 40_000, "PNG"), "16383 pixels high"),
        (bytes(image_files.LARGEST_UPLOAD + 1), "25 MB"),
    ],
    ids=[
        *(
            "html",
            "svg",
            "pdf",
            "empty",
            "only a beginning",
            "tiff",
            "bmp",
            "truncated jpeg",
            "truncated png",
        ),
        *(
            "100 megapixels",
            "45.9 megapixels",
            "10 gigapixels",
            "largest png",
            "one pixel too high",
            "too high",
            "26 MB",
        ),
    ],
)
def test_anything_else_is_refused_with_a_sentence_and_nothing_is_kept(
    store: Store, media: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(ImageRefused, match=sentence):
        store(data)
    assert kept(media) == []


def test_the_same_file_again_is_the_same_image_and_says_what_was_said_last(store: Store, media: Path) -> None:
    first = store(picture(64, 64), "A flag")
    before = kept(media)
    again = store(picture(64, 64))
    assert (again.hash, again.alt) == (first.hash, "A flag")
    assert store(picture(64, 64), "Two colours").alt == "Two colours"
    assert kept(media) == before == [first.hash, f"{first.hash}/64.avif", f"{first.hash}/64.webp"]


def test_files_that_got_lost_are_made_again(store: Store, media: Path) -> None:
    image = store(picture(64, 64))
    for path in (media / image.hash).iterdir():
        path.unlink()
    (media / image.hash).rmdir()
    store(picture(64, 64))
    assert (media / image.hash / "64.avif").is_file()


def test_a_row_that_got_lost_is_written_again(store: Store, app: Flask, media: Path) -> None:
    image = store(picture(700, 70))
    with app.app_context(), writing() as session:
        session.delete(session.get_one(Image, image.hash))
    assert store(picture(700, 70)).widths == [480, 700]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP", "AVIF", "GIF"]),
    damage=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damage_anywhere_is_a_sentence_or_a_picture_and_never_a_crash(
    form: str, damage: list[tuple[int, int]]
) -> None:
    data = bytearray(picture(40, 30, form))
    for place, value in damage:
        data[place % len(data)] = value
    with suppress(resizing.Refused):
        assert resizing.decoded(io.BytesIO(data))[0].mode in {"RGB", "RGBA"}
