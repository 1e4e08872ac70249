"""The dearest things that a reader can ask for: what each costs the processor, as a whole and for each byte."""

import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import create_environ

from bench.stores import cursor_at
from blog import create_app
from blog.store.db import db
from blog.web.page_cache.middleware import NOT_PAGES

TIMES = 5
UNKNOWN = ("stxeratiq", "styonensq", "tszaliqer")


class Request(NamedTuple):
    what: str
    address: str
    milliseconds: float
    """Of the processor, the least of TIMES: others on the machine can only add to it."""
    bytes: int
    kept: bool
    """The cache keeps the answer, so that it is made once for each state of the site."""


def dearest(instance: Path) -> list[Request]:
    """The requests, those first that cost most for each byte."""
    app = create_app({"INSTANCE": instance, "BASE_URL": "http://localhost"})
    with app.app_context():
        statement = sa.text("SELECT term FROM post_search_words ORDER BY doc DESC LIMIT 20")
        common = list(db.session.scalars(statement))
        db.session.remove()
    found = [measured(app, what, address) for what, address in addresses(instance, common).items()]
    with app.app_context():
        db.engine.dispose()
    return sorted(found, key=lambda each: each.milliseconds / each.bytes, reverse=True)


def addresses(instance: Path, common: list[str]) -> dict[str, str]:
    top, deep = cursor_at(instance, 0.015), cursor_at(instance, 0.9)
    return {
        "the front page": "/",
        "300 cards restored": f"/?upto={top}",
        "300 cards restored, far down": f"/?upto={deep}",
        "a large tag": "/tags/left",
        "three common tags": "/tags/left+topic-0+topic-1",
        "three tags without a post in common": "/tags/left+right+topic-0",
        "eight tags": "/tags/" + "+".join(f"topic-{number}" for number in range(8)),
        "three words that no post has": f"/search?q={'+'.join(UNKNOWN)}",
        "twenty words that no post has": "/search?q="
        + "+".join(f"{UNKNOWN[0]}{chr(97 + n)}" for n in range(20)),
        "a word of 198 letters": f"/search?q={'stabxq' * 33}",
        "the commonest word": f"/search?q={common[0]}",
        "the twenty commonest words": f"/search?q={'+'.join(common)}",
        "a phrase of the two commonest": "/search?q=" + quote(f'"{common[0]} {common[1]}"'),
        "all but the commonest word": f"/search?q=-{common[0]}",
        "a single letter": "/search?q=s",
        "the commonest word, with two tags": f"/search?q={common[0]}&tags=left+topic-0",
        "300 results restored": f"/search?q={common[0]}&upto=0_{deep}",
        "a year of the archive": "/archive/2015/",
        "llms.txt": "/llms.txt",
        "the index of the sitemap": "/sitemap.xml",
        "the sitemap's pages": "/sitemap-pages-1.xml",
        "a part of the sitemap": "/sitemap-posts-9.xml",
        "a feed, far down": f"/feed.atom?after={deep}",
        "a tag's feed": "/tags/left/feed.atom",
        "a post": "/posts/post-77",
        "an address without a page": "/posts/nothing",
        "a tag that there is not": "/tags/nothing",
        "a picture of a title that no post has": "/media/sharing/77/000000000000000000000000.png",
    }


def measured(app: Flask, what: str, address: str) -> Request:
    front = app.extensions["page_cache"]
    path, _, query = address.partition("?")
    took = []
    body = b""
    environ: dict[str, object] = {}
    for _ in range(TIMES + 1):  # the first one reads the database into the system's memory
        environ = create_environ(path, "http://localhost", query_string=query)
        environ["scrollwork.public"] = True
        begun = time.process_time()
        body = b"".join(front.inner(environ, lambda *_: None))
        took.append((time.process_time() - begun) * 1_000)
    said = environ.get("scrollwork.page")
    kept = bool(said and said.keep) and not path.startswith(NOT_PAGES)  # type: ignore[attr-defined]
    return Request(what, address, min(took[1:]), len(body), kept)
