"""The footer of every page: links and the licence."""

import re

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.text.bidi import TURNING
from blog.text.graphemes import fits, shortened
from blog.text.lines import line
from blog.text.links import is_path_here, is_readable, is_web_address
from blog.text.sanitizing import tidy

MOST_LINKS = 12
LONGEST_LABEL = 60
MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+")


def footer_links(typed: str) -> list[dict[str, str]]:
    """One link per line: its text, its address, and an optional `me` for a profile of the author."""
    links = []
    for number, each in enumerate(tidy(typed).split("\n"), start=1):
        words = line(TURNING.sub("", each))
        own = words.removesuffix(" me")
        label, _space, url = (own if is_link(own.rpartition(" ")[2]) else words).rpartition(" ")
        if not url:
            continue
        if not label or not is_link(url):
            raise BlogError(
                _("Line %(number)s is not a link. Example: “Code https://code.example/me”.", number=number)
            )
        if not fits(label, LONGEST_LABEL):
            raise BlogError(
                _(
                    "The text of line %(number)s is too long. The maximum is %(most)s characters.",
                    number=number,
                    most=LONGEST_LABEL,
                )
            )
        mine = {"rel": "me"} if words.endswith(f"{url} me") else {}
        links.append({"label": label, "url": url, **mine})
    if len(links) > MOST_LINKS:
        raise BlogError(
            _("Too many links: %(number)s. The maximum is %(most)s.", number=len(links), most=MOST_LINKS)
        )
    return links


def is_link(url: str) -> bool:
    """Whether `url` is a page on another site, a page here, or a mailto address."""
    return is_path_here(url) or is_web_address(url) or is_mail(url)


def is_mail(url: str) -> bool:
    return is_readable(url) and MAIL.fullmatch(url) is not None


def licence(typed: str) -> dict[str, str]:
    """The licence: name and address, or none."""
    words = line(TURNING.sub("", typed))
    if not words:
        return {}
    label, _space, url = words.rpartition(" ")
    if not label or not is_web_address(url):
        raise BlogError(
            _(
                "“%(typed)s” is not a licence. Example: “CC BY 4.0 https://creativecommons.org/licenses/by/4.0/”.",
                typed=shortened(words, 60),
            )
        )
    if not fits(label, LONGEST_LABEL):
        raise BlogError(
            _("The name of the licence is too long. The maximum is %(most)s characters.", most=LONGEST_LABEL)
        )
    return {"label": label, "url": url}
