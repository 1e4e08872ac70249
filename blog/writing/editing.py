"""Create, publish, trash and delete posts. The only module that changes posts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import clock
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.media import images
from blog.media.cards import social_cards
from blog.reading import redirects
from blog.search import related
from blog.store.db import db, writing
from blog.store.models import Post, Site, Tag
from blog.store.models.listings import post_tag
from blog.text import rendering, sanitizing, summaries
from blog.text.lines import line, plain_line
from blog.text.slugs import free_slug, slug_from, slug_of_title
from blog.writing import series as series_keeping
from blog.writing.checks import language_tag, series_title
from blog.writing.fields import NOTHING, stored


class Text(NamedTuple):
    """The content of a post. An empty title is derived from the body, an empty excerpt is generated."""

    body: str
    title: str = ""
    excerpt: str = ""
    tags: Sequence[str] = ()
    series: str = ""
    series_part: int | None = None
    language: str = ""
    """Empty for the site's."""
    further: Mapping[str, str] = NOTHING
    """Other fields of the form that are stored as they are, by name."""


def create(
    text: Text, *, published_at: datetime | None = None, slug: str = "", source: str | None = None
) -> int:
    """Create a post and return its id. It is a draft, or published or scheduled if `published_at` is given.

    `slug` is made from the title if empty, and then numbered if another post has it. Raises SlugTaken for a `slug`
    asked for by name, BlogError for a text without a word or a value that its field does not take.
    """
    body = sanitizing.tidy(text.body)
    rendered = rendering.render(body, images.mentioned(body))
    given = line(text.title)
    title = given or summaries.title_of(rendered.prose)
    if not any(letter.isprintable() and letter != " " for letter in title):
        raise BlogError(_("Enter some text."))
    now = clock.now()
    language = language_tag(text.language)
    further = stored(text.further)
    with writing() as session:
        spoken = language or site_language(session)
        post = Post(
            slug=new_slug(session, slug, title, spoken),
            title=title,
            title_derived=not given,
            body=body,
            body_html=rendered.html if given else summaries.html_after_title(title, rendered.html),
            plain_text=rendered.text,
            excerpt=line(text.excerpt) or summaries.excerpt_of(rendered.prose),
            word_count=rendered.words,
            renderer=rendering.RENDERER,
            published_at=published_at,
            created_at=now,
            updated_at=now,
            source=source,
            tags=tags_named(session, text.tags, spoken),
            language=language,
            **further,
        )
        series_keeping.put(session, post, series_title(text.series), text.series_part, spoken)
        session.add(post)
        session.flush()
        if published_at is not None:
            related.renew(session, post.id)
            social_cards.wrote(session, post.id)
        return post.id


def site_language(session: Session) -> str:
    """The default language of posts."""
    return session.scalars(sa.select(Site.language)).one()


def new_slug(session: Session, wanted: str, title: str, language: str) -> str:
    """`wanted`, or a slug made from `title` in `language` that no other post has or had.

    Raises SlugTaken if `wanted` is taken.
    """
    slug = slug_from(wanted, language)
    if slug:
        redirects.check_free(session, slug)
        return slug
    return free_slug(slug_of_title(title, language), lambda slug: redirects.is_taken(session, slug))


def tags_named(session: Session, names: Iterable[str], language: str) -> list[Tag]:
    """The tags with these names; new ones are created. Names with the same slug are one tag.

    `language` decides how a new tag's slug is spelt. Existing tags are found by name and by slug, because their slug
    may have been made in another language. Raises BlogError for a name without letters or digits.
    """
    wanted: dict[str, str] = {}
    for name in names:
        slug = slug_from(name, language)
        if not slug:
            raise BlogError(_("“%(name)s” cannot be a tag: it has no letters or digits.", name=name))
        wanted.setdefault(slug, plain_line(name.replace(",", " ")))  # commas separate tags
    known = redirects.tags_called(session, wanted)
    tags = [known.get(slug) or Tag(slug=slug, name=name, published=0) for slug, name in wanted.items()]
    return list(dict.fromkeys(tags))  # A current and a former name of the same tag.


def publish(post_id: int, *, at: datetime | None = None) -> None:
    """Publish a post now, or at the moment `at`, which may be in the past or future.

    A post that already has a date keeps it unless `at` is given, so that a correction does not move an old post to the
    top.
    """
    with writing() as session:
        post = session.get_one(Post, post_id)
        post.published_at = at or post.published_at or clock.now()
        post.updated_at = clock.now()
        session.flush()
        related.renew(session, post_id)
        social_cards.wrote(session, post_id)


def withdraw(post_id: int) -> None:
    """Change a post back to a draft."""
    with writing() as session:
        post = session.get_one(Post, post_id)
        post.published_at = None
        post.updated_at = clock.now()
        social_cards.wrote(session, post_id)


def trash(post_id: int) -> None:
    """Move a post to the trash. `restore` brings it back unchanged."""
    with writing() as session:
        # An UPDATE instead of the ORM object, which would raise the version: the text has not changed.
        session.execute(sa.update(Post).where(Post.id == post_id).values(trashed_at=clock.now()))
        social_cards.wrote(session, post_id)


def restore(post_id: int) -> bool:
    """Restore a post from the trash. Returns whether its state is unchanged.

    A scheduled post whose time has passed becomes a draft. Otherwise it would be published immediately.
    """
    hour_went_by = sa.and_(Post.published_at > Post.trashed_at, Post.published_at <= clock.now())
    with writing() as session:
        late = session.execute(
            sa.update(Post)
            .where(Post.id == post_id, hour_went_by)
            .values(published_at=None)
            .returning(Post.id)
        ).all()
        session.execute(sa.update(Post).where(Post.id == post_id).values(trashed_at=None))
        social_cards.wrote(session, post_id)
        return not late


def delete(post_ids: Sequence[int]) -> int:
    """Permanently delete posts, and the tags that only they had. Returns the number of deleted posts."""
    with writing() as session:
        carried = session.scalars(
            sa.select(post_tag.c.tag_id).where(post_tag.c.post_id.in_(post_ids)).distinct()
        ).all()
        gone = session.execute(sa.delete(Post).where(Post.id.in_(post_ids)).returning(Post.id)).all()
        in_use = sa.select(1).where(post_tag.c.tag_id == Tag.id).exists()
        session.execute(sa.delete(Tag).where(Tag.id.in_(carried), ~in_use))
        social_cards.deleted(session, post_ids)
        return len(gone)


def sources() -> set[str]:
    """The sources of all imported posts, whatever their current state."""
    return set(db.session.scalars(sa.select(Post.source).where(Post.source.is_not(None))))
