"""The disk is full, read-only or closed to the site: an outage that passes, outside the database as inside."""

import errno
import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image as Pillow

from blog import settings
from blog.errors import SettingInvalid
from blog.media.cards import drawing, social_cards
from blog.media.cards.drawing import Words
from blog.web.page_cache.page_files import UNFINISHED, PageFiles
from tests.media.test_images import kept
from tests.pictures import encoded, picture
from tests.programs import Server, server
from tests.signing_in import author_client

# A file of this server may have no more bytes than the argument says.
LIMITED = """
import resource, runpy, sys
limit = int(sys.argv.pop())
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_path("app.py", run_name="__main__")
"""
NOISE = encoded(Pillow.effect_noise((900, 500), 90), "PNG")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EDQUOT, "has reached its disk quota"),
        (errno.EFBIG, "exceeds the maximum file size"),
        (errno.EROFS, "is read-only"),
        (errno.EACCES, "Permission denied"),
        (errno.EIO, "cannot be read or written"),
        (errno.EMFILE, "Too many files"),
    ],
)
def test_what_the_system_says_of_files_is_an_outage_and_only_the_author_is_told_the_reason(
    make_app: Callable[..., Flask], number: int, sentence: str
) -> None:
    app = make_app()

    def fail() -> str:
        raise OSError(number, "of the system's")

    app.add_url_rule("/fails", "fails", fail)
    app.add_url_rule("/author/fails", "author-fails", fail)
    answer = app.test_client().get("/fails")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert sentence not in answer.text
    told = author_client(app).get("/author/fails")
    assert (told.status_code, sentence in told.text) == (503, True)


@pytest.mark.parametrize(
    "error", [FileNotFoundError(errno.ENOENT, "no"), ConnectionResetError(errno.ECONNRESET, "no")]
)
def test_any_other_trouble_with_files_stays_a_bug(make_app: Callable[..., Flask], error: OSError) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    def fail() -> str:
        raise error

    app.add_url_rule("/fails", "fails", fail)
    assert app.test_client().get("/fails").status_code == 500


def send(it: Server, path: str, headers: dict[str, str], data: bytes) -> tuple[int, str]:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        + data
        + b"\r\n--b--\r\n"
    )
    headers = {**headers, "Content-Type": "multipart/form-data; boundary=b"}
    with closing(HTTPConnection("127.0.0.1", it.port, timeout=60)) as connection:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize(
    ("limit", "data"),
    [(300_000, NOISE), (300_000, NOISE + bytes(400_000)), (500_000, picture(40, 40) + bytes(600_000))],
    ids=["copying the upload", "receiving the request", "taking the form apart"],
)
def test_an_upload_for_which_there_is_no_room_is_a_503_and_leaves_nothing_behind(
    make_app: Callable[..., Flask], instance: Path, limit: int, data: bytes
) -> None:
    app = make_app(BASE_URL="http://localhost")
    author = author_client(app)
    cookie = author.get_cookie("session", domain="localhost")
    assert cookie is not None
    headers = {
        "Cookie": f"session={cookie.value}",
        "Sec-Fetch-Site": "same-origin",
        "X-CSRFToken": author.csrf_token,
        "Accept": "application/json",
    }
    with server(instance, "-c", LIMITED, str(limit), BASE_URL="http://localhost") as it:
        it.wait()
        status, said = send(it, "/author/images/", headers, data)
        assert (status, "exceeds the maximum file size" in said) == (503, True)
        assert kept(instance / "media") == []
        status, said = send(it, "/author/images/", headers, picture(30, 30))
        assert status == 200
        assert json.loads(said)["hash"] in kept(instance / "media")


def test_a_picture_of_a_title_goes_out_though_it_cannot_be_kept(app: Flask, tmp_path: Path) -> None:
    said = Words("A title", "Ada", "A site", "1 May", "#8d351f", "en")
    with pytest.raises(OSError, match="File too large"):
        limited_to(1_000, lambda: social_cards.keep(tmp_path / "1" / "name.png", drawing.picture(said)))
    assert list((tmp_path / "1").iterdir()) == []


@pytest.mark.parametrize("text", ["a page " * 300, "a page " * 20_000])
def test_a_page_for_which_there_is_no_room_leaves_no_file_behind(tmp_path: Path, text: str) -> None:
    store = PageFiles(str(tmp_path), threshold=10, default_timeout=0)
    assert store.set("first", "small")
    before = sorted(tmp_path.iterdir())
    stored: list[bool] = []
    limited_to(1_000, lambda: stored.append(store.set("second", text)))
    assert stored == [False]
    assert sorted(tmp_path.iterdir()) == before
    assert (store.get("first"), store.get("second")) == ("small", None)


def test_what_a_killed_process_left_unfinished_goes_at_the_next_start(tmp_path: Path) -> None:
    for name, age in (("old", 7_200), ("new", 60)):
        file = tmp_path / f"{name}{UNFINISHED}"
        file.write_bytes(b"half")
        os.utime(file, (time.time() - age, time.time() - age))
    PageFiles(str(tmp_path), threshold=10)
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(UNFINISHED)] == [
        f"new{UNFINISHED}"
    ]


def test_a_site_that_keeps_its_pages_in_files_leaves_nothing_behind_on_a_full_disk(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app(CACHE_TYPE="FileSystemCache", CACHE_DIR=str(tmp_path / "pages"))
    client = app.test_client()

    def ask() -> None:
        for path in ("/tags/", "/archive/"):
            assert client.get(path).status_code == 200

    limited_to(2_000, ask)
    assert not [file for file in (tmp_path / "pages").iterdir() if file.name.endswith(UNFINISHED)]
    assert client.get("/tags/").headers["Cache-Status"] == "scrollwork; fwd=miss; stored"


def limited_to(most: int, work: Callable[[], None]) -> None:
    """Do `work` while no file may have more bytes than `most`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        work()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_half_a_secret_key_is_no_key(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"

    def made() -> None:
        settings.secret_key(key)

    with pytest.raises(SettingInvalid, match="No space left"):
        limited_to(20, made)
    assert key.read_bytes() == b""
    assert len(settings.secret_key(key)) == 64


def test_a_start_with_a_full_disk_says_so_in_a_sentence(
    instance: Path, make_app: Callable[..., Flask]
) -> None:
    make_app()
    shutil.rmtree(instance / "assets")

    def start() -> None:
        make_app()

    with pytest.raises(SettingInvalid, match="cannot be written to: File too large"):
        limited_to(40_000, start)
    assert [path for path in instance.iterdir() if path.name.startswith("tmp")] == []
