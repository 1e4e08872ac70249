"""Writing what a format module read: all of it or nothing, and nothing twice."""

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

# Dates that are made up for posts without; what lies beyond is a slip of the pen.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Imported(NamedTuple):
    """What an import did."""

    new: int
    known: int
    """Posts that an earlier import brought, whatever has become of them since."""
    repeated: int
    derived: int
    """New posts whose title is their first sentence."""
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
    """Write the posts that are new here, and the tagline if the site has none, in one transaction.

    A post that imported before is left alone, even if it was changed, moved to the trash or redated since.
    Raises BlogError, with nothing written, if one of them cannot be written.
    """
    tagline = False
    with writing():
        known = editing.sources()
        new = [entry for entry in collection.entries if entry.source not in known]
        # As if they had been written in their time: of posts of one moment the listing has the one written last on top.
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
