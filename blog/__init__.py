"""Scrollwork, a self-hosted blog for one author."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from htmx_flask import Htmx

from blog import observability, settings
from blog.commands import audit, author
from blog.commands import posts as cli
from blog.errors import DatabaseAway
from blog.store import upgrading
from blog.store.current import backend
from blog.store.db import db
from blog.system import start_checks
from blog.web import assets, caching, converters, health, media, redirects, security, speaking, templating

# Imported under other names, because blog.base_path, blog.errors, blog.front_matter, blog.icons, blog.series and
# blog.site_settings exist as well.
from blog.web import base_path as below_path
from blog.web import errors as error_pages
from blog.web.author import (
    autosave,
    dashboard,
    images,
    post_form,
    preview,
    revisions,
    series,
    sign_in,
    tags,
    throttling,
)
from blog.web.author import front_matter as front_matter_button
from blog.web.author import site_settings as settings_page
from blog.web.page_cache import middleware, turns
from blog.web.reader import feeds, metadata, search, sitemap, social_cards, structured_data
from blog.web.reader import icons as icon_pages
from blog.web.reader import media as media_files
from blog.web.reader import posts as reading
from blog.web.reader import series as series_pages


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application and upgrade its database. Raises BlogError for a setting that it cannot start with."""
    root = Path(__file__).resolve().parent.parent
    app = Flask(__name__, root_path=str(root), static_folder=None, template_folder="templates")
    settings.load(app.config, overrides)
    start_checks.check(root)
    backend.check_machine()
    Htmx().init_app(app)  # first, since it replaces the class of requests
    db.init_app(app)
    with app.app_context():
        app.extensions["upgrade"] = begin(app.config)
    observability.init_app(app)
    assets.init_app(app)
    security.init_app(app)  # wraps the assets
    caching.init_app(app)
    speaking.init_app(app)
    templating.init_app(app)
    below_path.init_app(app)
    error_pages.init_app(app)
    redirects.init_app(app)
    converters.init_app(app)
    app.register_blueprint(reading.bp)
    app.register_blueprint(search.bp)
    app.register_blueprint(series_pages.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(sitemap.bp)
    app.register_blueprint(health.bp)
    media.init_app(app)
    app.register_blueprint(media_files.bp)
    app.register_blueprint(images.bp)
    icon_pages.init_app(app)
    metadata.init_app(app)
    social_cards.init_app(app)
    structured_data.init_app(app)
    app.register_blueprint(tags.bp)
    app.register_blueprint(series.bp)
    app.register_blueprint(settings_page.bp)
    for area in (dashboard, post_form, autosave, preview, revisions, front_matter_button):
        app.register_blueprint(area.bp)
    throttling.init_app(app)
    sign_in.init_app(app)
    cli.init_app(app)
    author.init_app(app)
    audit.init_app(app)
    turns.init_app(app)
    middleware.init_app(app)  # after everything is configured
    below_path.stand_in_front(app)  # outermost: all others see paths from the root of the blog
    return app


def begin(config: Mapping[str, Any]) -> upgrading.Upgrade | DatabaseAway | None:
    """Upgrade the database and return the result.

    If the database is unavailable but cached pages of an earlier run can be served, return the error. Otherwise raise
    it, so that the operator sees it at once. Raises DatabaseUnusable.
    """
    try:
        return upgrading.upgrade(config["INSTANCE"])
    except DatabaseAway as error:
        if not config["CACHE_TYPE"].endswith("FileSystemCache"):
            raise
        return error
