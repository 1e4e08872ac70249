"""The form in Firefox and WebKitGTK: nothing entered is lost."""

import json

import pytest
import sqlalchemy as sa

from blog.store.db import writing
from blog.store.models import LoginSession
from blog.text import word_count
from tests.browser.serving import Site, running
from tests.browser.test_word_count import COUNTED_AT_ONCE, said
from tests.browser.writing import FIRST, kept_texts
from tests.engines.steering import Visit
from tests.text.test_word_count import TEXTS

TYPED = "\n\nAnd the last sentence, “typed” & kept: ü, 漢字."


@pytest.fixture
def author(visit: Visit, desk: tuple[Site, int]) -> Visit:
    """The author, signed in."""
    visit.sign_in(desk[0].url)
    return visit


def port_of(site: Site) -> int:
    return int(site.url.rpartition(":")[2])


def stop(site: Site) -> None:
    """Addresses that the browser cannot reach, as when offline."""
    site.process.kill()
    site.process.join()


def test_after_a_pause_the_server_has_the_text_and_no_reader_sees_it(
    author: Visit, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    author.open(f"{site.url}/author/posts/{post_id}")
    typed = author.write(TYPED)
    assert typed == FIRST + TYPED
    author.says("Not public until you update")
    assert typed in kept_texts(site)
    author.open(f"{site.url}/posts/the-post")
    assert author.text(".prose") == FIRST
    author.run("history.back()")
    author.until(lambda: author.value("Text") == typed)
    author.open(f"{site.url}/author/posts/{post_id}")
    assert author.value("Text") == typed


def test_closing_the_tab_at_once_keeps_the_text(author: Visit, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    desk_tab = author.new_tab(f"{site.url}/author/posts/{post_id}")
    typed = author.write(TYPED)
    author.driver.close()
    author.driver.switch_to.window(desk_tab)
    # The closed tab sends its text by itself, which may take longer than reopening the form.
    author.until(lambda: typed in kept_texts(site))
    author.open(f"{site.url}/author/posts/{post_id}")
    author.until(lambda: author.value("Text") == typed)


def test_without_a_connection_the_browser_keeps_it_and_sends_it_later(
    author: Visit, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    author.open(f"{site.url}/author/posts/{post_id}")
    stop(site)
    typed = author.write(TYPED)
    author.says("Offline: stored in this browser")
    with running(site.instance, port=port_of(site)) as again:
        author.says("Not public until you update")
        assert typed in kept_texts(again)


def test_a_tab_that_was_closed_offline_comes_back_with_the_text(
    author: Visit, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    desk_tab = author.new_tab(f"{site.url}/author/posts/new")
    author.labelled("Title").send_keys("Typed offline")
    stop(site)
    author.labelled("Tags").send_keys("travel, tea")
    typed = author.write(TYPED)
    author.says("Offline: stored in this browser")
    author.driver.close()
    author.driver.switch_to.window(desk_tab)
    with running(site.instance, port=port_of(site)) as again:
        author.open(f"{again.url}/author/")
        author.reads("#left-here", "Typed offline")
        author.click(author.find("#left-here li button"))
        author.shows("document.getElementById('body')")
        author.until(lambda: author.value("Text") == typed)
        assert author.value("Title") == "Typed offline"
        assert author.value("Tags") == "travel, tea"


def test_publishing_and_updating(author: Visit, desk: tuple[Site, int]) -> None:
    site, _ = desk
    author.open(f"{site.url}/author/posts/new")
    author.labelled("Title").send_keys("From another engine")
    author.write(TYPED.strip())
    author.click(author.button("Publish"))
    author.reads("#state", "Published")
    reader = author.new_tab(f"{site.url}/posts/from-another-engine")
    assert author.text(".prose") == TYPED.strip()
    author.driver.close()
    author.driver.switch_to.window(reader)
    author.write(" More.")
    author.save()
    author.until(
        lambda: "Not public until you update" not in author.text("#kept") and "Saved" in author.text("#kept")
    )
    author.open(f"{site.url}/posts/from-another-engine")
    assert author.text(".prose") == TYPED.strip() + " More."


def test_two_tabs_with_one_post_show_both_texts(author: Visit, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    author.open(f"{site.url}/author/posts/{post_id}")
    mine_tab = author.new_tab(f"{site.url}/author/posts/{post_id}")
    theirs = author.write(" Theirs.")
    author.click(author.button("Update"))
    author.until(lambda: "Saved" in author.text("#kept") and "public" not in author.text("#kept"))
    author.driver.close()
    author.driver.switch_to.window(mine_tab)
    mine = author.write(" Mine.")
    author.click(author.button("Update"))
    author.reads("h1", "This post was saved elsewhere while you were editing it")
    assert author.value("Your text") == mine
    assert author.value("The text saved elsewhere") == theirs


def test_after_the_session_ended_signing_in_leads_back_to_the_text(
    author: Visit, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    author.open(f"{site.url}/author/posts/{post_id}")
    with site.app.app_context(), writing() as session:
        session.execute(sa.delete(LoginSession))
    typed = author.write(TYPED)
    author.says("Signed out: stored in this browser")
    author.sign_in(site.url)
    author.open(f"{site.url}/author/posts/{post_id}")
    author.until(lambda: author.value("Text") == typed)
    author.says("Autosaved")
    author.until(lambda: typed in kept_texts(site))


def test_the_preview_shows_what_is_typed(author: Visit, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    author.driver.set_window_size(1440, 900)
    author.open(f"{site.url}/author/posts/{post_id}")
    author.write("\n\n## A heading")
    author.until(lambda: "A heading" in author.text("#preview .prose h2"))


def test_words_are_counted_as_the_server_counts_them(author: Visit, desk: tuple[Site, int]) -> None:
    site, _ = desk
    author.open(f"{site.url}/author/posts/new")
    for each in TEXTS:
        text = each["text"] * each.get("times", 1)
        assert author.run(f"return ({COUNTED_AT_ONCE})({json.dumps(text)})") == said(
            word_count.words(text)
        ), text[:40]
