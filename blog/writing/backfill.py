"""Render stored posts again after the renderer has changed.

Each post records the renderer version that made its HTML (`Post.renderer`), so an interrupted run continues where it
stopped. A run reads a batch of posts, renders them outside any transaction, and writes them in a short one. Posts saved
in the meantime are left alone: saving has rendered them. The post's version and the `updated` time of feeds do not
change. Revisions store only Markdown.
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
"""This value and higher ones mark posts that are rendered but whose related posts are not computed yet, so that a run
interrupted between the two steps can finish them.
"""

BATCH = 10
"""Posts per transaction. The content version changes with each one, and again when related posts are computed."""


class Failure(NamedTuple):
    """A post that could not be rendered. It keeps its previous HTML."""

    post_id: int
    title: str


class Progress(NamedTuple):
    """Progress of rendering the posts again."""

    done: int
    total: int
    failures: Sequence[Failure] = ()

    @property
    def left(self) -> int:
        return self.total - self.done


class Stored(NamedTuple):
    """The columns needed to render a post again."""

    id: int
    renderer: int
    version: int
    title: str
    title_derived: bool
    body: str
    body_html: str
    plain_text: str
    excerpt: str


def older() -> sa.ColumnElement[bool]:
    """Posts rendered by an earlier version, including those whose rendering failed (negative numbers)."""
    return Post.renderer.between(1 - RENDERER, RENDERER - 1) | (Post.renderer >= RELATED_LATER)


def progress() -> Progress:
    """Uses one index-only query, and a second one if any posts have failed."""
    rows = db.session.execute(sa.select(Post.renderer, sa.func.count()).group_by(Post.renderer))
    counts = {row[0]: row[1] for row in rows}
    failed = counts.get(-RENDERER, 0)
    total = sum(counts.values())
    done = sum(number for renderer, number in counts.items() if RENDERER <= abs(renderer) < RELATED_LATER)
    return Progress(done, total, failures() if failed else ())


def failures() -> Sequence[Failure]:
    """Posts that the current renderer fails on."""
    statement = sa.select(Post.id, Post.title).where(Post.renderer == -RENDERER).order_by(Post.id)
    return [Failure(*row) for row in db.session.execute(statement)]


def everything() -> None:
    """Mark all posts as outdated, including those that failed."""
    with writing() as session:
        session.execute(sa.update(Post).values(renderer=0))


def some(size: int = BATCH) -> int:
    """Render a batch of outdated posts, newest first. Returns the number of posts.

    A post that fails is logged, marked and left unchanged.
    """
    columns = [getattr(Post, name) for name in Stored._fields]
    statement = sa.select(*columns).where(older()).order_by(Post.id.desc()).limit(size)
    posts = [Stored(*row) for row in db.session.execute(statement)]
    made = [(post, values(post)) for post in posts]
    db.session.rollback()
    with writing() as session:
        changed = [post.id for post, columns_made in made if write(session, post, columns_made)]
    # One at a time, so that a save waits for at most one of them.
    for post_id in changed:
        with writing() as session:
            related.renew(session, post_id)
    if changed:
        # Mark them as done only now. Pages rendered in between show the previous related posts. Posts saved in between
        # already have their number.
        waiting = sa.and_(Post.id.in_(changed), Post.renderer >= RELATED_LATER)
        with writing() as session:
            session.execute(sa.update(Post).where(waiting).values(renderer=RENDERER))
    return len(posts)


def values(post: Stored) -> dict[str, object]:
    """The columns of a post that are derived from its text."""
    try:
        made = preview.rendered(post.body)
        derived = post.title_derived and summaries.begins_with(made.prose, post.title)
        html = summaries.html_after_title(post.title, made.html) if derived else made.html
        excerpt = summaries.excerpt_of(made.prose) if excerpt_was_proposed(post) else post.excerpt
    except Exception:  # whatever the error, the other posts are rendered
        log.exception("rendering failed post=%s", post.id)
        return {"renderer": -RENDERER}
    return {
        "body_html": html,
        "title_derived": derived,
        "plain_text": made.text,
        "word_count": made.words,
        "excerpt": excerpt,
        "renderer": RENDERER,
    }


def write(session: Session, post: Stored, made: dict[str, object]) -> bool:
    """Write the result of rendering to the post, unless the post was saved in the meantime.

    Returns whether its related posts must be computed: the words have changed and the post is published.
    """
    same = sa.and_(Post.id == post.id, Post.version == post.version, older())
    # A post without a renderer version may be older than the table of related posts.
    is_waiting = (
        post.renderer == 0
        or post.renderer >= RELATED_LATER
        or made.get("plain_text", post.plain_text) != post.plain_text
    )
    later = is_waiting and made["renderer"] == RENDERER
    number = sa.case((IS_PUBLISHED, RELATED_LATER), else_=RENDERER) if later else made["renderer"]
    # Not through the object, which would raise the version: the author's text has not changed.
    statement = sa.update(Post).where(same).values({**made, "renderer": number}).returning(Post.renderer)
    return (session.scalar(statement) or 0) >= RELATED_LATER


def excerpt_was_proposed(post: Stored) -> bool:
    """Whether the excerpt was derived from the text: none was entered, or it matches the beginning of the old text."""
    last = revisions.of_version(post.id, post.version)
    if last is not None:
        return not last.fields.get("excerpt", "").strip()
    texts = (
        rendering.prose(post.body_html),
        f"{post.title} {rendering.prose(post.body_html)}",
        post.plain_text,
    )
    return any(summaries.is_beginning(post.excerpt, text) for text in texts)
