"""A site whose own words can be told from everything else on a page: each of them stands in ⟦brackets⟧.

A catalogue like a translator's says so. What stands without brackets on a page of such a site was either written by
the author, or forgotten. The site is called ⟦so⟧ as well, and so is whatever the tests write.
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

# Seen by readers or read to them (HTML, 3.2.6.1: the attributes that hold words).
ATTRIBUTES = (
    "title",
    "aria-label",
    "alt",
    "placeholder",
    "label",
    "aria-description",
    "aria-roledescription",
    # What our scripts say: they have no words of their own.
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
"""What a page says of itself to others."""
CLDRS = re.compile("|".join([*Locale("de").months["format"]["wide"].values(), "^ und "]))
"""Dates are Babel's, and what stands between two names."""
UNSEEN = ("script", "style", "template", "code", "time", "svg text", "input[type=hidden]")


def write_marked(folder: Path) -> Path:
    """Write catalogues in which each of the site's sentences stands in brackets, in German; to read the source takes a
    second."""
    shutil.copytree(i18n.CATALOGUES / i18n.ENGLISH, folder / i18n.ENGLISH)  # what is said outside of requests
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
    """Until the end of the block, words are those of the catalogues in `folder`."""
    usual = i18n.CATALOGUES
    i18n.CATALOGUES = folder
    forget()
    try:
        yield
    finally:
        i18n.CATALOGUES = usual
        forget()


def mark_site(app: Flask) -> None:
    """The site is German, and what its author called it stands in brackets as well."""
    with app.app_context():
        db.session.execute(sa.update(Site).values(language="de", title="⟦so⟧", author="⟦so⟧"))
        db.session.commit()


def forget() -> None:
    """Find words anew. What was read of a catalogue's file is kept, as long as no other is in its place."""
    for kept in (i18n.words_language, own_in, said_in, counted_in, posts_in, reading_time_in):
        kept.cache_clear()


def unmarked(html: str) -> list[str]:
    """The pieces of text of a page, attributes included, that have letters outside of brackets."""
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
    """Each text with what of it stands in no bracket; a sentence with a link in it goes over several texts."""
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
