"""Where pictures lie, and the HTML that shows one as a cover."""

from pathlib import Path

from flask import Flask, current_app
from markupsafe import Markup

from blog.media import image_files, images
from blog.store.models import Post
from blog.text import pictures
from blog.web.base_path import placed_html

ON_A_POST = pictures.Room(highest="70vh")
"""The size of a post's cover, as in .cover in site.css."""
FEATURED = pictures.Room(shape=16 / 9)
SMALL = pictures.Room("26rem", "22rem", shape=16 / 9)
"""The size of a card's cover, as in .card-cover in site.css."""
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.jinja_env.globals["largest_upload"] = image_files.LARGEST_UPLOAD
    app.jinja_env.filters["cover"] = cover
    app.jinja_env.filters["picture"] = images.picture
    app.jinja_env.filters["image_markdown"] = lambda image: pictures.markdown(image.hash, image.alt)


def cover(post: Post, *, card: str = "") -> Markup:
    """The HTML of a post's cover: on its page, or on a `featured` or `small` card in a list."""
    if post.cover is None:
        return Markup()
    # All values were escaped when the HTML was built.
    alt = post.cover_alt or post.cover.alt
    room = {"": ON_A_POST, "featured": FEATURED, "small": SMALL}[card]
    html = pictures.html(images.picture(post.cover), alt, kind="u-photo", lazy=card == "small", room=room)
    return Markup(placed_html(html))  # noqa: S704


def media() -> Path:
    instance: Path = current_app.config["INSTANCE"]
    return instance / "media"
