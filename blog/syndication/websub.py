"""Notify a WebSub hub of changed feeds, with retries (https://www.w3.org/TR/websub/).

There is no queue. The current feeds are compared with what the hub was last told, which is stored in a table. So every
change is reported, including the publication of a scheduled post, and nothing is lost in a restart.
"""

import hashlib
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import clock
from blog.reading.posts import live
from blog.store.db import db, writing
from blog.store.models import Ping, Post, Site
from blog.syndication.feeds import ENTRIES

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10
"""Seconds until the hub must begin its response."""
DEADLINE = 20
"""Seconds until the response must be complete."""
LEASE = timedelta(minutes=1)
"""How long a process has an attempt to itself."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
"""The pause between attempts. It doubles each time."""

FORM = "application/x-www-form-urlencoded"


class Call(NamedTuple):
    """A notification that only this process sends."""

    hub: str
    topic: str
    state: str
    tries: int


def tell(topics: Sequence[str]) -> datetime | None:
    """Notify the hub of the feeds in `topics` that have changed. Returns when to try again, or None if all
    succeeded.
    """
    while call := claimed(topics):
        problem = send(call.hub, call.topic)
        note(call, problem)
        pause = f" tries={call.tries} problem={problem!r}" if problem else ""
        log.log(
            logging.WARNING if problem else logging.INFO, "hub hub=%r topic=%r%s", call.hub, call.topic, pause
        )
    hub, state = ping_state()
    if not hub:
        return None
    waiting = sa.select(sa.func.min(Ping.due_at, type_=Ping.due_at.type)).where(
        Ping.topic.in_(topics), Ping.told != state
    )
    return db.session.scalar(waiting)


def deaf_until() -> datetime | None:
    """When to retry a hub that failed more than once, or None."""
    statement = sa.select(sa.func.min(Ping.due_at, type_=Ping.due_at.type)).join(Site, Site.hub != "")
    return db.session.scalar(statement.where(Ping.tries > 1))


def ping_state() -> tuple[str, str]:
    """The hub, and a digest of the hub and of the newest page of a feed."""
    hub = db.session.scalars(sa.select(Site.hub)).one()
    newest = live().order_by(Post.published_at.desc(), Post.id.desc()).limit(ENTRIES)
    posts = db.session.execute(
        newest.with_only_columns(Post.feed_id, Post.published_at, Post.changed_at)
    ).all()
    return hub, hashlib.sha256(repr([hub, *map(tuple, posts)]).encode()).hexdigest()


def claimed(topics: Sequence[str]) -> Call | None:
    """The next notification to send. It is reserved for this process for a minute."""
    hub, state = ping_state()
    if not hub or not any(is_due(db.session.get(Ping, topic), state) for topic in topics):
        db.session.rollback()
        return None
    with writing() as session:
        hub, state = ping_state()
        for topic in topics:
            ping = session.get(Ping, topic)
            if hub and is_due(ping, state):
                ping = ping or new(session, topic)
                ping.tries += 1
                ping.due_at = clock.now() + LEASE
                return Call(hub, topic, state, ping.tries)
    return None


def is_due(ping: Ping | None, state: str) -> bool:
    return ping is None or (ping.told != state and (ping.due_at is None or ping.due_at <= clock.now()))


def new(session: Session, topic: str) -> Ping:
    ping = Ping(topic=topic, told="", tries=0)
    session.add(ping)
    return ping


def note(call: Call, problem: str) -> None:
    """Record the result: done, or retry after a pause."""
    with writing() as session:
        ping = session.get_one(Ping, call.topic)
        if problem:
            ping.due_at = clock.now() + pause_after(call.tries)
        else:
            ping.told, ping.tries, ping.due_at = call.state, 0, None


def pause_after(tries: int) -> timedelta:
    """The pause after a number of failed attempts."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 30)), LONGEST_PAUSE)


def send(hub: str, topic: str) -> str:
    """Notify the hub about a feed. Returns an error message, or an empty string."""
    try:
        status = post(hub, {"hub.mode": "publish", "hub.url": topic})
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"status {status}"


def post(url: str, fields: Mapping[str, str]) -> int:
    """Send `fields` to `url` and return the status of the response. The body is not read."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe="/?&=%:@!$'()*+,;~")
    headers = {"Content-Type": FORM, "User-Agent": "Scrollwork", "Connection": "close"}
    connection = kind(str(parts.hostname), parts.port, timeout=ANSWER_SECONDS)
    # The socket timeout restarts with each byte; this one does not.
    end = threading.Timer(DEADLINE, hang_up, [connection])
    end.daemon = True
    end.start()
    try:
        connection.request("POST", target, urlencode(fields), headers)
        return connection.getresponse().status
    finally:
        end.cancel()
        connection.close()


def hang_up(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it may be over, or not have begun
        connection.sock.shutdown(SHUT_RDWR)
