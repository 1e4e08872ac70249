"""Takes the picture that README.md shows: the listing of a new site, as a reader sees it first.

`make pictures` runs it; the picture is kept in git, so that the README shows it wherever it is read.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import how_to_launch, running

PICTURES = Path(__file__).parent / "pictures"
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**how_to_launch())
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.goto(site.url)
        page.screenshot(path=PICTURES / "listing.png")
        browser.close()


if __name__ == "__main__":
    main()
