"""Warnings about links and images in a text that readers cannot follow or see."""

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
"""Path below which the site serves images."""
LONGEST = 80  # characters of an address shown in a warning


def picture_sentence(address: str, pictures: Container[str], site: str) -> str:
    """The warning for an image at `address`, or an empty string if readers see the image.

    `pictures` are the hashes of the images that exist, `site` is the base address of this site.
    """
    address = address.strip()
    address = from_root(address, site)
    scheme = scheme_of(address)
    if scheme == "data":
        return _("Images embedded in the text (data:) are not shown. Upload the image instead.")
    host = host_of(address) if address.startswith("//") or scheme in WEB else ""
    if host and site and is_below(address, origin_of(site)):
        return ""  # another path on the host of this site
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
    """The warning for a link to `address`, or an empty string if readers can follow it."""
    scheme = scheme_of(address)
    if not scheme or scheme in nh3.ALLOWED_URL_SCHEMES:
        return ""
    return _(
        "“%(address)s” is not shown as a link: addresses that begin with “%(scheme)s:” are not allowed.",
        address=shortened(line(address), LONGEST),
        scheme=shortened(scheme, LONGEST),
    )


def scheme_of(address: str) -> str:
    """The URL scheme in lower case, or an empty string. Invisible characters are removed first, as browsers do."""
    found = SCHEME.match("".join(letter for letter in address if letter.isprintable() and letter != " "))
    return found[1].lower() if found else ""


def host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc or address
    except ValueError:  # `//[`
        return address
