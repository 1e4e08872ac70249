"""The author's form does not shift while it loads."""

from playwright.sync_api import Browser, Route, expect

from blog.store.db import db
from blog.writing import drafts, post_form
from blog.writing.drafts import EditorTab
from tests.browser.serving import Site
from tests.browser.test_reading_comfort import SHIFTS
from tests.browser.waiting import until
from tests.browser.windows import Console, window

PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"


def test_nothing_shifts_while_the_form_loads(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    with site.app.app_context():
        fields = {
            **post_form.form_data(post_form.opened(post_id)),
            "title": "A long title, " * 9,
            "body": "<br>\n" * 90,
        }
        drafts.keep(EditorTab("unsaved", 1), fields, post_id=post_id, base_version=1)
        db.session.remove()
    found = {}
    for width in (390, 820, 1440):
        context = window(browser, site, console, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.add_init_script(SHIFTS)

        def late(route: Route) -> None:
            """Respond after the first paint: an earlier script would cause no visible shift."""
            until(page, PAINTED)  # noqa: B023 -- of this turn
            route.continue_()

        page.route("**/static/writing/*.js", late)
        for path in ("new", str(post_id), f"{post_id}?saved"):
            page.goto(f"{site.url}/author/posts/{path}")
            expect(page.locator("#length")).to_be_visible()
            shifts = page.evaluate("allShifts()")
            found[width, path] = (sum(shift["value"] for shift in shifts), shifts)
        context.close()
    assert {where: shifts for where, shifts in found.items() if shifts[0] >= 0.01} == {}
