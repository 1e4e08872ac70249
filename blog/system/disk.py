"""Messages for file system errors, by errno(3)."""

import errno

from blog.i18n import N_

FULL = N_("The disk is full.")
READ_ONLY = N_("The disk is read-only.")
REFUSED = N_("Permission denied for a file or folder of the site.")
BROKEN = N_("The disk cannot be read or written.")
TOO_MANY = N_("Too many files are open.")
OUTAGES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: N_("The site has reached its disk quota."),
    errno.EFBIG: N_("The file exceeds the maximum file size for the site."),
    errno.EROFS: READ_ONLY,
    errno.EACCES: REFUSED,
    errno.EPERM: REFUSED,
    errno.EIO: BROKEN,
    errno.ESTALE: BROKEN,
    errno.ENODEV: BROKEN,
    errno.ENXIO: BROKEN,
    errno.EMFILE: TOO_MANY,
    errno.ENFILE: TOO_MANY,
    errno.ENOMEM: N_("There is not enough memory."),
}
NO_PLACE = "No usable temporary directory"
"""The beginning of the message of Python's tempfile if no folder is writable."""


def outage(error: BaseException | None) -> str | None:
    """The English message for a file system error that affects the whole site, for translation.

    None for other errors, such as a missing file or a closed connection.
    """
    if not isinstance(error, OSError) or isinstance(error, (ConnectionError, TimeoutError)):
        return None
    if str(error.strerror).startswith(NO_PLACE):
        return FULL
    return OUTAGES.get(error.errno or 0)
