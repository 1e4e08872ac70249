"""Addresses of pages elsewhere, as somebody typed them, and as headers and feeds may carry them.

They are read by the parser that browsers have (https://url.spec.whatwg.org/, the library ada), since others see another
host in some of them: `http://0x7f.1/` is 127.0.0.1 to a browser, and `http:evil.test` a page.
"""

import re
from contextlib import suppress
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit

import ada_url

URL_LENGTH = 2_000  # characters
HERE = "http://here.invalid"
"""Stands for the site where it is not known; RFC 2606 keeps the name free."""
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
"""An address that RFC 3986 has nothing against."""


def is_web_address(text: str) -> bool:
    """Whether `text` is the address of a page elsewhere that means the same to a browser as to whoever reads it.

    Refused are white space, control characters, backslashes, names and passwords before an `@`, and whatever a browser
    takes for another host than the one that stands there.
    """
    if not is_readable(text):
        return False
    try:
        typed, understood = urlsplit(text), ada_url.URL(text)
        host, port = typed.hostname or "", typed.port
    except ValueError:
        return False
    if typed.scheme not in {"http", "https"} or "@" in typed.netloc or port == 0:
        return False
    return bool(host) and same_host(host, understood.hostname)


def is_path_here(text: str) -> bool:
    """Whether `text` is the path of a page of this site, and a browser sees no host in it."""
    if not text.startswith("/") or text.startswith("//") or not is_readable(text):
        return False
    try:
        return ada_url.URL(text, base=HERE).origin == HERE
    except ValueError:
        return False


def is_readable(text: str) -> bool:
    """Whether `text` has nothing that a browser drops from an address or takes for a slash."""
    return len(text) <= URL_LENGTH and not any(
        letter == "\\" or letter.isspace() or not letter.isprintable() for letter in text
    )


def same_host(typed: str, understood: str) -> bool:
    """Whether a browser's host, in ASCII, is the one that was typed, in small letters."""
    if understood.startswith("["):
        return IPv6Address(typed) == IPv6Address(understood[1:-1])
    # Its Unicode form is what the address bar shows (UTS 46).
    return typed in (understood, ada_url.idna.decode(understood))


def as_uri(url: str) -> str:
    """`url` as headers and feeds may carry it: ASCII, percent-encoded, its host in Punycode (RFC 3986, RFC 5890)."""
    if PLAIN.fullmatch(url):
        return url
    with suppress(ValueError):  # a path, or what was stored before addresses were looked at
        url = str(ada_url.URL(url).href)
    return quote(url, safe="-._~:/?#[]@!$&'()*+,;=%")
