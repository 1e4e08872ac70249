"""Layout shifts, accessibility, crawling, and canonical addresses of the public pages."""

import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from playwright.sync_api import APIRequestContext, Page, Response, Route, expect

from blog.store.db import db, writing
from blog.store.models import Post, Tag
from blog.store.models import Site as SiteRow
from tests.browser import reader
from tests.browser.reader import cards, chip, load_batches
from tests.browser.serving import Site, running
from tests.browser.waiting import settle, until
from tests.browser.windows import Console

# --- no layout shift, and smooth with 2,000 cards

SHIFTS = """
window.shifts = [];
const note = (list) => list.forEach((shift) => window.shifts.push({
  value: shift.value,
  excused: shift.hadRecentInput,
  nodes: shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)),
}));
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
window.allShifts = async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  note(observer.takeRecords());
  return window.shifts;
};
"""


def wheel(page: Page, *, by: int, there: Callable[[], object]) -> None:
    """Scroll like readers. A jump by script over undrawn cards would count as their shift."""
    for _ in range(200):
        if there():
            return
        page.mouse.wheel(0, by)
        settle(page)
    pytest.fail("scrolled in vain")


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_shifts_while_one_reads_scrolls_and_filters(
    page: Page, reading_site: Site, width: int
) -> None:
    def late(route: Route) -> None:
        """Respond later than half a second after a click; otherwise shifts would be excused by the click."""
        until(page, "() => performance.now() - (window.clicked ?? 0) > 600")
        route.continue_()

    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    page.goto(reading_site.url)
    page.evaluate("addEventListener('click', () => { window.clicked = performance.now() }, true)")
    page.mouse.move(width / 2, 400)
    more = page.get_by_role("button", name="Show more")
    wheel(page, by=500, there=more.is_visible)
    in_view = "(button) => button.getBoundingClientRect().bottom < innerHeight"
    wheel(page, by=500, there=lambda: more.evaluate(in_view))
    page.route(re.compile("after=|/tags/"), late)
    more.click()
    expect(cards(page)).to_have_count(5 * reader.A_PAGE)
    wheel(page, by=-500, there=lambda: page.evaluate("scrollY === 0"))
    chip(page, "ai").click()
    expect(page.locator("h1")).to_have_text("47 posts tagged ai")
    shifts = page.evaluate("allShifts()")
    assert sum(shift["value"] for shift in shifts if not shift["excused"]) < 0.01, shifts


def test_nothing_shifts_for_a_reader_who_is_at_the_end_before_older_posts_are_there(
    page: Page, reading_site: Site
) -> None:
    page.add_init_script(SHIFTS)
    page.goto(reading_site.url)
    batches: list[Route] = []

    def hold(route: Route) -> None:
        batches.append(route)

    page.route("**/?after=*", hold)
    page.mouse.move(600, 400)
    at_the_end = "Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight"
    wheel(page, by=500, there=lambda: page.evaluate(at_the_end))
    batches[0].continue_()
    expect(cards(page)).to_have_count(2 * reader.A_PAGE)
    shifts = page.evaluate("allShifts()")
    assert sum(shift["value"] for shift in shifts) < 0.01, shifts
    expect(page.get_by_role("contentinfo")).to_be_visible()


@pytest.fixture(scope="module")
def large_site(imported_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The posts of the list fifteen times over, 500 posts per page."""
    instance = Path(shutil.copytree(imported_instance, tmp_path_factory.mktemp("large") / "instance"))
    with running(instance) as site:
        with site.app.app_context():
            copied = [
                column
                for column in Post.__table__.columns
                if column.name not in {"id", "slug", "source", "feed_id"}
            ]
            with writing() as session:
                for copy in range(14):
                    once = sa.select(
                        *copied,
                        Post.slug + f"-{copy}",
                        sa.null(),
                    ).where(Post.source.is_not(None))
                    session.execute(sa.insert(Post).from_select([*copied, Post.slug, Post.source], once))
                session.get_one(SiteRow, 1).posts_per_page = 500
            db.session.remove()
        yield site


@pytest.mark.long
def test_scrolling_stays_smooth_with_2000_cards(page: Page, large_site: Site) -> None:
    page.goto(large_site.url)
    for number in range(1, 1 + reader.AUTOMATIC_BATCHES):
        reader.to_the_bottom(page)
        expect(cards(page)).to_have_count(500 * (1 + number))

    # Browsers may skip cards outside of the screen. The time that saves is measured in a benchmark: here it depended on
    # the load of the machine.
    until(
        page,
        """() => [...document.querySelectorAll("#posts > article")].every((card) => {
          const { top, bottom } = card.getBoundingClientRect();
          return (bottom >= 0 && top <= innerHeight) || getComputedStyle(card).contentVisibility === "auto";
        })""",
    )
    drawn = page.evaluate(
        """() => [...document.querySelectorAll("#posts > article h2 a")]
          .filter((link) => link.checkVisibility({ contentVisibilityAuto: true })).length"""
    )
    assert 0 < drawn < 100


# --- a polite status; focus is never taken; each card is one stop for Tab


def test_a_polite_status_says_how_many_came(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    status = page.get_by_role("status")  # role=status implies aria-live=polite.
    expect(status).to_be_empty()
    load_batches(page, 1)
    expect(status).to_have_text("12 more posts, 24 of 142")
    load_batches(page, 1)
    expect(status).to_have_text("12 more posts, 36 of 142")
    page.goto(reading_site.url + "/tags/security")
    load_batches(page, 1)
    reader.to_the_bottom(page)
    expect(status).to_have_text("6 more posts, 30 of 30")


def test_the_focus_is_never_taken(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    load_batches(page, 1)
    assert reader.focused(page) == "body"
    fifth = cards(page).nth(4)
    fifth.get_by_role("link").focus()
    load_batches(page, 2)
    expect(fifth.get_by_role("link")).to_be_focused()
    button = page.get_by_role("button", name="Show more")
    fifth.get_by_role("link").focus()
    button.evaluate("(button) => button.click()")  # as some assistive software does
    expect(cards(page)).to_have_count(5 * reader.A_PAGE)
    expect(fifth.get_by_role("link")).to_be_focused()


def test_each_card_is_one_stop_for_tab(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    load_batches(page, 1)
    before = page.locator(".filter a").last
    before.focus()
    cards = reader.view(page).cards
    assert len(cards) == 24
    for card in cards:
        page.keyboard.press("Tab")
        assert reader.focused(page) == card


# --- every page can be reached by a crawler


class Found(HTMLParser):
    """What a crawler sees of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.told: dict[str, str] = {}
        """In the head: canonical, prev, next, robots."""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in values and values.get("rel") != "alternate":  # A feed is not a page.
            self.links.append(values["href"])
        elif tag == "link" and "rel" in values:
            self.told[values["rel"]] = values["href"]
        elif tag == "meta" and values.get("name") == "robots":
            self.told["robots"] = values["content"]


@pytest.fixture(scope="module")
def crawled(reading_site: Site, crawler: APIRequestContext) -> dict[str, Found]:
    """Every page that plain links from `/` lead to, by path."""
    pages: dict[str, Found] = {}
    unseen = ["/"]
    while unseen:
        path = unseen.pop()
        if path in pages:
            continue
        answer = crawler.get(path, max_redirects=0)
        assert (answer.status, path) == (200, path)
        pages[path] = Found(answer.text())
        for link in pages[path].links:
            address = urljoin(reading_site.url + path, link).partition("#")[0]
            if address.startswith(reading_site.url):
                unseen.append(address.removeprefix(reading_site.url))
    return pages


@pytest.mark.long
def test_a_crawler_reaches_every_post_and_every_page_of_the_listing(
    reading_site: Site, crawled: dict[str, Found]
) -> None:
    with reading_site.app.app_context():
        slugs = set(db.session.scalars(sa.select(Post.slug)))
        tags = set(db.session.scalars(sa.select(Tag.slug)))
        db.session.remove()
    assert {f"/posts/{slug}" for slug in slugs} == {path for path in crawled if path.startswith("/posts/")}
    assert {f"/tags/{slug}" for slug in tags} <= crawled.keys()
    assert {"/tags/", "/archive/", "/archive/2026/"} <= crawled.keys()
    for listing, posts in (("/", 142), ("/tags/security", 30)):
        reached = [path for path in crawled if path == listing or path.startswith(f"{listing}?after=")]
        assert len(reached) == -(-posts // reader.A_PAGE)


@pytest.mark.long
def test_combinations_and_search_are_noindex_and_nothing_else_is(crawled: dict[str, Found]) -> None:
    hidden = {path for path, page in crawled.items() if "noindex" in page.told.get("robots", "")}
    assert hidden == {path for path in crawled if "+" in path or path == "/search"}
    assert hidden


@pytest.mark.long
def test_a_page_further_down_is_its_own_canonical_page(reading_site: Site, crawled: dict[str, Found]) -> None:
    assert len(crawled) > 142
    for path, page in crawled.items():
        # Without a year, the archive shows the newest one.
        own = "/archive/2026/" if path == "/archive/" else path
        assert page.told["canonical"] == reading_site.url + own


@pytest.mark.long
def test_a_page_restored_for_one_reader_points_to_the_address_without_upto(
    reading_site: Site, crawler: APIRequestContext, crawled: dict[str, Found]
) -> None:
    older = crawled["/"].told["next"]
    for path in ("/", "/tags/security"):
        upto = crawled[path].told["next"].replace("after=", "upto=")
        answer = crawler.get(upto)
        assert Found(answer.text()).told["canonical"] == reading_site.url + path
    between = (
        f"{older}&upto={crawled[older.removeprefix(reading_site.url)].told['next'].partition('after=')[2]}"
    )
    assert Found(crawler.get(between).text()).told["canonical"] == older
    assert not any("upto" in path for path in crawled)


@pytest.mark.long
def test_prev_and_next_lead_there_and_back(reading_site: Site, crawled: dict[str, Found]) -> None:
    listings = {path: page for path, page in crawled.items() if page.told.keys() & {"prev", "next"}}
    assert len(listings) > 12
    for path, page in listings.items():
        for there, back in (("prev", "next"), ("next", "prev")):
            if there in page.told:
                other = crawled[page.told[there].removeprefix(reading_site.url)]
                assert other.told[back] == reading_site.url + path
    pages = [path for path in listings if path == "/" or path.startswith("/?")]
    assert sum("prev" not in listings[path].told for path in pages) == 1
    assert sum("next" not in listings[path].told for path in pages) == 1


# --- a bad cursor gives the first page or a 400 with a way on


# At these cursors no post stands, and yet each is one: a place in time and a number.
OF_NO_POST = {
    "",
    "1764000000000000_9223372036854775807",
    "-6879427200000000_1",  # 1752
    "-62135596800000000_1",  # the year 1
    "253402300799999999_1",  # the year 9999
}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "_",
        "1764000000000000",
        "1764000000000000_",
        "_7",
        "1764000000000000_7x",
        "1764000000000000_7%0A",
        "%001764000000000000_7",
        "01764000000000000_7",
        "-0_7",
        "1764000000000000_0",
        "1764000000000000_-7",
        "1764000000000000_9223372036854775808",
        "999999999999999999_7",
        "-999999999999999999_7",
        "9" * 4000 + "_7",
        "%D9%A1%D9%A7_%D9%A7",  # digits of another script
        "%FF%FE",
        "1764000000000000_7' OR 1=1 --",
        *sorted(OF_NO_POST - {""}),
        "1764000000000000_7&after=x&upto=x",
    ],
)
def test_a_bad_cursor_gives_a_page_with_a_way_on(crawler: APIRequestContext, cursor: str) -> None:
    for path, argument in product(("/", "/tags/security"), ("after", "upto")):
        answer = crawler.get(f"{path}?{argument}={cursor}", max_redirects=0)
        assert answer.status == (200 if cursor in OF_NO_POST else 400)
        if answer.status == 400 or "<article" not in answer.text():
            content = answer.text().partition("<main")[2]
            assert path in Found(content).links
            assert crawler.get(path).text().count("<article") == reader.A_PAGE


def test_the_way_on_from_a_bad_cursor_is_there_to_be_seen(
    page: Page, console: Console, reading_site: Site
) -> None:
    console.expected = re.compile("Failed to load resource: the server responded with a status of 400")
    for path, words in (
        ("/tags/security?after=x", "the beginning of this list"),
        ("/tags/security?after=-6879427200000000_1", "Back to the newest posts"),
        ("/tags/security?upto=253402300799999999_1", "Back to the newest posts"),
    ):
        page.goto(reading_site.url + path)
        page.get_by_role("link", name=words).click()
        expect(page).to_have_url(reading_site.url + "/tags/security")
        expect(cards(page)).to_have_count(reader.A_PAGE)


# --- the keyboard


def test_j_and_k_go_from_card_to_card(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    load_batches(page, 1)
    page.evaluate("scrollTo(0, 0)")
    first = reader.view(page).cards
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert reader.focused(page) == first[number]
    for number in range(1, 15):  # in the batch that was loaded later
        page.keyboard.press("j")
        assert reader.focused(page) == first[number]
        expect(cards(page).nth(number).get_by_role("link")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("article.post")).to_be_visible()


def test_j_begins_with_the_card_in_view(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    card = reader.view(page).cards[7]
    reader.scroll_to(page, card, top=20)
    page.keyboard.press("j")
    assert reader.focused(page) == card


def test_the_keys_can_be_switched_off_by_keyboard_and_stay_off(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url + "/tags/compliance")
    switch = page.get_by_role("button", name="Turn shortcuts off")
    cards(page).last.get_by_role("link").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Feed")).to_be_focused()
    page.keyboard.press("Tab")
    expect(switch).to_be_focused()
    page.keyboard.press("Space")
    on = page.get_by_role("button", name="Turn shortcuts on")
    expect(on).to_be_focused()
    page.keyboard.press("j")
    expect(on).to_be_focused()
    page.reload()
    page.keyboard.press("j")
    assert reader.focused(page) == "body"
    on.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert reader.focused(page).startswith("post-")


def test_the_keys_mind_neither_writing_nor_other_keys_held_down(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    for name in ("input", "textarea"):
        page.evaluate("(name) => document.querySelector('main').prepend(document.createElement(name))", name)
        field = page.locator(f"main > {name}")
        field.press_sequentially("jk")
        expect(field).to_have_value("jk")
        expect(field).to_be_focused()
        field.evaluate("(field) => field.remove()")
    chip(page, "ai").focus()
    for keys in ("Control+j", "Alt+j", "Meta+k", "Shift+J"):
        page.keyboard.press(keys)
        assert reader.focused(page) == "tag-ai"


def test_the_keys_work_where_nothing_can_be_remembered(page: Page, reading_site: Site) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page.goto(reading_site.url + "/tags/compliance")
    page.keyboard.press("j")
    expect(cards(page).first.get_by_role("link")).to_be_focused()
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="Turn shortcuts on")).to_be_focused()


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_order_of_tab_is_the_order_of_reading(page: Page, reading_site: Site, width: int) -> None:
    """From top to bottom and left to right, in the page or in each of two columns."""
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/tags/compliance", "/posts/why-the-real-innovation-is-in-the-boring-parts"):
        page.goto(reading_site.url + path)
        columns: dict[str, list[dict[str, float]]] = {}
        stops = 0
        page.keyboard.press("Tab")  # the skip link
        for _ in range(100):
            page.keyboard.press("Tab")
            stop = page.evaluate(
                """() => {
                  const it = document.activeElement;
                  if (it === document.body || it.matches(".skip")) return null;
                  const { left, right, top, bottom } = it.getBoundingClientRect();
                  const row = it.closest(".filter ul")?.scrollLeft ?? 0;
                  const listing = document.getElementById("listing") ?? it;
                  return [
                    getComputedStyle(listing).gridTemplateColumns.split(" ").length,
                    it.closest(".filter") ? "filter" : "page",
                    { left: left + row, right: right + row, top: top + scrollY, bottom: bottom + scrollY },
                  ];
                }"""
            )
            if stop is None:
                break
            number, column, box = stop
            places = columns.setdefault(column if number > 1 else "page", [])
            if places:
                before = places[-1]
                below = box["top"] >= before["bottom"] - 1
                beside = box["left"] >= before["right"] and box["bottom"] > before["top"]
                assert below or beside, (path, stops, before, box)
            places.append(box)
            stops += 1
        assert stops >= 6


# --- one address, one representation


@pytest.mark.long
def test_htmx_gets_byte_for_byte_what_everyone_gets(
    reading_site: Site, crawler: APIRequestContext, crawled: dict[str, Found]
) -> None:
    older = crawled["/"].told["next"].removeprefix(reading_site.url)
    htmx = {
        "HX-Request": "true",
        "HX-Target": "listing",
        "HX-Trigger": "tag-ai",
        "HX-Boosted": "true",
        "HX-Current-URL": reading_site.url + "/",
        "HX-History-Restore-Request": "true",
        "X-Requested-With": "XMLHttpRequest",
    }
    for path in ("/", older, "/tags/ai", "/tags/ai+security", "/tags/nonsense", "/?after=x", "/tags/"):
        for encoding in ("gzip", "identity"):
            plain, asked = (
                crawler.get(path, headers={"Accept-Encoding": encoding, **headers}) for headers in ({}, htmx)
            )
            assert asked.body() == plain.body()
            assert lasting(asked.headers) == lasting(plain.headers)
            assert "hx" not in plain.headers.get("vary", "").lower()
            assert plain.text().startswith("<!doctype html>")


def lasting(headers: dict[str, str]) -> dict[str, str]:
    """`headers` without those that differ in each response."""
    return {name: value for name, value in headers.items() if name not in {"date", "x-request-id"}}


def test_what_htmx_asks_for_is_the_page_that_its_address_gives(page: Page, reading_site: Site) -> None:
    fetched: list[Response] = []

    def note(response: Response) -> None:
        if response.request.resource_type in {"xhr", "fetch"}:
            fetched.append(response)

    page.on("response", note)
    page.goto(reading_site.url)
    load_batches(page, 2)
    chip(page, "security").click()
    expect(page.locator("h1")).to_have_text("30 posts tagged security")
    load_batches(page, 1)
    assert len(fetched) == 4
    for response in fetched:
        assert response.body() == page.request.get(response.url).body()
