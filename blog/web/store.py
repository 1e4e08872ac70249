"""Where finished pages are kept: Flask-Caching's memory store, but bounded in bytes, and the pages as they are."""

import threading
from collections import OrderedDict
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from blog.web.entries import Entry

MEGABYTE = 1024 * 1024


class Memory(BaseCache):
    """Pages in memory, the least recently used first out when they would take more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(default_timeout=0)
        self.most = most
        self.size = 0
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.lock = threading.Lock()

    @classmethod
    def factory(cls, app: Flask, *_: Any) -> "Memory":
        return cls(app.config["CACHE_MEGABYTES"] * MEGABYTE)

    def get(self, key: str) -> Entry | None:
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
            return entry

    def set(self, key: str, value: Entry, timeout: int | timedelta | None = None) -> bool:  # noqa: ARG002
        with self.lock:
            self.remove(key)
            if value.size > self.most:
                return False
            self.entries[key] = value
            self.size += value.size
            while self.size > self.most:
                _, oldest = self.entries.popitem(last=False)
                self.size -= oldest.size
            return True

    def delete(self, key: str) -> bool:
        with self.lock:
            return self.remove(key)

    def has(self, key: str) -> bool:
        return key in self.entries

    def clear(self) -> bool:
        with self.lock:
            self.entries.clear()
            self.size = 0
            return True

    def remove(self, key: str) -> bool:
        gone = self.entries.pop(key, None)
        self.size -= gone.size if gone else 0
        return gone is not None
