"""Preview links: secret addresses for reading a draft before it is published."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from blog.accounts.account import digest
from blog.errors import PostUnknown
from blog.reading.posts import with_tags
from blog.store.db import db, writing
from blog.store.models import Post, Tag


def share(post_id: int) -> str:
    """Create a preview link to a post, replacing the previous one. Returns its token, which is stored only as a hash.

    Raises PostUnknown.
    """
    token = secrets.token_urlsafe(32)
    set_hash(post_id, digest(token))
    return token


def stop(post_id: int) -> None:
    """Disable the preview link. Raises PostUnknown."""
    set_hash(post_id, None)


def set_hash(post_id: int, value: str | None) -> None:
    with writing() as session:
        # An UPDATE instead of the ORM object, which would raise the version: the text has not changed.
        posts = sa.update(Post).where(Post.id == post_id).values(preview_hash=value).returning(Post.id)
        if session.scalar(posts) is None:
            raise PostUnknown


def shared(token: str) -> Post:
    """The post of the preview link with `token`, in any state except trash. Raises PostUnknown."""
    statement = sa.select(Post).where(Post.preview_hash == digest(token), Post.trashed_at.is_(None))
    statement = with_tags(statement).order_by(Tag.slug).options(undefer(Post.body_html))
    post = db.session.scalars(statement).unique().one_or_none()
    if post is None:
        raise PostUnknown
    return post
