"""What forms keep by themselves while the author types; a post stays as it is until it is saved."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import clock
from blog.errors import PostUnknown
from blog.store.db import db, writing
from blog.store.models import Draft, Post
from blog.writing import revisions
from blog.writing.fields import Fields

CLOSED_KEPT = timedelta(days=1)
"""How long a closed draft is remembered: much longer than any request is under way."""


class Form(NamedTuple):
    """An opened form: which one it is, how often it has sent its text, and which form's text it went on with."""

    name: str = ""
    sent: int = 0
    continues: str = ""
    continues_sent: int = 0
    zone: str = ""
    """The time zone in which its date and time are meant; empty for the site's."""


class Kept(NamedTuple):
    """What became of a text that a form sent."""

    draft_id: int | None
    """None if there was nothing to keep, or if it was saved or put away meanwhile."""
    saved_at: datetime
    post_version: int
    """The post's version that stands now; 0 without a post."""


def keep(
    form: Form, fields: Fields, *, post_id: int | None = None, base_version: int = 0, pressed: bool = False
) -> Kept:
    """Keep `fields` as the unsaved text of `form`, unless a later text of that form is kept already.

    A field that is missing stays as it was kept before, by this form or by the one whose text it went on with.
    A form without a name is one of its own.
    With `pressed` the author sent it by a button: it is the latest then, for without a script a form does not count.
    """
    form = form if form.name else form._replace(name=secrets.token_hex(8))
    with writing() as session:
        draft = session.scalar(sa.select(Draft).where(Draft.form == form.name))
        if draft is not None and draft.post_id is not None:
            post_id = draft.post_id  # a new post's form goes on after its first save
        version = session.scalar(sa.select(Post.version).where(Post.id == post_id)) or 0
        now = clock.now()
        earlier = unsaved(form)
        fields = {**(earlier.fields if earlier else {}), **fields}
        if draft is not None and form.sent <= draft.sent and not (pressed and fields != draft.fields):
            return Kept(None if draft.closed_at else draft.id, draft.saved_at, version)
        if draft is None:
            if not version and not any(fields.values()):
                return Kept(None, now, 0)
            draft = Draft(form=form.name, sent=-1)
            session.add(draft)
        if draft.closed_at is None or base_version:
            draft.base_version = base_version
        draft.sent = max(form.sent, draft.sent + 1)
        draft.post_id = post_id if version else None
        draft.fields = fields
        draft.zone = form.zone or (earlier.zone if earlier else "")
        draft.saved_at = now
        draft.closed_at = None
        close_continued(session, form)
        session.flush()
        return Kept(draft.id, now, version)


def close(
    session: Session,
    form: Form,
    *,
    post_id: int | None = None,
    version: int = 0,
    only_unchanged: bool = False,
) -> None:
    """The text of `form` stands elsewhere now: in the post `post_id` at `version`, or in another form's draft.

    What it sent earlier and arrives later is then ignored. With `only_unchanged` nothing is closed if it has sent
    more than `form` knows of.
    """
    if not form.name:
        return
    draft = session.scalar(sa.select(Draft).where(Draft.form == form.name))
    if draft is None:
        if only_unchanged:
            return
        draft = Draft(form=form.name, sent=form.sent)
        session.add(draft)
    elif only_unchanged and draft.sent > form.sent:
        return
    draft.sent = max(draft.sent, form.sent)
    draft.fields = {}
    draft.saved_at = draft.closed_at = clock.now()
    draft.post_id = post_id or draft.post_id
    draft.base_version = version or draft.base_version or 0


def close_continued(session: Session, form: Form, *, post_id: int | None = None) -> None:
    """The text that `form` went on with has gone into its own, unless it was changed in its own window since."""
    earlier = Form(form.continues, form.continues_sent)
    close(session, earlier, post_id=post_id, only_unchanged=True)


def finish(session: Session, form: Form, *, post_id: int, version: int = 0) -> None:
    """What `form` holds was saved, or given up: it has no unsaved text any more.

    Nor has the form whose text it went on with; but that one has not seen `version`, should it be written in again.
    """
    close(session, form, post_id=post_id, version=version)
    close_continued(session, form, post_id=post_id)


def unsaved(form: Form) -> Draft | None:
    """The unsaved text of `form`, or else of the form whose text it went on with; None if neither has one."""
    names = [name for name in (form.name, form.continues) if name]
    statement = sa.select(Draft).where(Draft.form.in_(names), Draft.closed_at.is_(None))
    return min(db.session.scalars(statement), key=lambda draft: names.index(draft.form), default=None)


def post_of(form: Form) -> int | None:
    """The post that the text of `form` belongs to, or has become."""
    return db.session.scalar(sa.select(Draft.post_id).where(Draft.form == form.name)) if form.name else None


def of_post(post_id: int) -> Sequence[Draft]:
    """The unsaved texts of a post, the newest first."""
    statement = sa.select(Draft).where(Draft.post_id == post_id, Draft.closed_at.is_(None))
    return db.session.scalars(statement.order_by(Draft.saved_at.desc(), Draft.id.desc())).all()


def sent_by(form: str) -> int:
    """How much a form has sent that is here, kept or saved: a later text of it is only in its browser."""
    return db.session.scalar(sa.select(Draft.sent).where(Draft.form == form)) or 0


def became(draft_id: int) -> int | None:
    """The post that an unsaved text has become, if it was saved."""
    statement = sa.select(Draft.post_id).where(Draft.id == draft_id, Draft.closed_at.is_not(None))
    return db.session.scalar(statement)


def one(draft_id: int) -> Draft:
    """An unsaved text. Raises PostUnknown if there is none, or none any more."""
    draft = db.session.get(Draft, draft_id)
    if draft is None or draft.closed_at is not None:
        raise PostUnknown
    return draft


def put_away(draft_id: int) -> None:
    """Give up an unsaved text of a post: it can still be found among the post's revisions."""
    with writing() as session:
        draft = session.get(Draft, draft_id)
        if draft is None or draft.closed_at is not None or draft.post_id is None:
            return
        revisions.add(session, draft.post_id, draft.base_version, draft.fields, "set aside")
        close(session, Form(draft.form, draft.sent))


def forget_closed() -> None:
    """Forget drafts that were closed so long ago that nothing of theirs can be under way."""
    with writing() as session:
        session.execute(sa.delete(Draft).where(Draft.closed_at < clock.now() - CLOSED_KEPT))
