"""Pages that are not kept are made by two requests at a time, so that they do not hold up the pages that are.

Python runs one thread at a time: eight that make pages would let a ninth, which only sends one, wait for its turn eight
times as long. Two, so that one page that waits for something does not hold up all others.
"""

import threading
from collections.abc import Iterable
from typing import Any

from flask import Flask

from blog.web import errors
from blog.web.caching import PUBLIC

AT_ONCE = 2
MOST_WAITING = 32
"""Requests that wait for their turn, each in a thread; further ones are told to come again."""
PATIENCE = 30
"""Seconds to wait for a turn."""


class Turns:
    """Between the cache and Flask: who makes a page for readers, and who waits to make one."""

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
        """Wait for a turn; False if too many wait, or it takes too long."""
        with self.lock:
            if self.waiting >= MOST_WAITING:
                return False
            self.waiting += 1
        thread = self.app.extensions["front"].waiting  # another one works meanwhile
        thread(+1)
        try:
            return self.free.acquire(timeout=PATIENCE)
        finally:
            thread(-1)
            with self.lock:
                self.waiting -= 1


def init_app(app: Flask) -> None:
    app.wsgi_app = Turns(app)  # type: ignore[method-assign]
