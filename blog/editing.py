"""Writing: the only module that changes posts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import addresses, clock, rendering
from blog.db import db, writing
from blog.errors import BlogError
from blog.models import Post, Redirect, Tag, post_tag
from blog.slugs import free_slug, slug_from

UNTITLED = "post"


class Text(NamedTuple):
    """What an author writes. Without a title, one is derived from the body; without an excerpt, one is proposed."""

    body: str
    title: str = ""
    excerpt: str = ""
    tags: Sequence[str] = ()


def create(
    text: Text, *, published_at: datetime | None = None, slug: str = "", source: str | None = None
) -> int:
    """Write a new post: a draft, or live or scheduled with `published_at`; its id.

    `slug` is made from the title if empty, and then numbered if another post has it. Raises SlugTaken for a `slug`
    asked for by name, BlogError for a text without a word.
    """
    rendered = rendering.render(text.body)
    title = " ".join(text.title.split()) or rendering.title_of(rendered.prose)
    if not title:
        raise BlogError("A post needs at least a word.")
    derived = not text.title.strip()
    if derived:
        rendered = rendered._replace(html=without_title(title, text.body, rendered))
    now = clock.now()
    with writing() as session:
        post = Post(
            slug=new_slug(session, slug, title),
            title=title,
            title_derived=derived,
            body=text.body,
            body_html=rendered.html,
            excerpt=" ".join(text.excerpt.split()) or rendering.excerpt_of(rendered.prose),
            words=rendered.words,
            published_at=published_at,
            created_at=now,
            updated_at=now,
            source=source,
            tags=tags_named(session, text.tags),
        )
        session.add(post)
        session.flush()
        return post.id


def without_title(title: str, body: str, rendered: rendering.Rendered) -> str:
    """The HTML below a derived title: the text goes on behind it, if the first paragraph is plain enough to be cut."""
    first, _, rest = body.strip().partition("\n\n")
    if " ".join(first.split()) != rendered.text.split("\n", 1)[0]:
        return (
            rendered.html
        )  # marks of Markdown in the first paragraph: rather say the sentence twice than lose one
    return rendering.render(f"{rendering.after_title(title, first)}\n\n{rest}").html


def new_slug(session: Session, wanted: str, title: str) -> str:
    base = slug_from(wanted or title) or UNTITLED
    if wanted:
        addresses.check_free(session, base)
        return base
    beginning = base[: len(base) - 4] if len(base) > 8 else base
    taken = {
        *session.scalars(sa.select(Post.slug).where(Post.slug.startswith(beginning))),
        *session.scalars(sa.select(Redirect.slug).where(Redirect.slug.startswith(beginning))),
    }
    return free_slug(base, taken)


def tags_named(session: Session, names: Iterable[str]) -> list[Tag]:
    """The tags called `names`, made when they are new; names that spell the same slug are one tag.

    Raises BlogError for a name without a letter or digit, which no address could have.
    """
    wanted: dict[str, str] = {}
    for name in names:
        slug = slug_from(name)
        if not slug:
            raise BlogError(f"“{name}” cannot be a tag: it has no letter or digit.")
        wanted.setdefault(slug, " ".join(name.split()))
    known = addresses.tags_at(session, wanted)
    tags = [known.get(slug) or Tag(slug=slug, name=name, published=0) for slug, name in wanted.items()]
    return list(dict.fromkeys(tags))  # a present and a former name of one tag


def publish(post_id: int, *, at: datetime | None = None) -> None:
    """Put a post on the site: now, or `at` a moment, past or to come.

    Publishing a post that has a date keeps it, unless `at` says another: a correction does not push an old post up.
    """
    with writing() as session:
        post = session.get_one(Post, post_id)
        post.published_at = at or post.published_at or clock.now()
        post.updated_at = clock.now()


def withdraw(post_id: int) -> None:
    """Make a post a draft again."""
    with writing() as session:
        post = session.get_one(Post, post_id)
        post.published_at = None
        post.updated_at = clock.now()


def trash(post_id: int) -> None:
    """Move a post to the trash, from where `restore` brings it back as it was."""
    with writing() as session:
        # Not through the object, which would raise the version: the text has not changed.
        session.execute(sa.update(Post).where(Post.id == post_id).values(trashed_at=clock.now()))


def restore(post_id: int) -> None:
    """Bring a post back from the trash."""
    with writing() as session:
        session.execute(sa.update(Post).where(Post.id == post_id).values(trashed_at=None))


def delete(post_ids: Sequence[int]) -> int:
    """Delete posts for good, and the tags that only they carried; how many posts were deleted."""
    with writing() as session:
        carried = session.scalars(
            sa.select(post_tag.c.tag_id).where(post_tag.c.post_id.in_(post_ids)).distinct()
        ).all()
        gone = session.execute(sa.delete(Post).where(Post.id.in_(post_ids)).returning(Post.id)).all()
        in_use = sa.select(1).where(post_tag.c.tag_id == Tag.id).exists()
        session.execute(sa.delete(Tag).where(Tag.id.in_(carried), ~in_use))
        return len(gone)


def sources(prefix: str) -> dict[str, int]:
    """The posts that came from where `prefix` says, unchanged since or not: their source and version."""
    found = db.session.execute(sa.select(Post.source, Post.version).where(Post.source.startswith(prefix)))
    return {source: version for source, version in found if source is not None}
