"""A site whose interface text can be distinguished from all other text: every message is in ⟦brackets⟧.

A special catalogue adds them. Text without brackets was either written by the author or not marked for translation. The
site's title is ⟦so⟧, and all text written by tests is in brackets as well.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from babel import Locale
from babel.messages.pofile import write_po
from bs4 import BeautifulSoup, Comment, Doctype
from flask import Flask

from blog import i18n
from blog.store.db import db
from blog.store.models import Site
from blog.web.speaking import own_in, said_in
from blog.web.templating import counted_in, posts_in, reading_time_in
from tests.catalogues import brought_up_to_date

# Visible or read aloud (HTML, 3.2.6.1: attributes with text).
ATTRIBUTES = (
    "title",
    "aria-label",
    "alt",
    "placeholder",
    "label",
    "aria-description",
    "aria-roledescription",
    # Messages for our scripts, which have none of their own.
    "data-announce",
    "data-more-one",
    "data-more-other",
    "data-restored-one",
    "data-restored-other",
    "data-failed",
    "data-on",
    "data-off",
    "data-copying",
    "data-copied",
    "data-not-copied",
)
TOLD = "meta[name=description], meta[property='og:title'], meta[property='og:description'], meta[property$=':alt']"
"""Metadata of a page."""
CLDRS = re.compile("|".join([*Locale("de").months["format"]["wide"].values(), "^ und "]))
"""Dates are formatted by Babel, and so are separators of lists."""
UNSEEN = ("script", "style", "template", "code", "time", "svg text", "input[type=hidden]")


def write_marked(folder: Path) -> Path:
    """Write catalogues in which every message is in brackets, in German. Reading the source takes a second."""
    shutil.copytree(i18n.CATALOGUES / i18n.ENGLISH, folder / i18n.ENGLISH)  # outside of requests
    found = brought_up_to_date("de")
    for message in found:
        if isinstance(message.id, (tuple, list)):
            message.string = tuple(f"⟦{each}⟧" for each in message.id)
        elif message.id:
            message.string = f"⟦{message.id}⟧"
    path = folder / "de" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, found)
    return folder


@contextmanager
def spoken_from(folder: Path) -> Iterator[None]:
    """Use the catalogues in `folder` until the end of the block."""
    usual = i18n.CATALOGUES
    i18n.CATALOGUES = folder
    forget()
    try:
        yield
    finally:
        i18n.CATALOGUES = usual
        forget()


def mark_site(app: Flask) -> None:
    """Make the site German, with its own title and names in brackets."""
    with app.app_context():
        db.session.execute(sa.update(Site).values(language="de", title="⟦so⟧", author="⟦so⟧"))
        db.session.commit()


def forget() -> None:
    """Reload the translations. A catalogue is reread only if its file has changed."""
    for kept in (i18n.words_language, own_in, said_in, counted_in, posts_in, reading_time_in):
        kept.cache_clear()


def unmarked(html: str) -> list[str]:
    """Texts of a page, including attributes, with letters outside of brackets."""
    page = BeautifulSoup(html, "html.parser")
    for unseen in page.select(", ".join(UNSEEN)):
        unseen.decompose()
    texts = [str(each) for each in page.find_all(string=True) if not isinstance(each, (Comment, Doctype))]
    attributes = [str(element[name]) for name in ATTRIBUTES for element in page.select(f"[{name}]")]
    told = [str(element["content"]) for element in page.select(TOLD)]
    return unmarked_texts(texts + attributes + told)


def unmarked_texts(texts: list[str]) -> list[str]:
    return [text.strip() for text, left in outside(texts) if has_letters(CLDRS.sub("", left))]


def outside(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Each text with its parts outside of brackets. A message with a link spans several texts."""
    depth = 0
    for text in texts:
        kept = ""
        for letter in text:
            depth += letter == "⟦"
            kept += letter if depth == 0 else ""
            depth -= letter == "⟧"
        yield text, kept


def has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
