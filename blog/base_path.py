"""A blog below a path of another site, such as https://example.org/blog: its base path, and addresses without it.

What is stored, in texts and in settings of the site, has addresses from the root of the blog: `/media/…`, `/posts/…`.
The base path is put before them when they are shown, so a blog can move without one text being rendered again.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from blog.system.hosts import plain

LONGEST = 200
"""Characters of a base path: browsers ignore a cookie's Path of 1,024 and more (RFC 6265bis, section 5.6)."""
# Unreserved characters alone (RFC 3986, section 2.3): written as they are in addresses, cookies and proxies. No dot
# segments, which browsers take out (section 5.2.4).
PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*")
OWN = frozenset(
    {
        *("author", "posts", "tags", "series", "archive", "search", "preview"),
        *("media", "static", "icons", "healthz", "readyz"),
    }
)
"""Names with which the blog's own addresses begin. Below a base path that begins with one of them, an address from the
blog's root may look like one from the host's, and is taken for the former."""

TAG = re.compile(r'<[a-z](?:[^">]|"[^"]*")*>')
ATTRIBUTE = re.compile(r'([^\s"=<>]+)="([^"]*)"')
ADDRESSES = frozenset({"href", "src", "cite"})
"""Attributes of HTML that hold an address."""
# One of the candidates in a srcset: an address, which ends in no comma, and perhaps a width or density.
CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(\s+[^\s,]+)?\s*(?:,|$)")
# Where an address begins in Markdown: of a link or picture, of a definition, of an attribute in HTML. What stands in
# code is left as it is.
DESTINATION = re.compile(
    r"""(?P<code> ^\ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^\ {0,3}(?P=fence)|\Z)
        | (?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`) )
    | (?P<before> \]\(\s*<? | ^\ {0,3}\[(?!\^)[^\]\n]+\]:\s*<? | \b(?:href|src|cite)\s*=\s*["']? )
      (?P<address> /[^\s<>"')]* )""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
INVISIBLE = "".join(map(chr, range(0x21)))
"""What browsers take away before an address (https://url.spec.whatwg.org/, C0 control or space)."""


def is_valid(path: str) -> bool:
    """Whether a blog may lie at `path`: empty for the root, or `/blog`, without a slash at its end."""
    return len(path) <= LONGEST and PATH.fullmatch(path) is not None


def base_url(value: Any) -> str:
    """The setting BASE_URL, without a slash at its end; empty if it is. Raises ValueError."""
    url = str(value).strip().removesuffix("/")
    try:
        parts = urlsplit(url)
        # Nothing but scheme, host, port and path: what else it may have would stand behind them, or before an @.
        bare = (
            not parts.netloc.endswith(":")
            and url == f"{parts.scheme}://{parts.netloc}{parts.path}"
            and "@" not in url
        )
        known = parts.scheme in {"http", "https"} and parts.port != 0 and plain(parts.netloc) is not None
        fine = bare and known and is_valid(parts.path)
    except ValueError:
        fine = False
    if url and not fine:
        raise ValueError(
            "must look like https://blog.example.org or https://example.org/blog (path: letters, digits and "
            f"-._~ between single slashes, at most {LONGEST} characters), not {value!r}"
        )
    return url


def of_url(base_url: str) -> str:
    """The base path in the setting BASE_URL; empty for a blog at the root of its host."""
    return urlsplit(base_url).path


def origin_of(base_url: str) -> str:
    """Scheme, host and port (RFC 6454)."""
    return urlsplit(base_url)._replace(path="").geturl()


def cookie_name(path: str, *, is_secure: bool) -> str:
    """What the session's cookie is called on a site at `path`: two on one host share neither a name nor a path.

    Over https browsers take a `__Host-` cookie from this very host alone, not from a neighbour under the same domain;
    they want it to have the path `/`, so below a path it is a `__Secure-` one (RFC 6265bis, section 4.1.3).
    """
    prefix = ("__Secure-" if path else "__Host-") if is_secure else ""
    return f"{prefix}session{path.replace('/', '-')}"


def is_below(address: str, path: str) -> bool:
    """Whether `address`, from the root of the host, is that of the blog at `path` or of something in it."""
    return address.startswith(path) and address[len(path) : len(path) + 1] in {"", "/", "?", "#"}


def names_base(address: str, path: str) -> bool:
    """Whether `address`, which somebody wrote, begins at the root of the host and not at that of the blog at `path`."""
    return bool(path) and path.split("/")[1] not in OWN and is_below(address, path)


def placed(address: str, path: str) -> str:
    """`address`, which was written from the root of the blog, as it is from that of the host.

    Whole addresses, those that begin with `//`, relative ones and those with the base path stay as they are.
    """
    bare = address.lstrip(INVISIBLE)
    if not path or not bare.startswith("/") or bare.startswith("//") or names_base(bare, path):
        return address
    return path + bare


def from_root(address: str, base_url: str) -> str:
    """`address` from the root of the blog at `base_url`, if it leads there; itself otherwise."""
    path = of_url(base_url)
    if base_url and is_below(address, base_url):
        return address.removeprefix(base_url) or "/"
    return (address.removeprefix(path) or "/") if names_base(address, path) else address


def placed_html(html: str, path: str) -> str:
    """Safe `html` that stands in a blog at `path`, with the addresses in it as they are from the root of the host."""
    return changed(html, lambda address: placed(address, path)) if path else html


def placed_markdown(markdown: str, path: str) -> str:
    """The same for the Markdown of a text, as far as it can be told without rendering it."""

    def destination(match: re.Match[str]) -> str:
        return match[0] if match["code"] else match["before"] + placed(match["address"], path)

    return DESTINATION.sub(destination, markdown) if path else markdown


def changed(html: str, change: Callable[[str], str]) -> str:
    """Safe `html`, each address in its attributes changed and nothing else.

    In safe HTML `<` stands at the beginning of a tag alone, and values of attributes stand in double quotes.
    """

    def attribute(match: re.Match[str]) -> str:
        name, value = match[1], match[2]
        if name in ADDRESSES:
            return f'{name}="{change(value)}"'
        if name == "srcset":
            return f'{name}="{changed_srcset(value, change)}"'
        return match[0]

    return TAG.sub(lambda tag: ATTRIBUTE.sub(attribute, tag[0]), html)


def changed_srcset(srcset: str, change: Callable[[str], str]) -> str:
    """The candidates in a `srcset`, the address of each changed."""
    return ", ".join(change(match[1]) + (match[2] or "") for match in CANDIDATE.finditer(srcset))
