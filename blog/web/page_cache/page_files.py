"""Flask-Caching's file backend, without leftover files."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask_caching.backends.filesystemcache import FileSystemCache

UNFINISHED = ".__wz_cache"
"""The suffix of files that cachelib is writing."""
FORGOTTEN = 3600
"""Seconds after which an unfinished file belongs to a killed process."""


class PageFiles(FileSystemCache):
    """Removes files that cachelib leaves behind when the disk is full.

    The file name contains the process id, so unfinished files of killed processes can be removed at the start.
    """

    def __init__(self, cache_dir: str, **options: Any) -> None:
        super().__init__(cache_dir, **options)
        now = time.time()
        for path in Path(cache_dir).glob(f"*{UNFINISHED}"):
            with suppress(OSError):  # another process was faster
                if now - path.stat().st_mtime > FORGOTTEN:
                    path.unlink()

    @property
    def _fs_transaction_suffix(self) -> str:  # type: ignore[override]
        return f".{os.getpid()}.{threading.get_ident()}{UNFINISHED}"

    def _is_mgmt(self, name: str) -> bool:
        return name.endswith(UNFINISHED) or super()._is_mgmt(name)

    def set(self, key: str, value: Any, *arguments: Any, **named: Any) -> bool:
        is_stored = bool(super().set(key, value, *arguments, **named))
        if not is_stored:
            for path in Path(self._path).glob(f"*{self._fs_transaction_suffix}"):
                with suppress(OSError):
                    path.unlink()
        return is_stored
