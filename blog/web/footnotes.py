"""Add a heading above the footnotes of a post, for people who navigate by headings.

It is inserted when the page is rendered, not when the post is saved, because it is in the site's language. So it is not
part of excerpts, feeds, the search index or word counts.
"""

from markupsafe import Markup

from blog.i18n import gettext as _

NOTES = '<section class="footnotes">\n<ol class="footnotes-list">'
"""The beginning of the footnotes in rendered HTML (mdit-py-plugins). They are at the end."""


def headed(body: str, attributes: str = "") -> Markup:
    """Safe HTML `body` with a heading above its footnotes, if any. `attributes` mark the language of the heading."""
    text, notes, rest = body.rpartition(NOTES)
    if not notes:
        return Markup(body)  # noqa: S704 -- sanitised when it was rendered
    section, ordered = notes.split("\n")
    heading = Markup('<h2 class="visually-hidden"%s>%s</h2>') % (Markup(attributes), _("Footnotes"))  # noqa: S704
    return Markup(f"{text}{section}\n{heading}\n{ordered}{rest}")  # noqa: S704 -- the same
