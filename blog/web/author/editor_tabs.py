"""Which form in which tab of the author's browser a request comes from, and keeping what it holds."""

import secrets

from flask import request

from blog.writing import drafts, post_form
from blog.writing.drafts import EditorTab
from blog.writing.fields import typed


def keep_typed(post_id: int) -> None:
    """Keep what the form holds whose page has the button that was pressed: without a script it would be gone.

    A page without the form sends none, and what the post is already is not kept twice.
    """
    fields = typed(request.form)
    post = post_form.find(post_id)
    if fields and (
        post is None or post_form.form_data(post) != post_form.whole(fields, sent_form(), post_id)
    ):
        # Of a post that was deleted for good meanwhile it stays as a text that was never saved.
        drafts.keep(sent_form(), fields, post_id=post_id, base_version=number("base_version"), explicit=True)


def sent_form() -> EditorTab:
    """Which form this request comes from."""
    name = request.form.get("form", "")[:64]
    continues, zone = (request.form.get(field, "")[:64] for field in ("continues", "zone"))
    return EditorTab(name, number("sent"), continues, number("continues_sent"), zone)


def new_form(continues: str = "", sent: int = 0) -> EditorTab:
    """A form that is opened now, maybe with the text of another one."""
    return EditorTab(secrets.token_hex(8), 0, continues, sent)


def number(name: str) -> int:
    return min(max(request.form.get(name, 0, type=int), 0), 2**53)
