"""What the system says when files cannot be written or read: the outages outside the database, for errno(3) by name."""

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
"""How Python's tempfile begins what it says when it could write a file in none."""


def outage(error: BaseException | None) -> str | None:
    """What keeps files from being written or read, in a sentence that is English until somebody translates it.

    None for whatever else went wrong: a file that is not there, a connection that ended.
    """
    if not isinstance(error, OSError) or isinstance(error, (ConnectionError, TimeoutError)):
        return None
    if str(error.strerror).startswith(NO_PLACE):
        return FULL
    return OUTAGES.get(error.errno or 0)
