"""Single-flight: one request renders a page, and concurrent requests for the same page wait for it."""

import threading

WAIT_SECONDS = 30
"""Seconds to wait for the request that renders the page."""


class SingleFlight:
    """The pages that are being rendered."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.under_way: dict[str, threading.Event] = {}

    def join(self, page: str) -> threading.Event | None:
        """The event to wait for. None for the request that renders the page, which must call `land` afterwards."""
        with self.lock:
            flight = self.under_way.get(page)
            if flight is None:
                self.under_way[page] = threading.Event()
            return flight

    def land(self, page: str) -> None:
        with self.lock:
            self.under_way.pop(page).set()
