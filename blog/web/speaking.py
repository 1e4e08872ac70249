"""In which language the site speaks to whoever is asking: its own; to the author one that it has words for."""

from functools import lru_cache

from flask import Flask, current_app, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from blog import i18n
from blog.site import overview
from blog.web.caching import standing
from blog.web.security import is_authors

SENTENCES_KEPT = 1_024


def init_app(app: Flask) -> None:
    i18n.speaker.language = spoken
    app.before_request(listen)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Jinja itself puts values in their places, escaped as the template wants it.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.with_places, newstyle=True, pgettext=i18n.pgettext
    )
    app.jinja_env.globals.update(gettext=said, _=said)
    app.jinja_env.globals.update(
        words_language=words_language, language=spoken, direction=i18n.direction, own=own
    )


def listen() -> None:
    """Learn the language before something is written: a sentence about what is wrong must not begin with a query."""
    if request.method == "POST":
        speak(overview.language())


def speak(tag: str) -> None:
    """From now on, answer this request in the language `tag`."""
    current_app.extensions["language"] = tag
    g.language = i18n.spoken_to_author(tag) if is_authors(request.path) else tag


def speak_as_before() -> None:
    """Answer in the language that this process spoke last: the database cannot be asked."""
    if "language" not in g:
        speak(current_app.extensions.get("language", i18n.ENGLISH))


def spoken() -> str:
    """The language of the answer."""
    if not has_request_context():
        return i18n.ENGLISH
    tag: str | None = g.get("language")
    if tag is None:
        speak(standing().site.language)
        tag = str(g.language)
    return tag


@pass_eval_context
def said(context: EvalContext, message: str, /, **values: object) -> str:
    """Jinja's new-style gettext, which looks a sentence up and escapes it each time: a page has dozens."""
    if values or not context.autoescape:
        found = i18n.gettext(message)
        return (Markup(found) if context.autoescape else found) % values  # noqa: S704 -- ours, or a translator's
    return said_in(spoken(), message)


@lru_cache(maxsize=SENTENCES_KEPT)
def said_in(_language: str, message: str) -> Markup:
    return Markup(i18n.gettext(message) % {})  # noqa: S704


def words_language() -> str:
    """The language of the site's own words: not that of its posts where there is no catalogue for it."""
    return i18n.words_language(spoken())


def own() -> Markup:
    """The attributes of an element with words of the site's own: in which language they are, if not in the page's."""
    return own_in(spoken())


@lru_cache(maxsize=64)
def own_in(page: str) -> Markup:
    words = i18n.words_language(page)
    if f"{page}-".startswith(f"{words}-"):
        return Markup()
    return Markup(' lang="%s" dir="%s"') % (words, i18n.direction(words))
