"""How the head and body of a request are read from a connection, and which are refused before anybody looks at them.

waitress reads; what it takes and should not, or refuses and should take, is decided here, after RFC 9110 and 9112.
"""

import logging
import re
from collections.abc import Sequence

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge, ServerNotImplemented

from blog.server.chunked_body import ChunkedBody
from blog.system import disk
from blog.system.hosts import plain

log = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
"""Those that some address may take or forbid (405); others are not implemented (501)."""
LONGEST_TARGET = 16 * 1024
"""Bytes of an address: at least 8,000 are to be taken (RFC 9112, section 3)."""

REQUEST_LINE = re.compile(
    rb"(?P<method>[!#$%&'*+\-.^_`|~0-9A-Za-z]+) (?P<target>[^\x00-\x20\x7f]+) HTTP/(?P<major>[0-9])\.(?P<minor>[0-9])"
)
ORIGIN = re.compile(rb"/[^#]*")
ABSOLUTE = re.compile(rb"https?://[^/?#]+(?:[/?][^#]*)?", re.IGNORECASE)
BARE = re.compile(rb"(?<!\r)\n|\r(?=[^\n])")
"""A line feed or carriage return that is no end of a line (RFC 9112, section 2.2)."""
FOLDED = re.compile(rb"\n[ \t]")
HOST = re.compile(rb"^host:", re.IGNORECASE | re.MULTILINE)
TRANSFER_ENCODING = re.compile(
    rb"^transfer-encoding:[ \t]*(?P<codings>[^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
LONG_LENGTH = re.compile(rb"^content-length:[ \t]*[0-9]{19,}[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
"""A Content-Length that is too large whatever it is. Python reads no number of more than 4,300 digits."""
HEAD_END = b"\r\n\r\n"


class NoRoom(Error):
    """There is no room on the disk for a request's body, which waitress writes there when it is long."""

    code = 503
    reason = "Service Unavailable"


class VersionNotSupported(Error):
    """A request in a version of HTTP that is not spoken here (RFC 9110, section 15.6.6)."""

    code = 505
    reason = "HTTP Version Not Supported"


class AddressTooLong(Error):
    """An address longer than any that there is (RFC 9110, section 15.5.15)."""

    code = 414
    reason = "URI Too Long"


class ExpectationFailed(Error):
    """Something else is expected than `100-continue` (RFC 9110, section 10.1.1)."""

    code = 417
    reason = "Expectation Failed"


class Refused(Exception):
    """The request is answered with `error`, and the connection is closed."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.body)
        self.error = error


class Parser(HTTPRequestParser):
    """waitress's, which refuses what two readers could understand in two ways, and says so when the disk is full.

    waitress goes on with a connection after a request that has both Content-Length and Transfer-Encoding, or a
    Transfer-Encoding in HTTP/1.0 or twice, in which a second request may be hidden (RFC 9112, sections 6.1 and 6.3). It
    takes any version and any address, waits for the end of a head that has bare line feeds, and ends a connection
    without a word if there is no room for a long body.
    """

    proxy_netloc: str
    """The host of an absolute address; empty for a mere path."""

    head: bytes | None = b""
    """What has come of the head; None when it is whole."""

    def parse_header(self, header_plus: bytes) -> None:
        self.head = None
        try:
            super().parse_header(self.checked(header_plus))
            self.check_fields(header_plus)
        except Refused as refused:
            self.error = refused.error
            self.completed = True

    def checked(self, head: bytes) -> bytes:
        """The head as waitress shall read it. Raises Refused and ParsingError."""
        line, _, fields = head.partition(b"\r\n")
        match = REQUEST_LINE.fullmatch(line)
        if match is None:
            raise ParsingError("The request line is not one of HTTP.")
        method, target, major, minor = match.group("method", "target", "major", "minor")
        if major != b"1":
            raise Refused(VersionNotSupported("This server speaks HTTP/1.1."))
        if method.decode() not in METHODS:
            raise Refused(ServerNotImplemented("This method is not known here."))
        if target == b"*" and method == b"OPTIONS":
            target = b"/"  # what is asked of the server as a whole is told of its front page
        if not ORIGIN.fullmatch(target) and not ABSOLUTE.fullmatch(target):
            raise ParsingError("The address is neither a path nor one of http or https.")
        if FOLDED.search(head):
            raise ParsingError("A header is folded over several lines (RFC 9112, section 5.2).")
        hosts = len(HOST.findall(fields))
        if hosts > 1 or (not hosts and minor != b"0"):
            raise ParsingError("A request has one Host header (RFC 9112, section 3.2).")
        if LONG_LENGTH.search(fields):
            raise Refused(RequestEntityTooLarge("The request is too large."))
        self.check_codings([match["codings"] for match in TRANSFER_ENCODING.finditer(fields)])
        # A later 1.x is answered as the latest that is known here (RFC 9110, section 2.5).
        version = b"1.0" if minor == b"0" else b"1.1"
        return b"%b %b HTTP/%b\r\n%b" % (method, target, version, fields)

    def check_codings(self, values: Sequence[bytes]) -> None:
        """Check the Transfer-Encoding headers (RFC 9112, sections 6.1 and 6.3). Raises ParsingError.

        A body is chunked once, and chunked last. waitress answers codings that it does not know with 501.
        """
        codings = [coding.strip(b" \t").lower() for value in values for coding in value.split(b",")]
        if len(values) > 1 or b"" in codings or b"chunked" in codings[:-1]:
            raise ParsingError("A body is chunked once, and chunked last (RFC 9112, section 6).")

    def check_fields(self, head: bytes) -> None:
        """Check what else says how the request is to be understood. Raises Refused and ParsingError."""
        if TRANSFER_ENCODING.search(head) and ("CONTENT_LENGTH" in self.headers or not self.chunked):
            # Not chunked here: HTTP/1.0 knows no Transfer-Encoding.
            raise ParsingError(
                "Content-Length and Transfer-Encoding together, or a Transfer-Encoding unknown here."
            )
        if self.proxy_netloc:
            # RFC 9112, section 3.2.2: the Host header does not count then. Another host than ours is refused by Flask.
            self.headers["HOST"] = self.proxy_netloc  # type: ignore[index]
        if self.headers.get("HOST") == "":
            # The address has no host (RFC 9110, section 7.2): good enough for a watcher, refused by Flask for others.
            self.headers["CONNECTION"] = "close"  # type: ignore[index]
        elif "HOST" in self.headers and plain(self.headers["HOST"]) is None:
            raise ParsingError("The host is none (RFC 9110, section 7.2).")
        if self.version == "1.1" and self.headers.get("EXPECT", "100-continue").lower() != "100-continue":
            raise Refused(ExpectationFailed("Only 100-continue can be expected."))
        if "close" in re.split(r"[ \t]*,[ \t]*", self.headers.get("CONNECTION", "").lower()):
            self.headers["CONNECTION"] = "close"  # type: ignore[index]
        if self.chunked and self.body_rcv is not None:
            self.body_rcv = ChunkedBody(self.body_rcv.getbuf(), self.adj.max_request_body_size)  # type: ignore[assignment]

    def check_lines(self, came: bytes) -> None:
        """Check what has come of a head, whose end may never come. Raises Refused and ParsingError."""
        head = came.partition(HEAD_END)[0].lstrip()
        if len(head.partition(b"\r\n")[0]) > LONGEST_TARGET:
            raise Refused(AddressTooLong(f"A request line has {LONGEST_TARGET} bytes at the most."))
        if BARE.search(head):
            raise ParsingError("A line of the head ends in a wrong way (RFC 9112, section 2.2).")

    def received(self, data: bytes) -> int:
        try:
            if self.head is not None:
                self.head += data
                self.check_lines(self.head)
            taken: int = super().received(data)
        except Refused as refused:
            self.error = refused.error
        except ParsingError as error:
            self.error = BadRequest(error.args[0])
        except OSError as error:
            reason = disk.outage(error)
            if reason is None:
                raise
            log.exception("request could not be read")
            self.error = NoRoom(reason)
        else:
            if self.completed:
                # waitress would ask for a body that is not to come, or is too large, and wait for it for good.
                self.expect_continue = False
            return taken
        self.completed = True
        self.expect_continue = False
        return len(data)
