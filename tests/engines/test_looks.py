"""Layout in Firefox and WebKitGTK: nothing is wider than the window, light and dark mode, visible focus."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.serving import Site
from tests.engines.steering import Visit

WIDTHS = (390, 820, 1440)
READING = ("/", "/tags/", "/tags/ai+security", "/archive/", "/search?q=ai", "/nothing-here")
WRITING = ("/author/", "/author/posts/new", "/author/site", "/author/images/", "/author/tags/")

BRIGHTNESS = """
const canvas = document.createElement("canvas").getContext("2d");
const paper = getComputedStyle(document.documentElement).backgroundColor;
const ink = getComputedStyle(document.body).color;
return [paper, ink].map((colour) => {
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return Math.max(...[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3));
});"""

TOO_WIDE = """
const room = document.documentElement.clientWidth;
return [Math.max(0, document.documentElement.scrollWidth - room), innerWidth];"""

FOCUS = """
const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
const { top, bottom, width } = document.activeElement.getBoundingClientRect();
return [
  document.activeElement.outerHTML.slice(0, 80),
  (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none",
  bottom > 0 && top < innerHeight && width > 0,
];"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_readers_is_wider_than_its_window(visit: Visit, reading_site: Site, width: int) -> None:
    visit.width(width)
    for path in READING:
        visit.open(reading_site.url + path)
        assert visit.run(TOO_WIDE) == [0, width], path
    visit.open(reading_site.url)
    visit.click(visit.find("#posts a"))
    visit.shows("document.querySelector('article.post')")
    assert visit.run(TOO_WIDE) == [0, width], "a post"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_the_author_is_wider_than_its_window(
    visit: Visit, desk: tuple[Site, int], width: int
) -> None:
    site, post_id = desk
    visit.width(width)
    visit.sign_in(site.url)
    for path in (*WRITING, f"/author/posts/{post_id}", f"/author/posts/{post_id}/revisions"):
        visit.open(site.url + path)
        assert visit.run(TOO_WIDE) == [0, width], path


def test_pages_are_dark_where_the_reader_likes_them_dark(
    coloured: tuple[Visit, bool], reading_site: Site
) -> None:
    visit, dark = coloured
    for path in READING:
        visit.open(reading_site.url + path)
        paper, ink = visit.run(BRIGHTNESS)
        assert (paper < 60 and ink > 200) if dark else (paper > 240 and ink < 80), path


def test_what_has_the_focus_is_seen(coloured: tuple[Visit, bool], reading_site: Site) -> None:
    visit, _ = coloured
    visit.width(820)
    for path in ("/", "/archive/", "/search?q=ai"):
        visit.open(reading_site.url + path)
        # The first Tab may come from the browser's address bar and not reach the page.
        visit.press(Keys.TAB, Keys.TAB)
        for _ in range(12):
            element = visit.run(FOCUS)[0]
            # On a busy machine, the driver responds before the key has had its effect.
            visit.until(lambda: all(visit.run(FOCUS)[1:]), f"no focus to be seen on {element}")
            visit.press(Keys.TAB)
