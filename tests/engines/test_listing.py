"""The list in Firefox and WebKitGTK: behaviour that depends on the browser."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Response
from selenium.webdriver.common.keys import Keys
from werkzeug.serving import make_server

from blog import clock, create_app
from blog.store.db import db
from blog.store.models import Post
from blog.writing import editing
from tests.browser.serving import Site, running
from tests.engines.steering import Visit
from tests.programs import free_port

NOTE_HOW_IT_COMES_BACK = "addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; })"


@pytest.fixture(scope="module")
def without_scripts(reading_site: Site) -> Iterator[str]:
    """A server with the 142 posts and a policy that blocks all scripts; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_app({"INSTANCE": reading_site.instance, "BASE_URL": url})

    @app.after_request
    def forbid(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = "script-src 'none'"
        return answer

    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_complete_without_javascript(visit: Visit, without_scripts: str) -> None:
    visit.open(without_scripts)
    first = visit.cards()
    assert len(first) == 12
    visit.to_the_bottom()
    visit.click(visit.link("Older posts"))
    visit.until(lambda: len(set(visit.cards()) - set(first)) == 12)
    visit.click(visit.link("Newer posts"))
    visit.until(lambda: visit.cards() == first)


def test_the_link_is_followed_one_viewport_early_and_replaces_itself(
    visit: Visit, reading_site: Site
) -> None:
    below = """scrollBy({
      top: document.getElementById("older").getBoundingClientRect().top - 2 * innerHeight - arguments[0],
      behavior: "instant",
    })"""
    visit.open(reading_site.url)
    title = visit.driver.title
    visit.run(below, 20)
    visit.settle()
    assert len(visit.cards()) == 12
    for number in (24, 36):
        visit.run(below, -20)
        visit.until(lambda: len(visit.cards()) == number)  # noqa: B023
    assert visit.requests() == 2
    assert visit.run("return document.querySelectorAll('#older').length") == 1
    assert visit.driver.title == title


def test_no_card_twice_and_none_missing_while_posts_come_go_and_move(visit: Visit, site: Site) -> None:
    with site.app.app_context():
        order = list(db.session.scalars(sa.select(Post.id).order_by(Post.published_at.desc())))
    visit.open(site.url)
    visit.load(24)
    with site.app.app_context():
        editing.trash(order[30])
        editing.publish(order[23], at=clock.now() - timedelta(days=130))  # the last card, to further down
        editing.publish(order[70], at=clock.now())  # to the top
        editing.create(editing.Text("Words.", "New at the top"), published_at=clock.now())
    while not visit.run("return document.getElementById('end')"):
        visit.load_batch(len(visit.cards()))
    shown = visit.cards()
    assert len(shown) == len(set(shown))
    kept = [f"post-{post}" for post in order if post not in {order[30], order[23], order[70]}]
    assert [card for card in shown if card in set(kept)] == kept


def test_a_button_takes_over_focus_is_never_taken_and_the_status_says_what_came(
    visit: Visit, reading_site: Site
) -> None:
    visit.open(reading_site.url)
    visit.run("document.querySelector('#posts a').focus({ preventScroll: true })")
    first = visit.focused()
    visit.load(24)
    visit.reads("[role=status]", "12 more posts, 24 of 142")
    visit.load(48)
    assert visit.focused() == first
    visit.to_the_bottom()
    visit.settle()
    assert visit.run(
        "return document.querySelector('footer').getBoundingClientRect().bottom <= innerHeight + 1"
    )
    visit.run("[...document.querySelectorAll('#posts .card-title a')].at(-1).focus()")
    visit.press(Keys.TAB)
    assert visit.run("return document.activeElement.innerText") == "Show more"
    visit.press(Keys.TAB)
    assert visit.run("return Boolean(document.activeElement.closest('footer'))")
    assert len(visit.cards()) == 48
    visit.run("document.querySelector('[data-show-more]').focus()")
    visit.press(Keys.ENTER)
    visit.until(lambda: len(visit.cards()) == 60)
    assert visit.focused() == visit.cards()[48]


def test_back_with_the_browsers_cache_needs_no_request(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.load(72)
    there = visit.go_to(50)
    visit.run(NOTE_HOW_IT_COMES_BACK)
    asked = visit.requests()
    for _ in range(2):  # again, because the position was not overwritten
        visit.read(there)
        visit.run("history.back()")
        visit.shows("window.persisted === true")
        visit.is_at(there)
        visit.run("delete window.persisted")
    assert visit.requests() == asked
    visit.load(84)  # it continues from there


def test_forward_and_back_again_is_at_the_same_place(either: Visit, reading_site: Site) -> None:
    either.open(reading_site.url)
    either.load(48)
    there = either.go_to(30)
    either.read(there)
    for _ in range(2):
        either.run("history.back()")
        either.until(lambda: either.driver.current_url == reading_site.url + "/")
        either.is_at(there)
        either.run("history.forward()")
        either.until(lambda: "/posts/" in either.driver.current_url)


def test_scrolling_on_after_back_is_what_the_next_back_returns_to(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.load(48)
    first = visit.go_to(30)
    visit.read(first)
    visit.run("history.back()")
    visit.is_at(first)
    second = visit.go_to(12, top=77)
    visit.read(second)
    visit.run("history.back()")
    visit.is_at(second)
    visit.driver.refresh()
    visit.is_at(second)


@pytest.mark.parametrize("how", ["back", "reload"])
def test_without_that_cache_one_request_brings_every_card_and_the_same_pixel(
    forgetful: Visit, reading_site: Site, how: str
) -> None:
    forgetful.open(reading_site.url)
    forgetful.load(72)
    there = forgetful.go_to(50)
    if how == "back":
        forgetful.read(there)
        forgetful.run("history.back()")
        forgetful.until(lambda: forgetful.driver.current_url == reading_site.url + "/")
    else:
        forgetful.driver.refresh()
    forgetful.is_at(there)
    assert forgetful.requests() == 1
    forgetful.reads("[role=status]", "72 of 142 posts")
    assert forgetful.driver.current_url == reading_site.url + "/"
    forgetful.load(84)


def test_two_visits_to_one_address_come_back_to_a_place_each(either: Visit, reading_site: Site) -> None:
    either.open(reading_site.url)
    either.load(48)
    first = either.go_to(30)
    either.read(first)
    either.click(either.link("Posts"))
    either.until(lambda: len(either.cards()) == 12)
    either.load(48)
    second = either.go_to(20, top=210)
    either.read(second)
    either.run("history.back()")
    either.is_at(second)
    either.run("history.go(-2)")
    either.is_at(first)
    either.run("history.go(2)")
    either.is_at(second)


def test_a_reopened_tab_is_at_the_same_place(visit: Visit, engine: str, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.load(48)
    there = visit.go_to(30)
    if engine == "firefox":
        visit.reopen_tab()
    else:  # this browser cannot reopen a closed tab: loading its address is the closest equivalent
        visit.until(lambda: str(there.card) in visit.run("return JSON.stringify(sessionStorage)"))
        visit.driver.refresh()
    visit.is_at(there)
    assert visit.driver.current_url == reading_site.url + "/"


def test_a_fresh_visit_starts_at_the_top(either: Visit, reading_site: Site) -> None:
    either.open(reading_site.url)
    either.load(48)
    there = either.go_to(30)
    either.read(there)
    either.click(either.link("Posts"))
    either.until(lambda: len(either.cards()) == 12)
    either.settle()
    assert either.run("return scrollY") == 0


def test_the_address_changes_once_per_change_of_filter_and_back_undoes_it(
    either: Visit, reading_site: Site
) -> None:
    either.open(reading_site.url)
    entries = either.run("return history.length")
    either.load(48)
    assert either.driver.current_url == reading_site.url + "/"
    home = either.go_to(20, top=117)
    either.click(either.find("#tag-security"))
    either.until(lambda: either.heading() == "30 posts tagged security")
    either.reads("[role=status]", "30 posts tagged security")
    assert either.driver.current_url == reading_site.url + "/tags/security"
    assert either.run("return history.length") == entries + 1
    either.load(30)
    security = either.go_to(12, top=44)

    either.run("history.back()")
    either.is_at(home)
    either.run("history.forward()")
    either.is_at(security)
    either.read(security)
    either.run("history.back()")
    either.is_at(security)
    either.run("history.back()")
    either.is_at(home)


def test_what_is_read_does_not_move_while_older_posts_come(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    card = visit.cards()[9]
    visit.run("document.getElementById(arguments[0]).scrollIntoView({ behavior: 'instant' })", card)
    top = visit.top_of(card)
    visit.until(lambda: len(visit.cards()) >= 24)
    for _ in range(4):
        visit.settle()
        assert abs(visit.top_of(card) - top) < 1


def test_a_failed_load_leaves_the_link_and_can_be_tried_again(visit: Visit, site: Site) -> None:
    visit.open(site.url)
    site.process.kill()
    site.process.join()
    visit.to_the_bottom()
    visit.reads("#older", "Could not load. Try again")
    visit.reads("#older", "Older posts")
    visit.reads("[role=status]", "Could not load. Try again")
    with running(site.instance, port=int(site.url.rpartition(":")[2])):
        visit.click(visit.button("Try again"))
        visit.until(lambda: len(visit.cards()) >= 24)


def test_coming_back_online_is_enough(visit: Visit, site: Site) -> None:
    visit.open(site.url)
    site.process.kill()
    site.process.join()
    visit.to_the_bottom()
    visit.reads("#older", "Could not load. Try again")
    with running(site.instance, port=int(site.url.rpartition(":")[2])):
        visit.run("window.dispatchEvent(new Event('online'))")  # the browser's own message
        visit.until(lambda: len(visit.cards()) >= 24)


def test_the_end_says_so(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.load(142)
    assert visit.text("#end") == "That is all 142 posts."


def test_tags_combine_and_the_keyboard_stays_where_it_is(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.run("document.getElementById('tag-ai').focus()")
    visit.press(Keys.ENTER)
    visit.until(lambda: visit.heading() == "47 posts tagged ai")
    assert visit.focused() == "tag-ai"
    visit.click(visit.find("#tag-security"))
    visit.until(lambda: visit.heading() == "6 posts tagged ai and security")
    cards = visit.cards()
    visit.open(f"{reading_site.url}/tags/ai+security")  # without caches
    assert visit.cards() == cards
    visit.open(f"{reading_site.url}/tags/nonsense")
    visit.reads("main", "ai")
    assert visit.run("return document.querySelectorAll('a[href^=\"/tags/\"]').length") > 1


@pytest.mark.parametrize("cursor", ["x", "-6879427200000000", "9" * 400])
def test_a_wrong_cursor_is_a_page_with_a_way_on(visit: Visit, reading_site: Site, cursor: str) -> None:
    visit.open(f"{reading_site.url}/?after={cursor}")
    visit.click(visit.link("Posts"))
    visit.until(lambda: len(visit.cards()) == 12)


def test_j_and_k_go_from_card_to_card(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.press("j", "j", "k", "j")
    assert visit.focused() == visit.cards()[1]


def test_a_filtered_view_is_the_same_page_when_reloaded(visit: Visit, reading_site: Site) -> None:
    visit.open(reading_site.url)
    visit.click(visit.find("#tag-ai"))
    visit.until(lambda: visit.heading() == "47 posts tagged ai")
    seen = """return [
      document.title, document.querySelector("h1").textContent, document.querySelector("link[rel=canonical]").href,
      document.querySelectorAll("header").length, document.querySelector("#older a").getAttribute("href"),
    ]"""
    filtered = visit.run(seen)
    visit.driver.refresh()
    visit.shows("document.readyState === 'complete'")
    assert visit.run(seen) == filtered
    assert filtered[2] == f"{reading_site.url}/tags/ai"
