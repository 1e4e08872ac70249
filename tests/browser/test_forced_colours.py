"""Selected, current, pressed and invalid elements are distinguishable in forced colours. Phones do not scroll
sideways. Right-to-left boxes are mirrored completely.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from blog import clock, create_app
from blog.store.db import db, writing
from blog.store.models import Site as SiteRow
from blog.writing import editing
from tests.browser.serving import Site, running
from tests.browser.windows import CALM, Console, window

TROUBLE = re.compile("Failed to load resource")  # A form that is returned with errors has status 422.

DRAWN = """element => {
  const { backgroundColor, borderBlockEndStyle, borderBlockEndWidth, borderBlockEndColor, color, textDecorationLine,
    outlineStyle } = getComputedStyle(element);
  return JSON.stringify([backgroundColor, borderBlockEndStyle, borderBlockEndWidth, borderBlockEndColor, color,
    textDecorationLine, outlineStyle]);
}"""


def drawn(element: Locator) -> str:
    """Everything that can distinguish an element from others of its kind in forced colours."""
    return str(element.evaluate(DRAWN))


SELECTED = """element => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.forcedColorAdjust = "none";
  probe.style.backgroundColor = "SelectedItem";
  probe.style.color = "SelectedItemText";
  const [wanted, found] = [probe, element].map((each) => {
    const { backgroundColor, color } = getComputedStyle(each);
    return backgroundColor + color;
  });
  probe.remove();
  return wanted === found;
}"""


def expect_selected(element: Locator) -> None:
    """It has the system's two selection colours, so the text is readable."""
    assert element.evaluate(SELECTED)


@pytest.fixture
def forced(browser: Browser, console: Console) -> Iterator[BrowserContext]:
    context = browser.new_context(**CALM, forced_colors="active")
    console.listen(context)
    yield context
    context.close()


@pytest.mark.parametrize(
    ("path", "chosen", "other"),
    [
        ("/tags/ai", "#tag-ai", ".filter .chip:not(.chip-chosen, .chip-all) >> nth=0"),
        ("/archive/", ".sections [aria-current]", ".sections a:not([aria-current]) >> nth=0"),
        ("/search?q=ai", "mark >> nth=0", ".card-text >> nth=0"),
    ],
)
def test_what_a_reader_chose_differs_from_the_rest_in_forced_colours(
    forced: BrowserContext, reading_site: Site, path: str, chosen: str, other: str
) -> None:
    page = forced.new_page()
    page.goto(reading_site.url + path)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert drawn(page.locator(chosen)) != drawn(page.locator(other))


def test_the_chosen_year_differs_from_the_rest_in_forced_colours(
    forced: BrowserContext, reading_site: Site
) -> None:
    page = forced.new_page()
    page.goto(reading_site.url + "/archive/")
    year = page.locator(".years .chip").first
    expect_selected(year)
    chosen = drawn(year)
    year.evaluate("el => { el.removeAttribute('aria-current'); el.classList.remove('chip-chosen'); }")
    assert drawn(year) != chosen


def test_what_the_author_chose_differs_from_the_rest_in_forced_colours(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console, forced_colors="active")
    page = context.new_page()
    page.goto(f"{site.url}/author/?state=live")
    for row in (".states", ".author-bar nav"):
        current, rest = (
            page.locator(f"{row} a{which}").first for which in ("[aria-current]", ":not([aria-current])")
        )
        assert drawn(current) != drawn(rest)
    expect_selected(page.locator(".states [aria-current]"))

    page.set_viewport_size({"width": 820, "height": 900})
    page.goto(f"{site.url}/author/posts/{post_id}")
    pressed, other = (page.locator(f".tabs [aria-pressed={which}]") for which in ("true", "false"))
    assert drawn(pressed) != drawn(other)
    expect_selected(pressed)
    title = page.get_by_label("Title")
    expect(title).not_to_be_focused()
    quiet = drawn(title)
    title.focus()
    assert drawn(title) != quiet

    page.goto(f"{site.url}/author/site")
    field = page.get_by_label("Time zone")
    right = drawn(field)
    field.fill("Nowhere")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".wrong").first).to_be_visible()
    assert drawn(page.get_by_label("Time zone")) != right
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_the_tags_of_a_phone_wrap_and_the_first_post_is_in_view(
    page: Page, reading_site: Site, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(reading_site.url)
    sideways = page.locator("body *:not(pre, .prose table)").evaluate_all(
        """all => all.filter((each) => each.scrollWidth > each.clientWidth + 1
          && /auto|scroll/.test(getComputedStyle(each).overflowX)).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert sideways == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("#posts article").first).to_be_in_viewport()
    # The keyboard reaches the last tag and scrolls it into view.
    last = page.locator(".filter .chip").last
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)


@pytest.fixture(scope="module")
def arabic_site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site in Arabic, which has no catalogue, with a series of three parts."""
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("arabic") / "instance"))
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        with writing() as session:
            session.get_one(SiteRow, 1).language = "ar"
        for number in range(3):
            text = editing.Text("نص قصير.", f"الجزء {number}", series="سلسلة")
            editing.create(text, published_at=clock.now(), slug=f"part-{number}")
        db.session.remove()
        db.engine.dispose()
    with running(instance) as site:
        yield site


@pytest.mark.parametrize("width", [390, 1440])
def test_on_an_arabic_site_no_box_is_mirrored_by_half(page: Page, arabic_site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{arabic_site.url}/posts/part-1")
    box = page.locator(".series-place")
    box.locator("summary").click()
    assert box.evaluate(
        "el => { const s = getComputedStyle(el); return [s.borderRightWidth, s.borderLeftWidth, s.paddingLeft]; }"
    ) == ["3px", "0px", "0px"]
    assert box.locator("ol").evaluate("el => getComputedStyle(el).paddingLeft") == "0px"
    # Whatever the language of the text in it, each box starts at the page's own side.
    for path in ("/posts/part-1", "/", "/archive/", "/tags/", "/series/"):
        page.goto(arabic_site.url + path)
        wrong = page.locator(
            ".sections, .pager, .end, .listing-title, .page-title, .series-place, .series-place > p, summary, .month"
        ).evaluate_all(
            """all => all.filter((each) => getComputedStyle(each).direction !== "rtl").map((each) => each.outerHTML)"""
        )
        assert wrong == [], path
    first, last = (
        page.locator(".sections a").first.bounding_box(),
        page.locator(".sections a").last.bounding_box(),
    )
    assert first
    assert last
    assert first["x"] > last["x"]
