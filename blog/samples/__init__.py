"""The sample posts of a new site, which one command removes."""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from blog import clock
from blog.store.db import writing
from blog.store.models import Post, Site
from blog.transfer import importing
from blog.transfer.entries import Collection, Entry
from blog.transfer.formats import markdown
from blog.writing import editing

FOLDER = Path(__file__).parent
SOURCE = "sample:"
APART = timedelta(days=4, hours=7)  # so that dates and times vary, and the archive spans some months


def welcome() -> int:
    """On the first start, create the sample posts, unless there are posts. Returns their number."""
    with writing() as session:
        site = session.get_one(Site, 1)
        if site.welcomed_at:
            return 0
        site.welcomed_at = clock.now()
        if session.scalar(sa.select(sa.select(Post.id).exists())):
            return 0
        return importing.write(Collection(entries(newest=clock.now()))).new


def entries(*, newest: datetime) -> list[Entry]:
    """The sample posts, dated from `newest` backwards, in the order of their file names."""
    read = [
        markdown.read(
            path.read_text(encoding="utf-8"),
            source=f"{SOURCE}{path.stem}",
            slug=path.stem.split("-", 1)[1],
            name=path.name,
        )
        for path in sorted(FOLDER.glob("*.md"))
    ]
    return importing.dated(read, newest=newest, every=APART)


def remove() -> tuple[int, int]:
    """Delete the unchanged sample posts. Returns the numbers of deleted and of changed ones.

    Tags that no other post has are deleted as well.
    """
    with writing() as session:
        mine = session.execute(sa.select(Post.id, Post.version).where(Post.source.startswith(SOURCE))).all()
        untouched = [number for number, version in mine if version == 1]
        return editing.delete(untouched), len(mine) - len(untouched)
