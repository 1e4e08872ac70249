"""The base path of a blog below a path of another site, such as https://example.org/blog.

Stored texts and settings have addresses from the root of the blog: `/media/…`, `/posts/…`. The base path is added when
they are shown, so a blog can move without rendering its texts again.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from blog.system.hosts import plain

LONGEST = 200
"""Maximum characters: browsers ignore a cookie's Path of 1,024 and more (RFC 6265bis, section 5.6)."""
# Only unreserved characters (RFC 3986, section 2.3), which are the same in addresses, cookies and proxies. No dot
# segments, which browsers resolve (section 5.2.4).
PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*")
OWN = frozenset(
    {
        *("author", "posts", "tags", "series", "archive", "search", "preview"),
        *("media", "static", "icons", "healthz", "readyz"),
    }
)
"""First segments of the blog's own addresses. If a base path begins with one of them, an address from the blog's
root may look like one from the host's root; it is treated as the former.
"""

TAG = re.compile(r'<[a-z](?:[^">]|"[^"]*")*>')
ATTRIBUTE = re.compile(r'([^\s"=<>]+)="([^"]*)"')
ADDRESSES = frozenset({"href", "src", "cite"})
"""HTML attributes with addresses."""
# A candidate in a srcset: an address, which does not end in a comma, and an optional width or density.
CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(\s+[^\s,]+)?\s*(?:,|$)")
# Where an address begins in Markdown: in a link or image, a definition, or an HTML attribute. Code is left alone.
DESTINATION = re.compile(
    r"""(?P<code> ^\ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^\ {0,3}(?P=fence)|\Z)
        | (?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`) )
    | (?P<before> \]\(\s*<? | ^\ {0,3}\[(?!\^)[^\]\n]+\]:\s*<? | \b(?:href|src|cite)\s*=\s*["']? )
      (?P<address> /[^\s<>"')]* )""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
INVISIBLE = "".join(map(chr, range(0x21)))
"""Characters that browsers strip before an address (https://url.spec.whatwg.org/, C0 control or space)."""


def is_valid(path: str) -> bool:
    """Whether `path` is a valid base path: empty for the root, or `/blog`, without a trailing slash."""
    return len(path) <= LONGEST and PATH.fullmatch(path) is not None


def base_url(value: Any) -> str:
    """The setting BASE_URL without a trailing slash, or an empty string. Raises ValueError."""
    url = str(value).strip().removesuffix("/")
    try:
        parts = urlsplit(url)
        # Only scheme, host, port and path: anything else would come after them, or before an @.
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
    """The name of the session cookie of a site at `path`. Two sites on one host share neither name nor path.

    Over https, browsers accept a `__Host-` cookie only from this host, not from other hosts of the domain. It requires
    the path `/`, so below a path the cookie is a `__Secure-` one (RFC 6265bis, section 4.1.3).
    """
    prefix = ("__Secure-" if path else "__Host-") if is_secure else ""
    return f"{prefix}session{path.replace('/', '-')}"


def is_below(address: str, path: str) -> bool:
    """Whether `address`, from the root of the host, belongs to the blog at `path`."""
    return address.startswith(path) and address[len(path) : len(path) + 1] in {"", "/", "?", "#"}


def names_base(address: str, path: str) -> bool:
    """Whether `address`, as entered, is from the root of the host rather than from the root of the blog at `path`."""
    return bool(path) and path.split("/")[1] not in OWN and is_below(address, path)


def placed(address: str, path: str) -> str:
    """Convert `address` from the root of the blog to the root of the host.

    Absolute addresses, those that begin with `//`, relative ones and those with the base path are left unchanged.
    """
    bare = address.lstrip(INVISIBLE)
    if not path or not bare.startswith("/") or bare.startswith("//") or names_base(bare, path):
        return address
    return path + bare


def from_root(address: str, base_url: str) -> str:
    """Convert an absolute `address` within the blog at `base_url` to one from the root of the blog. Others are
    unchanged.
    """
    path = of_url(base_url)
    if base_url and is_below(address, base_url):
        return address.removeprefix(base_url) or "/"
    return (address.removeprefix(path) or "/") if names_base(address, path) else address


def placed_html(html: str, path: str) -> str:
    """Convert the addresses in safe `html` of a blog at `path` to the root of the host."""
    return changed(html, lambda address: placed(address, path)) if path else html


def placed_markdown(markdown: str, path: str) -> str:
    """The same for Markdown, as far as possible without rendering it."""

    def destination(match: re.Match[str]) -> str:
        return match[0] if match["code"] else match["before"] + placed(match["address"], path)

    return DESTINATION.sub(destination, markdown) if path else markdown


def changed(html: str, change: Callable[[str], str]) -> str:
    """Safe `html` with every address in its attributes converted.

    In safe HTML, `<` only occurs at the beginning of a tag, and attribute values are in double quotes.
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
    """The candidates in a `srcset` with converted addresses."""
    return ", ".join(change(match[1]) + (match[2] or "") for match in CANDIDATE.finditer(srcset))
