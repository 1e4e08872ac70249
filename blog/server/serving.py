"""Serving with waitress: threads, the proxy in front, a stop that finishes what it began."""

import gc
import socket
import sys
import threading
from typing import Any

from flask import Flask
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from blog import observability, samples
from blog.accounts import account
from blog.commands.author import welcome_url
from blog.errors import DatabaseAway
from blog.server import connections
from blog.server.backfilling import Backfiller
from blog.server.periodic import Pinger
from blog.store import upgrading
from blog.system import listening, start_checks
from blog.web.reader.feeds import hub_topics
from blog.web.security import AUTHORS_BODY
from blog.writing import trash

SWITCH = 0.001
"""Seconds after which a thread that makes a page lets another one go on, which may only send one; usual are 0.005."""
MOST_WAITING = 64
"""How many requests get a thread of their own while they wait; further ones take turns."""


def serve(app: Flask) -> None:
    """Serve `app` until SIGTERM or Ctrl+C; requests in flight are answered first.

    The first start of an empty instance writes the samples. As long as nobody can sign in, each start prints a link at
    which the author chooses name and password: whoever reads the console owns the machine. Raises BlogError if the
    database refuses them.
    """
    observability.configure()
    sys.setswitchinterval(SWITCH)
    sockets, threads = prepared(app, connections.allow_files())
    done: upgrading.Upgrade | DatabaseAway | None = app.extensions["upgrade"]
    if isinstance(done, DatabaseAway):
        say(f"{done.message} Until it is available, readers get cached pages.")
    else:
        try:
            greet(app, done)
        except DatabaseAway as error:  # readers need no more than to read
            say(f"{error.message} Until this is fixed, nothing can be saved.")
    for sentence in start_checks.weaknesses(app.config):
        say(sentence)
    pinger = Pinger(app, hub_topics(app))
    backfiller = Backfiller(app)
    pinger.start()
    backfiller.start()
    leave_out_of_collections()
    connections.run(sockets, threads, lambda: say(f"Scrollwork is at {found_at(app)}  (Ctrl+C stops it)"))
    pinger.stop()
    backfiller.stop()
    listening.remove(app.config["HOST"])


def greet(app: Flask, done: upgrading.Upgrade | None) -> None:
    """What a start does with the database, and says of it."""
    with app.app_context(), upgrading.plain_outages():
        written = samples.welcome()
        trash.empty()
        link = None if account.exists() else welcome_url(account.invite())
    if done and done.before:
        say(upgrading.in_words(done))
    if written:
        say(
            f"Created a new site with {written} sample posts. `flask --app app posts remove-samples` removes them."
        )
    if link:
        say(f"There is no author account yet. Choose your name and password within one hour at\n{link}")


def prepared(app: Flask, most: int = connections.MOST) -> tuple[dict[int, Any], "Threads"]:
    """Sockets of `app` that listen wherever they shall, and its threads. Raises SettingInvalid if it cannot."""
    proxy = app.config["TRUSTED_PROXY"]
    sockets = listening.opened(app.config["HOST"], app.config["PORT"])
    threads = Threads(app.config["THREADS"])
    app.extensions["page_cache"].waiting = threads.wait
    # waitress takes only sockets of one kind in a call; one loop serves all that is in one map.
    together: dict[int, Any] = {}
    kinds = ([each for each in sockets if (each.family == socket.AF_UNIX) == kind] for kind in (True, False))
    for of_a_kind in filter(None, kinds):
        create_server(
            app,
            together,
            sockets=of_a_kind,
            _dispatcher=threads,
            ident=None,
            trusted_proxy=proxy or None,
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if proxy else set(),
            clear_untrusted_proxy_headers=True,
            max_request_body_size=AUTHORS_BODY + 1,  # it refuses what is as large as that
            max_request_header_size=connections.LARGEST_HEAD,
            connection_limit=most,
            channel_timeout=connections.IDLE,
            cleanup_interval=5,
        )
    return together, threads


class Threads(ThreadedTaskDispatcher):
    """waitress's threads, and one more for each request that waits for a page that another request makes.

    Or requests for one slow page would hold up those for all others.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.waiting = 0
        self.closing = False
        self.counting = threading.Lock()
        self.set_thread_count(count)

    def wait(self, more: int) -> None:
        """`more` requests wait, or with -1 one less."""
        with self.counting:
            self.waiting += more
            if not self.closing:
                self.set_thread_count(self.count + min(self.waiting, MOST_WAITING))

    def shutdown(self, *arguments: Any, **named: Any) -> bool:
        with self.counting:
            self.closing = True
        done: bool = super().shutdown(*arguments, **named)
        return done


def leave_out_of_collections() -> None:
    """Take what the start made, and what stays, out of Python's collections of garbage.

    A full collection looks at each object and holds up all threads: 50 to 100 ms for those 110,000.
    """
    gc.collect()
    gc.freeze()


def found_at(app: Flask) -> str:
    """The address to open: that of the first page, which below a path ends with a slash."""
    url: str = app.config["BASE_URL"]
    return f"{url}/" if app.config["BASE_PATH"] else url


def say(sentence: str) -> None:
    """Tell the person at the terminal, at once even if it is a file."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
