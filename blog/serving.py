"""Serving with waitress: threads, the proxy in front, a stop that finishes what it began."""

import signal
import sys
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress.server import create_server

from blog import accounts, observability, samples
from blog.author_commands import welcome_url
from blog.web.security import AUTHORS_BODY


def serve(app: Flask) -> None:
    """Serve `app` until SIGTERM or Ctrl+C; requests in flight are answered first.

    The first start of an empty instance writes the samples. As long as nobody can sign in, each start prints a link at
    which the author chooses name and password: whoever reads the console owns the machine.
    """
    observability.configure()
    with app.app_context():
        written = samples.welcome()
        link = None if accounts.exists() else welcome_url(accounts.invite())
    # waitress drains for up to five seconds when SystemExit reaches its loop; without a handler SIGTERM kills at once.
    signal.signal(signal.SIGTERM, stop)
    config = app.config
    proxy = config["TRUSTED_PROXY"]
    try:
        server = create_server(
            app,
            host=config["HOST"],
            port=config["PORT"],
            threads=config["THREADS"],
            ident=None,
            trusted_proxy=proxy or None,
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if proxy else set(),
            clear_untrusted_proxy_headers=True,
            max_request_body_size=AUTHORS_BODY,
        )
    except OSError as error:
        sys.exit(
            f"Port {config['PORT']} on {config['HOST']} cannot be used: {error.strerror}. BLOG_PORT names another."
        )
    if written:
        say(
            f"A new site, with {written} sample posts to look at; `flask --app app posts remove-samples` removes them."
        )
    say(f"Scrollwork is at {config['BASE_URL']}  (Ctrl+C stops it)")
    if link:
        say(f"Choose the name and password you write with, within an hour, at {link}")
    server.run()


def say(sentence: str) -> None:
    """Tell the person at the terminal, at once even if it is a file."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
