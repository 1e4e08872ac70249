"""Addresses in a text that lead nowhere or show nothing for readers: what its author is told of them."""

import re
from collections.abc import Container
from urllib.parse import urlsplit

import nh3

from blog.base_path import from_root, is_below, origin_of
from blog.i18n import gettext as _
from blog.text.graphemes import shortened
from blog.text.lines import line
from blog.text.pictures import MENTIONED

SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
WEB = frozenset({"http", "https", "ftp"})
OWN = ("/media/", "/static/")
"""Where the site keeps pictures."""
LONGEST = 80  # characters of an address that are shown


def picture_sentence(address: str, pictures: Container[str], site: str) -> str:
    """What to say of a picture at `address`; nothing if readers see it.

    `pictures` are the hashes of those that are here, and `site` is the address of this site.
    """
    address = address.strip()
    address = from_root(address, site)
    scheme = scheme_of(address)
    if scheme == "data":
        return _("Images embedded in the text (data:) are not shown. Upload the image instead.")
    host = host_of(address) if address.startswith("//") or scheme in WEB else ""
    if host and site and is_below(address, origin_of(site)):
        return ""  # another part of the host that the site is on
    if host:
        return _(
            "Images from %(host)s are not shown here, and feed readers would load them from there. Upload "
            "the image instead.",
            host=shortened(host, LONGEST),
        )
    found = MENTIONED.match(address)
    if not scheme and (found[1] in pictures if found else address.startswith(OWN)):
        return ""
    return _("There is no image “%(address)s” on this site.", address=shortened(line(address), LONGEST))


def link_sentence(address: str) -> str:
    """What to say of a link to `address`; nothing if readers can follow it."""
    scheme = scheme_of(address)
    if not scheme or scheme in nh3.ALLOWED_URL_SCHEMES:
        return ""
    return _(
        "“%(address)s” is not shown as a link: addresses that begin with “%(scheme)s:” are not allowed.",
        address=shortened(line(address), LONGEST),
        scheme=shortened(scheme, LONGEST),
    )


def scheme_of(address: str) -> str:
    """Its scheme in small letters, if it has one; browsers leave out what cannot be seen in it."""
    found = SCHEME.match("".join(letter for letter in address if letter.isprintable() and letter != " "))
    return found[1].lower() if found else ""


def host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc or address
    except ValueError:  # `//[`
        return address
