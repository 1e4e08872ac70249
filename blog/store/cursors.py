"""A cursor: where in a listing one stands, said by what one stands at."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from blog.errors import CursorInvalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST_ID = 2**63 - 1  # the largest integer that a column holds
FORM = re.compile(r"(0|-?[1-9][0-9]{0,17})_([1-9][0-9]{0,18})")


class Cursor(NamedTuple):
    """A place in a listing, newest first: the post that stands there, by its date and id.

    Because it names a post's place and not a number of posts, nothing that is published or deleted above or below
    can make the next page repeat or skip a card (keyset paging). The post itself may be gone: its place is not.
    """

    published_at: datetime
    id: int

    def __str__(self) -> str:
        """The one spelling that an address may use: microseconds since 1970 and the id."""
        return f"{(self.published_at - EPOCH) // MICROSECOND}_{self.id}"

    @property
    def below(self) -> Self:
        """The place right below this one: no post stands between them."""
        return self._replace(id=self.id - 1)

    @property
    def above(self) -> Self:
        """The place right above this one: no post stands between them."""
        return self._replace(id=self.id + 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str()` wrote. Raises CursorInvalid for everything else, so that a place has one address."""
        match = FORM.fullmatch(text)
        if match is None:
            raise CursorInvalid
        try:
            cursor = cls(EPOCH + int(match[1]) * MICROSECOND, int(match[2]))
        except OverflowError as error:  # a date beyond the years 1 to 9999
            raise CursorInvalid from error
        if cursor.id > LARGEST_ID:
            raise CursorInvalid
        return cursor
