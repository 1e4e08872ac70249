"""The post form: open it, save it, and show its autosaved drafts."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog import clock
from blog.errors import BlogError, Conflict, FieldsWrong, PostUnknown
from blog.i18n import gettext as _
from blog.media import images
from blog.reading import redirects
from blog.store.models import Draft, Post
from blog.web.author import text_warnings, word_count
from blog.web.author.conflicts import conflict
from blog.web.author.editor_tabs import new_form, number, sent_form
from blog.web.author.outcomes import left_out, outcome
from blog.web.pending_form import wants_json
from blog.web.security import CsrfTokenInvalid
from blog.web.templating import clock_time
from blog.writing import drafts, post_form, revisions, saving, series, trash
from blog.writing.drafts import EditorTab
from blog.writing.fields import NAMES, Fields, typed
from blog.writing.saving import Action, Saved

bp = Blueprint("post_form", __name__, url_prefix="/author")

TRASH = "trash"
KEEP = "keep"
COVERS = 12  # the number of newest images offered as a cover


class Opened(NamedTuple):
    """The data of a displayed form."""

    fields: Fields
    form: EditorTab
    base_version: int
    post: Post | None = None
    draft: Draft | None = None
    """The unsaved draft shown in the form."""
    others: Sequence[Draft] = ()
    """Other unsaved drafts of the post."""
    errors: dict[str, str] = {}  # noqa: RUF012 -- nobody changes it
    sentence: str = ""
    """An error about the form as a whole."""


# --- opening


@bp.get("/posts/new")
def new() -> str:
    """Show an empty form."""
    return render_form(Opened(dict.fromkeys(NAMES, ""), new_form(), 0))


@bp.get("/posts/<int:post_id>")
def form(post_id: int) -> str:
    """Show a post in the form: its newest unsaved draft, or the post itself with `?saved`."""
    post = post_form.opened(post_id)
    saved = post_form.form_data(post)
    texts = unsaved(post, saved)
    if texts and "saved" not in request.args:
        return render_form(with_draft(texts[0], post, saved, texts[1:]))
    return render_form(Opened(saved, new_form(), post.version, post, others=texts))


@bp.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> ResponseReturnValue:
    """Show an unsaved draft in the form."""
    if (post_id := drafts.became(draft_id)) is not None:
        return redirect(url_for(".form", post_id=post_id))
    try:
        shown = drafts.get(draft_id)
    except PostUnknown:
        flash(
            _(
                "These unsaved changes no longer exist here. They were continued in another window or discarded."
            )
        )
        return redirect(url_for("dashboard.index"))
    post = post_form.opened(shown.post_id) if shown.post_id else None
    saved = post_form.form_data(post) if post else {}
    others = [each for each in unsaved(post, saved) if each.id != draft_id]
    return render_form(with_draft(shown, post, saved, others))


def with_draft(unsaved: Draft, post: Post | None, saved: Fields, others: Sequence[Draft]) -> Opened:
    """A tab that continues an unsaved draft, and replaces it with its first autosave."""
    form = new_form(unsaved.form, unsaved.sequence)
    fields = post_form.form_data_of_draft(unsaved, post_form.zone(), saved)
    return Opened(fields, form, unsaved.base_version, post, unsaved, others)


def unsaved(post: Post | None, saved: Fields | None = None) -> list[Draft]:
    """The unsaved drafts of a post, newest first, without those equal to the post."""
    found = drafts.of_post(post.id) if post else []
    if not post or not found:
        return []
    now, here = saved or post_form.form_data(post), post_form.zone()
    return [each for each in found if post_form.form_data_of_draft(each, here, now) != now]


def render_form(opened: Opened) -> str:
    """Render the form."""
    post = opened.post
    body = opened.fields["body"]
    return render_template(
        "post_form/form.html",
        opened=opened,
        fields=opened.fields,
        names_of_fields=NAMES,
        errors=opened.errors,
        warnings=text_warnings.for_text(body),
        post=post,
        state=post_form.state(post) if post else "draft",
        former=redirects.former(post) if post else [],
        revisions=revisions.count(post.id) if post else 0,
        covers=images.newest(limit=COVERS),
        series_titles=series.titles(),
        cover=images.known(opened.fields["cover"]) if opened.fields["cover"] else None,
        counted=word_count.opened(body, post),
        zone=post_form.zone_named(opened.form.zone).key,
        now=clock.now(),
    )


# --- saving


@bp.post("/posts/new")
@bp.post("/posts/<int:post_id>")
def save(post_id: int | None = None) -> ResponseReturnValue:
    """Save the form and perform the pressed button's action."""
    fields, action = typed(request.form), request.form.get("action", "save")
    if action == TRASH:
        return throw_away(post_id, fields)
    if action == KEEP:
        return keep_only(post_id, fields)
    if action not in set(Action):
        abort(400)
    try:
        saved = saving.save(
            post_id,
            fields,
            base_version=number("base_version"),
            action=Action(action),
            form=sent_form(),
        )
    except FieldsWrong as error:
        return refused(post_id, fields, error)
    except Conflict as error:
        if wants_json():
            return jsonify(conflict=error.message), error.status
        return conflict(error, fields, sent_form(), number("base_version"), action), error.status
    return done(saved, action)


def done(saved: Saved, action: str) -> ResponseReturnValue:
    sentence, body = outcome(saved, Action(action)), request.form.get("body", "")
    notices = [*saved.notices, *left_out()]
    address = url_for(".form", post_id=saved.post_id)
    # A script whose form shows another state reloads the page.
    as_shown = request.form.get("state", saved.state) == saved.state
    if wants_json() and action == "save" and not notices and as_shown:
        return jsonify(
            sentence=sentence,
            at=clock_time(clock.now(), seconds=True),
            post=saved.post_id,
            version=saved.version,
            state=saved.state,
            address=address,
            warnings=text_warnings.beside(body),
            **word_count.after_saving(body, saved.post_id),
        )
    for each in (sentence, *notices, *text_warnings.notices(body)):
        flash(each)
    if wants_json():
        return jsonify(go=address, post=saved.post_id, version=saved.version, address=address)
    return redirect(address, 303)


def throw_away(post_id: int | None, fields: Fields) -> ResponseReturnValue:
    """Move the post to the trash, with the text of the form."""
    sent, base = sent_form(), number("base_version")
    if post_id:
        # As an unsaved draft: otherwise a published post would show unfinished changes after it is restored.
        thrown = trash.throw_away(post_id, fields, base_version=base, form=sent)
    else:
        kept = drafts.keep(sent, fields, explicit=True)
        thrown = trash.discard(kept.draft_id) if kept.draft_id else None
    return redirect(url_for("dashboard.index", thrown=thrown), 303)


def keep_only(post_id: int | None, fields: Fields) -> ResponseReturnValue:
    """Store the form without saving the post: the default button without JavaScript."""
    base = number("base_version")
    kept = drafts.keep(sent_form(), fields, post_id=post_id, base_version=base, explicit=True)
    flash(_("Your changes are stored but not public yet."))
    if kept.draft_id is None:
        return redirect(url_for(".form", post_id=post_id) if post_id else url_for(".new"), 303)
    return redirect(url_for(".draft", draft_id=kept.draft_id), 303)


def refused(post_id: int | None, fields: Fields, error: BlogError) -> ResponseReturnValue:
    """Show the form again with its complete text and the errors next to the fields."""
    errors = error.errors if isinstance(error, FieldsWrong) else {}
    status = 413 if "body" in errors else error.status
    if wants_json():
        return jsonify(errors=errors, sentence=error.message), status
    # If the post was deleted in the meantime, the form creates a new one.
    post = post_form.find(post_id) if post_id else None
    opened = Opened(
        post_form.whole(fields, sent_form(), post_id),
        sent_form(),
        number("base_version"),
        post,
        others=[each for each in unsaved(post) if each.form != sent_form().name],
        errors=errors,
        sentence="" if errors else error.message,
    )
    return render_form(opened), status


@bp.errorhandler(CsrfTokenInvalid)
def unmarked(error: CsrfTokenInvalid) -> ResponseReturnValue:
    """The author has signed in again since the form was opened: show it again with its text and a new token."""
    if wants_json():
        return jsonify(stale=error.message), error.status
    if request.endpoint == "post_form.save":
        values = request.view_args or {}
        sentence = _(
            "You have signed in again since this form was opened. Nothing is lost: press the button again."
        )
        return refused(values.get("post_id"), typed(request.form), FormStale(sentence))
    raise error


class FormStale(BlogError):
    """The form belongs to an earlier session."""
