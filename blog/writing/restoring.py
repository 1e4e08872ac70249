"""Restore a revision of a post."""

from blog.errors import PostUnknown
from blog.i18n import gettext as _
from blog.media import images
from blog.store.db import writing
from blog.writing import post_form, revisions
from blog.writing.saving import Saved, save


def restore(post_id: int, revision_id: int, *, base_version: int) -> Saved:
    """Restore a revision as a new revision. The post's date and address are kept.

    Series and tags are restored; a revision from before series existed keeps the current series. Images deleted since
    then are dropped, with a notice. Raises Conflict, and FieldsWrong if the revision is no longer valid.
    """
    old = revisions.get(post_id, revision_id).fields
    with writing():
        post = post_form.find(post_id)
        if post is None:
            raise PostUnknown
        now = post_form.form_data(post)
        fields = {
            **now,
            **old,
            "slug": now["slug"],
            "date": now["date"],
            "time": now["time"],
            "correction": "",
        }
        gone = images.lost(fields["body"])
        if fields["cover"] and images.known(fields["cover"]) is None:
            gone.add(fields["cover"])
            fields.update(cover="", cover_alt="")
        saved = save(post_id, fields, base_version=base_version, reason="restored")
    lost = [_("An image in this revision has been deleted.")] if gone else []
    return saved._replace(notices=(*saved.notices, *lost))
