"""Limits of memory and time of the process that resizes an image, for any upload."""

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from PIL import Image as Pillow

from blog.media import image_files, resizing
from blog.media.image_files import ImageRefused
from tests.pictures import encoded, png
from tests.programs import server
from tests.signing_in import author_client

MOST = 250 * 1024
"""Maximum kB of an upload process as reported by the system, including the site's share."""


class Cost(NamedTuple):
    answer: dict[str, Any]
    memory: int
    """kB at most."""


# A forked process is reported with at least the memory of its parent, so a small one starts it.
MEASURED = """
import json, os, sys
answer = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, answer, 1)])
_, status, used = os.wait4(process, 0)
print(used.ru_maxrss)
sys.exit(status)
"""


@pytest.fixture
def cost(tmp_path: Path) -> Callable[[bytes], Cost]:
    """Resize an image as `image_files.resize` does. Returns the result and the memory used."""

    def run(data: bytes) -> Cost:
        upload, folder, answer = tmp_path / "upload", tmp_path / "files", tmp_path / "answer"
        folder.mkdir()
        upload.write_bytes(data)
        command = [sys.executable, "-c", MEASURED, str(answer), *image_files.command(upload, folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return Cost(json.loads(answer.read_text()), int(done.stdout))

    return run


def webp(width: int, height: int) -> bytes:
    """A single-colour WebP, 38 bytes for any size."""
    data = bytearray(encoded(Pillow.new("RGB", (16, 16), "red"), "WEBP", lossless=True))
    first = int.from_bytes(data[21:25], "little") >> 28 << 28
    data[21:25] = (first | (width - 1) | (height - 1) << 14).to_bytes(4, "little")
    return bytes(data)


def large_png(width: int, height: int, kind: int, depth: int = 8, *, interlaced: bool = False) -> bytes:
    """A PNG of only zero bytes, written row by row."""
    channels = {0: 1, 2: 3, 6: 4}[kind] * depth // 8
    press = zlib.compressobj(1)
    sizes = [(width, height)]
    if interlaced:  # Adam7: start and step of each pass, PNG (third edition), 8.1.
        passes = [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ]
        sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in passes]
    packed = b"".join(
        press.compress(bytes(1 + across * channels)) for across, down in sizes for _ in range(down)
    )
    packed += press.flush()
    plain = bytearray(png(width, height, depth=depth, kind=kind, rows=b""))
    plain[28] = interlaced
    plain[29:33] = struct.pack(">I", zlib.crc32(plain[12:29]))
    body = b"IDAT" + packed
    return (
        bytes(plain[:33])
        + struct.pack(">I", len(packed))
        + body
        + struct.pack(">I", zlib.crc32(body))
        + bytes(plain[-12:])
    )


def photograph(width: int, height: int, **options: Any) -> bytes:
    return encoded(Pillow.new("RGB", (width, height), (90, 120, 60)), "JPEG", quality=50, **options)


@pytest.mark.parametrize(
    ("size", "heights"), [((8192, 6144), 1440), ((16_000, 3_875), 465)], ids=["photo", "panorama"]
)
def test_a_photograph_of_fifty_or_sixty_megapixels_is_taken(
    cost: Callable[[bytes], Cost], size: tuple[int, int], heights: int
) -> None:
    found = cost(photograph(*size))
    assert found.answer == {"widths": [480, 960, 1440, 1920], "heights": [360, 720, 1080, 1440]} or (
        found.answer["heights"][-1] == heights
    )
    assert found.memory < MOST // 2


LARGEST = {
    "webp": lambda: webp(3_490, 3_490),
    "png": lambda: large_png(6_700, 6_700, 2),
    "png with opacity": lambda: large_png(4_900, 5_000, 6),
    "interlaced png": lambda: large_png(6_700, 6_700, 2, interlaced=True),
    "16 bits of grey": lambda: large_png(7_500, 8_000, 0, 16),
    "16 bits of colour": lambda: large_png(6_700, 6_700, 2, 16),
    "progressive jpeg": lambda: photograph(8_192, 6_144, progressive=True),
    "high picture": lambda: large_png(1_920, 13_000, 2),
    "high picture with opacity": lambda: large_png(1_920, 13_000, 6),
    "avif": lambda: encoded(Pillow.new("RGB", (3_490, 3_490), "red"), "AVIF", speed=10),
    "animation": lambda: encoded(
        Pillow.new("P", (3_000, 3_000)),
        "GIF",
        save_all=True,
        append_images=[Pillow.new("P", (3_000, 3_000), each) for each in range(1, 12)],
    ),
}


USUAL = {"webp", "png with opacity"}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in USUAL else pytest.mark.long) for kind in LARGEST]
)
def test_the_largest_picture_of_each_kind_that_is_taken_stays_below_250_mb(
    cost: Callable[[bytes], Cost], kind: str
) -> None:
    found = cost(LARGEST[kind]())
    assert "widths" in found.answer, found.answer
    assert found.memory < MOST


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png(1, 50_000_000, depth=8, kind=2, rows=bytes(200_000_000)), "high"),
        (webp(7070, 7070), "pixels"),
        (webp(16_384, 16_384), "pixels"),
        (png(10_000, 10_000, depth=8, kind=6, rows=b""), "pixels"),
        (png(2**31 - 1, 2**31 - 1, depth=16, kind=6, rows=b""), "pixels"),
    ],
    ids=["1 by 50 million", "webp of 50 megapixels", "largest webp", "png with opacity", "largest png"],
)
def test_what_is_too_large_is_refused_before_it_is_decoded(
    cost: Callable[[bytes], Cost], data: bytes, why: str
) -> None:
    found = cost(data)
    assert found.answer["refused"] == why
    assert found.memory < 60 * 1024


def test_a_progressive_jpeg_is_refused_by_what_its_coefficients_take(cost: Callable[[bytes], Cost]) -> None:
    """libjpeg keeps all of them in full size, whatever size is requested."""
    small = bytearray(photograph(64, 64, progressive=True, subsampling=0))
    start = small.index(b"\xff\xc2") + 5
    small[start : start + 4] = struct.pack(">HH", 8_000, 6_500)
    found = cost(bytes(small))
    assert (found.answer["refused"], found.answer["kind"]) == ("pixels", "progressive JPEG")
    assert found.memory < 60 * 1024


def test_what_decoding_takes_beyond_its_limit_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An estimate may be wrong; then the limit of the process applies."""
    program = Path(resizing.__file__).read_text().replace("MEMORY = 235_000_000", "MEMORY = 40_000_000")
    (tmp_path / "resizing.py").write_text(program)
    monkeypatch.setattr(resizing, "__file__", str(tmp_path / "resizing.py"))
    (tmp_path / "upload").write_bytes(large_png(5_000, 5_000, 2))
    with pytest.raises(ImageRefused, match="too much memory"):
        image_files.resize(tmp_path / "upload", tmp_path)


def test_a_decoder_that_crashes_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resizing.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(resizing, "__file__", str(tmp_path / "resizing.py"))
    with pytest.raises(ImageRefused, match="damaged, or processing it takes too much"):
        image_files.resize(tmp_path / "upload", tmp_path)


@pytest.mark.long
def test_eight_uploads_at_once_are_worked_on_one_at_a_time_and_readers_wait_for_none(
    make_app: Any, instance: Path
) -> None:
    app: Flask = make_app(BASE_URL="http://localhost")
    author = author_client(app)
    cookie = author.get_cookie("session", domain="localhost")
    assert cookie is not None
    headers = {
        "Cookie": f"session={cookie.value}",
        "Sec-Fetch-Site": "same-origin",
        "X-CSRFToken": author.csrf_token,
    }
    headers |= {"Content-Type": "multipart/form-data; boundary=b", "Accept": "application/json"}

    def upload(number: int) -> int:
        picture = webp(16_000, 700 + number)
        body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.webp"\r\n\r\n' + picture
        with closing(HTTPConnection("127.0.0.1", it.port, timeout=120)) as connection:
            connection.request("POST", "/author/images/", body + b"\r\n--b--\r\n", headers)
            return connection.getresponse().status

    def resident() -> int:
        """Current kB of the server and all its processes."""
        pids = [str(it.process.pid)]
        for pid in pids:
            with_children = Path(f"/proc/{pid}/task").glob("*/children")
            pids += [child for path in with_children for child in path.read_text().split()]
        found = 0
        for pid in pids:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            found += next(
                (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0
            )
        return found

    with server(instance, BASE_URL="http://localhost", THREADS="2") as it, ThreadPoolExecutor(8) as pool:
        it.wait()
        read = HTTPConnection("127.0.0.1", it.port, timeout=60)
        read.request("GET", "/")
        read.getresponse().read()
        rest = resident()
        sent = [pool.submit(upload, number) for number in range(8)]
        most, answers = rest, set()
        while not all(each.done() for each in sent):
            read.request("GET", "/tags/")
            response = read.getresponse()
            response.read()
            answers.add(response.status)
            most = max(most, resident())
        assert {each.result() for each in sent} == {200}
        assert answers == {200}
        assert most - rest < MOST
        read.close()
