"""How waitress treats connections here: slow ones hold nobody up, and a stop ends none in the middle of an answer."""

import resource
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from blog.server.request_parser import Parser

MOST = 1_000
"""Connections at a time; some 20 kB each. Further ones wait in the system's queue until one of these is closed."""
SPARE_FILES = 100
"""Files that are open beside them."""
IDLE = 30
"""Seconds for which a connection may say nothing, and take nothing of what it is sent."""
IDLE_IF_FULL = 1
"""Seconds for which one that was answered may do so while there are so many that others have to wait."""
PATIENCE = 20
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
            patience = PATIENCE + coming.body_bytes_received / SLOWEST
            if time.monotonic() - self.began > patience:
                self.will_close = True
        elif self.server.in_connection_overflow and self.is_spare():
            self.will_close = True
        return bool(super().readable())

    def send_continue(self) -> None:
        """Ask for the body of a request that waits to be asked (`Expect: 100-continue`), if it is to come at all.

        waitress asks for it also when there is none, and waits for it for good, or when its size was refused.
        """
        coming = self.request
        if coming is not None and coming.completed:
            coming.expect_continue = False
        else:
            super().send_continue()

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


BaseWSGIServer.channel_class = Channel


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


def run(server: Any, begin: Callable[[], object] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl+C, then until what is under way is answered; the second one ends that too.

    `server` is what waitress's create_server gives, of one address or of several; `begin` is called when signals are
    heeded. They raise nothing: an exception in the middle of whatever runs just then may be swallowed there, and the
    server would go on for good.
    """
    listening: list[Any] = [each for each in sockets(server).values() if isinstance(each, BaseWSGIServer)]
    stops: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stops.append(number)
        for each in listening:
            each.trigger.pull_trigger()  # wakes the loop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    begin()
    while not stops:
        loop(server, timeout=1)
    for each in listening:
        close(each)
    deadline = time.monotonic() + DRAIN
    while len(stops) == 1 and time.monotonic() < deadline:
        channels = [each for each in sockets(server).values() if isinstance(each, Channel)]
        for channel in channels:
            if not channel.is_busy():
                channel.handle_close()
        if not any(channel.is_busy() for channel in channels):
            break
        loop(server, timeout=0.1)
    server.task_dispatcher.shutdown(timeout=1)


def loop(server: Any, timeout: float) -> None:
    """Once round waitress's loop."""
    server.asyncore.loop(timeout=timeout, map=sockets(server), use_poll=True, count=1)


def sockets(server: Any) -> dict[int, Any]:
    """All that the loop looks after, by their numbers."""
    found: dict[int, Any] = server.map if hasattr(server, "map") else server._map
    return found


def close(listening: Any) -> None:
    """Take no new connections; waitress's own way would close those that there are as well."""
    listening.accepting = False
    listening.del_channel()
    listening.socket.close()
