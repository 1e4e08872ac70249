"""Make the addresses in rendered HTML absolute, for feeds."""

from functools import partial
from urllib.parse import urljoin

import nh3

from blog.base_path import ADDRESSES, changed_srcset
from blog.text.sanitizing import ATTRIBUTES, TAGS


def absolute(html: str, page: str) -> str:
    """Safe `html` of the page at address `page`, with absolute addresses of links and images."""

    def filtered(_tag: str, name: str, value: str) -> str:
        if name in ADDRESSES:
            return joined(page, value)
        if name == "srcset":
            return changed_srcset(value, partial(joined, page))
        return value

    # Attributes that only the page needs, such as tabindex, are removed.
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
