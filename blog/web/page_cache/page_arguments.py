"""Query arguments that are part of the cache key. All others are ignored, so that visitors cannot fill the cache."""

import re
from urllib.parse import parse_qsl, urlencode

ARGUMENTS = (
    (re.compile(r"/|/tags/[^/]+"), ("after", "upto")),
    (re.compile(r"/series/[^/]+"), ("page",)),
    (re.compile(r"(/(tags|series)/[^/]+)?/feed\.[a-z]+"), ("after",)),
)
"""The query arguments of lists, series and feeds, in the order of generated addresses."""


def known_arguments(path: str, query: str) -> str:
    """The arguments in `query` that `path` reads: the first of each, in the order of generated addresses."""
    known = next((names for paths, names in ARGUMENTS if paths.fullmatch(path)), ())
    given = dict(reversed(parse_qsl(query))) if known else {}  # an argument without a value counts as missing
    return urlencode([(name, given[name]) for name in known if name in given])
