"""What became of a post that was saved, in sentences for its author."""

from datetime import datetime

from flask import request

from blog import opening
from blog.fields import NAMES
from blog.rendering import LINE_END, UNREADABLE
from blog.saving import Action, Saved
from blog.web.templating import local


def left_out() -> list[str]:
    """A sentence if something was typed, or more likely pasted, that no one can see."""
    hidden = any(UNREADABLE.search(LINE_END.sub("\n", request.form.get(name, ""))) for name in NAMES)
    return ["Control characters, which no one can see, were left out."] if hidden else []


def outcome(saved: Saved, action: Action) -> str:
    """What became of the post, in a sentence."""
    if not saved.changed:
        return "Nothing had changed; it is saved as it is."
    if saved.state == "scheduled":
        due = opening.opened(saved.post_id).published_at
        return f"Scheduled: it will be live {moment(due)}." if due else "Scheduled."
    if saved.state == "live":
        return "Updated: readers see it now." if action is Action.SAVE else "Published: readers see it now."
    if saved.state == "trash":
        return "Saved. It is still in the trash."
    return "It is a draft again: no reader sees it." if action is Action.WITHDRAW else "Saved as a draft."


def moment(at: datetime) -> str:
    return f"on {local(at):%A}, {local(at).day} {local(at):%B %Y at %H:%M}"
