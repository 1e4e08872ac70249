"""How waitress treats connections here: slow ones hold nobody up, and a stop ends none in the middle of an answer."""

import resource
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from blog.server.request_parser import Parser

MOST = 1_000
"""Connections at a time; some 20 kB each. Further ones wait in the system's queue until one of these is closed."""
SPARE_FILES = 100
"""Files that are open beside them."""
IDLE = 30
"""Seconds for which a connection may say nothing, and take nothing of what it is sent."""
IDLE_IF_FULL = 1
"""Seconds for which one that was answered may do so while there are so many that others have to wait."""
REQUEST_SECONDS = 20
"""Seconds in which a request has to be here, and one more for each SLOWEST bytes of its body."""
SLOWEST = 1_000
LARGEST_HEAD = 32 * 1024
"""Bytes of a request's first line and headers; browsers and proxies stop at a quarter of that or earlier."""
DROPPED, MOST_DROPPED = 64 * 1024, 16
"""Bytes that are read at a time, and how many times, of what nobody will answer."""
DRAIN = 10
"""Seconds in which answers under way have to be taken when the server stops."""


class Task(WSGITask):
    """A request whose answer, if it is 304, leaves the connection open, as RFC 9112 (section 9.3) wants it.

    waitress closes it for want of a Content-Length, which a 304 must not have.
    """

    def set_close_on_finish(self) -> None:
        asked = getattr(self.request, "headers", {}).get("CONNECTION", "").lower()
        if self.has_body or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


class Channel(HTTPChannel):
    """A connection that has to bring each request within a time: a byte a second is activity, but no request."""

    task_class = Task
    parser_class = Parser
    began = 0.0

    def received(self, data: bytes) -> bool:
        earlier = self.request
        taken: bool = super().received(data)
        if self.request is not earlier:
            self.began = time.monotonic()
        return taken

    def readable(self) -> bool:
        """Asked in each round of waitress's loop, which goes round once a second at the least."""
        coming = self.request
        if self.requests:
            # waitress reads no further while one is being answered: what lies in wait has its time afterwards.
            self.began = time.monotonic()
        elif coming is not None:
            patience = REQUEST_SECONDS + coming.body_bytes_received / SLOWEST
            if time.monotonic() - self.began > patience:
                self.will_close = True
        elif self.server.in_connection_overflow and self.is_spare():
            self.will_close = True
        return bool(super().readable())

    def handle_close(self) -> None:
        """Close, but read first what has come meanwhile.

        With unread bytes the system would reset the connection, and the answer could be lost (RFC 9112, section 9.6).
        """
        own = self.socket
        if own is not None:
            with suppress(OSError):
                for _ in range(MOST_DROPPED):
                    if not own.recv(DROPPED):
                        break
        super().handle_close()

    def is_spare(self) -> bool:
        """Whether it is one of those that browsers keep when they have been answered, and may never use again."""
        own = self.socket
        if own is None or not self.began or self.is_busy() or time.monotonic() - self.began <= IDLE_IF_FULL:
            return False
        try:
            return not own.recv(1, socket.MSG_PEEK)  # the next request may be there already
        except BlockingIOError:
            return True
        except OSError:
            return False  # waitress will meet the same

    def is_busy(self) -> bool:
        """Whether a request of this connection is arriving or being answered, or its answer not taken yet."""
        return bool(self.request or self.requests or self.total_outbufs_len)


def allow_files() -> int:
    """Ask the system for as many open files as there may be connections, and some more; how many there may be then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return MOST if soft == resource.RLIM_INFINITY else max(1, min(MOST, soft - SPARE_FILES))


def run(
    sockets: dict[int, Any], threads: ThreadedTaskDispatcher, begin: Callable[[], object] = lambda: None
) -> None:
    """Serve until SIGTERM or Ctrl+C, then until what is under way is answered; the second one ends that too.

    `sockets` is the map, and `threads` the dispatcher, that waitress's create_server was given; `begin` is called when
    signals are heeded. They raise nothing: an exception in the middle of whatever runs just then may be swallowed
    there, and the server would go on for good.
    """
    listening = [each for each in sockets.values() if isinstance(each, BaseWSGIServer)]
    for each in listening:
        each.channel_class = Channel
    stops: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stops.append(number)
        for each in listening:
            each.pull_trigger()  # wakes the loop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    begin()
    while not stops:
        loop(sockets, timeout=1)
    for each in listening:
        wasyncore.dispatcher.close(each)  # the server's own would take away what wakes the loop
    deadline = time.monotonic() + DRAIN
    while len(stops) == 1 and time.monotonic() < deadline and close_idle(sockets):
        loop(sockets, timeout=0.1)
    threads.shutdown(timeout=1)


def loop(sockets: dict[int, Any], timeout: float) -> None:
    """Once round waitress's loop."""
    wasyncore.loop(timeout=timeout, map=sockets, use_poll=True, count=1)


def close_idle(sockets: dict[int, Any]) -> bool:
    """Close the connections that wait for nothing; whether there are others."""
    channels = [each for each in sockets.values() if isinstance(each, Channel)]
    for channel in channels:
        if not channel.is_busy():
            channel.handle_close()
    return any(channel.is_busy() for channel in channels)
