"""Length limits of form fields, in characters as readers count them, checked by the server.

`maxlength` in HTML counts UTF-16 code units, so that an emoji counts as two to eleven characters, and cuts off pasted
text silently.
"""

from collections.abc import Callable

from blog.i18n import gettext as _
from blog.i18n import number as decimal
from blog.text import graphemes


def too_long(text: str, most: int, count: Callable[[str], int] = graphemes.length) -> str:
    """An error message if `text` has more than `most` characters, or an empty string."""
    if len(text) <= most or count(text) <= most:  # there are never more grapheme clusters than code points
        return ""
    number, fitting = decimal(count(text)), decimal(most)
    return _("Too long: %(number)s characters. The maximum is %(most)s.", number=number, most=fitting)
