"""What became of a post that was saved, in sentences for its author."""

from flask import request

from blog import opening
from blog.fields import NAMES
from blog.i18n import gettext as _
from blog.sanitizing import LINE_END, UNREADABLE
from blog.saving import Action, Saved
from blog.web.templating import day_and_time


def left_out() -> list[str]:
    """A sentence if something was typed, or more likely pasted, that no one can see."""
    hidden = any(UNREADABLE.search(LINE_END.sub("\n", request.form.get(name, ""))) for name in NAMES)
    return [_("Control characters, which no one can see, were left out.")] if hidden else []


def outcome(saved: Saved, action: Action) -> str:
    """What became of the post, in a sentence."""
    if not saved.changed:
        return _("Nothing had changed; it is saved as it is.")
    if saved.state == "scheduled":
        due = opening.opened(saved.post_id).published_at
        moment = day_and_time(due, weekday=True) if due else ""
        return _("Scheduled: it will be live on %(moment)s.", moment=moment)
    if saved.state == "live":
        return (
            _("Updated: readers see it now.")
            if action is Action.SAVE
            else _("Published: readers see it now.")
        )
    if saved.state == "trash":
        return _("Saved. It is still in the trash.")
    return (
        _("It is a draft again: no reader sees it.") if action is Action.WITHDRAW else _("Saved as a draft.")
    )
