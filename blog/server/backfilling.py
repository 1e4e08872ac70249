"""A thread of the server's that renders older posts again, while readers read and the author writes."""

import logging
import threading
import time

import sqlalchemy as sa
from flask import Flask

from blog.store.current import backend
from blog.store.db import db
from blog.writing import backfill

log = logging.getLogger(__name__)

PAUSE = 0.05
"""Seconds between two batches at least; as long as the batch took, if that was longer: half of the time is others'."""
AGAIN = 5
"""Seconds until the next try if the database is away."""


class Backfiller:
    """Renders batch after batch until no older post is left, and ends."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="backfill", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        pause: float | None = 0
        while pause is not None and not self.stopping.wait(pause):
            pause = self.step()

    def step(self) -> float | None:
        """Render a batch; how many seconds to wait before the next one, None if none is left."""
        begun = time.monotonic()
        try:
            with self.app.app_context():
                try:
                    done = backfill.some()
                finally:
                    db.session.remove()
        except sa.exc.SQLAlchemyError as error:
            if not backend.is_outage(error):
                raise
            log.warning("rendering posts again failed: database unavailable error=%r", str(error))
            return AGAIN
        if not done:
            return None
        log.info("posts rendered again posts=%s", done)
        return max(PAUSE, time.monotonic() - begun)
