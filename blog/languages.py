"""Validate language tags (RFC 5646)."""

import re

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.text.graphemes import shortened
from blog.text.lines import line

# A language with optional script, region and variants (RFC 5646). Extensions are not supported.
LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)


def tag(typed: str) -> str:
    """A language tag in canonical form: en, pt-BR, zh-Hant-TW. Raises BlogError if it is invalid."""
    match = LANGUAGE.fullmatch(typed.strip())
    if match is None:
        raise BlogError(
            _(
                "“%(typed)s” is not a language tag. Examples: en, pt-BR, zh-Hant.",
                typed=shortened(line(typed), 40),
            )
        )
    script, region = match["script"], match["region"]
    parts = [
        match["language"].lower(),
        *([script.title()] if script else []),
        *([region.upper()] if region else []),
    ]
    return "-".join(parts) + match["variants"].lower()
