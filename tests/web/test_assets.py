"""Style sheets and scripts: cacheable permanently by content hash, compressed, and without the database."""

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ROOT = Path(__file__).resolve().parents[2]
RESOLVED = re.compile(rb"""(from "\.[./\w-]+)\.[0-9a-f]{12}\.js""")


def fetch(client: FlaskClient, address: str, coding: str = "identity") -> TestResponse:
    """The complete response, with its file closed."""
    answer = client.get(address, headers={"Accept-Encoding": coding})
    with answer:
        assert answer.data
    return answer


def test_each_file_lies_under_the_hash_of_its_content_and_is_kept_for_good(
    app: Flask, client: FlaskClient, queries: list[str]
) -> None:
    assert app.extensions["assets"].keys() >= {"site.css", "listing.js", "vendor/htmx.min.js"}
    for name, address in app.extensions["assets"].items():
        source = (ROOT / "static" / name).read_bytes()
        answer = fetch(client, address)
        # Scripts name what they import with its hash: test_es_modules.py.
        assert (answer.status_code, RESOLVED.sub(rb"\1.js", answer.data)) == (200, source), name
        assert f".{hashlib.sha256(answer.data).hexdigest()[:12]}." in address, name
        assert "immutable" in answer.headers["Cache-Control"], name
    assert queries == []


@pytest.mark.parametrize(("coding", "read"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_a_browser_gets_the_twin_that_was_compressed_before(
    app: Flask, client: FlaskClient, coding: str, read: Callable[[bytes], bytes]
) -> None:
    address = app.extensions["assets"]["site.css"]
    answer = fetch(client, address, coding)
    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert read(answer.data) == (ROOT / "static" / "site.css").read_bytes()
    assert len(answer.data) < (ROOT / "static" / "site.css").stat().st_size / 2


def test_a_page_names_files_that_are_there(client: FlaskClient) -> None:
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert len(named) > 3
    assert {fetch(client, address).status_code for address in named} == {200}


def test_each_coding_of_a_file_has_a_tag_of_its_own_and_conditions_are_those_of_http(
    app: Flask, client: FlaskClient
) -> None:
    address = app.extensions["assets"]["site.css"]
    tags = {coding: fetch(client, address, coding).headers["ETag"] for coding in ("identity", "gzip", "br")}
    assert len(set(tags.values())) == 3
    for coding, tag in tags.items():
        asked = {"Accept-Encoding": coding}
        for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            answer = client.get(address, headers={**asked, "If-None-Match": known})
            assert (answer.status_code, answer.data) == (304, b""), known
            assert not {"Content-Encoding", "Content-Type", "Content-Length"} & set(answer.headers.keys())
            assert answer.headers["ETag"] == tag
        for known in (tags["br" if coding != "br" else "gzip"], '"other"'):
            with client.get(address, headers={**asked, "If-None-Match": known}) as whole:
                assert whole.status_code == 200
        with client.get(address, headers={**asked, "If-Match": tag}) as whole:
            assert whole.status_code == 200
        refused = client.get(address, headers={**asked, "If-Match": '"other"'})
        assert (refused.status_code, refused.data) == (412, b"")


@pytest.mark.parametrize("wanted", ["bytes=0-0", "bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=999999999-"])
def test_a_range_of_a_style_sheet_is_answered_with_the_whole(
    app: Flask, client: FlaskClient, wanted: str
) -> None:
    with client.get(app.extensions["assets"]["site.css"], headers={"Range": wanted}) as answer:
        assert answer.status_code == 200
