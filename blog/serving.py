"""Serving with waitress: threads, the proxy in front, a stop that finishes what it began."""

import signal
import sys
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress.server import create_server

from blog import observability, samples


def serve(app: Flask) -> None:
    """Serve `app` until SIGTERM or Ctrl+C; requests in flight are answered first.

    The first start of an empty instance writes the samples.
    """
    observability.configure()
    with app.app_context():
        written = samples.welcome()
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
    server.run()


def say(sentence: str) -> None:
    """Tell the person at the terminal, at once even if it is a file."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
