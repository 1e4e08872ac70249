"""The listing of another blog, copied as text from its page: excerpts with “Read More →” behind each of them.

What stands between two separators is a post: a single paragraph is an excerpt; a line above it is the post's title.
The first post of such a page is often shown twice, once with its title as the featured one and once in the listing,
where the site's tagline then stands above it: an excerpt met again is no new post, and the line above it the tagline.
"""

import hashlib
import re

from blog.errors import ImportRefused
from blog.transfer.entries import Collection, Entry

SEPARATOR = re.compile(r"Read more\s*[→»›]", re.IGNORECASE)
LONGEST_LINE_ABOVE = 200  # characters; a longer line is a paragraph of the excerpt and not its title


def read(text: str, *, name: str = "The file") -> Collection:
    """The posts of such a listing, newest first, and the site's tagline if there was one.

    Raises ImportRefused, calling the file `name`, if there is no separator or no post in it.
    """
    if not SEPARATOR.search(text):
        raise ImportRefused(f"{name} is no listing: nowhere in it stands “Read More →”.")
    entries: dict[str, Entry] = {}
    tagline, repeated = "", 0
    for block in SEPARATOR.split(text):
        lines = [" ".join(line.split()) for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        above = lines.pop(0) if len(lines) > 1 and len(lines[0]) <= LONGEST_LINE_ABOVE else ""
        excerpt = " ".join(lines)
        source = f"listing:{hashlib.sha256(excerpt.encode()).hexdigest()[:32]}"
        if source in entries:
            repeated += 1
            tagline = tagline or above
        else:
            # Only the excerpt is known, so it is the text as well: a page to be read and, later, to be written on.
            entries[source] = Entry(source, body=as_markdown(excerpt), title=above, excerpt=excerpt)
    if not entries:
        raise ImportRefused(f"{name} is no listing: there is no text between its separators.")
    return Collection(list(entries.values()), tagline, repeated)


def as_markdown(text: str) -> str:
    """Plain `text` as Markdown that shows it letter by letter (CommonMark 0.31, section 2.4, backslash escapes)."""
    return re.sub(r"([\\`*_\[\]<>&~|])|^([#+-]|\d+(?=[.)]))", lambda match: escaped(match[0]), text)


def escaped(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if not mark.isdigit() else mark + "\\"
