"""Reading a body in chunks (RFC 9112, section 7.1), strictly and in time that is proportional to its length."""

import re
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.receiver import ChunkedReceiver
from waitress.rfc7230 import CHUNK_EXT, HEADER_FIELD_RE
from waitress.utilities import BadRequest, RequestEntityTooLarge

LONGEST_LINE = 4_096
"""Bytes of a chunk's size with its extensions, which nobody here has a use for."""
LONGEST_TRAILER = 32_768
"""Bytes of all trailer fields together. They are checked and dropped (RFC 9112, section 7.1.2)."""

SIZE = re.compile(rb"([0-9a-fA-F]{1,64})(?:%b)" % CHUNK_EXT.encode("latin-1"))

FIELD: Any = HEADER_FIELD_RE  # its stub says str


class ChunkedBody(ChunkedReceiver):
    """waitress's, which takes bare line feeds and empty lines for ends of lines and any number of bytes for a line.

    It looks at a line from its beginning for each part that comes, so a long one would hold up all connections. Here
    what is wrong or too long ends the request with 400, and a chunk larger than `most` bytes with 413.
    """

    def __init__(self, buffer: OverflowableBuffer, most: int) -> None:
        super().__init__(buffer)
        self.most = most
        self.line = b""
        self.trailer_lines: list[bytes] = []

    def received(self, data: bytes) -> int:
        """Take what belongs to the body; how many bytes that is."""
        at = 0
        while at < len(data) and not self.completed and not self.error:
            if self.chunk_remainder:
                part = data[at : at + self.chunk_remainder]
                self.buf.append(part)
                at += len(part)
                self.chunk_remainder -= len(part)
                self.validate_chunk_end = not self.chunk_remainder
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
        elif self.validate_chunk_end:
            self.validate_chunk_end = False
            if line != b"\r\n":
                self.error = BadRequest("A chunk is longer than it says.")
        elif self.all_chunks_received:
            self.take_trailer(line)
        else:
            self.begin(line[:-2])

    def begin(self, line: bytes) -> None:
        """Begin a chunk, or the trailer after the last one."""
        match = SIZE.fullmatch(line)
        if match is None:
            self.error = BadRequest("The size of a chunk is no hexadecimal number.")
            return
        self.chunk_remainder = int(match[1], 16)
        self.all_chunks_received = not self.chunk_remainder
        if self.chunk_remainder > self.most:
            self.error = RequestEntityTooLarge(f"exceeds max_body of {self.most}")

    def take_trailer(self, line: bytes) -> None:
        if line == b"\r\n":
            self.completed = True
            return
        self.trailer_lines.append(line)
        if sum(map(len, self.trailer_lines)) > LONGEST_TRAILER or not FIELD.match(line[:-2]):
            self.error = BadRequest("The trailer of a chunked body is wrong or too long.")
