"""A Markdown file with TOML front matter between two lines of `+++`, as Hugo writes it."""

import tomllib

from blog.errors import ImportRefused
from blog.transfer.entries import Entry
from blog.writing.checks import PARTS
from blog.writing.fields import COLUMNS, FRONT_MATTER

FENCE = "+++\n"
FURTHER = set(COLUMNS) - {"body", "language"}


def read(text: str, *, source: str, slug: str, name: str = "The file") -> Entry:
    """The post in `text`, whose front matter may have `title`, `tags`, `excerpt`, `series`, `part`, `language` and what
    fields of the form are filled from (`blog.writing.fields`).

    Raises ImportRefused.
    """
    head, matter, body = (
        text.split(FENCE, 2) if text.startswith(FENCE) and text.count(FENCE) >= 2 else ("", "", text)
    )
    try:
        known = tomllib.loads(head + matter)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(f"{name}: the front matter is not valid TOML: {error}.") from error
    part = known.get("part")
    if part is not None and (type(part) is not int or part not in PARTS):
        raise ImportRefused(f"{name}: part is not a whole number from 0 to {PARTS[-1]}.")
    return Entry(
        source=source,
        slug=slug,
        body=body.strip() + "\n",
        title=str(known.get("title", "")),
        excerpt=str(known.get("excerpt", "")),
        tags=[str(tag) for tag in known.get("tags", [])],
        series=str(known.get("series", "")),
        part=part,
        language=str(known.get("language", "")),
        further={
            name: str(known[key]) for key, name in FRONT_MATTER.items() if name in FURTHER and key in known
        },
    )
