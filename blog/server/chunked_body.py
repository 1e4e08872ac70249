"""Reading a body in chunks (RFC 9112, section 7.1), strictly and in time that is proportional to its length."""

import re
from typing import Any, BinaryIO

from waitress.buffers import OverflowableBuffer
from waitress.rfc7230 import CHUNK_EXT, HEADER_FIELD_RE
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

LONGEST_LINE = 4_096
"""Bytes of a chunk's size with its extensions, which nobody here has a use for."""
LONGEST_TRAILER = 32_768
"""Bytes of all trailer fields together. They are checked and dropped (RFC 9112, section 7.1.2)."""

SIZE = re.compile(rb"([0-9a-fA-F]{1,64})(?:%b)" % CHUNK_EXT.encode("latin-1"))

FIELD: Any = HEADER_FIELD_RE  # its stub says str


class ChunkedBody:
    """What waitress's parser hands a body to that comes in chunks, in place of its own ChunkedReceiver.

    That one takes bare line feeds and empty lines for ends of lines and any number of bytes for a line. It looks at a
    line from its beginning for each part that comes, so a long one would hold up all connections. Here what is wrong or
    too long ends the request with 400, and a chunk larger than `most` bytes with 413.
    """

    def __init__(self, buffer: OverflowableBuffer, most: int) -> None:
        self.buffer = buffer
        self.most = most
        self.line = b""
        self.left = 0
        """Bytes of the chunk that are still to come."""
        self.is_at_end = False
        """Of a chunk, before the end of its last line."""
        self.is_in_trailer = False
        self.trailer_lines: list[bytes] = []
        self.completed = False
        self.error: Error | None = None

    def __len__(self) -> int:
        return len(self.buffer)

    def getbuf(self) -> OverflowableBuffer:
        return self.buffer

    def getfile(self) -> BinaryIO:
        return self.buffer.getfile()

    def received(self, data: bytes) -> int:
        """Take what belongs to the body; how many bytes that is."""
        at = 0
        while at < len(data) and not self.completed and not self.error:
            if self.left:
                part = data[at : at + self.left]
                self.buffer.append(part)
                at += len(part)
                self.left -= len(part)
                self.is_at_end = not self.left
            else:
                end = data.find(b"\n", at) + 1 or len(data)
                self.line += data[at:end]
                at = end
                self.take_line()
        return len(data) if self.error else at

    def take_line(self) -> None:
        if not self.line.endswith(b"\n"):
            if len(self.line) > LONGEST_LINE:
                self.error = BadRequest("A line of a chunked body is too long.")
            return
        line, self.line = self.line, b""
        if not line.endswith(b"\r\n") or b"\r" in line[:-2] or len(line) > LONGEST_LINE + 2:
            self.error = BadRequest("A line of a chunked body ends in a wrong way or is too long.")
        elif self.is_at_end:
            self.is_at_end = False
            if line != b"\r\n":
                self.error = BadRequest("A chunk is longer than it says.")
        elif self.is_in_trailer:
            self.take_trailer(line)
        else:
            self.begin(line[:-2])

    def begin(self, line: bytes) -> None:
        """Begin a chunk, or the trailer after the last one."""
        match = SIZE.fullmatch(line)
        if match is None:
            self.error = BadRequest("The size of a chunk is no hexadecimal number.")
            return
        self.left = int(match[1], 16)
        self.is_in_trailer = not self.left
        if self.left > self.most:
            self.error = RequestEntityTooLarge(f"exceeds max_body of {self.most}")

    def take_trailer(self, line: bytes) -> None:
        if line == b"\r\n":
            self.completed = True
            return
        self.trailer_lines.append(line)
        if sum(map(len, self.trailer_lines)) > LONGEST_TRAILER or not FIELD.match(line[:-2]):
            self.error = BadRequest("The trailer of a chunked body is wrong or too long.")
