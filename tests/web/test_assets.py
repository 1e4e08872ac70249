"""Style sheets and scripts: kept for good under the hash of their content, compressed, and without the database."""

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


def fetch(client: FlaskClient, address: str, coding: str = "identity") -> TestResponse:
    """The whole answer, and the file behind it closed again."""
    answer = client.get(address, headers={"Accept-Encoding": coding})
    with answer:
        assert answer.data
    return answer


def test_each_file_lies_under_the_hash_of_its_content_and_is_kept_for_good(
    app: Flask, client: FlaskClient, queries: list[str]
) -> None:
    assert app.extensions["assets"].keys() >= {"site.css", "listing.js", "vendor/htmx.min.js"}
    for name, address in app.extensions["assets"].items():
        content = (ROOT / "static" / name).read_bytes()
        answer = fetch(client, address)
        assert (answer.status_code, answer.data) == (200, content), name
        assert f".{hashlib.sha256(content).hexdigest()[:12]}." in address, name
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
