"""Many and slow connections: none hangs, and a stop completes running responses."""

import re
import resource
import shutil
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from blog.server import connections
from blog.web.security import AUTHORS_BODY
from tests.programs import Server, server

pytestmark = pytest.mark.long

# The site with a response larger than the system's buffers. Timeouts are shorter here, so that tests can see them.
PROBE = """
import resource
from blog import create_app
from blog.server import connections
from blog.server.serving import serve

connections.REQUEST_SECONDS = connections.IDLE = 2
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
app = create_app()

@app.get("/large")
def large():
    return b"0123456789abcdef" * 500_000

serve(app)
"""
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half"
LARGE = 8_000_000


@pytest.fixture(scope="module")
def site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = shutil.copytree(new_instance, tmp_path_factory.mktemp("connections") / "instance")
    with server(instance, "-c", PROBE) as started:
        started.wait()
        yield started


def status(port: int, path: str = "/") -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status


def wait_until_nobody_new_is_taken(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            status(port)
        except ConnectionRefusedError:
            return
        except OSError:
            continue
    pytest.fail("the server went on taking connections")


def test_three_hundred_who_never_finish_their_request_keep_nobody_out_and_are_sent_away(site: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 1_024)), hard))
    with ExitStack() as open_ones:
        slow = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(300)]
        for each in slow:
            open_ones.enter_context(each)
            each.sendall(HALF)
        assert [status(site.port) for _ in range(20)] == [200] * 20
        assert [each.recv(1) for each in slow] == [b""] * 300


def test_a_byte_now_and_then_is_no_request(site: Server) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as slow:
        slow.settimeout(0.05)
        sent = 0
        while True:
            slow.sendall(HALF[sent % len(HALF) :][:1])
            sent += 1
            try:
                assert slow.recv(1) == b""
                break
            except TimeoutError:
                assert sent < 1_000


def test_a_connection_that_says_nothing_is_closed(site: Server) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as silent:
        assert silent.recv(1) == b""


def test_a_hundred_at_once_are_all_served_in_turn(site: Server) -> None:
    with ThreadPoolExecutor(100) as pool:
        paths = ["/", "/archive/", "/tags/", "/healthz"] * 50
        assert set(pool.map(lambda path: status(site.port, path), paths)) == {200}


def test_fifteen_hundred_at_once_who_keep_their_connections_are_all_answered(instance: Path) -> None:
    """More than the limit: closing finished connections makes room for the next ones, which do not wait long."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = min(1_500, (2_000 if hard == resource.RLIM_INFINITY else hard) - 300)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, many + 300), hard))
    with server(instance) as started, ExitStack() as open_ones:
        started.wait()
        assert status(started.port) == 200
        begun = time.monotonic()
        all_of_them = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", started.port), timeout=20))
            for _ in range(many)
        ]
        for each in all_of_them:
            each.sendall(b"GET /archive/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answers = Counter(each.recv(12) for each in all_of_them)
        assert answers == {b"HTTP/1.1 200": many}
        assert time.monotonic() - begun < connections.IDLE / 2
        assert status(started.port) == 200
    assert "Traceback" not in started.log.read_text()


def test_with_few_files_there_are_fewer_connections_at_a_time_and_all_are_answered(instance: Path) -> None:
    program = PROBE.replace("(256, hard)", "(256, 256)").replace(
        "connections.REQUEST_SECONDS = connections.IDLE = 2", ""
    )
    with server(instance, "-c", program) as started, ExitStack() as open_ones:
        started.wait()
        assert status(started.port) == 200
        many = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", started.port), timeout=20))
            for _ in range(300)
        ]
        for each in many:
            each.sendall(b"GET /archive/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert Counter(each.recv(12) for each in many) == {b"HTTP/1.1 200": 300}
        assert [status(started.port, path) for path in ("/tags/", "/readyz")] == [200, 200]


POST = "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n"
ASKED = b"HTTP/1.1 100 Continue\r\n\r\n"


def test_who_waits_to_be_asked_for_the_body_is_asked_and_then_answered(site: Server) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as sender:
        for _ in range(2):
            sender.sendall(POST.format(10).encode())
            assert sender.recv(100) == ASKED
            sender.sendall(b"0123456789")
            assert answer(sender).startswith(b"HTTP/1.1 404")


def test_who_sends_the_body_without_waiting_is_answered_as_well(site: Server) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as sender:
        for _ in range(2):
            sender.sendall(POST.format(10).encode() + b"0123456789")
            assert answer(sender).removeprefix(ASKED).startswith(b"HTTP/1.1 404")


def test_who_waits_to_be_asked_for_no_body_or_for_too_large_a_one_gets_the_answer_at_once(
    site: Server,
) -> None:
    for head, told in (
        (POST.format(0), b"HTTP/1.1 404"),
        (
            POST.format(0).replace("POST /nowhere", "GET /healthz").replace("Content-Length: 0\r\n", ""),
            b"HTTP/1.1 200",
        ),
        (POST.format(10 * AUTHORS_BODY), b"HTTP/1.1 413"),
    ):
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as sender:
            sender.sendall(head.encode())
            assert answer(sender).startswith(told)


def answer(sender: socket.socket) -> bytes:
    """The complete response, up to the end of one with a length."""
    found = b""
    while True:
        head, end, body = found.removeprefix(ASKED).partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and length and len(body) >= int(length[1]):
            return found
        more = sender.recv(65_536)
        assert more, found
        found += more


def test_who_takes_nothing_of_an_answer_takes_no_thread(site: Server) -> None:
    with ExitStack() as open_ones:
        for _ in range(40):
            lazy = open_ones.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            lazy.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert [status(site.port) for _ in range(20)] == [200] * 20


def test_a_stop_waits_until_a_long_answer_is_taken_whole(instance: Path) -> None:
    with server(instance, "-c", PROBE) as started:
        started.wait()
        connection = HTTPConnection("127.0.0.1", started.port, timeout=20)
        with closing(connection):
            connection.request("GET", "/large")
            response = connection.getresponse()
            beginning = response.read(1_000)
            started.process.send_signal(signal.SIGTERM)
            wait_until_nobody_new_is_taken(started.port)
            assert started.process.poll() is None
            assert len(beginning) + len(response.read()) == LARGE
        assert started.process.wait(timeout=20) == 0
    assert "Traceback" not in started.log.read_text()


def test_under_load_a_stop_leaves_no_answer_half_written(instance: Path) -> None:
    broken: list[str] = []
    answered = threading.Semaphore(0)

    def read(port: int) -> None:
        while True:
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("GET", "/archive/")
                response = connection.getresponse()
            except OSError:  # refused, or closed before a response
                return
            with closing(connection):
                length = int(response.headers["Content-Length"])
                try:
                    taken = len(response.read())
                except (OSError, HTTPException) as error:
                    broken.append(repr(error))
                    return
            if taken == length:
                answered.release()
            else:
                broken.append(f"{taken} of {length} bytes")

    with server(instance, "-c", PROBE) as started:
        started.wait()
        readers = [threading.Thread(target=read, args=(started.port,)) for _ in range(8)]
        for reader in readers:
            reader.start()
        for _ in range(100):
            assert answered.acquire(timeout=20)
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(timeout=20) == 0
        for reader in readers:
            reader.join()
    assert broken == []


def test_what_lies_in_wait_behind_a_request_ends_no_answer_that_takes_its_time(instance: Path) -> None:
    program = PROBE.replace("serve(app)", SLOW)
    with server(instance, "-c", program) as started:
        started.wait()
        with socket.create_connection(("127.0.0.1", started.port), timeout=20) as both:
            both.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n" + HALF)
            assert both.recv(12) == b"HTTP/1.1 200"


SLOW = """
import time

@app.get("/slow")
def slow():
    time.sleep(2 * connections.REQUEST_SECONDS)
    return "late"

serve(app)
"""


def test_a_stop_takes_what_is_arriving(instance: Path) -> None:
    with server(instance, "-c", PROBE.replace("= 2", "= 20")) as started:
        started.wait()
        body = b"a=" + b"x" * 50_000
        head = f"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", started.port), timeout=20) as sender:
            sender.sendall(head.encode() + body[:20_000])
            assert status(started.port) == 200
            started.process.send_signal(signal.SIGTERM)
            wait_until_nobody_new_is_taken(started.port)
            sender.sendall(body[20_000:])
            assert sender.recv(12) == b"HTTP/1.1 404"
        assert started.process.wait(timeout=20) == 0
