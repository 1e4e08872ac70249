"""Autosaved drafts: what open editor tabs have stored but not saved. A post does not change until it is saved."""

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
"""How long a closed draft is remembered: much longer than any request takes."""


class EditorTab(NamedTuple):
    """An editor tab: its name, how many times it has sent its text, and which tab's draft it continues."""

    name: str = ""
    sequence: int = 0
    supersedes: str = ""
    supersedes_sequence: int = 0
    zone: str = ""
    """Time zone of its date and time. Empty: the site's time zone."""


class Kept(NamedTuple):
    """The result of storing the text of a tab."""

    draft_id: int | None
    """None if there was nothing to store, or the draft was saved or discarded in the meantime."""
    saved_at: datetime
    post_version: int
    """The current version of the post; 0 without a post."""


def keep(
    form: EditorTab,
    fields: Fields,
    *,
    post_id: int | None = None,
    base_version: int = 0,
    explicit: bool = False,
) -> Kept:
    """Store `fields` as the draft of tab `form`, unless a later text of that tab is already stored.

    A missing field keeps its previous value from this tab's draft, or from the draft that it continues. A form without
    a name is a tab of its own.

    With `explicit`, the author explicit a button: the text then counts as the latest, because a page without JavaScript
    does not number its requests.
    """
    form = form if form.name else form._replace(name=secrets.token_hex(8))
    with writing() as session:
        draft = session.scalar(sa.select(Draft).where(Draft.form == form.name))
        if draft is not None and draft.post_id is not None:
            post_id = draft.post_id  # the form of a new post continues after its first save
        version = session.scalar(sa.select(Post.version).where(Post.id == post_id)) or 0
        now = clock.now()
        earlier = unsaved(form)
        fields = {**(earlier.fields if earlier else {}), **fields}
        if (
            draft is not None
            and form.sequence <= draft.sequence
            and not (explicit and fields != draft.fields)
        ):
            return Kept(None if draft.closed_at else draft.id, draft.saved_at, version)
        if draft is None:
            if not version and not any(fields.values()):
                return Kept(None, now, 0)
            draft = Draft(form=form.name, sequence=-1)
            session.add(draft)
        if draft.closed_at is None or base_version:
            draft.base_version = base_version
        draft.sequence = max(form.sequence, draft.sequence + 1)
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
    form: EditorTab,
    *,
    post_id: int | None = None,
    version: int = 0,
    only_unchanged: bool = False,
) -> None:
    """Mark the draft as saved or superseded: its text is in the post `post_id` at `version`, or in another tab's draft.

    Earlier requests of the tab that arrive later are then ignored. With `only_unchanged`, the draft is left open if the
    tab has sent more texts than `form` knows of.
    """
    if not form.name:
        return
    draft = session.scalar(sa.select(Draft).where(Draft.form == form.name))
    if draft is None:
        if only_unchanged:
            return
        draft = Draft(form=form.name, sequence=form.sequence)
        session.add(draft)
    elif only_unchanged and draft.sequence > form.sequence:
        return
    draft.sequence = max(draft.sequence, form.sequence)
    draft.fields = {}
    draft.saved_at = draft.closed_at = clock.now()
    draft.post_id = post_id or draft.post_id
    draft.base_version = version or draft.base_version or 0


def close_continued(session: Session, form: EditorTab, *, post_id: int | None = None) -> None:
    """Mark the draft that `form` continues as superseded, unless its own tab has changed it since."""
    earlier = EditorTab(form.supersedes, form.supersedes_sequence)
    close(session, earlier, post_id=post_id, only_unchanged=True)


def finish(session: Session, form: EditorTab, *, post_id: int, version: int = 0) -> None:
    """Mark the draft of `form` as saved or discarded, and the draft that it continues as well.

    `version` is recorded only for `form`. The other tab has not seen that version, should its author write on there.
    """
    close(session, form, post_id=post_id, version=version)
    close_continued(session, form, post_id=post_id)


def unsaved(form: EditorTab) -> Draft | None:
    """The open draft of `form`, or else of the tab that it continues. None if there is neither."""
    names = [name for name in (form.name, form.supersedes) if name]
    statement = sa.select(Draft).where(Draft.form.in_(names), Draft.closed_at.is_(None))
    return min(db.session.scalars(statement), key=lambda draft: names.index(draft.form), default=None)


def post_of(form: EditorTab) -> int | None:
    """The id of the post that the draft of `form` belongs to or was saved as."""
    return db.session.scalar(sa.select(Draft.post_id).where(Draft.form == form.name)) if form.name else None


def of_post(post_id: int) -> Sequence[Draft]:
    """The unsaved drafts of a post, newest first."""
    statement = sa.select(Draft).where(Draft.post_id == post_id, Draft.closed_at.is_(None))
    return db.session.scalars(statement.order_by(Draft.saved_at.desc(), Draft.id.desc())).all()


def sequence_of(form: str) -> int:
    """The number of the last request of a tab that the server has. Later texts exist only in the browser."""
    return db.session.scalar(sa.select(Draft.sequence).where(Draft.form == form)) or 0


def became(draft_id: int) -> int | None:
    """The id of the post that an unsaved draft was saved as, or None."""
    statement = sa.select(Draft.post_id).where(Draft.id == draft_id, Draft.closed_at.is_not(None))
    return db.session.scalar(statement)


def get(draft_id: int) -> Draft:
    """An open draft. Raises PostUnknown if it does not exist or is closed."""
    draft = db.session.get(Draft, draft_id)
    if draft is None or draft.closed_at is not None:
        raise PostUnknown
    return draft


def put_away(draft_id: int) -> None:
    """Discard an unsaved draft of a post and keep its text as a revision."""
    with writing() as session:
        draft = session.get(Draft, draft_id)
        if draft is None or draft.closed_at is not None or draft.post_id is None:
            return
        revisions.add(session, draft.post_id, draft.base_version, draft.fields, "set aside")
        close(session, EditorTab(draft.form, draft.sequence))


def forget_closed() -> None:
    """Delete drafts that were closed so long ago that no request of theirs can still arrive."""
    with writing() as session:
        session.execute(sa.delete(Draft).where(Draft.closed_at < clock.now() - CLOSED_KEPT))
