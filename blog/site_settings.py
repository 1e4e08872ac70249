"""What the author decides about the site in the browser: checked all at once, and true from the next response on.

Triggers raise the content version with each of these columns, so no page that was made before is shown again.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from blog import colours, languages, opening
from blog.db import db, writing
from blog.errors import BlogError, FieldsWrong
from blog.fields import is_web_address
from blog.lines import TURNING, line
from blog.models import Image, Site
from blog.pictures import HASH
from blog.rendering import tidy

LONGEST_LINE = 200  # characters of a title, a tagline, a name
POSTS_PER_PAGE = range(6, 61)
MOST_LINKS = 12
LONGEST_LABEL = 60

MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+")


def text(typed: str) -> str:
    """A line of text, which may be empty."""
    found = line(TURNING.sub("", typed))
    if len(found) > LONGEST_LINE:
        raise BlogError(f"This has {len(found)} characters; at most {LONGEST_LINE} fit.")
    return found


def title(typed: str) -> str:
    found = text(typed)
    if not any(letter.isprintable() and not letter.isspace() for letter in found):
        raise BlogError("A site needs a title; it stands above every page.")
    return found


def time_zones() -> set[str]:
    """The names that one can choose: not those that mean another zone on each machine."""
    return opening.zone_names() - {"localtime", "Factory"}


def time_zone(typed: str) -> str:
    name = typed.strip()
    if name not in time_zones():
        raise BlogError(f"“{line(typed)[:40]}” is no time zone; it looks like Europe/Vienna or UTC.")
    return name


def posts_per_page(typed: str) -> int:
    number = int(typed) if re.fullmatch(r"\s*[0-9]{1,4}\s*", typed) else 0
    if number not in POSTS_PER_PAGE:
        raise BlogError(f"A page has from {POSTS_PER_PAGE[0]} to {POSTS_PER_PAGE[-1]} posts.")
    return number


def footer_links(typed: str) -> list[dict[str, str]]:
    """One link a line: its words, its address, and `me` behind it if the page there is the author's own."""
    links = []
    for number, each in enumerate(tidy(typed).split("\n"), start=1):
        words = line(TURNING.sub("", each))
        own = words.removesuffix(" me")
        label, _, url = (own if is_link(own.rpartition(" ")[2]) else words).rpartition(" ")
        if not url:
            continue
        if not label or not is_link(url):
            raise BlogError(f"Line {number} is no link; it looks like “Code https://code.example/me”.")
        if len(label) > LONGEST_LABEL:
            raise BlogError(
                f"The words of line {number} are too long; at most {LONGEST_LABEL} characters fit."
            )
        mine = {"rel": "me"} if words.endswith(f"{url} me") else {}
        links.append({"label": label, "url": url, **mine})
    if len(links) > MOST_LINKS:
        raise BlogError(f"These are {len(links)} links; at most {MOST_LINKS} fit.")
    return links


def is_link(url: str) -> bool:
    """Whether `url` is a page elsewhere, a page here, or an address to write to."""
    here = url.startswith("/") and not url.startswith("//") and not urlsplit(url).netloc and "\\" not in url
    return here or is_web_address(url) or MAIL.fullmatch(url) is not None


def licence(typed: str) -> dict[str, str]:
    """What others may do with the texts: its name and its address, or nothing."""
    words = line(TURNING.sub("", typed))
    if not words:
        return {}
    label, _, url = words.rpartition(" ")
    if not label or not is_web_address(url):
        raise BlogError(
            f"“{words[:60]}” is no licence; it looks like “CC BY 4.0 https://creativecommons.org/licenses/by/4.0/”."
        )
    if len(label) > LONGEST_LABEL:
        raise BlogError(f"The name of the licence is too long; at most {LONGEST_LABEL} characters fit.")
    return {"label": label, "url": url}


def hub(typed: str) -> str:
    """The address of a WebSub hub, or nothing."""
    url = typed.strip()
    if url and (not is_web_address(url) or "@" in urlsplit(url).netloc or "#" in url):
        raise BlogError(f"“{line(url)[:60]}” is no address of a hub; it looks like https://hub.example/.")
    return url


def accent(typed: str) -> str:
    """A colour that can be read, or an empty string for the one the site comes with."""
    colour = typed.strip().lower()
    if colour in {"", colours.BUILT_IN}:
        return ""
    if not colours.is_colour(colour):
        raise BlogError(f"“{line(typed)[:20]}” is no colour; it looks like {colours.BUILT_IN}.")
    ratio = colours.contrast(colour, colours.DAY)
    if ratio < colours.READABLE:
        # Cut, not rounded: 4.49 must not be called 4.5.
        raise BlogError(
            f"{colour} is too pale to be read: its contrast is {int(ratio * 10) / 10} to 1, and text needs "
            f"{colours.READABLE}. The nearest that has it is {colours.by_day(colour)}."
        )
    return colour


def picture_hash(typed: str) -> str | None:
    """The hash of an image of this site, or None."""
    if typed and (not HASH.fullmatch(typed) or db.session.get(Image, typed) is None):
        raise BlogError("This picture is not among the images of this site; choose it again.")
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
"""The settings in the order of the form. Each gives the value for what was typed, or raises BlogError."""


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
    """What was typed, with what was changed elsewhere since the form showed `began`; and a sentence where both were."""
    together, clashes = {}, {}
    for name, now in shown().items():
        mine, was = tidy(typed.get(name, "")), began.get(name, now)
        together[name] = now if mine == was else mine
        if mine not in (was, now) and now != was:
            there = f"“{line(now)}”" if now else "nothing"
            clashes[name] = (
                f"Changed elsewhere meanwhile, to {there}. Save again to have it as it stands here."
            )
    return together, clashes


def change(typed: Mapping[str, str], *, wrong: Mapping[str, str]) -> None:
    """Take over what was typed for each setting, or nothing if something is wrong.

    `wrong` is what was found before, a sentence for each field; all comes out again with FieldsWrong.
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
