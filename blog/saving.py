"""Saving what the author's form holds: nothing is overwritten unseen, and every state a post had can be found again."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.attributes import flag_modified

from blog import addresses, clock, drafts, editing, images, rendering, revisions, trash
from blog.db import db, writing
from blog.drafts import Form
from blog.errors import Conflict, FieldsWrong, PostUnknown, SlugTaken
from blog.fields import RESERVED, Content, Fields, check, shown, split_tags
from blog.models import Draft, Image, Post, Redirect, Site, Tag
from blog.posts import with_tags
from blog.slugs import slug_from


class Action(StrEnum):
    """What one can do with a form."""

    SAVE = "save"
    """Draft or live, it stays what it is."""
    PUBLISH = "publish"
    """Now, or at the date in the form."""
    NOW = "now"
    """Now, though it was scheduled for later."""
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
    """What a save did."""

    post_id: int
    version: int
    state: str
    changed: bool
    """False if the post was like that already, as when a form is sent twice."""
    notices: Sequence[str]


def save(
    post_id: int | None,
    fields: Fields,
    *,
    base_version: int = 0,
    action: Action = Action.SAVE,
    form: Form = drafts.Form(),  # noqa: B008 -- it cannot be changed
    reason: str = "",
) -> Saved:
    """Save `fields` as the post `post_id`, or as a new one, and do `action`.

    `base_version` is the version that the text began from. Raises FieldsWrong, and Conflict if a newer version is
    there; nothing is written then. A post that was deleted for good meanwhile is written anew.
    """
    content = check(fields, zone())
    result = rendered(content.body)  # a long text takes seconds: not while others wait to write
    trash.empty()
    with writing() as session:
        earlier = session.scalars(sa.select(Draft).where(Draft.form == form.name)).one_or_none()
        if earlier is not None and not post_id:
            # A new post's form that is sent again began from what it made itself.
            post_id, base_version = earlier.post_id, earlier.base_version
        post = find(session, post_id) if post_id else None
        if post is None:
            post = new_post(session, content)
        else:
            if is_already(session, post, fields, content, action):
                drafts.close(session, form, post_id=post.id, version=post.version)
                return Saved(post.id, post.version, state(post), changed=False, notices=content.notices)
            if post.version != base_version:
                raise Conflict(post.id, post.version)
            keep_as_found(session, post)
        with session.no_autoflush:  # each flush would raise the version
            fill(session, post, content, result)
            post.published_at = date_after(post, content, action)
        session.flush()
        revisions.add(session, post.id, post.version, fields, reason or REASONS[action])
        drafts.close(session, form, post_id=post.id, version=post.version)
        return Saved(post.id, post.version, state(post), changed=True, notices=content.notices)


def rendered(body: str) -> rendering.Rendered:
    """What readers will see of `body`."""
    return rendering.render(body, images.mentioned(body))


def zone() -> ZoneInfo:
    """The site's time zone, in which the form's date and time are meant."""
    return ZoneInfo(db.session.execute(sa.select(Site.time_zone)).scalar_one())


def state(post: Post) -> str:
    """`draft`, `scheduled`, `live` or `trash`."""
    if post.trashed_at is not None:
        return "trash"
    if post.published_at is None:
        return "draft"
    return "scheduled" if post.published_at > clock.now() else "live"


def find(session: Session, post_id: int) -> Post | None:
    """A post in any state, with everything the form shows."""
    statement = with_tags(sa.select(Post).where(Post.id == post_id)).order_by(Tag.slug)
    return (
        session.scalars(statement.options(undefer(Post.body), undefer(Post.body_html))).unique().one_or_none()
    )


def opened(post_id: int) -> Post:
    """The same for reading. Raises PostUnknown."""
    post = find(db.session(), post_id)
    if post is None:
        raise PostUnknown
    return post


def new_post(session: Session, content: Content) -> Post:
    now = clock.now()
    post = Post(slug="", title=content.title, published_at=None, created_at=now, updated_at=now, tags=[])
    post.slug = slug_for(session, post, content)
    session.add(post)
    return post


def fill(session: Session, post: Post, content: Content, made: rendering.Rendered) -> None:
    if content.cover and session.get(Image, content.cover) is None:
        raise FieldsWrong({"cover": "This picture is no longer here; choose another one."})
    post.slug = slug_for(session, post, content)
    # A title that was derived stays so as long as the text still begins with it.
    derived = bool(post.title_derived) and content.title == rendering.title_of(made.prose)
    if not derived or content.body != post.body:
        post.body_html = rendering.html_after_title(content.title, made.html) if derived else made.html
    post.title, post.title_derived = content.title, derived
    post.body = content.body
    post.excerpt = content.excerpt or rendering.excerpt_of(made.prose)
    post.words = made.words
    post.tags = editing.tags_named(session, content.tags)
    post.cover_hash = content.cover or None
    post.cover_alt = content.cover_alt
    post.canonical_url = content.canonical_url
    post.updated_at = clock.now()
    flag_modified(post, "updated_at")  # a new version even if only its tags changed, in the same microsecond


def slug_for(session: Session, post: Post, content: Content) -> str:
    """The address as typed, or else: for a post that was ever published the one it has, for others one of the title."""
    if content.slug:
        try:
            addresses.check_free(session, content.slug, post_id=post.id)
        except SlugTaken as error:
            raise FieldsWrong({"slug": error.message}) from error
        return content.slug
    base = slug_from(content.title) or editing.UNTITLED
    if post.slug and (re.fullmatch(rf"{base}(-\d+)?", post.slug) or was_published(session, post)):
        return post.slug
    return editing.new_slug(session, "", f"{content.title} post" if base in RESERVED else content.title)


def was_published(session: Session, post: Post) -> bool:
    return session.scalar(sa.select(Redirect.slug).where(Redirect.post_id == post.id).limit(1)) is not None


def date_after(post: Post, content: Content, action: Action) -> datetime | None:
    """When the post is published after `action`; a date that is not changed keeps its seconds."""
    if action is Action.WITHDRAW or (action is Action.SAVE and post.published_at is None):
        return None
    if action is Action.NOW:
        return clock.now()
    wanted = content.published_at
    if wanted and post.published_at and shown(wanted, zone()) == shown(post.published_at, zone()):
        wanted = post.published_at
    if action is Action.SCHEDULE and (wanted is None or wanted <= clock.now()):
        raise FieldsWrong({"date": "To schedule a post, give a date and time that lie ahead."})
    return wanted or post.published_at or clock.now()


def is_already(session: Session, post: Post, fields: Fields, content: Content, action: Action) -> bool:
    """Whether saving would change nothing."""
    return fields_of(session, post) == fields and date_after(post, content, action) == post.published_at


# --- what the form shows


def fields_of(session: Session, post: Post) -> Fields:
    """The form's fields for a post: as they were typed at its last save, and what became of them since."""
    last = revisions.of_version(session, post.id, post.version)
    if last is not None:
        fields = {**dict.fromkeys(("slug", "excerpt", "date", "time", "tags"), ""), **last.fields}
    else:
        proposed = rendering.excerpt_of(rendered(post.body).prose)
        fields = {
            "excerpt": "" if post.excerpt == proposed else post.excerpt,
            "date": "",
            "time": "",
            "slug": "",
        }
    names = [tag.name for tag in post.tags]
    if sorted(split_tags(fields.get("tags", ""))) != sorted(names):
        fields["tags"] = ", ".join(names)
    if post.published_at is not None:
        fields["date"], fields["time"] = shown(post.published_at, zone())
    if was_published(session, post):
        fields["slug"] = post.slug
    return {
        **fields,
        "title": post.title,
        "body": post.body,
        "cover": post.cover_hash or "",
        "cover_alt": post.cover_alt,
        "canonical_url": post.canonical_url,
    }


def keep_as_found(session: Session, post: Post) -> None:
    """Before the first change of a post that came from elsewhere, keep what it was."""
    if session.scalars(revisions.saved(post.id).limit(1)).one_or_none() is None:
        revisions.add(session, post.id, post.version, fields_of(session, post), "found", at=post.updated_at)


def restore(post_id: int, revision_id: int, *, base_version: int) -> Saved:
    """Make a post again what it was, which is a revision of its own; its date and address stay.

    Raises Conflict, and FieldsWrong if it cannot be so any more.
    """
    old = revisions.one(post_id, revision_id).fields
    with writing() as session:
        post = find(session, post_id)
        if post is None:
            raise PostUnknown
        now = fields_of(session, post)
        fields = {**now, **old, "slug": now["slug"], "date": now["date"], "time": now["time"]}
        return save(post_id, fields, base_version=base_version, reason="restored")


def set_aside(post_id: int, fields: Fields, *, version: int, form: Form) -> None:
    """Keep a text that the author gave up for another one among the post's revisions."""
    with writing() as session:
        revisions.add(session, post_id, version, fields, "set aside")
        drafts.close(session, form, post_id=post_id)
