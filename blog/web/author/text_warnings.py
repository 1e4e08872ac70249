"""Warnings about the text: next to the form, in the preview and after saving."""

from collections.abc import Sequence

from flask import current_app, render_template

from blog.i18n import gettext as _
from blog.i18n import ngettext
from blog.media import images
from blog.writing import text_warnings
from blog.writing.text_warnings import Warned

AT_ONCE = 3
"""The maximum number of warnings after a save. The form lists all of them."""
LONG = 200_000  # Characters. Longer texts are checked only in the preview and on save, because checking takes long.


def for_text(text: str) -> list[Warned]:
    """The warnings about `text`, which is as entered."""
    return text_warnings.find(text, images.mentioned(text), current_app.config["BASE_URL"])


def beside(text: str) -> str:
    """The warnings as HTML for the script of the form."""
    return render_template("post_form/warned.html", warnings=for_text(text))


def while_typing(text: str) -> dict[str, str]:
    """The warnings in an autosave response; left out for long texts."""
    return {"warnings": beside(text)} if len(text) < LONG else {}


def notices(text: str) -> Sequence[str]:
    """The warnings about a saved text: the first few, and the number of others."""
    found = for_text(text)
    said = [
        _("Line %(number)s: %(sentence)s", number=each.line, sentence=each.sentence)
        for each in found[:AT_ONCE]
    ]
    more = len(found) - len(said)
    if more:
        said.append(
            ngettext(
                "One more warning is listed below the text.",
                "%(number)s more warnings are listed below the text.",
                more,
            )
        )
    return said
