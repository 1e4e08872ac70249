"""Layout and colours, as far as they can be tested; axe on every kind of page, in light and dark mode."""

import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from flask import render_template
from playwright.sync_api import BrowserContext, BrowserType, Page, Route, expect

from blog import clock
from blog.store.db import db
from blog.writing import editing
from tests.browser import reader
from tests.browser.reader import cards, chip, load_batches
from tests.browser.serving import Site, running
from tests.browser.waiting import until
from tests.browser.windows import Console

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ODD = f"""A paragraph with {LONG} in it, and https://example.org/{"a-long-address/" * 12} as well.

## A heading with {LONG}

| {" | ".join("a column" for _ in range(14))} |
|{"---|" * 14}
| {" | ".join("a cell" for _ in range(14))} |

```python
def a_line_of_code_that_is_too_long_for_any_screen(with_one, argument, after, another): return {"x" * 200!r}
```

- `{"code_without_a_break_" * 8}`

> {"quoted" * 40}
"""

MIXED = """(colour) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture(scope="module")
def written_site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A new site with its sample posts, and posts with difficult layout."""
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("written") / "instance"))
    with running(instance) as site:
        with site.app.app_context():
            for title, tags in (
                ("x" * 200, [LONG]),
                (
                    "A title that is long, and goes on and on, " * 5,
                    [f"tag number {number}" for number in range(30)],
                ),
                (f"The {LONG}", []),
            ):
                editing.create(
                    editing.Text(ODD, title, tags=tags, series=f"All about the {LONG}"),
                    published_at=clock.now(),
                    slug=title[:8].strip().lower() or "x",
                )
            db.session.remove()
        yield site


# --- axe


def batches(page: Page) -> None:
    load_batches(page, reader.AUTOMATIC_BATCHES)
    expect(page.get_by_role("button", name="Show more")).to_be_visible()


def two_tags(page: Page) -> None:
    chip(page, "ai").click()
    expect(page.locator("h1")).to_have_text("47 posts tagged ai")
    chip(page, "security").click()
    expect(page.locator("h1")).to_have_text("6 posts tagged ai and security")


def failures(page: Page) -> None:
    """All messages about failures."""
    page.route(re.compile("after=|/tags/"), lambda route: route.abort())
    chip(page, "ai").click()
    expect(page.locator(".filter-failed")).to_be_visible()
    reader.to_the_bottom(page)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def nothing(_page: Page) -> None:
    pass


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "do"),
    [
        pytest.param("/", batches, id="the listing with older posts"),
        pytest.param("/", two_tags, id="two tags chosen"),
        pytest.param("/", failures, id="failures"),
        ("/tags/compliance+open-source", nothing),
        ("/tags/security?after=-6879427200000000_1", nothing),
        ("/tags/nonsense", nothing),
        ("/?after=x", nothing),
        ("/posts/why-the-real-innovation-is-in-the-boring-parts", nothing),
    ],
)
def test_axe_finds_nothing(
    page: Page, console: Console, reading_site: Site, path: str, do: Callable[[Page], None]
) -> None:
    console.expected = re.compile("Failed to load resource|htmx:")
    page.goto(reading_site.url + path)
    do(page)
    expect_no_violation(page)


@pytest.mark.long
@pytest.mark.parametrize(
    "path", ["/", "/posts/what-markdown-can-do", "/posts/one-request-from-start-to-finish"]
)
def test_axe_finds_nothing_in_what_was_written(page: Page, written_site: Site, path: str) -> None:
    page.goto(written_site.url + path)
    expect_no_violation(page)


@pytest.mark.long
@pytest.mark.parametrize("status", [500, 503])
def test_axe_finds_nothing_when_the_site_has_failed(
    page: Page, console: Console, reading_site: Site, status: int
) -> None:
    console.expected = re.compile("Failed to load resource")
    with reading_site.app.test_request_context():
        body = render_template("errors/failure.html", status=status, sentence="Something went wrong.")

    def fail(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body=body)

    page.route("**/broken", fail)
    page.goto(reading_site.url + "/broken")
    expect_no_violation(page)


BY_COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def expect_no_violation(page: Page) -> None:
    """Every axe rule in light mode; in dark mode, where only colours differ, the rules about colours."""
    for scheme, options in (("light", DEFAULT_OPTIONS), ("dark", BY_COLOUR)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        results = Axe().run(page, options=options)
        assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"


# --- layout and type


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_nothing_is_wider_than_the_window(
    page: Page, console: Console, written_site: Site, width: int
) -> None:
    console.expected = re.compile("Failed to load resource")
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        "/",
        "/posts/xxxxxxxx",
        "/posts/a-title",
        "/posts/what-markdown-can-do",
        "/tags/",
        "/archive/",
        "/series/",
        "/series/all-about-the",
        f"/tags/{LONG.lower().replace('ä', 'a')}",
        f"/tags/{'x' * 200}",
    ):
        page.goto(written_site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        outside = page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter((it) => {
              for (let up = it; up; up = up.parentElement) {
                if (getComputedStyle(up).overflowX !== "visible") return false;  // can be pushed along
              }
              const { left, right } = it.getBoundingClientRect();
              return left < 0 || right > innerWidth + 0.5;
            }).map((it) => it.outerHTML.slice(0, 100))"""
        )
        assert outside == [], path


LINES = """(selector) => [...document.querySelectorAll(selector)].flatMap((paragraph) => {
  const lines = new Map();
  const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    for (let at = 0; at < texts.currentNode.length; at += 1) {
      range.setStart(texts.currentNode, at);
      range.setEnd(texts.currentNode, at + 1);
      const rect = range.getClientRects()[0];
      const line = rect && Math.round((rect.top + rect.bottom) / 16);
      if (rect) lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  }
  return [...lines.values()].slice(0, -1);  // the last line of a paragraph ends where it ends
})"""


@pytest.mark.parametrize("width", [820, 1440])
def test_a_line_has_60_to_75_characters(
    page: Page, written_site: Site, reading_site: Site, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address, selector in (
        (written_site.url + "/posts/one-request-from-start-to-finish", ".prose > p"),
        (reading_site.url + "/", ".card:not(.card-featured) .card-text"),
        (reading_site.url + "/", ".card-featured .card-text"),
    ):
        page.goto(address)
        lines = page.evaluate(LINES, selector)
        assert len(lines) >= 2
        assert 60 <= median(lines) <= 75, (selector, lines)
        assert max(lines) <= 75 + 5, (selector, lines)


def test_the_featured_post_outranks_the_cards_and_they_their_text(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    sizes = [
        float(page.locator(selector).first.evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)"))
        for selector in (
            ".card-featured .card-title",
            ".card:not(.card-featured) .card-title",
            ".card:not(.card-featured) .card-text",
            ".card .meta",
        )
    ]
    steps = [larger / smaller for larger, smaller in pairwise(sizes)]
    assert min(steps) >= 1.2, sizes
    quiet, text = (colour(page, f".card {part}", "color") for part in (".meta", ".card-text"))
    assert contrast(quiet, text) > 1.5


# --- light, dark, visited, focus, print


class Rgb(NamedTuple):
    red: int
    green: int
    blue: int


def colour(page: Page, selector: str, name: str) -> Rgb:
    value = page.locator(selector).first.evaluate(f"(it) => getComputedStyle(it).{name}")
    return Rgb(*page.evaluate(MIXED, value))


def luminance(rgb: Rgb) -> float:
    """The lightness of a colour, from 0 to 1 (WCAG 2.2, relative luminance)."""
    linear = [part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_dark_page_is_dark_and_designed_so(page: Page, reading_site: Site) -> None:
    seen = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.goto(reading_site.url)
        seen[scheme] = [
            colour(page, selector, name)
            for selector, name in (
                ("html", "backgroundColor"),
                ("body", "color"),
                (".chip", "backgroundColor"),
                (".featured-label", "color"),
            )
        ]
    (paper, ink, raised, accent), (night, light, glow, ember) = seen["light"], seen["dark"]
    assert luminance(paper) > 0.9
    assert luminance(night) < 0.05
    assert luminance(light) > 0.6
    assert luminance(ink) < 0.05
    # Raised surfaces have a shadow in light mode and a lighter colour in dark mode.
    assert luminance(raised) < luminance(paper)
    assert luminance(glow) > luminance(night)
    # Dark mode does not just invert the colours, which would glare: no pure white on pure black.
    assert contrast(paper, ink) < 18
    assert 10 < contrast(night, light) < 17
    assert ember != Rgb(*(255 - part for part in accent))


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_the_focus_shows_as_a_ring_that_nothing_cuts_off(
    page: Page, reading_site: Site, width: int, scheme: Scheme
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    ring = """(it) => {
      const style = getComputedStyle(it);
      const reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
      const { left, right, top, bottom } = it.getBoundingClientRect();
      const cut = [];
      for (let up = it.parentElement; up; up = up.parentElement) {
        const { overflowX, overflowY, contentVisibility, overflowClipMargin } = getComputedStyle(up);
        if (up === document.documentElement) break;
        if (overflowX === "visible" && overflowY === "visible" && contentVisibility === "visible") continue;
        const margin = contentVisibility === "visible" ? 0 : parseFloat(overflowClipMargin);
        const box = up.getBoundingClientRect();
        if (left - reach < box.left - margin || right + reach > box.right + margin
            || top - reach < box.top - margin || bottom + reach > box.bottom + margin) cut.push(up.className);
      }
      if (left - reach < 0 || right + reach > document.documentElement.clientWidth) cut.push("window");
      return [style.outlineStyle, parseFloat(style.outlineWidth), cut];
    }"""
    page.goto(reading_site.url)
    load_batches(page, reader.AUTOMATIC_BATCHES)
    until(page, "() => document.querySelectorAll('.settled').length > 20")
    stops = page.locator(
        ".site-title a, .sections a, .chip, .card-title a, .pager button:visible, .keys button"
    )
    for stop in (stops.nth(number) for number in (0, 1, 4, 5, 12, 18, 30, stops.count() - 1)):
        stop.focus()
        page.keyboard.press("Shift")  # the last input was a key, so :focus-visible applies
        style, thickness, cut = stop.evaluate(ring)
        assert (style, thickness >= 2, cut) == ("solid", True, []), stop.evaluate("(it) => it.outerHTML")
        drawn = Rgb(*page.evaluate(MIXED, stop.evaluate("(it) => getComputedStyle(it).outlineColor")))
        assert contrast(drawn, colour(page, "html", "backgroundColor")) >= 3


def test_paper_gets_the_text_and_the_addresses_and_no_navigation(page: Page, written_site: Site) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(written_site.url + "/posts/one-request-from-start-to-finish")
    for part in (".skip", ".sections", ".around"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".prose")).to_be_visible()
    after = page.locator(".prose a[href^=http]").first.evaluate(
        "(it) => getComputedStyle(it, '::after').content"
    )
    assert "(" in after
    assert luminance(colour(page, "body", "color")) < 0.05  # printing uses dark text, also in dark mode
    assert luminance(colour(page, "html", "backgroundColor")) > 0.9
    page.goto(written_site.url)
    for part in (".filter", "#older", ".keys"):
        expect(page.locator(part)).to_be_hidden()


# --- weight, and where it comes from


def test_the_first_view_weighs_less_than_40_kilobytes(page: Page, reading_site: Site) -> None:
    for path in ("/", "/posts/why-the-real-innovation-is-in-the-boring-parts", "/search?q=ai"):
        page.goto(reading_site.url + path)
        parts = page.evaluate(
            """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
              .map((it) => [it.name, it.transferSize, it.encodedBodySize, it.decodedBodySize])"""
        )
        assert {urlsplit(name).path.rpartition(".")[2] for name, *_ in parts} >= {"css", "js"}
        for name, _, sent, whole in parts:
            assert sent < whole / 1.2 or name.endswith(".png"), name  # compressed, as images are
        assert sum(transferred for _, transferred, _, _ in parts) < 40_000, parts
        page.context.clear_cookies()


def test_nothing_is_asked_of_another_host(context: BrowserContext, page: Page, written_site: Site) -> None:
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(written_site.url)
    load_batches(page, 1)
    for path in ("/posts/what-markdown-can-do", "/posts/one-request-from-start-to-finish", "/archive/"):
        page.goto(written_site.url + path)
    assert hosts == {urlsplit(written_site.url).netloc}


class Inline(HTMLParser):
    """All styles and scripts in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        is_data = values.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in values and not is_data):
            self.found.append(tag)
        for name, value in values.items():
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                self.found.append(f"{name}={value}")


def test_no_page_has_inline_style_or_script(page: Page, written_site: Site) -> None:
    assert Inline('<p style="x" onclick="y"><style></style><script>z</script>').found == [
        "style=x",
        "onclick=y",
        "style",
        "script",
    ]
    assert Inline('<script type="module">z</script>').found == ["script"]
    assert Inline('<script type="application/ld+json">{}</script>').found == []
    for path in (
        "/",
        "/tags/",
        "/tags/writing",
        "/tags/writing+software",
        "/archive/",
        "/posts/what-markdown-can-do",
        "/posts/xxxxxxxx",
        "/tags/nonsense",
        "/?after=x",
        "/nowhere",
    ):
        assert Inline(page.request.get(written_site.url + path).text()).found == [], path


# --- motion

WATCH = """
const named = () => [...document.querySelectorAll(".card-title, .post-title")]
  .filter((it) => getComputedStyle(it).viewTransitionName === "post-title").map((it) => it.textContent.trim());
const note = (event, names) =>
  sessionStorage.setItem(event.type, JSON.stringify([Boolean(event.viewTransition), names]));
document.addEventListener("DOMContentLoaded", () => {
  addEventListener("pageswap", (event) => note(event, named()));  // behind the site's own listener
});
// The first picture may be drawn before the last word has come.
const whole = () =>
  document.readyState !== "loading" || new Promise((done) => addEventListener("DOMContentLoaded", done));
addEventListener("pagereveal", (event) => {
  if (!event.viewTransition) return note(event, []);
  event.viewTransition.ready.then(whole).then(() => note(event, named()), (error) => note(event, [String(error)]));
});
"""


def seen_by(page: Page, event: str) -> list[object]:
    until(page, "(event) => sessionStorage.getItem(event)", event)
    seen: list[object] = page.evaluate("(event) => JSON.parse(sessionStorage.getItem(event))", event)
    return seen


def test_a_cards_title_becomes_the_posts_and_back(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], console: Console, reading_site: Site
) -> None:
    """In a browser with a back/forward cache."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = browser.new_context()
    console.listen(context)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(reading_site.url)
    title = cards(page).nth(2).locator(".card-title").inner_text()
    cards(page).nth(2).get_by_role("link").click()
    expect(page.locator(".post-title")).to_have_text(title)
    assert seen_by(page, "pagereveal") == [True, [title]]
    assert seen_by(page, "pageswap") == [True, [title]]
    page.evaluate("sessionStorage.clear()")
    page.evaluate("history.back()")
    expect(cards(page)).to_have_count(reader.A_PAGE)
    assert seen_by(page, "pagereveal") == [True, [title]]
    assert seen_by(page, "pageswap") == [True, [title]]
    until(page, "() => !document.querySelector('.card-title[style*=post-title]')")
    browser.close()


def test_nothing_moves_for_a_reader_who_wants_no_motion(page: Page, reading_site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(WATCH)
    page.goto(reading_site.url)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((it) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(it);
          return transitionDuration.split(", ").some((time) => time !== "0s") || animationName !== "none"
            || scrollBehavior === "smooth";
        }).map((it) => it.outerHTML.slice(0, 80))"""
    )
    assert moving == []
    cards(page).nth(2).get_by_role("link").click()
    expect(page.locator(".post-title")).to_be_visible()
    assert seen_by(page, "pagereveal") == [False, []]
    assert seen_by(page, "pageswap") == [False, []]
