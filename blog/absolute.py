"""The HTML of a text for readers elsewhere: each address in it whole, those within the text included."""

import re
from urllib.parse import urljoin

import nh3

from blog.sanitizing import ATTRIBUTES, TAGS

ADDRESSES = frozenset({"href", "src", "cite"})
# One of the candidates in a srcset: an address, which ends in no comma, and perhaps a width or density.
CANDIDATE = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(\s+[^\s,]+)?\s*(?:,|$)")


def absolute(html: str, page: str) -> str:
    """Safe `html` that stands at the address `page`, with its links and pictures as they are from anywhere."""

    def filtered(_tag: str, name: str, value: str) -> str:
        if name in ADDRESSES:
            return joined(page, value)
        if name == "srcset":
            return ", ".join(joined(page, match[1]) + (match[2] or "") for match in CANDIDATE.finditer(value))
        return value

    # What only serves the page, such as tabindex, stays behind.
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
        attribute_filter=filtered,
        link_rel="noopener",
    )


def joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:  # `//[`
        return address
