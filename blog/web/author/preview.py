"""Previews of a post: next to the form, and at a preview link."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.text import summaries
from blog.text.lines import plain_line
from blog.web.author import text_warnings
from blog.web.author.editor_tabs import keep_typed, number
from blog.web.templating import absolute
from blog.writing import post_form, preview_links, saving, tags
from blog.writing import preview as previews
from blog.writing.checks import language_tag, split_tags
from blog.writing.fields import BODY_LENGTH, Fields, complete, typed

bp = Blueprint("preview", __name__)

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # The address is secret: it must not reach the sites that a draft links to.
    "Referrer-Policy": "no-referrer",
}
SUGGESTIONS = 8


@bp.post("/author/preview")
def preview() -> str:
    """The rendered text of the form: a fragment for htmx, a page without it."""
    fields = complete(typed(request.form))
    if len(fields["body"]) > BODY_LENGTH:
        abort(413)
    rendered = previews.rendered(fields["body"])
    return render_template(
        "post_form/preview.html" if request.headers.get("HX-Request") else "post_form/preview_page.html",
        title=" ".join(fields["title"].split()),
        rendered=rendered,
        warnings=text_warnings.for_text(request.form.get("body", "")),
        lines=previews.block_lines(fields["body"]),
        unread=previews.unread(fields["body"], rendered.words),
        slug=proposed_slug(fields),
        excerpt=summaries.excerpt_of(rendered.prose),
        language=language_of(fields),
    )


def language_of(fields: Fields) -> str:
    """The language entered, or an empty string while the tag is incomplete."""
    try:
        return language_tag(fields["language"])
    except BlogError:
        return ""


def proposed_slug(fields: Fields) -> str:
    """The slug made from the title. Empty if the author entered one, or if there is no title."""
    title = plain_line(fields["title"])
    if fields["slug"].strip() or not title:
        return ""
    return saving.proposed_slug(number("post") or None, title, language_of(fields))


@bp.get("/author/tags/suggest")
def suggest() -> str:
    """Existing tags that match the last name in a list of tags, as options of a datalist."""
    typed_tags = request.args.get("tags", "")[:5_000]
    names = split_tags(typed_tags)
    last = "" if typed_tags.rstrip().endswith(",") or not names else names[-1]
    before = names[:-1] if last else names
    found = tags.suggestions(last, leave_out=before, limit=SUGGESTIONS)
    return render_template(
        "post_form/suggestions.html", begin="".join(f"{name}, " for name in before), names=found
    )


@bp.post("/author/posts/<int:post_id>/share")
def share(post_id: int) -> ResponseReturnValue:
    """Create a preview link to a post."""
    keep_typed(post_id)
    address = absolute(url_for(".shared", token=preview_links.share(post_id)))
    flash(
        _(
            "Anyone with this preview link can read the last saved version. Copy it now, it is shown only "
            "once: %(address)s",
            address=address,
        )
    )
    return redirect(url_for("post_form.form", post_id=post_id), 303)


@bp.post("/author/posts/<int:post_id>/stop-sharing")
def stop_sharing(post_id: int) -> ResponseReturnValue:
    """Disable the preview link to a post."""
    keep_typed(post_id)
    preview_links.stop(post_id)
    flash(_("The preview link no longer works."))
    return redirect(url_for("post_form.form", post_id=post_id), 303)


@bp.get("/preview/<token>")
def shared(token: str) -> Response:
    """A draft at its preview link; redirects to the post once it is published."""
    post = preview_links.shared(token)
    if post_form.state(post) == "live":
        return make_response(redirect(url_for("posts.post", slug=post.slug)), PRIVATE)
    return make_response(render_template("post_form/shared.html", post=post), PRIVATE)
