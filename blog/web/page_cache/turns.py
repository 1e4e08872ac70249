"""Limit rendering of uncached pages to two requests at a time, so that cached pages stay fast.

Python runs one thread at a time: with eight threads rendering, a ninth that only sends a cached page would wait eight
times as long. Two, so that a page that waits for something does not block all others.
"""

import threading
from collections.abc import Iterable
from typing import Any

from flask import Flask

from blog.web import errors
from blog.web.caching import PUBLIC

AT_ONCE = 2
MOST_WAITING = 32
"""Maximum number of waiting requests, each in a thread. Further ones get 503."""
WAIT_SECONDS = 30
"""Seconds to wait for a turn."""


class Turns:
    """A semaphore between cache and Flask: who renders and who waits."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inner = app.wsgi_app
        self.free = threading.Semaphore(AT_ONCE)
        self.lock = threading.Lock()
        self.waiting = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get(PUBLIC) and not environ["PATH_INFO"].startswith("/search"):
            return self.inner(environ, start_response)
        if not self.free.acquire(blocking=False) and not self.wait():
            with self.app.request_context(environ):
                busy: Iterable[bytes] = errors.busy()(environ, start_response)
            return busy
        try:
            return self.inner(environ, start_response)
        finally:
            self.free.release()

    def wait(self) -> bool:
        """Wait for a turn. Returns False if too many wait, or it takes too long."""
        with self.lock:
            if self.waiting >= MOST_WAITING:
                return False
            self.waiting += 1
        thread = self.app.extensions["page_cache"].waiting  # another request renders in the meantime
        thread(+1)
        try:
            return self.free.acquire(timeout=WAIT_SECONDS)
        finally:
            thread(-1)
            with self.lock:
                self.waiting -= 1


def init_app(app: Flask) -> None:
    app.wsgi_app = Turns(app)  # type: ignore[method-assign]
