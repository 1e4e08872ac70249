"""Responses of the real server to wrong, ambiguous or old requests, byte by byte."""

import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress.buffers import OverflowableBuffer

from blog.server.chunked_body import ChunkedBody
from tests.programs import Server, server


@pytest.fixture(scope="module")
def site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = shutil.copytree(new_instance, tmp_path_factory.mktemp("wire") / "instance")
    with server(instance, "app.py") as started:
        started.wait()
        yield started


def said(site: Server, request: bytes) -> tuple[bytes, bool]:
    """The complete response to `request`, and whether the connection was closed after it."""
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
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n" + CHUNKED + HIDDEN, b"400"),
        (b"POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 5\r\n" + CHUNKED + HIDDEN, b"400"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\nContent-Length: 5\r\n\r\n", b"5"),
        # HTTP/1.0 has no Transfer-Encoding, so one parser sees a body where another sees the next request.
        (b"POST / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n" + CHUNKED + HIDDEN, b"400"),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
            b"400",
        ),
        (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", b"505"),
        (b"GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", b"505"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"505"),
        (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + HIDDEN, b"400"),
        (POST + b"Transfer-Encoding: chunked\r\n" + CHUNKED + HIDDEN, b"400"),
        (POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: , chunked\r\n\r\n0\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"501"),
        (POST + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", b"501"),
        (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
        (POST + b"Content-Length: 5, 5\r\n\r\nhello", b"400"),
        (POST + b"Content-Length: +5\r\n\r\nhello", b"400"),
        (POST + b"Content-Length: -5\r\n\r\nhello", b"400"),
        (POST + b"Content-Length: 0x5\r\n\r\nhello", b"400"),
        (POST + b"Content-Length: 5_0\r\n\r\nhello", b"400"),
        (POST + b"Content-Length:\r\n\r\n", b"400"),
        (POST + b"Content-Length : 0\r\n\r\n", b"400"),
        (POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", b"413"),
        (POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"413"),
        (GET + b"Host: localhost\r\n\r\n", b"400"),
        (GET + b"Host: elsewhere.test\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost, localhost\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: someone@localhost\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\nHost: localhost\n\n", b"400"),
        (b"GET / HTTP/1.1\nHost: localhost\n", b"400"),  # without the end
        (b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", b"400"),
        (GET + b"X: a\r\n b\r\n\r\n", b"400"),
        (GET + b"X: a\r\n\tb\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n X: a\r\nHost: localhost\r\n\r\n", b"400"),
        (GET + b"X : y\r\n\r\n", b"400"),
        (GET + b"X\r\n\r\n", b"400"),
        (GET + b": y\r\n\r\n", b"400"),
        (GET + b"X: a\0b\r\n\r\n", b"400"),
        (GET + b"X\0: a\r\n\r\n", b"400"),
        (GET + b"X: a\x7fb\r\n\r\n", b"400"),
        (GET + b"X: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (GET + b"Expect: 200-ok\r\n\r\n", b"417"),
        (POST + b"Expect: 100-continue, 200-ok\r\nContent-Length: 2\r\n\r\n", b"417"),
        *(
            (line + b"\r\nHost: localhost\r\n\r\n", status)
            for line, status in {
                b"get / HTTP/1.1": b"501",
                b"FOO / HTTP/1.1": b"501",
                b"CONNECT localhost:80 HTTP/1.1": b"501",
                b"GET / http/1.1": b"400",
                b"GET / HTTP/1": b"400",
                b"GET / HTTP/1.10": b"400",
                b"GET / HTTP/11.1": b"400",
                b"GET /": b"400",
                b"GET\t/\tHTTP/1.1": b"400",
                b"GET  / HTTP/1.1": b"400",
                b"GET / HTTP/1.1 ": b"400",
                b"GET /a b HTTP/1.1": b"400",
                b"GET /a\0b HTTP/1.1": b"400",
                b"GET /a\x7fb HTTP/1.1": b"400",
                b"GET healthz HTTP/1.1": b"400",
                b"GET /healthz#top HTTP/1.1": b"400",
                b"GET * HTTP/1.1": b"400",
                b"GET ftp://localhost/ HTTP/1.1": b"400",
                b"GET http:///healthz HTTP/1.1": b"400",
                b"GET http://someone@localhost/ HTTP/1.1": b"400",
                b"GET /" + b"a" * 20_000 + b" HTTP/1.1": b"414",
                b"GET /" + b"a" * 40_000 + b" HTTP/1.1": b"414",
            }.items()
        ),
        *(
            (POST + b"Transfer-Encoding: chunked\r\n\r\n" + body + HIDDEN, status)
            for body, status in {
                b"0x5\r\nhello\r\n0\r\n\r\n": b"400",
                b"+5\r\nhello\r\n0\r\n\r\n": b"400",
                b"-5\r\nhello\r\n0\r\n\r\n": b"400",
                b"5 \r\nhello\r\n0\r\n\r\n": b"400",
                b"5_0\r\nhello\r\n0\r\n\r\n": b"400",
                b"\r\n5\r\nhello\r\n0\r\n\r\n": b"400",
                b"5\nhello\n0\n\n": b"400",
                b"5\n\r\nhello\r\n0\r\n\r\n": b"400",
                b"5\r\nhello!\r\n0\r\n\r\n": b"400",
                b"5;a b\r\nhello\r\n0\r\n\r\n": b"400",
                b"5;a=\nb\r\nhello\r\n0\r\n\r\n": b"400",
                b"5;a=" + b"b" * 50_000 + b"\r\nhello\r\n0\r\n\r\n": b"400",
                b"5\r\nhello\r\n0\r\nno field\r\n\r\n": b"400",
                b"5\r\nhello\r\n0\r\nX: y\nZ: w\r\n\r\n": b"400",
                b"5\r\nhello\r\n0\r\n" + b"X: y\r\n" * 6_000 + b"\r\n": b"400",
                b"0" * 50_000: b"400",
                b"F" * 16 + b"\r\n": b"413",
            }.items()
        ),
    ],
)
def test_what_cannot_be_understood_or_could_be_understood_in_two_ways_is_refused_and_the_connection_closed(
    site: Server, request_: bytes, status: bytes
) -> None:
    answer, closed = said(site, request_)
    assert answer.split(b" ", 2)[1].startswith(status)
    assert (
        answer.count(b"HTTP/1.0 ") + answer.count(b"HTTP/1.1 ") == 1
    )  # and no response to the request hidden behind it
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
    "head",
    [
        b"HTTP/1.0",
        b"HTTP/1.1\r\nHost:",
        b"HTTP/1.1\r\nHost: 10.0.0.7",
        b"HTTP/1.1\r\nHost: 10.0.0.7:",
        b"HTTP/1.1\r\nHost: [fd00::7]:8000",
    ],
)
def test_a_watcher_needs_no_host_and_no_new_http(site: Server, path: bytes, head: bytes) -> None:
    answer, _ = said(site, b"GET " + path + b" " + head + b"\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"200"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n", b"200"),
        (b"GET /healthz HTTP/1.9\r\nHost: localhost\r\n\r\n", b"200"),
        (b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
        (b"HEAD / HTTP/1.1\r\nHost: localhost:\r\n\r\n", b"200"),
        (b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
        (b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX:\r\n\r\n", b"200"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", b"200"),
        (POST + b"Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n", b"100"),
        (POST + b"Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", b"405"),
        (POST + b'Transfer-Encoding: chunked\r\n\r\n5;a;b=c;d="e f"\r\nhello\r\n0\r\n\r\n', b"405"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n005\r\nhello\r\n0\r\nX: y\r\n\r\n", b"405"),
    ],
)
def test_what_is_unusual_but_right_is_understood_and_the_connection_stays(
    site: Server, request_: bytes, status: bytes
) -> None:
    answer, closed = said(site, request_)
    assert answer.startswith(b"HTTP/1.1 " + status + b" ")
    assert not closed


@pytest.mark.parametrize("close", [b"close", b"Close", b"foo, close", b"close, foo"])
def test_a_connection_is_closed_for_whoever_asks_for_it_among_other_things(
    site: Server, close: bytes
) -> None:
    request_ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: " + close + b"\r\n\r\n"
    assert said(site, request_)[1]


@pytest.mark.parametrize(
    ("line", "host", "status"),
    [
        (b"http://elsewhere.test%b HTTP/1.1", b"Host: localhost\r\n", b"400"),
        (b"http://localhost%b HTTP/1.1", b"Host: elsewhere.test\r\n", b"200"),
        (b"%b HTTP/1.1", b"Host: elsewhere.test\r\n", b"400"),
        (b"%b HTTP/1.1", b"Host: localhost\r\nHost: localhost\r\n", b"400"),
        (b"%b HTTP/1.1", b"", b"400"),
        (b"%b HTTP/1.0", b"", b"400"),
        (b"%b HTTP/1.1", b"Host: localhost\r\n", b"200"),
    ],
)
def test_a_file_is_there_for_the_hosts_that_pages_are_there_for(
    site: Server, line: bytes, host: bytes, status: bytes
) -> None:
    page, _ = said(site, GET + b"Connection: close\r\n\r\n")
    style = re.search(rb"/static/site\.[0-9a-f]+\.css", page)
    assert style
    answer, _ = said(site, b"GET " + line % style[0] + b"\r\n" + host + b"Connection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == status


@given(st.binary(max_size=200), st.integers(1, 50), st.integers(1, 20))
def test_a_body_in_chunks_is_the_same_however_it_is_cut_and_comes(body: bytes, size: int, step: int) -> None:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    sent = b"".join(b"%x;n=v\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\nX: y\r\n\r\nNEXT"
    received = ChunkedBody(OverflowableBuffer(1_000), 1_000)
    taken = 0
    while taken < len(sent) and not received.completed:
        taken += received.received(sent[taken : taken + step])
        assert not received.error
    assert received.completed
    assert sent[taken:] == b"NEXT"
    assert received.getfile().read() == body
