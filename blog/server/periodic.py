"""A thread of the server's for what is due without anybody asking: telling the hub what is new, emptying the trash."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from blog import clock
from blog.media.cards import social_cards
from blog.store.current import backend
from blog.store.db import db
from blog.store.freshness import ContentState, Freshness, Unreachable
from blog.syndication import websub
from blog.writing import trash

log = logging.getLogger(__name__)

EMPTIED_EVERY = timedelta(hours=1)
"""How often the trash is looked through for what has been there long enough."""
TICK = 1
"""Seconds between two looks at whether something changed, which cost some microseconds each."""


class Pinger:
    """Looks at the content's state, as every request does; tells the hub when it is another one, or a pause is over."""

    def __init__(self, app: Flask, topics: Sequence[str]) -> None:
        self.app = app
        self.topics = topics
        self.freshness: Freshness = app.extensions["page_cache"].freshness
        self.stopping = threading.Event()
        self.seen: ContentState | None = None
        self.again: datetime | None = None
        self.emptied: datetime | None = None

    def start(self) -> None:
        # A daemon: a hub that does not answer must not keep the server from ending.
        threading.Thread(target=self.run, name="hub", daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        while not self.stopping.wait(TICK):
            self.look()
            self.empty_trash()

    def look(self) -> None:
        """Tell the hub what it has to know, if there may be something."""
        try:
            state = self.freshness.state()
            if state == self.seen and (self.again is None or clock.now() < self.again):
                return
            with self.app.app_context():
                try:
                    self.again = websub.tell(self.topics)
                finally:
                    db.session.remove()
            self.seen = state
        except Unreachable:
            return  # told of by whoever needs the database more
        except sa.exc.SQLAlchemyError as error:
            if not backend.is_outage(error):
                raise
            log.warning("hub notification failed: database unavailable error=%r", str(error))

    def empty_trash(self) -> None:
        """Delete for good what has been in the trash for its thirty days, once an hour: at the first tick, too."""
        now = clock.now()
        if self.emptied is not None and now < self.emptied + EMPTIED_EVERY:
            return
        self.emptied = now
        with self.app.app_context():
            try:
                if count := trash.empty():
                    log.info("trash emptied posts=%d", count)
                social_cards.remove_deleted(self.app.config["INSTANCE"] / "sharing")
            except sa.exc.SQLAlchemyError as error:
                if not backend.is_outage(error):
                    raise
                log.warning("emptying trash failed: database unavailable error=%r", str(error))
            finally:
                db.session.remove()
