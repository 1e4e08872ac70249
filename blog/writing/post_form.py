"""The form data of a post in any state, and of its unsaved drafts."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from blog import clock, time_zones
from blog.errors import PostUnknown
from blog.reading.posts import with_series, with_tags
from blog.store.db import db
from blog.store.models import Draft, Post, Redirect, Site, Tag
from blog.text import summaries
from blog.writing import drafts, preview, revisions
from blog.writing.checks import split_tags
from blog.writing.drafts import EditorTab
from blog.writing.fields import FIELDS, NAMES, NOTHING, Fields, complete
from blog.writing.moments import moved, shown


def zone() -> ZoneInfo:
    """The site's time zone, used for the form's date and time."""
    return ZoneInfo(db.session.execute(sa.select(Site.time_zone)).scalar_one())


def zone_named(name: str) -> ZoneInfo:
    """The time zone that a form was shown in, or the site's if the name is unknown."""
    return ZoneInfo(name) if name and name in time_zones.names() else zone()


def form_data_of_draft(draft: Draft, here: ZoneInfo, saved: Mapping[str, str] = NOTHING) -> Fields:
    """The form data of an unsaved draft, its date converted to the time zone `here`.

    Fields that did not exist when the draft was stored are taken from `saved`, so that saving the draft does not clear
    them.
    """
    return complete(meant_in(here, draft.fields, draft.zone), saved)


def whole(sent: Fields, form: EditorTab, post_id: int | None) -> Fields:
    """All fields of a form that sent `sent`, in the form's own time zone.

    A missing field is taken from the tab's draft, or else from the post, or else empty.
    """
    if sent.keys() >= set(NAMES):
        return sent
    post_id = post_id or drafts.post_of(form)
    post = find(post_id) if post_id else None
    here, own = zone(), zone_named(form.zone)
    draft = drafts.unsaved(form)
    kept = meant_in(own, draft.fields, draft.zone) if draft else {}
    return complete({**kept, **sent}, moved(form_data(post), here, own) if post else NOTHING)


def meant_in(here: ZoneInfo, fields: Fields, zone_name: str) -> Fields:
    """`fields` with the date converted to the time zone `here` if the form was shown in another one."""
    return moved(fields, zone_named(zone_name), here) if zone_name else fields


def state(post: Post) -> str:
    """`draft`, `scheduled`, `live` or `trash`."""
    if post.trashed_at is not None:
        return "trash"
    if post.published_at is None:
        return "draft"
    return "scheduled" if post.published_at > clock.now() else "live"


def find(post_id: int) -> Post | None:
    """A post in any state, with everything that the form shows."""
    statement = with_series(with_tags(sa.select(Post).where(Post.id == post_id))).order_by(Tag.slug)
    statement = statement.options(undefer(Post.body), undefer(Post.body_html))
    return db.session.scalars(statement).unique().one_or_none()


def opened(post_id: int) -> Post:
    """The post, for reading only. Raises PostUnknown."""
    post = find(post_id)
    if post is None:
        raise PostUnknown
    return post


def was_published(post: Post) -> bool:
    """Whether readers may know the post's address."""
    return db.session.scalar(sa.select(Redirect.slug).where(Redirect.post_id == post.id).limit(1)) is not None


def form_data(post: Post) -> Fields:
    """The form data of a post: the fields of its last save, updated with later changes."""
    last = revisions.of_version(post.id, post.version)
    if last is not None:
        fields = {**dict.fromkeys(("slug", "excerpt", "date", "time", "tags"), ""), **last.fields}
    else:
        proposed = summaries.excerpt_of(preview.rendered(post.body).prose)
        fields = {
            "excerpt": "" if post.excerpt == proposed else post.excerpt,
            **dict.fromkeys(("date", "time", "slug", "tags"), ""),
        }
    names = [tag.name for tag in post.tags]
    if sorted(split_tags(fields.get("tags", ""))) != sorted(names):
        fields["tags"] = ", ".join(names)
    if post.published_at is not None:
        fields["date"], fields["time"] = shown(post.published_at, zone())
    if was_published(post):
        fields["slug"] = post.slug
    return {
        **fields,
        **{field.name: getattr(post, field.column) for field in FIELDS if field.column},
        "title": post.title,
        "cover": post.cover_hash or "",
        "series": post.series.title if post.series else "",
        # Empty if it was entered empty: the number was then assigned automatically.
        "series_part": str(post.series_part) if fields.get("series_part") and post.series else "",
        "correction": "",  # said once
    }
