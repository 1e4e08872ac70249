"""Choose the language of a response: the site's, or for the author one with a catalogue."""

from functools import lru_cache

from flask import Flask, current_app, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from blog import i18n
from blog.site import overview
from blog.web.caching import site_context
from blog.web.security import is_authors

SENTENCES_KEPT = 1_024


def init_app(app: Flask) -> None:
    i18n.speaker.language = spoken
    app.before_request(listen)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Jinja fills in the values and escapes them.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.with_places, newstyle=True, pgettext=i18n.pgettext
    )
    app.jinja_env.globals.update(gettext=said, _=said)
    app.jinja_env.globals.update(
        words_language=words_language, language=spoken, direction=i18n.direction, own=own
    )


def listen() -> None:
    """Read the site's language before anything is rendered, so that error messages need no query."""
    if request.method == "POST":
        speak(overview.language())


def speak(tag: str) -> None:
    """Use the language `tag` for the rest of this request."""
    current_app.extensions["language"] = tag
    g.language = i18n.spoken_to_author(tag) if is_authors(request.path) else tag


def speak_as_before() -> None:
    """Use the last language of this process, because the database is unavailable."""
    if "language" not in g:
        speak(current_app.extensions.get("language", i18n.ENGLISH))


def spoken() -> str:
    """The language of the response."""
    if not has_request_context():
        return i18n.ENGLISH
    tag: str | None = g.get("language")
    if tag is None:
        speak(site_context().site.language)
        tag = str(g.language)
    return tag


@pass_eval_context
def said(context: EvalContext, message: str, /, **values: object) -> str:
    """Jinja's new-style gettext with caching. A page has dozens of messages, and each is looked up and escaped."""
    if values or not context.autoescape:
        found = i18n.gettext(message)
        return (Markup(found) if context.autoescape else found) % values  # noqa: S704 -- ours, or a translator's
    return said_in(spoken(), message)


@lru_cache(maxsize=SENTENCES_KEPT)
def said_in(_language: str, message: str) -> Markup:
    return Markup(i18n.gettext(message) % {})  # noqa: S704


def words_language() -> str:
    """The language of the interface: English if there is no catalogue for the site's language."""
    return i18n.words_language(spoken())


def own() -> Markup:
    """HTML attributes that mark the language of interface text if it differs from the page's language."""
    return own_in(spoken())


@lru_cache(maxsize=64)
def own_in(page: str) -> Markup:
    words = i18n.words_language(page)
    if f"{page}-".startswith(f"{words}-"):
        return Markup()
    return Markup(' lang="%s" dir="%s"') % (words, i18n.direction(words))
