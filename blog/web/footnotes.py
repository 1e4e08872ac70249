"""The notes below a post get a heading, for readers who go from heading to heading.

It is put in when the page is made, and not when the text is rendered: its words are the site's and not the author's, so
they stand in no excerpt, feed, search index or count.
"""

from markupsafe import Markup

from blog.i18n import gettext as _

NOTES = '<section class="footnotes">\n<ol class="footnotes-list">'
"""How the notes begin in rendered HTML (mdit-py-plugins). They are the last thing in it."""


def headed(body: str, attributes: str = "") -> Markup:
    """Safe HTML `body`, with a heading above its notes if it has any; `attributes` say in which language that is."""
    text, notes, rest = body.rpartition(NOTES)
    if not notes:
        return Markup(body)  # noqa: S704 -- sanitised when it was rendered
    section, ordered = notes.split("\n")
    heading = Markup('<h2 class="visually-hidden"%s>%s</h2>') % (Markup(attributes), _("Footnotes"))  # noqa: S704
    return Markup(f"{text}{section}\n{heading}\n{ordered}{rest}")  # noqa: S704 -- the same
