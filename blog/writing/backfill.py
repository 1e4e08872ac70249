"""Rendering stored posts again that an earlier version of the renderer made, so that what it does better reaches them.

Each post says which version made its HTML (`Post.renderer`); so a run that was cut off goes on where it was. A run
reads some posts, renders them outside any transaction, and writes them in one that is short. What was saved meanwhile
stays: it was rendered when it was saved. Neither the version that forms begin from nor the moment that feeds call
`updated` moves, and revisions hold Markdown alone.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.search import related
from blog.store.db import db, writing
from blog.store.models import Post
from blog.store.models.posts import IS_PUBLISHED
from blog.text import rendering, summaries
from blog.text.rendering import RENDERER
from blog.writing import preview, revisions

log = logging.getLogger(__name__)

RELATED_LATER = 1_000_000
"""The number of a post that was rendered, but whose related posts are still to be worked out, and all above. So a run
that is cut off between the two does it later."""

BATCH = 10
"""Posts in a transaction. The content's version changes with it, and once more when what is related is worked out."""


class Failure(NamedTuple):
    """A post that could not be rendered: it is shown as it was."""

    post_id: int
    title: str


class Progress(NamedTuple):
    """How far the posts of a site are."""

    done: int
    total: int
    failures: Sequence[Failure] = ()

    @property
    def left(self) -> int:
        return self.total - self.done


class Stored(NamedTuple):
    """What has to be known of a post to render it again."""

    id: int
    renderer: int
    version: int
    title: str
    title_derived: bool
    body: str
    body_html: str
    text: str
    excerpt: str


def older() -> sa.ColumnElement[bool]:
    """Posts of an earlier renderer: those that it failed on, which have its number below zero, among them."""
    return Post.renderer.between(1 - RENDERER, RENDERER - 1) | (Post.renderer >= RELATED_LATER)


def progress() -> Progress:
    """One query, which looks at an index alone; one more if posts have failed."""
    rows = db.session.execute(sa.select(Post.renderer, sa.func.count()).group_by(Post.renderer))
    counts = {row[0]: row[1] for row in rows}
    failed = counts.get(-RENDERER, 0)
    total = sum(counts.values())
    done = sum(number for renderer, number in counts.items() if RENDERER <= abs(renderer) < RELATED_LATER)
    return Progress(done, total, failures() if failed else ())


def failures() -> Sequence[Failure]:
    """Posts that the present renderer fails on."""
    statement = sa.select(Post.id, Post.title).where(Post.renderer == -RENDERER).order_by(Post.id)
    return [Failure(*row) for row in db.session.execute(statement)]


def everything() -> None:
    """Take all posts for older ones, those that could not be rendered as well."""
    with writing() as session:
        session.execute(sa.update(Post).values(renderer=0))


def some(size: int = BATCH) -> int:
    """Render some older posts, the newest first; how many there were. A post that fails is noted and left as it was."""
    columns = [getattr(Post, name) for name in Stored._fields]
    statement = sa.select(*columns).where(older()).order_by(Post.id.desc()).limit(size)
    posts = [Stored(*row) for row in db.session.execute(statement)]
    made = [(post, values(post)) for post in posts]
    db.session.rollback()
    with writing() as session:
        changed = [post.id for post, columns_made in made if write(session, post, columns_made)]
    # One by one: each takes as long as all of the above, and a save waits for no more than one.
    for post_id in changed:
        with writing() as session:
            related.renew(session, post_id)
    if changed:
        # Only now are they done, and pages that were made meanwhile show what was related before. What was saved
        # meanwhile has its number already.
        waiting = sa.and_(Post.id.in_(changed), Post.renderer >= RELATED_LATER)
        with writing() as session:
            session.execute(sa.update(Post).where(waiting).values(renderer=RENDERER))
    return len(posts)


def values(post: Stored) -> dict[str, object]:
    """The columns of a post that its text decides, by the present renderer."""
    try:
        made = preview.rendered(post.body)
        derived = post.title_derived and summaries.begins_with(made.prose, post.title)
        html = summaries.html_after_title(post.title, made.html) if derived else made.html
        excerpt = summaries.excerpt_of(made.prose) if excerpt_was_proposed(post) else post.excerpt
    except Exception:  # whatever it was, the other posts are rendered
        log.exception("rendering failed post=%s", post.id)
        return {"renderer": -RENDERER}
    return {
        "body_html": html,
        "title_derived": derived,
        "text": made.text,
        "words": made.words,
        "excerpt": excerpt,
        "renderer": RENDERER,
    }


def write(session: Session, post: Stored, made: dict[str, object]) -> bool:
    """Put what was made of a post into its place, if it is still the post that it was made of.

    Whether its related posts are to be worked out: it has other words now, and is published.
    """
    same = sa.and_(Post.id == post.id, Post.version == post.version, older())
    # A post of no known renderer may be older than the table of related posts.
    is_waiting = (
        post.renderer == 0 or post.renderer >= RELATED_LATER or made.get("text", post.text) != post.text
    )
    later = is_waiting and made["renderer"] == RENDERER
    number = sa.case((IS_PUBLISHED, RELATED_LATER), else_=RENDERER) if later else made["renderer"]
    # Not through the object, which would raise the version: the author's text has not changed.
    statement = sa.update(Post).where(same).values({**made, "renderer": number}).returning(Post.renderer)
    return (session.scalar(statement) or 0) >= RELATED_LATER


def excerpt_was_proposed(post: Stored) -> bool:
    """Whether the excerpt was taken from the text: nothing was typed, or it begins as the text does that there was."""
    last = revisions.of_version(post.id, post.version)
    if last is not None:
        return not last.fields.get("excerpt", "").strip()
    texts = (rendering.prose(post.body_html), f"{post.title} {rendering.prose(post.body_html)}", post.text)
    return any(summaries.is_beginning(post.excerpt, text) for text in texts)
