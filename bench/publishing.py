"""From the author's button to the reader: how long a post takes until somebody who reads the front page sees it."""

import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa

from bench import servers
from blog import create_app
from blog.accounts import account
from blog.store.db import db, writing
from blog.store.models import Account, Post
from blog.writing import editing

TIMES = 50
NAME = "Ada"
TITLE = "Seen at once"
NEW = "/author/posts/new"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Author:
    """Somebody who writes with a browser that runs no scripts."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Fetch a page, or send a form to it: the status and the page."""
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": self.cookie}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields)
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        if told := response.getheader("Set-Cookie"):
            self.cookie = told.partition(";")[0]
        return response.status, response.read().decode()

    def form(self, path: str) -> dict[str, str]:
        """Open a form: what it holds without being filled in."""
        status, page = self.ask(path)
        assert status == 200, (path, status)
        return {name: unescape(value) for name, value in HIDDEN.findall(page)}

    def sign_in(self, password: str) -> None:
        fields = {**self.form("/author/sign-in"), "name": NAME, "password": password}
        status, _ = self.ask("/author/sign-in", fields)
        assert status == 303, status


def until_seen(instance: Path) -> list[float]:
    """Milliseconds from sending “Publish” until the whole front page with the post's title is there, TIMES times.

    The reader asks for one front page after the other all the while, so the one from before is in the cache.
    """
    with an_account(instance) as password, servers.site(instance) as (port, _):
        author = Author(port)
        author.sign_in(password)
        with (
            closing(author.connection),
            closing(HTTPConnection("127.0.0.1", port, timeout=60)) as reader,
            ThreadPoolExecutor(1) as pool,
        ):
            return [publish(author, reader, pool, f"{TITLE}, {number}") for number in range(TIMES)]


def publish(author: Author, reader: HTTPConnection, pool: ThreadPoolExecutor, title: str) -> float:
    fields = {**author.form(NEW), "title": title, "body": f"{title}.", "action": "publish"}
    assert title not in front_page(reader)
    begun = time.perf_counter()
    sent = pool.submit(author.ask, NEW, fields)
    while title not in front_page(reader):
        if sent.done() and sent.result()[0] != 303:
            raise RuntimeError(f"“Publish” was answered with {sent.result()[0]}.")
    taken = (time.perf_counter() - begun) * 1_000
    status, _ = sent.result()
    assert status == 303, status
    return taken


def front_page(reader: HTTPConnection) -> str:
    reader.request("GET", "/")
    return reader.getresponse().read().decode()


@contextmanager
def an_account(instance: Path) -> Iterator[str]:
    """An author for the time being, and the password; what was published goes afterwards, whatever happened."""
    password = secrets.token_urlsafe()
    app = create_app({"INSTANCE": instance, "BASE_URL": "http://localhost"})
    with app.app_context():
        account.accept(account.invite(), name=NAME, password=password)
        db.session.remove()
    try:
        yield password
    finally:
        with app.app_context():
            written = db.session.scalars(sa.select(Post.id).where(Post.title.startswith(TITLE))).all()
            db.session.rollback()
            editing.delete(written)
            with writing() as session:
                session.execute(sa.delete(Account))
            db.session.remove()
            db.engine.dispose()
