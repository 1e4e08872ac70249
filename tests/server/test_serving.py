"""Serving with waitress in a separate process: start, stop, proxy headers, log."""

import http.client
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask

from blog import clock, create_app
from blog.errors import SettingInvalid
from blog.server import serving
from blog.store.db import db, writing
from blog.store.models import Post
from blog.writing import editing
from tests.programs import ROOT, Server, environment, free_port, is_one_sentence, rows, run, server

# The site with addresses that are slow, fail, show the client's address, or wait for a request to another address.
PROBE = """
import gc
import threading
import time
from flask import request
from blog import create_app
from blog.server.serving import serve
from blog.web.caching import cached_page

app = create_app()
gate = threading.Event()

@app.get("/gated")
@cached_page
def gated():
    return "open" if gate.wait(30) else "shut"

@app.get("/accent-waiting")
def waiting():
    return str(app.extensions["page_cache"].waiting.__self__.waiting)

@app.get("/accent-open")
def open_gate():
    gate.set()
    return "now"

@app.get("/accent-frozen")
def frozen():
    return f"{gc.get_freeze_count()} {len(gc.get_objects())}"

@app.get("/slow")
def slow():
    print("slow has begun", flush=True)
    time.sleep(1)
    return "x" * 1_000_000

@app.get("/fails")
def fails():
    raise RuntimeError("a bug")

@app.get("/who")
def who():
    return f"{request.remote_addr} {request.scheme} {request.host}"

serve(app)
"""


@pytest.fixture(scope="module")
def probe(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("probe") / "instance"))
    with server(instance, "-c", PROBE) as started:
        started.wait()
        yield started


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


def get(server: Server, path: str, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(connection):
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def wait_for_slow(server: Server) -> None:
    assert server.process.stdout.readline() == "slow has begun\n"


# --- starting and stopping


def test_a_first_start_says_where_the_site_is_and_how_the_samples_go(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment(tmp_path / "fresh", PORT=port),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        samples, _, link, address = [process.stdout.readline() for _ in range(4)]
        process.terminate()
    assert "30 sample posts" in samples
    assert "posts remove-samples" in samples
    assert f"http://127.0.0.1:{port}/author/welcome/" in link
    assert f"http://127.0.0.1:{port}" in address


def test_each_start_empties_the_trash_of_what_lay_in_it_for_thirty_days(instance: Path) -> None:
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        late, later = (editing.create(editing.Text("Words.")) for _ in range(2))
        with writing() as session:
            for post_id, days in ((late, 31), (later, 29)):
                post = session.get_one(Post, post_id)
                post.trashed_at = post.updated_at = clock.now() - timedelta(days=days)
        db.session.remove()
        db.engine.dispose()
    with server(instance) as started:
        started.wait()
    (kept,) = (row for row in rows(instance)["post"] if row[0] in {late, later})
    assert kept[0] == later


def test_a_request_under_way_is_answered_before_the_server_stops(instance: Path) -> None:
    with server(instance, "-c", PROBE) as started:
        started.wait()
        idle = socket.create_connection(("127.0.0.1", started.port))
        connection = http.client.HTTPConnection("127.0.0.1", started.port, timeout=20)
        with closing(idle), closing(connection):
            connection.request("GET", "/slow")
            wait_for_slow(started)
            started.process.send_signal(signal.SIGTERM)
            response = connection.getresponse()
            assert (response.status, len(response.read())) == (200, 1_000_000)
        assert started.process.wait(timeout=20) == 0
    assert "Traceback" not in started.log.read_text()


def test_requests_for_a_page_that_is_being_made_do_not_hold_up_others(instance: Path) -> None:
    """With two threads and thirty requests for the same page: the request that releases it is answered."""
    with server(instance, "-c", PROBE, THREADS=2) as started:
        started.wait()
        with ThreadPoolExecutor(30) as pool:
            answers = [pool.submit(get, started, "/gated") for _ in range(30)]
            assert any(get(started, "/accent-waiting").body == b"29" for _ in range(10_000))
            assert get(started, "/accent-open").body == b"now"
            assert {answer.result(30).body for answer in answers} == {b"open"}
        assert get(started, "/accent-waiting").body == b"0"


def test_a_collection_of_garbage_does_not_look_at_all_that_the_start_made(probe: Server) -> None:
    """It delays every request: scanning all objects of a site takes a tenth of a second."""
    get(probe, "/")
    frozen, looked_at = map(int, get(probe, "/accent-frozen").body.split())
    assert frozen > 50_000
    assert looked_at < frozen / 2


def test_a_page_that_has_not_changed_leaves_the_connection_open(probe: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", probe.port, timeout=20)
    with closing(connection):
        connection.request("GET", "/")
        page = connection.getresponse()
        page.read()
        socket_of_the_first = connection.sock
        for _ in range(3):
            connection.request("GET", "/", headers={"If-None-Match": page.headers["ETag"]})
            unchanged = connection.getresponse()
            assert (unchanged.status, unchanged.read()) == (304, b"")
            assert connection.sock is socket_of_the_first
        connection.request("GET", "/", headers={"If-None-Match": "*", "Connection": "close"})
        last = connection.getresponse()
        assert (last.status, last.headers["Connection"]) == (304, "close")


@pytest.mark.long
def test_requests_that_wait_for_a_thread_fill_no_log_and_ctrl_c_is_no_error(instance: Path) -> None:
    with server(instance, "-c", PROBE, THREADS=1) as started:
        started.wait()
        connections = [http.client.HTTPConnection("127.0.0.1", started.port, timeout=20) for _ in range(3)]
        for connection, path in zip(connections, ("/slow", "/healthz", "/healthz"), strict=True):
            connection.request("GET", path)
            if path == "/slow":
                wait_for_slow(started)
        for connection in connections:
            assert connection.getresponse().status == 200
            connection.close()
        started.process.send_signal(signal.SIGINT)
        assert started.process.wait(timeout=20) == 0
    assert not re.search("WARNING|Traceback", started.log.read_text())


def test_a_port_in_use_is_one_sentence(instance: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        started = run(instance, "app.py", PORT=taken.getsockname()[1])
    assert (started.returncode, started.stdout) == (1, "")
    assert "Address already in use" in started.stderr
    assert "BLOG_PORT" in started.stderr
    assert is_one_sentence(started.stderr)


def test_a_host_that_does_not_exist_is_one_sentence(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(SettingInvalid) as refused:
        serving.prepared(make_app(HOST="no.such.host.invalid"))
    assert is_one_sentence(refused.value.message)
    assert "BLOG_HOST" in refused.value.message


# --- where it listens


def answered(family: int, address: Any, host: str) -> bool:
    """Whether the site responds with a page at `address` to requests with the host `name`."""
    with socket.socket(family) as connection:
        connection.settimeout(20)
        connection.connect(address)
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_site_listens_at_ipv6_and_is_called_by_it(instance: Path) -> None:
    with server(instance, HOST="::1") as started:
        assert f"http://[::1]:{started.port}" in started.wait()[-1]
        assert answered(socket.AF_INET6, ("::1", started.port), f"[::1]:{started.port}")
    with server(instance, HOST="::1", BASE_URL=f"http://[::1]:{started.port}", PORT=started.port) as again:
        again.wait()
        assert answered(socket.AF_INET6, ("::1", started.port), f"[::1]:{started.port}")


def test_all_addresses_are_those_of_ipv4_and_of_ipv6(instance: Path) -> None:
    with server(instance, HOST="::") as started:
        started.wait()
        assert answered(socket.AF_INET6, ("::1", started.port), f"[::1]:{started.port}")
        assert answered(socket.AF_INET, ("127.0.0.1", started.port), "127.0.0.1")


def test_several_addresses_and_a_socket_are_served_together_and_the_socket_goes_with_the_server(
    instance: Path, tmp_path: Path
) -> None:
    path = tmp_path / "site.sock"
    with server(instance, HOST=f"localhost,127.0.0.1, ::1 unix:{path}:600") as started:
        started.wait()
        assert answered(socket.AF_INET, ("127.0.0.1", started.port), "localhost")
        assert answered(socket.AF_INET6, ("::1", started.port), "localhost")
        assert answered(socket.AF_UNIX, str(path), "localhost")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        second = run(instance, "app.py", HOST=f"unix:{path}")
        assert second.returncode == 1
        assert "in use" in second.stderr
        assert is_one_sentence(second.stderr)
        assert answered(socket.AF_UNIX, str(path), "localhost")
        started.process.terminate()
        started.process.wait(30)
    assert not path.exists()


def test_a_socket_that_a_killed_server_left_behind_is_taken_over(instance: Path, tmp_path: Path) -> None:
    path = tmp_path / "site.sock"
    for _ in range(2):
        with server(instance, HOST=f"unix:{path}") as started:
            started.wait()
            assert answered(socket.AF_UNIX, str(path), "localhost")
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
            started.process.kill()
            started.process.wait(30)
        assert path.exists()


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("192.0.2.1", "does not have that address"),
        ("unix:/nowhere/site.sock", "No such file"),
        ("unix:{folder}", "is not a socket"),
        ("unix:{folder}/" + "x" * 120, "107 bytes"),
        ("127.0.0.1,no.such.host.invalid", "is not an address of this machine"),
    ],
)
def test_a_place_where_it_cannot_listen_is_one_sentence(
    instance: Path, tmp_path: Path, host: str, says: str
) -> None:
    started = run(instance, "app.py", HOST=host.format(folder=tmp_path), PORT=free_port())
    assert (started.returncode, started.stdout) == (1, "")
    assert says in started.stderr
    assert is_one_sentence(started.stderr)


# --- what a request is taken for


FORWARDED = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evil.example",
}


def test_who_asks_is_believed_of_nobody_when_no_proxy_is_trusted(probe: Server) -> None:
    answer = get(probe, "/who", **FORWARDED)
    assert answer.body == b"127.0.0.1 http 127.0.0.1:%d" % probe.port
    assert "Strict-Transport-Security" not in answer.headers


def test_who_asks_and_whether_by_https_is_believed_of_the_trusted_proxy(instance: Path) -> None:
    with server(instance, "-c", PROBE, TRUSTED_PROXY="127.0.0.1") as started:
        started.wait()
        answer = get(started, "/who", **FORWARDED)
        assert answer.body == b"203.0.113.9 https 127.0.0.1:%d" % started.port
        assert "Strict-Transport-Security" in answer.headers


def test_another_name_is_refused_and_the_server_does_not_tell_what_it_is(probe: Server) -> None:
    assert get(probe, "/", Host="evil.example").status == 400
    answer = get(probe, "/")
    assert answer.status == 200
    assert "Server" not in answer.headers


# --- the log


def lines(server: Server, path: str) -> list[re.Match[str]]:
    """The log entries of the requests for `path`, by request id."""
    form = (
        r"^\S+ \S+ INFO blog\.observability request=([0-9a-f]{8}) "
        rf"request method=GET path='{re.escape(path)}' status=(\d+) ms=\d+\.\d cache=(\S+) htmx=(\S+)$"
    )
    return list(re.finditer(form, server.log.read_text(), re.MULTILINE))


def test_each_request_is_one_line_of_keys_and_values_with_an_id(probe: Server) -> None:
    for _ in range(2):
        get(probe, "/archive/?utm_source=x")  # the second time, a cached page is sent, which is not logged
    get(probe, "/no%0Awhere", HX_Request="true")
    (first,) = lines(probe, "/archive/")
    assert first.groups()[1:] == ("200", "miss", "no")
    (missing,) = lines(probe, r"/no\nwhere")
    assert missing.groups()[1:] == ("404", "-", "yes")
    assert first[1] != missing[1]


def test_no_log_holds_a_token_with_which_one_could_come_in(probe: Server) -> None:
    for path in ("/author/welcome/a-secret-token", "/preview/a-secret-token"):
        get(probe, path)
    assert len(lines(probe, "/author/welcome/…")) == len(lines(probe, "/preview/…")) == 1
    token = secrets.token_urlsafe(32)
    for path in (
        "/preview/a-secret-token/",
        f"/preview/{token}/x",
        f"/Preview/{token}",
        f"/preview%252F{token}",
        "/Preview/a-secret-token",
        "/author%252Fwelcome%252Fa-secret-token",
        f"/{token}",
        f"/fails/{token}",
    ):
        get(probe, path)
    get(probe, f"/preview/{token}", Host="evil.example")
    get(probe, "/", Referer=f"http://localhost/preview/{token}")
    with closing(http.client.HTTPConnection("127.0.0.1", probe.port, timeout=20)) as connection:
        connection.request("DELETE", f"/author/welcome/{token}")
        connection.getresponse().read()
    written = probe.log.read_text()
    assert "a-secret-token" not in written
    assert token not in written


def test_a_bug_is_logged_with_the_id_of_its_request_and_hidden_from_the_reader(probe: Server) -> None:
    answer = get(probe, "/fails")
    assert answer.status == 500
    assert b"a bug" not in answer.body
    (failed,) = lines(probe, "/fails")
    log = probe.log.read_text()
    assert log.count("RuntimeError: a bug") == 1
    assert re.findall(r" ERROR \S+ request=(\w+) ", log) == [failed[1]]
