"""How many words the form says a text has, and what its scripts need to count on while one types."""

from typing import NamedTuple

from blog.store.models import Post
from blog.text import word_count
from blog.writing import post_form, preview
from blog.writing.fields import BODY_LENGTH

LONG = 50_000  # characters; a longer text is rendered only when it is looked at or saved, for that takes its time
LONG_LINE = 20_000  # characters; see static/writing.css


class Sizes(NamedTuple):
    """From which sizes on the form's scripts treat a text otherwise, in characters."""

    long: int = LONG
    """It is kept, and its words are counted, less often."""
    long_line: int = LONG_LINE
    """A line that has one direction, since browsers take too long to find out that of each part."""
    most: int = BODY_LENGTH
    """More is not sent, for it would be refused."""


class Counted(NamedTuple):
    """What the form's page says of a text when it is opened."""

    words: int
    """Those that readers find."""
    unread: int
    """How many more the Markdown has: addresses, descriptions of pictures and the like."""
    rule: word_count.Rule = word_count.RULE
    sizes: Sizes = Sizes()


def opened(body: str, post: Post | None) -> Counted:
    """The words of a text in the form; of a long one that was not saved those of its Markdown."""
    if post and post.body == body:
        return Counted(post.words, preview.unread(body, post.words))
    if len(body) >= LONG:
        return Counted(word_count.words(body), 0)
    words = preview.rendered(body).words
    return Counted(words, preview.unread(body, words))


def while_typing(text: str) -> dict[str, int]:
    """What an answer to a script says of a text that it keeps: nothing new of a long one."""
    return {"unread": opened(text, None).unread} if len(text) < LONG else {}


def after_saving(text: str, post_id: int) -> dict[str, int]:
    """What an answer to a script says of a text that it has saved."""
    post = post_form.find(post_id)
    return {"unread": preview.unread(text, post.words)} if post else {}
