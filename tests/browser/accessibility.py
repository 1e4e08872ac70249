"""Run axe on a page in light and dark mode."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def expect_accessible(page: Page, what: str = "") -> None:
    """axe finds no violations, in light and dark mode."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found: Any = Axe().run(page)
        assert found.violations_count == 0, f"{what or page.url}, {scheme}:\n{found.generate_report()}"
