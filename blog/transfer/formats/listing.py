"""The listing of another blog, copied as text from its page: excerpts with “Read More →” behind each of them.

Each of these ends a post: a single paragraph above it is an excerpt, a line above that the post's title.
The first post of such a page is often shown twice, once with its title as the featured one and once in the listing,
where the site's tagline then stands above it. What follows the last of them is the foot of the page, and no post.
"""

import hashlib
import re

from blog.errors import ImportRefused
from blog.text import rendering
from blog.transfer.entries import Collection, Entry

SEPARATOR = re.compile(r"\b(?:Read\s+(?:more|on)|Continue\s+reading)\s*(?:[→⟶➔➜»›]|->|>>)", re.IGNORECASE)
LONGEST_LINE_ABOVE = 200  # characters; a longer line is a paragraph of the excerpt and not its title


def read(text: str, *, name: str = "The file") -> Collection:
    """The posts of such a listing, newest first, and the site's tagline if there was one.

    Raises ImportRefused, calling the file `name`, if there is no separator or no post in it.
    """
    blocks = SEPARATOR.split(text)[:-1]
    if not blocks:
        raise ImportRefused(f"{name} is not a listing: it does not contain “Read More →”.")
    entries: dict[str, Entry] = {}
    tagline, repeated = "", 0
    for block in blocks:
        lines = [" ".join(line.split()) for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        above = lines.pop(0) if len(lines) > 1 and len(lines[0]) <= LONGEST_LINE_ABOVE else ""
        excerpt = " ".join(lines)
        source = f"listing:{hashlib.sha256(excerpt.encode()).hexdigest()[:32]}"
        known = entries.get(source)
        if known is None:
            # Only the excerpt is known, so it is the text as well: a page to be read and, later, to be written on.
            entries[source] = Entry(source, body=rendering.markdown_of(excerpt), title=above, excerpt=excerpt)
            continue
        repeated += 1
        if source == next(iter(entries)) and above != known.title:
            tagline = tagline or above
        else:
            entries[source] = known._replace(title=known.title or above)
    if not entries:
        raise ImportRefused(f"{name} is not a listing: there is no text before “Read More →”.")
    return Collection(list(entries.values()), tagline, repeated)
