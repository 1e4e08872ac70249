"""Corrections: the author's notes to readers about changes to a published post."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import clock
from blog.store.db import db
from blog.store.models import Correction


def for_post(post_id: int) -> Sequence[Correction]:
    """The corrections of a post, newest first."""
    statement = sa.select(Correction).where(Correction.post_id == post_id)
    return db.session.scalars(statement.order_by(Correction.made_at.desc(), Correction.id.desc())).all()


def add(session: Session, post_id: int, note: str) -> None:
    """Add the correction `note`, unless it equals the last one: a form may be sent twice."""
    last = (
        sa.select(Correction.note)
        .where(Correction.post_id == post_id)
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if note and session.scalar(last) != note:
        session.add(Correction(post_id=post_id, made_at=clock.now(), note=note))
