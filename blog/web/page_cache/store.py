"""The default cache: Flask-Caching's memory backend, limited in bytes and without pickling.

Pages too large for memory are stored in files.
"""

import threading
from collections import OrderedDict
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from blog.web.page_cache.entries import Entry
from blog.web.page_cache.page_files import PageFiles

MEGABYTE = 1024 * 1024
MOST_LARGE = 10
"""Number of pages stored in files. A page of four million characters takes about ten megabytes."""


@lru_cache(maxsize=4)
def files(folder: Path) -> PageFiles:
    return PageFiles(str(folder), threshold=MOST_LARGE, default_timeout=0)


class Memory(BaseCache):
    """Pages in memory. The least recently used are evicted above `most` bytes."""

    def __init__(self, most: int, folder: Path | None = None) -> None:
        """Store `most` bytes in memory and larger pages in `folder`, which is created when needed."""
        super().__init__(default_timeout=0)
        self.folder = folder
        self.large: set[str] = set()
        """Keys that this process has written to files. Files of other processes may be from other code."""
        self.most = most
        self.size = 0
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.lock = threading.Lock()

    @classmethod
    def factory(cls, app: Flask, *_: Any) -> "Memory":
        return cls(app.config["CACHE_MEGABYTES"] * MEGABYTE, app.config["INSTANCE"] / "large-pages")

    def get(self, key: str) -> Entry | None:
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
                return entry
            is_large = key in self.large
        return self.from_file(key) if is_large else None

    def set(self, key: str, value: Entry, timeout: int | timedelta | None = None) -> bool:  # noqa: ARG002
        with self.lock:
            self.remove(key)
            if value.size <= self.most:
                self.entries[key] = value
                self.size += value.size
                while self.size > self.most:
                    _, oldest = self.entries.popitem(last=False)
                    self.size -= oldest.size
                return True
        return self.keep_in_file(key, value)

    # Without the lock, because file access is slow.

    def keep_in_file(self, key: str, value: Entry) -> bool:
        with suppress(OSError):  # A full disk: the page is rendered again.
            if self.folder is not None and files(self.folder).set(key, value):
                with self.lock:
                    self.large.add(key)
                return True
        return False

    def from_file(self, key: str) -> Entry | None:
        entry: Entry | None = files(self.folder).get(key) if self.folder else None
        if entry is None:  # other entries took its space
            with self.lock:
                self.large.discard(key)
        return entry

    def delete(self, key: str) -> bool:
        with self.lock:
            return self.remove(key)

    def has(self, key: str) -> bool:
        return key in self.entries or key in self.large

    def clear(self) -> bool:
        with self.lock:
            self.entries.clear()
            self.large.clear()
            self.size = 0
            return True

    def remove(self, key: str) -> bool:
        self.large.discard(key)
        gone = self.entries.pop(key, None)
        self.size -= gone.size if gone else 0
        return gone is not None
