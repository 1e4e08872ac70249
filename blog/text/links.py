"""Validate and normalise addresses of other sites.

They are parsed as in browsers (https://url.spec.whatwg.org/, the library ada), because other parsers see another host
in some of them: `http://0x7f.1/` is 127.0.0.1 to a browser, and `http:evil.test` a page.
"""

import re
from contextlib import suppress
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit

import ada_url

URL_LENGTH = 2_000  # characters
HERE = "http://here.invalid"
"""A placeholder for the site's host where it is unknown. RFC 2606 reserves the name."""
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
"""An address that is valid according to RFC 3986."""


def is_web_address(text: str) -> bool:
    """Whether `text` is the address of a page on another site that browsers and people read the same way.

    White space, control characters, backslashes, user names and passwords are refused, and addresses whose host a
    browser would read differently.
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
    """Whether `text` is a path on this site that browsers do not read as another host."""
    if not text.startswith("/") or text.startswith("//") or not is_readable(text):
        return False
    try:
        return ada_url.URL(text, base=HERE).origin == HERE
    except ValueError:
        return False


def is_readable(text: str) -> bool:
    """Whether `text` contains nothing that browsers remove from addresses or treat as a slash."""
    return len(text) <= URL_LENGTH and not any(
        letter == "\\" or letter.isspace() or not letter.isprintable() for letter in text
    )


def same_host(typed: str, understood: str) -> bool:
    """Whether a browser's host, in ASCII, is the one entered, in lower case."""
    if understood.startswith("["):
        return IPv6Address(typed) == IPv6Address(understood[1:-1])
    # The address bar shows its Unicode form (UTS 46).
    return typed in (understood, ada_url.idna.decode(understood))


def as_uri(url: str) -> str:
    """`url` for headers and feeds: ASCII, percent-encoded, its host in Punycode (RFC 3986, RFC 5890)."""
    if PLAIN.fullmatch(url):
        return url
    with suppress(ValueError):  # A path, or stored before addresses were validated.
        url = str(ada_url.URL(url).href)
    return quote(url, safe="-._~:/?#[]@!$&'()*+,;=%")
