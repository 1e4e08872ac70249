"""Alerts in a text: a block quote that begins with `[!NOTE]` or a similar marker, as on GitHub.

A text is rendered when it is saved, before the language of the page is known. So the stored HTML has English labels,
which are translated when the page is rendered.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog import i18n
from blog.i18n import N_

LABELS = {
    "NOTE": N_("Note"),
    "TIP": N_("Tip"),
    "IMPORTANT": N_("Important"),
    "WARNING": N_("Warning"),
    "CAUTION": N_("Caution"),
}
CLASSES = frozenset({"alert", "alert-title", *(f"alert-{kind.lower()}" for kind in LABELS)})
LABEL = re.compile(rf'<p class="alert-title"><strong>({"|".join(LABELS.values())})</strong></p>')


def shown(markdown: MarkdownIt) -> None:
    """A markdown-it plugin for alerts with the classes of our style sheet."""
    markdown.options["alerts"] = True
    markdown.core.ruler.after("inline", "alerts", label)


def label(state: StateCore) -> None:
    for token, following in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type == "alert_open":
            token.attrs["class"] = f"alert alert-{token.info.lower()}"
        elif token.type == "alert_title_open":
            token.attrs["class"] = "alert-title"
            following.children = [
                Token("strong_open", "strong", 1),
                Token("text", "", 0, content=following.content),
                Token("strong_close", "strong", -1),
            ]


def labelled(html: str, language: str) -> str:
    """Safe `html` of a text in `language`, with the labels of its alerts in that language, or else in English."""
    spoken = i18n.words_language(language)
    foreign = "" if language.split("-", maxsplit=1)[0] == spoken else f' lang="{spoken}"'

    def said(match: re.Match[str]) -> str:
        word = i18n.catalogue(spoken).ugettext(match[1])
        return f'<p class="alert-title"{foreign}><strong>{word}</strong></p>'

    return LABEL.sub(said, html) if "alert-title" in html else html
