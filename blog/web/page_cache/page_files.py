"""Finished pages in files: Flask-Caching's store, which leaves nothing unfinished behind."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask_caching.backends.filesystemcache import FileSystemCache

UNFINISHED = ".__wz_cache"
"""How the names of files end that cachelib is writing."""
FORGOTTEN = 3600
"""Seconds after which a file that is unfinished was left by a process that was killed."""


class PageFiles(FileSystemCache):
    """cachelib leaves the file that it could not write when the disk is full, and never looks at it again.

    Here its name tells who writes it, so that it can be removed, and what killed processes left goes at the start.
    """

    def __init__(self, cache_dir: str, **options: Any) -> None:
        super().__init__(cache_dir, **options)
        now = time.time()
        for path in Path(cache_dir).glob(f"*{UNFINISHED}"):
            with suppress(OSError):  # another process was quicker
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
