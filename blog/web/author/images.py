"""The image library: upload, describe and delete images."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.i18n import ngettext
from blog.media import image_uses, images
from blog.store.models import Image
from blog.text import pictures
from blog.web import converters
from blog.web.author.uploads import store
from blog.web.media import media
from blog.web.pending_form import wants_json

bp = Blueprint("images", __name__)

ON_A_PAGE = 60


@bp.get("/author/images/")
def index() -> str:
    """All images, newest first, each with the Markdown to insert it."""
    return render_images(skip=min(request.args.get("skip", 0, type=converters.number), 10**9))


def render_images(
    *,
    skip: int = 0,
    errors: dict[str, str] | None = None,
    alt: str = "",
    in_use: image_uses.ImageInUse | None = None,
) -> str:
    skip = max(0, skip)
    shown = images.newest(limit=ON_A_PAGE + 1, skip=skip)
    more = skip + ON_A_PAGE if len(shown) > ON_A_PAGE else None
    return render_template(
        "author/images.html",
        images=shown[:ON_A_PAGE],
        skip=skip,
        more=more,
        errors=errors or {},
        alt=alt,
        in_use=in_use,
    )


@bp.post("/author/images/")
def upload() -> ResponseReturnValue:
    """Store the valid images in `files`. A script sends one at a time and gets its Markdown as JSON."""
    files = [file for file in request.files.getlist("files") if file.filename]
    alt = request.form.get("alt", "")
    kept, refused = [], []
    for file in files:
        try:
            kept.append(store(file, alt))
        except BlogError as error:
            refused.append(f"{file.filename}: {error.message}" if len(files) > 1 else error.message)
    if not files:
        refused.append(_("Choose an image first."))
    if wants_json():
        return (jsonify(error=refused[0]), 422) if refused else jsonify(said(kept[0]))
    if kept:
        flash(ngettext("The image was uploaded.", "%(number)s images were uploaded.", len(kept)))
    if refused:
        return render_images(errors={"upload-files": "\n".join(refused)}, alt=alt), 422
    return redirect(url_for("images.index"), 303)


@bp.post("/author/images/<digest>")
def describe(digest: str) -> ResponseReturnValue:
    """Change the description of an image."""
    image = images.describe(digest, request.form.get("alt"))
    if wants_json():
        return jsonify(said(image))
    flash(_("The description was saved."))
    return redirect(url_for("images.index", skip=sent_skip() or None, _anchor=f"image-{image.hash}"), 303)


@bp.post("/author/images/<digest>/delete")
def delete(digest: str) -> ResponseReturnValue:
    """Delete an image, or show where it is used."""
    try:
        image_uses.delete(media(), digest)
    except image_uses.ImageInUse as error:
        return render_images(skip=sent_skip(), in_use=error), error.status
    flash(_("The image was deleted."))
    return redirect(url_for("images.index", skip=sent_skip() or None), 303)


def sent_skip() -> int:
    """The offset in the list of images."""
    return request.form.get("skip", 0, type=converters.number)


def said(image: Image) -> dict[str, str]:
    """The JSON about an image for the script."""
    return {
        "hash": image.hash,
        "alt": image.alt,
        "describe": url_for("images.describe", digest=image.hash),
        "markdown": pictures.markdown(image.hash, image.alt),
        "card": render_template("author/image.html", image=image),
    }
