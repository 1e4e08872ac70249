"""What of a text does not show as it was typed, said beside it, in its preview and when it is saved."""

from collections.abc import Sequence

from flask import current_app, render_template

from blog.i18n import gettext as _
from blog.i18n import ngettext
from blog.media import images
from blog.writing import text_warnings
from blog.writing.text_warnings import Warned

AT_ONCE = 3
"""So many are told in the notices about a save; the form has all of them."""
LONG = 200_000  # characters; of a longer text it is only told when it is looked at or saved, for that takes its time


def of(text: str) -> list[Warned]:
    """What the author is told of `text`, which is as it was typed."""
    return text_warnings.find(text, images.mentioned(text), current_app.config["BASE_URL"])


def beside(text: str) -> str:
    """The same as HTML for a script to show in the form."""
    return render_template("writing/warned.html", warnings=of(text))


def while_typing(text: str) -> dict[str, str]:
    """What an answer to a script says of a text that it keeps: nothing new of a long one."""
    return {"warnings": beside(text)} if len(text) < LONG else {}


def notices(text: str) -> Sequence[str]:
    """The same as sentences about a text that was saved: the first ones, and how many more there are."""
    found = of(text)
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
