"""The servers that are measured side by side: the site, bare functions on waitress, nginx with a file."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

# A server like the site's, on waitress, that knows one answer: its `app` comes between the two.
BEFORE = """
import json, sys
from pathlib import Path
from blog.server import connections
from blog.server.serving import Threads
from waitress.server import create_server

port, told, body = int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3]).read_bytes()
headers = [tuple(pair) for pair in told]
"""
AFTER = """
sockets, threads = {}, Threads(8)
create_server(app, sockets, host="127.0.0.1", port=port, _dispatcher=threads, ident=None,
              connection_limit=connections.MOST)
connections.run(sockets, threads)
"""

# The bytes with nothing around them: as little as a WSGI application can do.
BARE = """
def app(environ, start_response):
    start_response("200 OK", headers)
    return [body]
"""

# A view behind Flask-Caching's decorator, which is what a site of this kind usually has.
DECORATED = """
from flask import Flask, Response
from flask_caching import Cache

app = Flask("decorated")
cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})

@app.get("/")
@cache.cached(timeout=0)
def page():
    return Response(body, headers=headers)
"""

NGINX = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000;
  types {{ text/html html; }}
  client_body_temp_path {folder}/client_body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""
FILE = """
  server {{ listen 127.0.0.1:{port}; open_file_cache max=100; location / {{ root {folder}; index page.html; }} }}
"""


class Page(NamedTuple):
    """What a server answered."""

    headers: list[tuple[str, str]]
    body: bytes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fetch(port: int, path: str = "/", **headers: str) -> Page:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return Page(response.getheaders(), response.read())
    finally:
        connection.close()


def wait(port: int, seconds: float = 60) -> None:
    """Until the server at `port` answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            fetch(port)
        except (OSError, HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def on_first_core() -> None:
    """Servers run on one core and the load generator on the other.

    On two cores threads of Python hand the interpreter's lock from one to the other, and a server is now two, now four
    times slower, by chance: ratios would be of that.
    """
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def on_last_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextmanager
def process(*command: str | Path, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [str(each) for each in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=on_first_core,
    ) as it:
        try:
            wait(port)
            yield it
        finally:
            it.terminate()


@contextmanager
def site(instance: Path, **settings: object) -> Iterator[tuple[int, int]]:
    """`python app.py`, with the memory pools that deploy/scrollwork.service sets: its port and its process."""
    port = free_port()
    named = {"MALLOC_ARENA_MAX": "2"} | {f"BLOG_{name}": str(value) for name, value in settings.items()}
    with process(
        sys.executable, "app.py", port=port, BLOG_INSTANCE=str(instance), BLOG_PORT=str(port), **named
    ) as it:
        yield port, it.pid


@contextmanager
def waitress(program: str, page: Page, folder: Path) -> Iterator[int]:
    """`program`, BARE or DECORATED, which answers with `page`."""
    port = free_port()
    dropped = {"date", "connection", "via", "server"}
    told, body = folder / "headers.json", folder / "body"
    told.write_text(json.dumps([pair for pair in page.headers if pair[0].lower() not in dropped]))
    body.write_bytes(page.body)
    with process(sys.executable, "-c", f"{BEFORE}{program}{AFTER}", str(port), told, body, port=port):
        yield port


@contextmanager
def nginx(page: bytes, site: int, folder: Path) -> Iterator[tuple[int, int]]:
    """nginx twice over, in one process: with a file that has the bytes of `page`, and with the site behind its cache.

    The second is deploy/nginx.conf in front of the site at port `site`, without TLS.
    """
    file, cached, inner, redirecting = (free_port() for _ in range(4))
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{site};",
        "server 127.0.0.1:8001;": f"server 127.0.0.1:{inner};",
        "listen 127.0.0.1:8001;": f"listen 127.0.0.1:{inner};",
        "listen 80;": f"listen 127.0.0.1:{redirecting};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{cached};",
        "listen [::]:443 ssl http2;": "",
        "ssl_certificate /etc/letsencrypt/live/blog.example.org/fullchain.pem;": "",
        "ssl_certificate_key /etc/letsencrypt/live/blog.example.org/privkey.pem;": "",
        "/var/lib/nginx/scrollwork": f"{folder}/cache",
    }
    shipped = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in changes.items():
        assert old in shipped, old
        shipped = shipped.replace(old, new)
    (folder / "page.html").write_bytes(page)
    folder.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        NGINX.format(folder=folder, servers=FILE.format(folder=folder, port=file) + shipped)
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None
    with process(program, "-c", configuration, "-g", "daemon off;", port=file):
        wait(cached)
        yield file, cached


def resident(pid: int) -> float:
    """The memory that a process has, in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
