"""In which language the site speaks to whoever is asking: its own; to the author one that it has words for."""

from flask import Flask, current_app, g, has_request_context, request

from blog import i18n, site
from blog.web.caching import standing
from blog.web.security import is_authors


def init_app(app: Flask) -> None:
    i18n.speaker.language = spoken
    app.before_request(listen)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    app.jinja_env.globals.update(
        words_language=words_language,
        language=spoken,
        direction=i18n.direction,
        plural_forms=i18n.plural_forms,
    )


def ngettext(one: str, many: str, number: int) -> str:
    """What is said of so many things, for Jinja, which puts the values in their places itself."""
    said: str = i18n.words().ungettext(one, many, number)
    return said


def listen() -> None:
    """Learn the language before something is written: a sentence about what is wrong must not begin with a query."""
    if request.method == "POST":
        speak(site.language())


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
    if "language" not in g:
        speak(standing().site.language)
    tag: str = g.language
    return tag


def words_language() -> str:
    """The language of the site's own words: not that of its posts where there is no catalogue for it."""
    return i18n.words_language(spoken())
