"""A Markdown file with TOML front matter between two lines of `+++`, as Hugo writes it."""

import tomllib

from blog.errors import ImportRefused
from blog.transfer.entries import Entry

FENCE = "+++\n"


def read(text: str, *, source: str, slug: str, name: str = "The file") -> Entry:
    """The post in `text`, whose front matter may have `title`, `tags` and `excerpt`. Raises ImportRefused."""
    head, matter, body = (
        text.split(FENCE, 2) if text.startswith(FENCE) and text.count(FENCE) >= 2 else ("", "", text)
    )
    try:
        known = tomllib.loads(head + matter)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(f"{name}: its front matter is not valid TOML: {error}.") from error
    return Entry(
        source=source,
        slug=slug,
        body=body.strip() + "\n",
        title=str(known.get("title", "")),
        excerpt=str(known.get("excerpt", "")),
        tags=[str(tag) for tag in known.get("tags", [])],
    )
