"""The word count of the form, and the data with which its scripts continue counting."""

from typing import NamedTuple

from blog.store.models import Post
from blog.text import word_count
from blog.writing import post_form, preview
from blog.writing.fields import BODY_LENGTH

LONG = 50_000  # characters; longer texts are rendered only in the preview and on save
LONG_LINE = 20_000  # characters; see static/writing.css


class Sizes(NamedTuple):
    """Sizes in characters from which the form's scripts work differently. See static/writing.css."""

    long: int = LONG
    """Autosaved and counted less often."""
    long_line: int = LONG_LINE
    """Lines of this length get a fixed text direction, because browsers take too long to detect it."""
    most: int = BODY_LENGTH
    """Longer texts are not sent; the server would refuse them."""


class Counted(NamedTuple):
    """The word count when the form is opened."""

    words: int
    """Words that readers see."""
    unread: int
    """How many more words the Markdown source has: addresses, image descriptions and the like."""
    rule: word_count.Rule = word_count.RULE
    sizes: Sizes = Sizes()


def opened(body: str, post: Post | None) -> Counted:
    """The words of a text in the form. For a long unsaved text, the words of its Markdown source."""
    if post and post.body == body:
        return Counted(post.word_count, preview.unread(body, post.word_count))
    if len(body) >= LONG:
        return Counted(word_count.words(body), 0)
    words = preview.rendered(body).words
    return Counted(words, preview.unread(body, words))


def while_typing(text: str) -> dict[str, int]:
    """The word count in an autosave response; left out for long texts."""
    return {"unread": opened(text, None).unread} if len(text) < LONG else {}


def after_saving(text: str, post_id: int) -> dict[str, int]:
    """The word count in the response to a save."""
    post = post_form.find(post_id)
    return {"unread": preview.unread(text, post.word_count)} if post else {}
