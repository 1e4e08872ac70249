"""Save the post form. Concurrent changes are detected, and every earlier text stays available as a revision."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from blog import clock
from blog.errors import Conflict, FieldsWrong, SlugTaken
from blog.i18n import gettext as _
from blog.media.cards import social_cards
from blog.reading import corrections, redirects
from blog.search import related
from blog.store.db import db, writing
from blog.store.models import Draft, Image, Post
from blog.text import rendering, summaries
from blog.text.slugs import slug_of_title
from blog.writing import drafts, editing, post_form, preview, revisions, series, trash
from blog.writing.checks import RESERVED
from blog.writing.content import Content, check
from blog.writing.drafts import EditorTab
from blog.writing.fields import READ, Fields
from blog.writing.moments import shown


class Action(StrEnum):
    """The buttons of the form."""

    SAVE = "save"
    """Keep the state: draft, scheduled or published."""
    PUBLISH = "publish"
    """Publish now, or at the date in the form."""
    NOW = "now"
    """Publish now although it was scheduled for later."""
    SCHEDULE = "schedule"
    WITHDRAW = "withdraw"


REASONS = {
    Action.SAVE: "saved",
    Action.PUBLISH: "published",
    Action.NOW: "published",
    Action.SCHEDULE: "scheduled",
    Action.WITHDRAW: "withdrawn",
}


class Saved(NamedTuple):
    """The result of a save."""

    post_id: int
    version: int
    state: str
    changed: bool
    """False if nothing changed, as when a form is sent twice."""
    notices: Sequence[str]


def save(
    post_id: int | None,
    fields: Fields,
    *,
    base_version: int = 0,
    action: Action = Action.SAVE,
    form: EditorTab = drafts.EditorTab(),  # noqa: B008 -- it cannot be changed
    reason: str = "",
) -> Saved:
    """Save `fields` as post `post_id`, or as a new post, and perform `action`. Missing fields keep their value.

    `base_version` is the version that was edited. Raises FieldsWrong, and Conflict if there is a newer version; then
    nothing is written. A post that was permanently deleted in the meantime is created again.
    """
    zone = post_form.zone_named(form.zone)
    fields = post_form.whole(fields, form, post_id)
    content = check(fields, zone, editing.site_language(db.session()))
    # Outside the transaction, because both may take seconds for a long text.
    made = preview.rendered(content.body)
    before = as_it_is(post_id) if post_id else None
    trash.empty()
    with writing() as session:
        earlier = session.scalars(sa.select(Draft).where(Draft.form == form.name)).one_or_none()
        if earlier is not None and not post_id:
            # The form of a new post, sent again, was edited from the post that it created.
            post_id, base_version = earlier.post_id, earlier.base_version
        post = post_form.find(post_id) if post_id else None
        if post is None:
            post = new_post(session, content)
        else:
            was = before.fields if before and before.version == post.version else post_form.form_data(post)
            published_at = date_after(post, content, action, zone)
            if was == fields and published_at == post.published_at:
                drafts.finish(session, form, post_id=post.id, version=post.version)
                return Saved(
                    post.id, post.version, post_form.state(post), changed=False, notices=content.notices
                )
            if earlier is not None and earlier.closed_at and earlier.base_version == post.version:
                # A delayed request: a later text of the same tab is already saved. Without JavaScript, requests are not
                # numbered.
                if form.sequence and form.sequence < earlier.sequence:
                    return Saved(post.id, post.version, post_form.state(post), changed=False, notices=())
                base_version = post.version  # this tab saved last, even if its response was lost
            if post.version != base_version:
                raise Conflict(post.id, post.version)
            keep_as_found(session, post, was)
        with session.no_autoflush:  # each flush would raise the version
            fill(session, post, content, made)
            post.published_at = date_after(post, content, action, zone)
        session.flush()
        state = post_form.state(post)
        if state in {"scheduled", "live"}:
            related.renew(session, post.id)
        social_cards.wrote(session, post.id)
        if state == "live":
            corrections.add(session, post.id, content.correction)
        revisions.add(session, post.id, post.version, fields, reason or REASONS[action])
        drafts.finish(session, form, post_id=post.id, version=post.version)
        return Saved(post.id, post.version, state, changed=True, notices=content.notices)


def new_post(session: Session, content: Content) -> Post:
    now = clock.now()
    post = Post(slug="", title=content.title, published_at=None, created_at=now, updated_at=now, tags=[])
    post.slug = slug_for(session, post, content)
    session.add(post)
    return post


def fill(session: Session, post: Post, content: Content, made: rendering.Rendered) -> None:
    if content.cover and session.get(Image, content.cover) is None:
        raise FieldsWrong({"cover": _("This image has been deleted. Choose another one.")})
    post.slug = slug_for(session, post, content)
    before = words_read(post) if post.id else None
    # A title that was derived stays so as long as the text still begins with it.
    same_title = content.title in {post.title, summaries.title_of(made.prose)}
    derived = bool(post.title_derived) and same_title and summaries.begins_with(made.prose, content.title)
    post.body_html = summaries.html_after_title(content.title, made.html) if derived else made.html
    post.renderer = rendering.RENDERER
    post.title, post.title_derived = content.title, derived
    for column, value in content.stored.items():
        setattr(post, column, value)
    post.excerpt = content.excerpt or summaries.excerpt_of(made.prose)
    post.plain_text = made.text
    post.word_count = made.words
    spoken = content.language or editing.site_language(session)
    post.tags = editing.tags_named(session, content.tags, spoken)
    series.put(session, post, content.series, content.series_part, spoken)
    post.cover_hash = content.cover or None
    post.updated_at = clock.now()
    if before not in {None, words_read(post)} and post_form.was_published(post):
        post.changed_at = post.updated_at
    # Raises the version even if only the tags changed, or within the same microsecond.
    flag_modified(post, "updated_at")


def words_read(post: Post) -> tuple[str, ...]:
    """The words of a post that its readers see."""
    return tuple(getattr(post, name) for name in READ)


def slug_for(session: Session, post: Post, content: Content) -> str:
    """The slug as entered. If empty: the current one if the post was ever published, or else one from the title."""
    if content.slug:
        try:
            redirects.check_free(session, content.slug, post_id=post.id)
        except SlugTaken as error:
            raise FieldsWrong({"slug": error.message}) from error
        return content.slug
    return slug_made(session, post, content.title, content.language)


def proposed_slug(post_id: int | None, title: str, language: str) -> str:
    """The slug that saving would make from a title in `language` (empty: the site's language)."""
    return slug_made(db.session(), post_form.find(post_id) if post_id else None, title, language)


def slug_made(session: Session, post: Post | None, title: str, language: str) -> str:
    """The slug made from the title of `post`, or of a new post. A post keeps a slug that readers may know."""
    spoken = language or editing.site_language(session)
    base = slug_of_title(title, spoken)
    if post is not None and post.slug:
        has_it = base == slug_of_title(post.title, spoken) and re.fullmatch(
            rf"{base}(-post)?(-\d+)?", post.slug
        )
        if has_it or post_form.was_published(post):
            return post.slug
    return editing.new_slug(session, "", f"{title} post" if base in RESERVED else title, spoken)


def date_after(post: Post, content: Content, action: Action, zone: ZoneInfo) -> datetime | None:
    """The publication date after `action`. An unchanged date keeps its seconds."""
    if action is Action.WITHDRAW or (action is Action.SAVE and post.published_at is None):
        return None
    if action is Action.NOW:
        return clock.now()
    wanted = content.published_at
    if wanted and post.published_at and shown(wanted, zone) == shown(post.published_at, zone):
        wanted = post.published_at
    if action is Action.SCHEDULE and (wanted is None or wanted <= clock.now()):
        raise FieldsWrong({"date": _("To schedule a post, enter a date and time in the future.")})
    return wanted or post.published_at or clock.now()


class AsItIs(NamedTuple):
    """The form data of a post at a version."""

    version: int
    fields: Fields


def as_it_is(post_id: int) -> AsItIs | None:
    post = post_form.find(post_id)
    return AsItIs(post.version, post_form.form_data(post)) if post else None


def keep_as_found(session: Session, post: Post, was: Fields) -> None:
    """Before the first change of an imported post, store its text as a revision."""
    if session.scalars(revisions.saved(post.id).limit(1)).one_or_none() is None:
        revisions.add(session, post.id, post.version, was, "found", at=post.updated_at)
