"""Of several requests for the same page one makes it, and the others wait for that one."""

import threading

PATIENCE = 30
"""Seconds to wait for another request that makes the same page."""


class Flights:
    """Which pages are being made: one request makes it, others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.under_way: dict[str, threading.Event] = {}

    def join(self, page: str) -> threading.Event | None:
        """What to wait for; None for the one that makes the page, who calls `land` afterwards whatever happens."""
        with self.lock:
            flight = self.under_way.get(page)
            if flight is None:
                self.under_way[page] = threading.Event()
            return flight

    def land(self, page: str) -> None:
        with self.lock:
            self.under_way.pop(page).set()
