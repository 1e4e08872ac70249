"""Settings that the author changes in the browser. All are validated together and apply from the next response.

Triggers raise the content version when one of these columns changes, so no outdated page is served.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from blog import languages, time_zones
from blog.errors import BlogError, FieldsWrong
from blog.i18n import gettext as _
from blog.i18n import number as decimal
from blog.site import colours
from blog.site.footer import footer_links, licence
from blog.store.db import db, writing
from blog.store.models import Image, Site
from blog.text.bidi import TURNING
from blog.text.graphemes import shortened
from blog.text.lengths import too_long
from blog.text.lines import line
from blog.text.links import is_web_address
from blog.text.pictures import HASH
from blog.text.sanitizing import tidy

LONGEST_LINE = 200  # maximum characters of a title, tagline or name
POSTS_PER_PAGE = range(6, 61)


def text(typed: str) -> str:
    """A line of text, which may be empty."""
    found = line(TURNING.sub("", typed))
    if sentence := too_long(found, LONGEST_LINE):
        raise BlogError(sentence)
    return found


def title(typed: str) -> str:
    found = text(typed)
    if not any(letter.isprintable() and not letter.isspace() for letter in found):
        raise BlogError(_("Enter a title. It is shown on every page."))
    return found


def zone_choices() -> set[str]:
    """The time zones to choose from, without names that mean another zone on each machine."""
    return time_zones.names() - {"localtime", "Factory"}


def time_zone(typed: str) -> str:
    name = typed.strip()
    if name not in zone_choices():
        raise BlogError(
            _(
                "“%(typed)s” is not a time zone. Examples: Europe/Vienna, UTC.",
                typed=shortened(line(typed), 40),
            )
        )
    return name


def posts_per_page(typed: str) -> int:
    number = int(typed) if re.fullmatch(r"\s*[0-9]{1,4}\s*", typed) else 0
    if number not in POSTS_PER_PAGE:
        raise BlogError(
            _(
                "Enter a number from %(least)s to %(most)s.",
                least=POSTS_PER_PAGE[0],
                most=POSTS_PER_PAGE[-1],
            )
        )
    return number


def hub(typed: str) -> str:
    """The address of a WebSub hub, or an empty string."""
    url = typed.strip()
    if url and (not is_web_address(url) or "#" in url):
        raise BlogError(
            _(
                "“%(typed)s” is not the address of a hub. Example: https://hub.example/.",
                typed=shortened(line(url), 60),
            )
        )
    return url


def accent(typed: str) -> str:
    """A readable colour, or an empty string for the default."""
    colour = typed.strip().lower()
    if colour in {"", colours.BUILT_IN}:
        return ""
    if not colours.is_colour(colour):
        raise BlogError(
            _(
                "“%(typed)s” is not a colour. Example: %(colour)s.",
                typed=shortened(line(typed), 20),
                colour=colours.BUILT_IN,
            )
        )
    ratio = colours.contrast(colour, colours.DAY)
    if ratio < colours.READABLE:
        # Truncated, not rounded: 4.49 must not be shown as 4.5.
        raise BlogError(
            _(
                "%(colour)s is too light to read: its contrast is %(contrast)s:1, and text needs at least "
                "%(needed)s:1. The closest readable colour is %(nearest)s.",
                colour=colour,
                contrast=decimal(int(ratio * 10) / 10),
                needed=decimal(colours.READABLE),
                nearest=colours.by_day(colour),
            )
        )
    return colour


def picture_hash(typed: str) -> str | None:
    """The hash of an image of this site, or None."""
    if typed and (not HASH.fullmatch(typed) or db.session.get(Image, typed) is None):
        raise BlogError(_("This image is not among your images. Choose it again."))
    return typed or None


CHECKS: dict[str, Callable[[str], Any]] = {
    "title": title,
    "tagline": text,
    "author": text,
    "language": languages.tag,
    "time_zone": time_zone,
    "posts_per_page": posts_per_page,
    "footer_links": footer_links,
    "licence": licence,
    "hub": hub,
    "accent": accent,
    "picture_hash": picture_hash,
}
"""The settings in the order of the form. Each check returns the value of the input or raises BlogError."""


def shown() -> dict[str, str]:
    """The settings as the form shows them."""
    site = db.session.get_one(Site, 1)
    return {
        **{name: str(getattr(site, name)) for name in CHECKS},
        "footer_links": "\n".join(" ".join(link.values()) for link in site.footer_links),
        "licence": " ".join(site.licence.values()),
        "accent": site.accent or colours.BUILT_IN,
        "picture_hash": site.picture_hash or "",
    }


def joined(typed: Mapping[str, str], began: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Merge the input with changes made elsewhere since the form showed `began`. Returns errors for settings changed
    in both.
    """
    together, clashes = {}, {}
    for name, now in shown().items():
        was = began.get(name, now)
        mine = tidy(typed[name]) if name in typed else was  # A field that was not sent is not changed.
        together[name] = now if mine == was else mine
        if mine not in (was, now) and now != was:
            clashes[name] = (
                _(
                    "Changed elsewhere to “%(now)s” in the meantime. Save again to use the value shown here.",
                    now=line(now),
                )
                if now
                else _("Cleared elsewhere in the meantime. Save again to use the value shown here.")
            )
    return together, clashes


def change(typed: Mapping[str, str], *, wrong: Mapping[str, str]) -> None:
    """Save the input of all settings, or nothing if there are errors.

    `wrong` has errors that were found before, by field name; they are included in FieldsWrong.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            values[name] = check(typed.get(name, ""))
        except BlogError as error:
            errors[name] = error.message
    if errors or wrong:
        raise FieldsWrong({**errors, **wrong})
    with writing() as session:
        site = session.get_one(Site, 1)
        for name, value in values.items():
            setattr(site, name, value)
