"""Languages: how their tags are spelt (RFC 5646), and in which direction they are written."""

import re
from typing import Literal

from blog.errors import BlogError
from blog.lines import line

# A language, and perhaps a script, a region and variants (RFC 5646). Extensions say nothing that a page needs.
LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)

# fmt: off
FROM_RIGHT = frozenset((
    "ae", "aeb", "ajp", "apc", "apd", "ar", "ara", "arb", "arc", "arq", "ars", "ary", "arz", "azb",
    "bal", "bcc", "bgn", "bqi", "ckb", "dv", "fa", "fas", "glk", "hbo", "he", "heb", "iw", "ji", "khw",
    "ks", "lrc", "mzn", "nqo", "pbt", "per", "pes", "pnb", "prs", "ps", "pus", "rhg", "sam", "sd",
    "sdh", "skr", "snd", "syc", "syr", "tmr", "ug", "uig", "ur", "urd", "yi", "yid",
))
"""Languages that are written from right to left, unless their tag says in which script."""
SCRIPTS_FROM_RIGHT = frozenset((
    "Adlm", "Arab", "Aran", "Armi", "Avst", "Hebr", "Khar", "Mand", "Mend", "Nbat", "Nkoo", "Ougr",
    "Phli", "Phnx", "Prti", "Rohg", "Samr", "Syrc", "Thaa", "Yezi",
))
"""Scripts that are (ISO 15924)."""
# fmt: on


def tag(typed: str) -> str:
    """A language tag as RFC 5646 writes it: en, pt-BR, zh-Hant-TW. Raises BlogError for what is none."""
    match = LANGUAGE.fullmatch(typed.strip())
    if match is None:
        raise BlogError(f"“{line(typed)[:40]}” is no language tag; it looks like en, pt-BR or zh-Hant.")
    script, region = match["script"], match["region"]
    parts = [
        match["language"].lower(),
        *([script.title()] if script else []),
        *([region.upper()] if region else []),
    ]
    return "-".join(parts) + match["variants"].lower()


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """How the language `tag` is written: by its script if it says one, else as the language usually is."""
    match = LANGUAGE.fullmatch(tag)
    if match is None:
        return "ltr"
    from_right = match["script"] in SCRIPTS_FROM_RIGHT if match["script"] else match["language"] in FROM_RIGHT
    return "rtl" if from_right else "ltr"
