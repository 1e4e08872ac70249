"""How the head and body of a request are read from a connection, and which are refused before anybody looks at them."""

import logging
import re

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import Error

from blog import disk

log = logging.getLogger(__name__)

TRANSFER_ENCODING = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)


class NoRoom(Error):
    """There is no room on the disk for a request's body, which waitress writes there when it is long."""

    code = 503
    reason = "Service Unavailable"


class VersionNotSupported(Error):
    """A request in a version of HTTP that is not spoken here (RFC 9110, section 15.6.6)."""

    code = 505
    reason = "HTTP Version Not Supported"


class Parser(HTTPRequestParser):
    """waitress's, which refuses what two readers could understand in two ways, and says so when the disk is full.

    waitress itself goes on with a connection after a request that has both Content-Length and Transfer-Encoding, or a
    Transfer-Encoding in HTTP/1.0, in which a second request may be hidden (RFC 9112, sections 6.1 and 6.3). It takes
    any version, ignores the host of an absolute address, and ends a connection without a word if there is no room for
    a long body.
    """

    proxy_netloc: str
    """The host of an absolute address; empty for a mere path."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.version not in {"1.0", "1.1"}:
            self.error = VersionNotSupported("This server speaks HTTP/1.1.")
            self.completed = self.connection_close = True
        elif TRANSFER_ENCODING.search(header_plus) and ("CONTENT_LENGTH" in self.headers or not self.chunked):
            # Not chunked here: HTTP/1.0 knows no Transfer-Encoding, and an empty one says nothing.
            raise ParsingError(
                "Content-Length and Transfer-Encoding together, or a Transfer-Encoding unknown here."
            )
        elif self.proxy_netloc:
            # RFC 9112, section 3.2.2: the Host header does not count then. Another host than ours is refused by Flask.
            self.headers["HOST"] = self.proxy_netloc  # type: ignore[index]

    def received(self, data: bytes) -> int:
        try:
            taken: int = super().received(data)
        except OSError as error:
            reason = disk.outage(error)
            if reason is None:
                raise
            log.exception("request not received")
            self.error = NoRoom(reason)
            self.completed = True
            return len(data)
        return taken
