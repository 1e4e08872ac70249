"""The list page of another blog, copied as text: excerpts, each followed by “Read More →”.

Each “Read More →” ends a post: the paragraph above it is the excerpt, and a line above that is the title. The first
post is often shown twice, as the featured post with its title and in the list, where the site's tagline precedes it.
Text after the last “Read More →” is the page's footer.
"""

import hashlib
import re

from blog.errors import ImportRefused
from blog.text import rendering
from blog.transfer.entries import Collection, Entry

SEPARATOR = re.compile(r"\b(?:Read\s+(?:more|on)|Continue\s+reading)\s*(?:[→⟶➔➜»›]|->|>>)", re.IGNORECASE)
LONGEST_LINE_ABOVE = 200  # Characters. A longer line is a paragraph of the excerpt, not a title.


def read(text: str, *, name: str = "The file") -> Collection:
    """The posts of such a page, newest first, and the site's tagline if there is one.

    Raises ImportRefused, with `name` for the file, if it has no separator or no post.
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
            # Only the excerpt is known, so it becomes the text as well.
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
