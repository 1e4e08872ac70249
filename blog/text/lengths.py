"""How long what is typed into a field may be: in characters as readers count them, and only the server decides.

`maxlength` in HTML counts units of UTF-16, so that an emoji would be two characters or eleven, and cuts off what is
pasted without a word.
"""

from collections.abc import Callable

from blog.i18n import gettext as _
from blog.i18n import number as decimal
from blog.text import graphemes


def too_long(text: str, most: int, count: Callable[[str], int] = graphemes.length) -> str:
    """What to say of a text that has more than `most` characters; nothing of one that fits."""
    if len(text) <= most or count(text) <= most:  # it never has more characters than characters of Unicode
        return ""
    number, fitting = decimal(count(text)), decimal(most)
    return _("Too long: %(number)s characters. The maximum is %(most)s.", number=number, most=fitting)
