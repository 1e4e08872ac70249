"""Import entries: all or none, without duplicates."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from blog import clock
from blog.errors import ImportRefused
from blog.site import overview
from blog.store.db import writing
from blog.transfer.entries import Collection, Entry
from blog.transfer.tag_rules import TagRules
from blog.writing import editing

Progress = Callable[[Sequence[Entry]], Iterable[Entry]]

# The range of generated dates. Others are typing errors.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Imported(NamedTuple):
    """The result of an import."""

    new: int
    known: int
    """Posts that were imported before, whatever their current state."""
    repeated: int
    derived: int
    """New posts whose title is derived from the text."""
    scheduled: int
    tagline: bool
    """Whether the site has a new tagline."""


def dated(entries: Sequence[Entry], *, newest: datetime, every: timedelta) -> list[Entry]:
    """`entries`, newest first, with dates: the first at `newest`, each further one `every` earlier.

    Raises ImportRefused for dates before 1970 or after 2099.
    """
    if newest >= LATEST:
        raise ImportRefused(f"The newest post would be from {newest.year}, and 2099 is the last year taken.")
    if newest < EARLIEST or every > (newest - EARLIEST) / max(1, len(entries) - 1):
        raise ImportRefused("With these dates the oldest post would be from before 1970.")
    return [entry._replace(published_at=newest - number * every) for number, entry in enumerate(entries)]


def tagged(entries: Sequence[Entry], rules: TagRules) -> list[Entry]:
    """`entries` with the tags that `rules` find in their titles and texts."""
    return [
        entry._replace(tags=[*entry.tags, *rules.tags_for(f"{entry.title}\n{entry.excerpt or entry.body}")])
        for entry in entries
    ]


def write(collection: Collection, *, progress: Progress = iter) -> Imported:
    """Import the posts that are new, and the tagline if the site has none, in one transaction.

    Posts imported before are left unchanged, even if they were changed, moved to the trash or redated. Raises
    BlogError, with nothing written, if one of them is invalid.
    """
    tagline = False
    with writing():
        known = editing.sources()
        new = [entry for entry in collection.entries if entry.source not in known]
        # Oldest first: among posts with the same time, the one written last is listed first.
        new.reverse()
        new.sort(key=lambda entry: entry.published_at or LATEST)
        for entry in progress(new):
            text = editing.Text(
                entry.body,
                entry.title,
                entry.excerpt,
                entry.tags,
                series=entry.series,
                series_part=entry.part,
                language=entry.language,
                further=entry.further,
            )
            editing.create(text, published_at=entry.published_at, slug=entry.slug, source=entry.source)
        if new:
            tagline = overview.choose_tagline(collection.tagline)
    now = clock.now()
    return Imported(
        new=len(new),
        known=len(collection.entries) - len(new),
        repeated=collection.repeated,
        derived=sum(not entry.title for entry in new),
        scheduled=sum(entry.published_at is not None and entry.published_at > now for entry in new),
        tagline=tagline,
    )
