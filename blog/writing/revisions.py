"""Revisions: the text of a post at each save, publication and restoration, and texts discarded in conflicts."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from blog import clock
from blog.errors import PostUnknown
from blog.store.db import db
from blog.store.models import Revision
from blog.writing.fields import Fields


def add(
    session: Session, post_id: int, version: int, fields: Fields, reason: str, *, at: datetime | None = None
) -> None:
    """Store `fields` as the revision of the post at `version`."""
    made_at = at or clock.now()
    session.add(Revision(post_id=post_id, version=version, reason=reason, fields=fields, made_at=made_at))


def saved(post_id: int) -> sa.Select[Revision]:
    """The revisions that the post went through, newest first, with their texts."""
    statement = sa.select(Revision).where(Revision.post_id == post_id, Revision.reason != "set aside")
    return statement.order_by(Revision.id.desc()).options(undefer(Revision.fields))


def of_version(post_id: int, version: int) -> Revision | None:
    """The revision at `version`, or None if that version was not saved with the form."""
    return db.session.scalars(saved(post_id).where(Revision.version == version).limit(1)).one_or_none()


def of_post(post_id: int) -> Sequence[Revision]:
    """All revisions of a post, newest first, without their texts."""
    statement = sa.select(Revision).where(Revision.post_id == post_id)
    return db.session.scalars(statement.order_by(Revision.id.desc())).all()


def count(post_id: int) -> int:
    """The number of revisions of a post."""
    statement = sa.select(sa.func.count()).select_from(Revision).where(Revision.post_id == post_id)
    return db.session.execute(statement).scalar_one()


def get(post_id: int, revision_id: int) -> Revision:
    """A revision with its text. Raises PostUnknown."""
    statement = sa.select(Revision).where(Revision.post_id == post_id, Revision.id == revision_id)
    found = db.session.scalars(statement.options(undefer(Revision.fields))).one_or_none()
    if found is None:
        raise PostUnknown
    return found
