"""Take the screenshots in README.md: `make pictures`. Repeatable on the same machine."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from blog import clock, create_app, samples
from blog.store.db import db, writing
from blog.store.models import Site
from blog.transfer import importing
from blog.transfer.entries import Collection
from tests.browser.serving import running

PICTURES = Path(__file__).parent / "pictures"
NEWEST = datetime(2026, 9, 14, 7, 30, tzinfo=UTC)


def main() -> None:
    """Start a site with the sample posts and take screenshots of its list."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        write_samples(instance)
        with running(instance) as site, sync_playwright() as playwright:
            arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or None, args=arguments
            )
            page = browser.new_page(
                viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce"
            )
            page.goto(site.url)
            page.screenshot(path=PICTURES / "listing.png")
            browser.close()


def write_samples(instance: Path) -> None:
    """A first start with fixed dates, so that repeated screenshots do not differ."""
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        importing.write(Collection(samples.entries(newest=NEWEST)))
        with writing() as session:
            session.get_one(Site, 1).welcomed_at = clock.now()
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
