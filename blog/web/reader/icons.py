"""The site's icons and the web app manifest."""

import json
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, make_response, url_for

from blog.media import icons
from blog.site import colours
from blog.web import conditional
from blog.web.caching import site_context
from blog.web.media import A_YEAR, media
from blog.web.reader.icon_urls import design, icon_url

bp = Blueprint("icons", __name__)

A_DAY = 24 * 3600
"""Seconds that responses with fixed addresses may be cached."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["icon_url"] = icon_url
    app.register_blueprint(bp)


def webp() -> Path | None:
    """The file of the site image for icons."""
    found = site_context().picture
    if found is None:
        return None
    width = next((each for each in found.widths if each >= icons.SIZES[-1]), found.widths[-1])
    return media() / found.hash / f"{width}.webp"


@bp.get("/icons/<digest>/<name>.png")
def versioned(digest: str, name: str) -> Response:
    """An icon, cacheable permanently. 404 for outdated icons."""
    kind, _, size = name.rpartition("-")
    known = size in {str(each) for each in icons.SIZES} and kind in {"", "maskable"}
    chosen = design()
    if not known or name != (f"{kind}-{size}" if kind else size) or digest != icons.digest(chosen):
        abort(404)
    data = icons.png(chosen, int(size), webp(), maskable=kind == "maskable")
    return answer(data, "image/png", f"{digest}-{name}", A_YEAR)


@bp.get("/favicon.ico")
def favicon() -> Response:
    chosen = design()
    return answer(icons.ico(chosen, webp()), "image/x-icon", f"{icons.digest(chosen)}-ico", A_DAY)


@bp.get("/apple-touch-icon.png")
@bp.get("/apple-touch-icon-precomposed.png")
def apple() -> Response:
    """The icons that phones request without reading a page."""
    chosen = design()
    return answer(icons.png(chosen, 180, webp()), "image/png", f"{icons.digest(chosen)}-180", A_DAY)


@bp.get("/site.webmanifest")
def manifest() -> Response:
    """The web app manifest, for home screens (https://www.w3.org/TR/appmanifest/)."""
    site = site_context().site
    said = {
        "name": site.title,
        "description": site_context().tagline,
        "lang": site.language,
        "id": url_for("posts.index"),
        "start_url": url_for("posts.index"),
        "scope": url_for("posts.index"),
        "display": "minimal-ui",
        "background_color": colours.DAY,
        "theme_color": colours.by_day(site.accent or colours.BUILT_IN),
        "icons": [
            {"src": icon_url(size, maskable=maskable), "sizes": f"{size}x{size}", "type": "image/png"}
            | ({"purpose": "maskable"} if maskable else {})
            for maskable in (False, True)
            for size in (192, 512)
        ],
    }
    data = f"{json.dumps(said, ensure_ascii=False, indent=1)}\n".encode()
    version = f"{icons.digest(design())}-{site.content_version}"
    return answer(data, "application/manifest+json", version, A_DAY)


def answer(data: bytes, kind: str, version: str, seconds: int) -> Response:
    response = make_response(data, 200, {"Content-Type": kind})
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    response.cache_control.immutable = seconds == A_YEAR
    return conditional.file(response, version)
