"""Which query arguments make another page. All others are ignored, or a visitor could fill the cache with them."""

import re
from urllib.parse import parse_qsl, urlencode

ARGUMENTS = (
    (re.compile(r"/|/tags/[^/]+"), ("after", "upto")),
    (re.compile(r"/series/[^/]+"), ("page",)),
    (re.compile(r"(/(tags|series)/[^/]+)?/feed\.[a-z]+"), ("after",)),
)
"""The query arguments that listings, series and feeds, and no others, look at, in the order that addresses have."""


def known_arguments(path: str, query: str) -> str:
    """The arguments in `query` that the page at `path` looks at, the first of each, in the order of addresses."""
    known = next((names for paths, names in ARGUMENTS if paths.fullmatch(path)), ())
    given = dict(reversed(parse_qsl(query))) if known else {}  # without a value, as if it were not there
    return urlencode([(name, given[name]) for name in known if name in given])
