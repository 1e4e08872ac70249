"""Filtering by tags, and the address while scrolling and filtering."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import APIRequestContext, Browser, BrowserType, Page, Route, expect

from blog import clock
from blog.store.db import db
from blog.store.models import Tag
from blog.store.models.listings import post_tag
from blog.writing import editing
from tests.browser import reader
from tests.browser.reader import cards, chip, filter_by, load_batches, view
from tests.browser.serving import Site
from tests.browser.windows import Console

SECURITY = "30 posts tagged security"
AI_AND_SECURITY = "6 posts tagged ai and security"
HOME = "Newest posts"


# Console messages of htmx and Chromium about requests that a test makes fail.
FAILED = re.compile(
    r"htmx:(afterRequest|sendAbort|sendError|responseError|targetError)|Response Status Error|Failed to load resource"
)


# --- the address never moves while scrolling, and changes once per change of filter


def test_the_address_never_moves_while_scrolling(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    entries = page.evaluate("history.length")
    moves: list[str] = []
    page.on("framenavigated", lambda frame: moves.append(frame.url))  # including pushState and replaceState
    load_batches(page, reader.AUTOMATIC_BATCHES)
    page.get_by_role("button", name="Show more").click()
    expect(cards(page)).to_have_count(5 * reader.A_PAGE)
    assert (page.url, page.evaluate("history.length"), moves) == (reading_site.url + "/", entries, [])


def test_the_address_changes_once_per_change_of_filter(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    entries = page.evaluate("history.length")
    moves: list[str] = []
    page.on("framenavigated", lambda frame: moves.append(frame.url.removeprefix(reading_site.url)))
    filter_by(page, "security", heading=SECURITY)
    load_batches(page, 1)
    filter_by(page, "ai", heading=AI_AND_SECURITY)
    filter_by(page, "security", heading="47 posts tagged ai")
    # htmx marks each history entry before leaving it. That does not change the address, but is recorded here as well.
    assert [path for path, _ in groupby(moves)] == ["/", "/tags/security", "/tags/ai+security", "/tags/ai"]
    assert page.evaluate("history.length") == entries + 3


def test_back_undoes_a_filter_and_forward_redoes_it(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    load_batches(page, 2)
    home = view(page)
    reader.scroll_to(page, home.cards[20], top=117)
    filter_by(page, "security", heading=SECURITY)
    load_batches(page, 1)
    security = view(page)
    reader.scroll_to(page, security.cards[12], top=-31)

    asked = reader.pages_asked_for(page)
    page.evaluate("history.back()")
    reader.expect_at(page, home.cards[20], top=117)
    assert view(page) == home
    assert len(asked) == 1
    page.evaluate("history.forward()")
    reader.expect_at(page, security.cards[12], top=-31)
    assert view(page) == security
    assert len(asked) == 2


def test_back_while_older_posts_load_shows_nothing_but_the_listing_gone_back_to(
    page: Page, console: Console, reading_site: Site
) -> None:
    console.expected = FAILED
    page.goto(reading_site.url)
    home = view(page)
    filter_by(page, "security", heading=SECURITY)
    batches = held(page, "**/tags/security?after=*")
    with page.expect_request("**/tags/security?after=*"):
        reader.to_the_bottom(page)
    page.evaluate("history.back()")
    expect(page.locator("h1")).to_have_text(HOME)
    expect(page.get_by_role("status")).to_have_text("12 of 142 posts")
    batches[0].continue_()
    load_batches(page, reader.AUTOMATIC_BATCHES)  # none of them counts as processed already
    assert view(page).cards[: reader.A_PAGE] == home.cards
    expect(page.get_by_role("button", name="Show more")).to_be_visible()


@pytest.fixture(params=["with the browser's cache", "without it"])
def visitor(
    request: pytest.FixtureRequest,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser: Browser,
    console: Console,
) -> Iterator[Page]:
    """A page in a browser with a back/forward cache and in one without."""
    if request.param == "without it":
        context = browser.new_context()
        console.listen(context)
        yield context.new_page()
        context.close()
        return
    kept = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = kept.new_context()
    console.listen(context)
    yield context.new_page()
    kept.close()


def test_back_undoes_a_filter_also_across_a_post(visitor: Page, reading_site: Site) -> None:
    page = visitor
    page.goto(reading_site.url)
    load_batches(page, 1)
    home = view(page)
    reader.scroll_to(page, home.cards[15], top=90)
    filter_by(page, "security", heading=SECURITY)
    load_batches(page, 1)
    security = view(page)
    reader.scroll_to(page, security.cards[12], top=44)
    cards(page).nth(12).get_by_role("link").click()
    expect(page.locator("article.post")).to_be_visible()

    for there, card, top in ((security, 12, 44), (home, 15, 90)):
        page.evaluate("history.back()")
        reader.expect_at(page, there.cards[card], top=top)
        assert view(page) == there
    page.evaluate("history.forward()")
    reader.expect_at(page, security.cards[12], top=44)
    assert view(page) == security
    page.evaluate("history.forward()")
    expect(page.locator("article.post")).to_be_visible()


# --- tags filter


def test_tags_filter_without_a_page_load_or_losing_the_keyboards_place(
    page: Page, reading_site: Site
) -> None:
    page.goto(reading_site.url)
    page.evaluate("window.samePage = true")
    chip(page, "security").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(SECURITY)
    assert reader.focused(page) == "tag-security"
    page.keyboard.press("Tab")
    assert reader.focused(page) == "tag-ai"  # the next one after it
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(AI_AND_SECURITY)
    assert reader.focused(page) == "tag-ai"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(SECURITY)
    assert reader.focused(page) == "tag-ai"
    page.keyboard.press("Shift+Tab")
    assert reader.focused(page) == "tag-security"
    assert page.evaluate("window.samePage")


def test_the_focused_chip_stays_in_view_where_the_tags_are_a_row_to_push_along(
    page: Page, reading_site: Site
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reading_site.url)
    chip(page, "open-source").focus()
    for heading in ("8 posts tagged open-source", HOME):
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(heading)
        expect(chip(page, "open-source")).to_be_focused()
        expect(chip(page, "open-source")).to_be_in_viewport(ratio=1)


def test_the_focus_goes_to_the_first_chip_when_its_own_is_not_among_those_shown(
    page: Page, site: Site
) -> None:
    with site.app.app_context():
        text = editing.Text(
            "Of many things.", "Many tags", tags=[f"thing-{number:02}" for number in range(30)]
        )
        editing.create(text, published_at=clock.now())
    page.goto(site.url + "/tags/thing-29")
    chip(page, "thing-29").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(HOME)
    expect(chip(page, "thing-29")).to_have_count(0)
    expect(page.get_by_role("link", name="All 41 tags")).to_be_visible()
    assert reader.focused(page) == "tag-ai"


def test_counts_are_of_the_next_response_after_a_post_is_published(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(chip(page, "security")).to_have_accessible_name("security 30 posts")
    with site.app.app_context():
        text = editing.Text("Agents that guard.", "Guards", tags=["ai", "security"])
        editing.create(text, published_at=clock.now())
    filter_by(page, "ai", heading="48 posts tagged ai")
    expect(chip(page, "security")).to_have_accessible_name("security 7 posts")
    filter_by(page, "ai", heading=HOME)
    expect(chip(page, "security")).to_have_accessible_name("security 31 posts")


def test_several_tags_combine_and_none_that_would_leave_no_post_is_offered(
    reading_site: Site, crawler: APIRequestContext
) -> None:
    with reading_site.app.app_context():
        pairs = db.session.execute(sa.select(post_tag.c.post_id, Tag.slug).join(Tag)).all()
        db.session.remove()
    tags_of: dict[int, set[str]] = {}
    for post, slug in pairs:
        tags_of.setdefault(post, set()).add(slug)

    def expected(chosen: frozenset[str]) -> dict[str, int]:
        return Counter(tag for tags in tags_of.values() if chosen <= tags for tag in tags - chosen)

    # Every reachable combination, by the address in its chip.
    unseen, seen = [("/", frozenset[str]())], set()
    while unseen:
        path, chosen = unseen.pop()
        if chosen in seen:
            continue
        seen.add(chosen)
        html = crawler.get(path).text()
        offered = {
            match["slug"]: (match["path"], int(match["count"]))
            for match in re.finditer(
                r'<a class="chip" id="tag-(?P<slug>[^"]+)" href="(?P<path>[^"]+)".*?"count"><[^>]+>(?P<count>\d+)',
                html,
            )
        }
        assert {slug: count for slug, (_, count) in offered.items()} == expected(chosen), path
        assert html.count("chip-chosen") == len(chosen)
        unseen += [(to, chosen | {slug}) for slug, (to, _) in offered.items()]
    assert seen == {
        chosen for tags in tags_of.values() for chosen in powerset(sorted(tags))
    }  # each of them was offered


def powerset(tags: list[str]) -> list[frozenset[str]]:
    sets = [frozenset[str]()]
    for tag in tags:
        sets += [each | {tag} for each in sets]
    return sets


def test_what_is_applied_shows_as_removable_chips(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url + "/tags/ai+security")
    names = page.get_by_role("navigation", name="Filter by tag").get_by_role("link").all()
    assert [link.aria_snapshot().splitlines()[0] for link in names[:2]] == [
        "- 'link \"Remove filter: ai\"':",
        "- 'link \"Remove filter: security\"':",
    ]
    page.get_by_role("link", name="Remove filter: ai").click()
    expect(page.locator("h1")).to_have_text(SECURITY)
    assert page.url.endswith("/tags/security")
    expect(page.get_by_role("link", name="ai 6 posts", exact=True)).to_be_visible()


def test_the_result_is_announced(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    status = page.get_by_role("status")
    expect(status).to_be_empty()
    for tag, sentence in (
        ("security", SECURITY),
        ("ai", AI_AND_SECURITY),
        ("compliance", "1 post tagged ai, security, and compliance"),
        ("compliance", AI_AND_SECURITY),
        ("ai", SECURITY),
        ("security", "142 posts"),
    ):
        chip(page, tag).click()
        expect(status).to_have_text(sentence)


def test_a_filtered_view_is_what_its_address_shows_when_opened_cold(
    page: Page, browser: Browser, reading_site: Site
) -> None:
    """The complete page including attributes, and the cards without JavaScript."""
    body = """() => {
      const copy = document.body.cloneNode(true);
      for (const it of copy.querySelectorAll("[class]")) {
        it.classList.remove("htmx-request", "htmx-added", "htmx-settling", "settled");
      }
      copy.querySelector("#status").textContent = "";
      const links = [...document.querySelectorAll("link[rel=canonical], link[rel=alternate]")];
      return [document.title, links.map(({ title, href }) => [title, href]), copy.innerHTML];
    }"""
    page.goto(reading_site.url)
    plain = browser.new_context(java_script_enabled=False).new_page()
    cold = browser.new_page()
    for tag, heading in (
        ("security", SECURITY),
        ("ai", AI_AND_SECURITY),
        ("security", "47 posts tagged ai"),
        ("ai", HOME),
    ):
        filter_by(page, tag, heading=heading)
        cold.goto(page.url)
        expect(page.locator(".htmx-settling, .htmx-added")).to_have_count(0)
        assert page.evaluate(body) == cold.evaluate(body)
        plain.goto(page.url)
        assert view(plain) == view(page)
    plain.context.close()
    cold.context.close()


def test_an_unknown_tag_is_a_404_that_offers_the_known_ones(
    page: Page, console: Console, reading_site: Site
) -> None:
    console.expected = FAILED
    for path in ("/tags/nonsense", "/tags/ai+nonsense"):
        answer = page.goto(reading_site.url + path)
        assert answer is not None
        assert answer.status == 404
        expect(page.locator("h1")).to_have_text("No post has the tag “nonsense”.")
        expect(page.locator(".tag-list .chip")).to_have_count(11)
    page.get_by_role("link", name="security 30 posts").click()
    expect(page.locator("h1")).to_have_text(SECURITY)


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/tags/security+ai", "/tags/ai+security"),
        ("/tags/ai+ai", "/tags/ai"),
        ("/tags/security+ai?after=1764000000000000_7", "/tags/ai+security?after=1764000000000000_7"),
    ],
)
def test_a_combination_has_one_address_with_its_tags_sorted(
    crawler: APIRequestContext, asked: str, canonical: str
) -> None:
    answer = crawler.get(asked, max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (301, canonical)


@pytest.mark.parametrize("failure", ["no network", "an error", "a page of somebody else's"])
def test_a_filter_that_cannot_load_says_so_and_leaves_the_listing_as_it_was(
    page: Page, console: Console, reading_site: Site, failure: str
) -> None:
    console.expected = FAILED

    def fail(route: Route) -> None:
        if failure == "no network":
            route.abort()
        elif failure == "an error":
            route.fulfill(status=500, content_type="text/html", body="<h1>Our fault</h1>")
        else:
            route.fulfill(content_type="text/html", body="<h1>Sign in to this hotel</h1>")

    page.goto(reading_site.url)
    load_batches(page, 1)
    before = view(page)
    page.route("**/tags/security", fail)
    chip(page, "security").click()
    expect(page.get_by_role("status")).to_have_text("Could not load. Try again")
    expect(page.get_by_text("Could not load the posts. Try again.")).to_be_visible()
    expect(chip(page, "security")).not_to_have_class(re.compile("htmx-request"))
    assert view(page) == before
    load_batches(page, 1)  # the list continues to load
    page.unroute("**/tags/security")
    filter_by(page, "security", heading=SECURITY)
    expect(page.get_by_text("Could not load the posts. Try again.")).to_be_hidden()


def held(page: Page, pattern: str) -> list[Route]:
    """Hold back the responses to requests for `pattern`. Returns the routes, as they arrive."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(pattern, hold)
    return routes


def test_a_filter_clicked_while_older_posts_load_wins(
    page: Page, console: Console, reading_site: Site
) -> None:
    console.expected = FAILED
    page.goto(reading_site.url + "/tags/security")
    security = view(page)
    page.goto(reading_site.url)
    batches = held(page, "**/?after=*")
    with page.expect_request("**/?after=*"):
        reader.to_the_bottom(page)
    with page.expect_event("requestfailed", lambda request: "after=" in request.url):
        filter_by(page, "security", heading=SECURITY)
    batches[0].fulfill(body="too late")
    assert view(page)[2:] == security[2:]
    load_batches(page, 1)
    assert view(page).cards[: reader.A_PAGE] == security.cards


def test_older_posts_wait_while_a_filter_loads(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    asked = reader.pages_asked_for(page)
    filters = held(page, "**/tags/security")
    with page.expect_request("**/tags/security"):
        chip(page, "security").click()
    reader.to_the_bottom(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    filters[0].continue_()
    expect(page.locator("h1")).to_have_text(SECURITY)
    expect(cards(page)).to_have_count(reader.A_PAGE)
    assert asked == [reading_site.url + "/tags/security"]
    load_batches(page, 1)


def test_older_posts_come_after_a_filter_that_failed_in_their_way(
    page: Page, console: Console, reading_site: Site
) -> None:
    console.expected = FAILED
    page.goto(reading_site.url)
    filters = held(page, "**/tags/security")
    with page.expect_request("**/tags/security"):
        chip(page, "security").click()
    reader.to_the_bottom(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    filters[0].abort()
    expect(cards(page)).to_have_count(2 * reader.A_PAGE)
