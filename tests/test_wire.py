"""What the real server says to requests that are wrong, ambiguous or old, byte by byte."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Server, server


@pytest.fixture(scope="module")
def site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = shutil.copytree(new_instance, tmp_path_factory.mktemp("wire") / "instance")
    with server(instance, "app.py") as started:
        started.wait()
        yield started


def said(site: Server, request: bytes) -> tuple[bytes, bool]:
    """All that the server says to `request`, and whether it closed the connection then."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        connection.settimeout(2)
        try:
            while part := connection.recv(65_536):
                answer += part
        except TimeoutError:
            return answer, False
        return answer, True


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n" + CHUNKED + HIDDEN, b"400"),
        (b"POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 5\r\n" + CHUNKED + HIDDEN, b"400"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\nContent-Length: 5\r\n\r\n", b"5"),
        # HTTP/1.0 knows no Transfer-Encoding, so one reader sees a body where another sees the next request.
        (b"POST / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n" + CHUNKED + HIDDEN, b"400"),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
            b"400",
        ),
        (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", b"505"),
        (b"GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", b"505"),
    ],
)
def test_what_cannot_be_understood_or_could_be_understood_in_two_ways_is_refused_and_the_connection_closed(
    site: Server, request_: bytes, status: bytes
) -> None:
    answer, closed = said(site, request_)
    assert answer.split(b" ", 2)[1].startswith(status)
    assert (
        answer.count(b"HTTP/1.0 ") + answer.count(b"HTTP/1.1 ") == 1
    )  # and none to the request hidden behind it
    assert closed


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET http://elsewhere.test/ HTTP/1.1", b"400"),
        (b"GET https://elsewhere.test/tags/ HTTP/1.1", b"400"),
        (b"GET http://localhost/ HTTP/1.1", b"200"),
        (b"GET / HTTP/1.1", b"200"),
    ],
)
def test_an_absolute_address_says_which_host_is_meant(site: Server, line: bytes, status: bytes) -> None:
    answer, _ = said(site, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == status


@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/healthz/", b"/readyz/"])
@pytest.mark.parametrize(
    "head", [b"HTTP/1.0", b"HTTP/1.1\r\nHost: 10.0.0.7", b"HTTP/1.1\r\nHost: [fd00::7]:8000"]
)
def test_a_watcher_needs_no_host_and_no_new_http(site: Server, path: bytes, head: bytes) -> None:
    answer, _ = said(site, b"GET " + path + b" " + head + b"\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"200"
