"""Messages about a saved post."""

from flask import request

from blog.i18n import gettext as _
from blog.text.bidi import TURNING
from blog.text.sanitizing import UNREADABLE, lines, tidy
from blog.web.templating import day_and_time
from blog.writing import post_form
from blog.writing.fields import NAMES
from blog.writing.saving import Action, Saved


def left_out() -> list[str]:
    """A message if invisible characters were removed from the form."""
    sent = {name: lines(request.form.get(name, "")) for name in NAMES}
    # The title has a message of its own. In other single-line fields, all characters that reverse text are removed.
    turned = any(TURNING.search(text) for name, text in sent.items() if name not in {"title", "body"})
    hidden = turned or any(
        tidy(text) != text if name == "body" else UNREADABLE.search(text) for name, text in sent.items()
    )
    return [_("Invisible control characters were removed.")] if hidden else []


def outcome(saved: Saved, action: Action) -> str:
    """The message about a save."""
    if not saved.changed:
        return _("Saved. Nothing had changed.")
    if saved.state == "scheduled":
        due = post_form.opened(saved.post_id).published_at
        moment = day_and_time(due, weekday=True) if due else ""
        return _("Scheduled for %(moment)s.", moment=moment)
    if saved.state == "live":
        return (
            _("Updated. The changes are public.")
            if action is Action.SAVE
            else _("Published. The post is public.")
        )
    if saved.state == "trash":
        return _("Saved. The post is still in the trash.")
    return (
        _("Changed to a draft. The post is not public.")
        if action is Action.WITHDRAW
        else _("Saved as a draft.")
    )
