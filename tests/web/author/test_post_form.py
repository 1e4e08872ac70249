"""The dashboard, the form and related pages over HTTP, without JavaScript."""

import re
from datetime import timedelta
from html import escape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts import account
from blog.store.db import db, writing
from blog.store.models import Draft, Post, Site
from blog.writing import drafts, editing, post_form, preview_links, revisions
from blog.writing.drafts import EditorTab
from blog.writing.fields import NAMES
from tests.conftest import NOON, Clock, Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import JSON, described, filled, values

# --- the form


def test_from_an_empty_form_to_a_reader(author: AuthorClient, client: FlaskClient) -> None:
    form = values(author.get("/author/posts/new").text)
    sent = {
        **form,
        "title": "Hello, you",
        "body": "It *begins*.",
        "tags": "Notes, new ideas",
        "action": "publish",
    }
    saved = author.post("/author/posts/new", data=sent, follow_redirects=True)
    assert "Published. The post is public." in saved.text
    page = client.get("/posts/hello-you")
    assert "<em>begins</em>" in page.text
    assert "new ideas" in page.text


def test_every_state_can_be_reached_and_left(author: AuthorClient, client: FlaskClient, clock: Clock) -> None:
    def press(action: str, **changes: str) -> str:
        form = values(author.get("/author/posts/1").text)
        return author.post(
            "/author/posts/1", data={**form, **changes, "action": action}, follow_redirects=True
        ).text

    author.post("/author/posts/new", data=filled("Phases"))
    assert client.get("/posts/phases").status_code == 404
    assert "Scheduled for Thursday, December 24, 2026, 6:00\N{NARROW NO-BREAK SPACE}PM." in press(
        "schedule", date="2026-12-24", time="18:00"
    )
    assert "Changed to a draft" in press("withdraw")
    assert "Published. The post is public." in press("publish", date="", time="")
    assert client.get("/posts/phases").status_code == 200
    assert "Updated. The changes are public." in press("save", body="Better.")
    assert "Better." in client.get("/posts/phases").text
    thrown = author.post("/author/posts/1", data={**filled("Phases"), "action": "trash", "base_version": "5"})
    assert client.get("/posts/phases").status_code == 404
    desk = author.get(thrown.location).text
    assert "Moved to the trash" in desk
    undo = re.search(r'action="(/author/posts/1/restore)"', desk)
    assert undo is not None
    author.post(undo[1])
    assert client.get("/posts/phases").status_code == 200


def test_a_text_that_cannot_be_saved_is_kept_when_it_is_thrown_away(author: AuthorClient) -> None:
    sent = filled("", "Half a thought", action="trash", form="f1")
    page = author.post("/author/posts/new", data=sent, follow_redirects=True)
    assert "Moved to the trash" in page.text
    assert "Half a thought" in author.get("/author/?state=trash").text


def test_a_scheduled_post_can_be_published_now(
    author: AuthorClient, client: FlaskClient, clock: Clock
) -> None:
    author.post("/author/posts/new", data=filled(action="schedule", date="2026-12-24", time="18:00"))
    form = values(author.get("/author/posts/1").text)
    author.post("/author/posts/1", data={**form, "action": "now"})
    assert client.get("/posts/a-title").status_code == 200


# --- bad input


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"slug": "taken"}, "slug", "already has the address"),
        ({"slug": "feed"}, "slug", "is reserved by the site"),
        ({"date": "1752-09-03"}, "date", "between 1970 and 2200"),
        ({"date": "9999-01-01"}, "date", "between 1970 and 2200"),
        ({"tags": "+"}, "tags", "no letters or digits"),
        ({"tags": ", ".join(f"tag{number}" for number in range(200))}, "tags", "Too many tags: 200"),
        ({"canonical_url": "javascript:alert(1)"}, "canonical_url", "not the address of a page"),
        ({"action": "schedule"}, "date", "in the future"),
    ],
)
def test_the_form_comes_back_with_the_text_and_the_error_beside_its_field(
    author: AuthorClient, write: Write, changes: dict[str, str], field: str, words: str
) -> None:
    write("Taken")
    text = "\n\n  First line empty.\n<b>&amp; so on</b> \"'\n"
    sent = filled(body=text, **changes)
    page = author.post("/author/posts/new", data=sent)
    assert page.status_code == 422
    assert words in described(page.text, field)
    form = values(page.text)
    assert {name: form[name] for name in NAMES} == {name: sent[name] for name in NAMES}
    autofocus = re.findall(r"<(?:input|textarea) id=\"(\w+)\"[^>]* autofocus", page.text)
    assert autofocus == [field]
    asked = author.post("/author/posts/new", data=sent, headers=JSON)
    assert asked.status_code == 422
    assert words in asked.json["errors"][field]  # type: ignore[index]


def test_an_hour_that_is_left_out_is_named(app: Flask, author: AuthorClient) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE site SET time_zone = 'Europe/Berlin'"))
        db.session.commit()
    page = author.post("/author/posts/new", data=filled(date="2026-03-29", time="02:30"))
    sentence = "AM does not exist on this day in Europe/Berlin: clocks are put forward then."
    assert f"2:30\N{NARROW NO-BREAK SPACE}{sentence}" in described(page.text, "time")


@pytest.mark.long
def test_a_megabyte_is_accepted_previewed_and_published(author: AuthorClient, client: FlaskClient) -> None:
    body = "All work and no play makes Jack a dull boy.\n\n" * 22_500
    assert len(body) > 1_000_000
    preview = author.post("/author/preview", data=filled(body=body), headers={"HX-Request": "true"})
    assert preview.status_code == 200
    assert preview.text.count("dull boy") >= 22_500
    saved = author.post("/author/posts/new", data=filled("Long", body, action="publish"))
    assert saved.status_code == 303
    assert client.get("/posts/long").text.count("dull boy") >= 22_500


def test_twenty_megabytes_are_refused_with_a_sentence_and_the_text(author: AuthorClient) -> None:
    body = "x" * 20_000_000
    page = author.post("/author/posts/new", data=filled("Too long", body))
    assert page.status_code == 413
    assert "Too long: 20,000,000 characters. The maximum is 4,000,000." in page.text
    assert body in page.text


def test_control_characters_are_taken_out_and_the_author_is_told_of_a_turned_title(
    author: AuthorClient, client: FlaskClient
) -> None:
    sent = filled("gpj.\u202eexe", "One\x00 two\x07.", action="publish")
    assert "reverse text direction" in author.post("/author/posts/new", data=sent, follow_redirects=True).text
    page = client.get("/posts/gpj-exe").text
    assert "One two." in page
    assert "\u202e" not in page


# --- what the form keeps by itself


def test_what_is_kept_is_seen_by_the_author_alone_and_stands_in_the_form(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    post_id = write("Live", body="As readers know it.")
    form = values(author.get(f"/author/posts/{post_id}").text)
    before = client.get("/").get_etag()
    kept = author.post(
        "/author/autosave", data={**form, "body": "Being changed", "sent": "3", "post": post_id}, headers=JSON
    )
    assert re.fullmatch(r"[\d:]+\s[AP]M", kept.json["at"])  # type: ignore[index]
    assert client.get("/").get_etag() == before
    assert "Being changed" not in client.get("/posts/live").text
    page = author.get(f"/author/posts/{post_id}").text
    assert values(page)["body"] == "Being changed"
    assert "They were stored automatically. The post does not change" in page
    assert "Unsaved changes" in author.get("/author/").text


def test_a_text_that_was_never_saved_has_an_address_and_stands_on_the_desk(author: AuthorClient) -> None:
    form = values(author.get("/author/posts/new").text)
    kept = author.post("/author/autosave", data={**form, "body": "A beginning", "sent": "1"}, headers=JSON)
    assert values(author.get(kept.json["address"]).text)["body"] == "A beginning"  # type: ignore[index]
    desk = author.get("/author/?state=draft").text
    assert "Unsaved draft" in desk
    assert "A beginning" in desk


def test_giving_up_an_unsaved_text_leaves_it_among_the_revisions(author: AuthorClient, write: Write) -> None:
    post_id = write(body="Saved.")
    author.post(
        "/author/autosave", data={**filled(body="Given up"), "post": post_id, "form": "f1", "sent": "1"}
    )
    page = author.get(f"/author/posts/{post_id}").text
    action = re.search(r"/author/drafts/\d+/put-away", page)
    assert action is not None
    page = author.post(action[0], follow_redirects=True).text
    assert values(page)["body"] == "Saved."
    listed = author.get(f"/author/posts/{post_id}/revisions").text
    assert "Discarded in favour of another text" in listed


def test_a_post_form_of_an_earlier_session_comes_back_with_its_text(author: AuthorClient) -> None:
    author.csrf_token = "of an earlier session"
    page = author.post("/author/posts/new", data=filled(body="Not lost."))
    assert page.status_code == 400
    assert "Nothing is lost: press the button again." in page.text
    assert values(page.text)["body"] == "Not lost."


def test_a_form_sent_after_the_session_ended_holds_its_text(
    app: Flask, author: AuthorClient, client: FlaskClient
) -> None:
    with app.app_context():
        account.end_other_sessions(0)  # all of them; the browser still has its cookie
    cookie = author.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    page = client.post(
        "/author/posts/new", data=filled(body="Not lost."), headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert page.status_code == 403
    assert "Not lost." in page.text


def test_characters_that_no_one_can_see_are_left_out_with_a_word(author: AuthorClient) -> None:
    new = author.post(
        "/author/posts/new",
        data=filled(body="One\x07 two.\r\n", excerpt="\u202ethree\u2067"),
        follow_redirects=True,
    )
    assert "Invisible control characters were removed." in new.text
    assert values(new.text)["body"] == "One two.\n"
    page = author.post("/author/posts/new", data=filled("Another", "One.\r\nTwo.\r\n"), follow_redirects=True)
    assert "were removed" not in page.text


# --- revisions


def test_revisions_are_listed_compared_and_restored(author: AuthorClient, app: Flask, write: Write) -> None:
    post_id = write(body="The first text.")
    form = values(author.get(f"/author/posts/{post_id}").text)
    author.post(f"/author/posts/{post_id}", data={**form, "body": "The second text.", "action": "save"})
    page = author.get(f"/author/posts/{post_id}/revisions").text
    oldest = re.findall(r"/revisions/(\d+)", page)[-1]
    compared = author.get(f"/author/posts/{post_id}/revisions/{oldest}").text
    assert "<del>first</del><ins>second</ins>" in compared
    author.post(f"/author/posts/{post_id}/revisions/{oldest}/restore", data={"base_version": "2"})
    with app.app_context():
        assert post_form.opened(post_id).body == "The first text."
        assert revisions.of_post(post_id)[0].reason == "restored"


# --- the desk


def test_the_desk_shows_each_state_with_counts_and_what_was_worked_on_last_first(
    app: Flask, author: AuthorClient, write: Write, clock: Clock
) -> None:
    write("An old one", published_at=NOON - timedelta(days=9))
    clock.advance(minutes=1)
    write("To come", published_at=NOON + timedelta(days=9))
    clock.advance(minutes=1)
    write("A draft", draft=True)
    clock.advance(minutes=1)
    gone = write("Gone")
    author.post(f"/author/posts/{gone}/trash")
    author.post("/author/autosave", data={**filled("Never saved"), "form": "f1", "sent": "1"})
    clock.advance(minutes=1)
    author.post(
        "/author/autosave", data={**filled("An old one", "New words"), "form": "f2", "sent": "1", "post": "1"}
    )
    desk = author.get("/author/").text
    titles = re.findall(r'class="row-title"><a[^>]*>([^<]*)', desk)
    assert titles == ["An old one", "Never saved", "A draft", "To come"]
    shown = dict(re.findall(r"(All|Drafts|Scheduled|Published|Trash) <span class=\"count\">(\d+)", desk))
    assert shown == {"All": "4", "Drafts": "2", "Scheduled": "1", "Published": "1", "Trash": "1"}
    assert "Gone" in author.get("/author/?state=trash").text
    assert titles[:1] == re.findall(
        r'class="row-title"><a[^>]*>([^<]*)', author.get("/author/?q=new+WORDS").text
    )
    assert "No posts found." in author.get("/author/?q=%25").text


def test_the_desk_goes_on_and_on_without_a_row_twice(
    author: AuthorClient, write: Write, clock: Clock
) -> None:
    for number in range(65):
        write(f"Number {number}")
    seen: list[str] = []
    address: str | None = "/author/"
    while address:
        page = author.get(address).text
        seen += re.findall(r'class="row-title"><a[^>]*>([^<]*)', page)
        older = re.search(r'rel="next" href="([^"]*)"', page)
        address = older[1].replace("&amp;", "&") if older else None
    assert seen == [f"Number {number}" for number in reversed(range(65))]


def test_the_desk_finds_words_whatever_the_size_of_their_letters(author: AuthorClient, write: Write) -> None:
    write("Über die Brücke")
    for q in ("ÜBER", "über", "BRÜCKE", "die"):
        assert "Über die Brücke" in author.get("/author/", query_string={"q": q}).text
    assert "Über die Brücke" not in author.get("/author/?q=Österreich").text


# --- previews


def test_the_preview_is_what_the_site_will_show(author: AuthorClient, client: FlaskClient) -> None:
    body = "# Heading\n\nSome *words*[^1].\n\n```python\nprint('x')\n```\n\n[^1]: A note."
    part = author.post("/author/preview", data=filled(body=body), headers={"HX-Request": "true"}).text
    alone = author.post("/author/preview", data=filled(body=body)).text
    author.post("/author/posts/new", data=filled(body=body, action="publish"))
    site = client.get("/posts/a-title").text
    shown = re.search(r'e-content">(.*?)</div>\n', site, re.DOTALL)
    assert shown is not None
    assert shown[1] in part
    assert shown[1] in alone
    assert "<html" not in part
    assert 'data-lines="0 2 4' in part


def test_a_private_link_shows_a_draft_until_it_ends_or_the_post_is_live(
    author: AuthorClient, client: FlaskClient, app: Flask, write: Write
) -> None:
    post_id = write("Secret", draft=True)
    page = author.post(f"/author/posts/{post_id}/share", follow_redirects=True).text
    link = re.search(r"http://localhost(/preview/[\w-]+)", page)
    assert link is not None
    shown = client.get(link[1])
    assert "Secret" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    author.post(f"/author/posts/{post_id}/stop-sharing")
    assert client.get(link[1]).status_code == 404
    with app.app_context():
        token = preview_links.share(post_id)
        editing.publish(post_id)
        assert post_form.opened(post_id).version == 2
    assert client.get(f"/preview/{token}").location == "/posts/secret"
    with app.app_context():
        editing.trash(post_id)
    assert client.get(f"/preview/{token}").status_code == 404


def test_the_preview_proposes_the_address_that_saving_would_give(author: AuthorClient, write: Write) -> None:
    write("A title", published_at=NOON)
    asked = {"title": "A title", "body": "Words.", "post": ""}
    assert (
        "/posts/a-title-2" in author.post("/author/preview", data=asked, headers={"HX-Request": "true"}).text
    )
    search = author.post("/author/preview", data={**asked, "title": "Search"}, headers={"HX-Request": "true"})
    assert "/posts/search-post" in search.text
    own = author.post("/author/preview", data={**asked, "post": "1"}, headers={"HX-Request": "true"})
    assert re.search(r"/posts/a-title\b(?!-)", own.text)


def test_a_post_that_is_gone_gets_no_private_link(author: AuthorClient) -> None:
    assert author.post("/author/posts/99/share").status_code == 404


def test_tags_are_suggested_for_the_last_name_and_none_twice(author: AuthorClient, write: Write) -> None:
    write(tags=["security", "Rust", "self-hosting"])
    assert 'value="Rust, security"' in author.get("/author/tags/suggest?tags=Rust,%20secu").text
    every = author.get("/author/tags/suggest?tags=Rust,").text
    assert 'value="Rust, Rust"' not in every
    assert 'value="Rust, self-hosting"' in every


def test_a_visitor_gets_none_of_it(client: FlaskClient, write: Write) -> None:
    post_id = write()
    for address in ("/author/", "/author/posts/new", f"/author/posts/{post_id}", "/author/autosave"):
        assert client.get(address).status_code == 302


def test_drafts_of_a_deleted_post_go_with_it(app: Flask, write: Write) -> None:
    post_id = write()
    with app.app_context():
        drafts.keep(EditorTab("f1", 1), filled(), post_id=post_id, base_version=1)
        editing.delete([post_id])
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0


def test_a_form_that_went_on_with_an_unsaved_text_takes_it_along_when_it_is_saved(
    author: AuthorClient, write: Write
) -> None:
    post_id = write()
    author.post(
        "/author/autosave", data={**filled(body="Going on"), "post": post_id, "form": "f1", "sent": "1"}
    )
    form = values(author.get(f"/author/posts/{post_id}").text)
    author.post(
        f"/author/posts/{post_id}",
        data={**form, "body": "Gone on", "base_version": "1", "action": "save"},
    )
    page = author.get(f"/author/posts/{post_id}").text
    assert values(page)["body"] == "Gone on"
    assert "Another window" not in page


def test_a_post_that_stands_elsewhere_first_says_so_to_search_engines(
    author: AuthorClient, client: FlaskClient
) -> None:
    form = values(author.get("/author/posts/new").text)
    first = "https://elsewhere.example/a?b=1&c=2"
    sent = {**form, "title": "Twice", "body": "Words.", "canonical_url": first, "action": "publish"}
    assert author.post("/author/posts/new", data=sent).status_code == 303
    assert f'<link rel="canonical" href="{escape(first)}">' in client.get("/posts/twice").text


def test_numbers_that_the_database_has_no_room_for_do_not_exist(author: AuthorClient) -> None:
    for address in (f"/author/posts/{10**30}", f"/author/drafts/{10**30}", f"/author/tags/{10**30}"):
        assert author.get(address).status_code == 404
    assert author.get(f"/author/images/?skip={10**30}").status_code == 200


# --- what no button may do


def opened(author: AuthorClient, post_id: int, **changed: str) -> dict[str, str]:
    """The form data of a post, with the entered text."""
    return {**values(author.get(f"/author/posts/{post_id}").text), **changed}


def test_throwing_a_live_post_away_publishes_nothing_and_undo_brings_back_what_was_public(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    post_id = write("Live", body="As readers know it.")
    typed = opened(author, post_id, body="Half a secret", action="trash")
    thrown = author.post(f"/author/posts/{post_id}", data=typed)
    assert (thrown.status_code, thrown.location) == (303, f"/author/?thrown={post_id}")
    assert client.get("/posts/live").status_code == 404
    author.post(f"/author/posts/{post_id}/restore")
    assert "As readers know it." in client.get("/posts/live").text
    assert "Half a secret" not in client.get("/posts/live").text
    assert opened(author, post_id)["body"] == "Half a secret"


def test_what_enter_presses_on_a_live_post_keeps_the_text_and_publishes_nothing(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    post_id = write("Live", body="As readers know it.")
    page = author.get(f"/author/posts/{post_id}").text
    assert re.findall(r'<button[^>]*name="action" value="(\w+)"', page)[0] == "keep"
    kept = author.post(f"/author/posts/{post_id}", data=opened(author, post_id, body="More", action="keep"))
    assert kept.status_code == 303
    assert "As readers know it." in client.get("/posts/live").text
    assert values(author.get(kept.location).text)["body"] == "More"
    assert author.post(f"/author/posts/{post_id}", data={"action": "bogus"}).status_code == 400


def test_a_form_does_not_conflict_with_its_own_save(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    """The response to the first request was lost, and the button is pressed again, perhaps with more text."""
    post_id = write("Live")
    first = opened(author, post_id, body="First. ", title="Live ", action="save", sent="5")
    for _ in range(2):
        assert author.post(f"/author/posts/{post_id}", data=first).status_code == 303
    more = {**first, "body": "First. And more.", "sent": "9"}
    assert author.post(f"/author/posts/{post_id}", data=more).status_code == 303
    late = {**first, "body": "Fir", "sent": "3"}  # delayed
    assert author.post(f"/author/posts/{post_id}", data=late).status_code == 303
    assert "First. And more." in client.get("/posts/live").text
    other = opened(author, post_id, body="Elsewhere.", action="save")
    assert author.post(f"/author/posts/{post_id}", data=other).status_code == 303
    assert (
        author.post(f"/author/posts/{post_id}", data={**more, "body": "Mine", "sent": "11"}).status_code
        == 409
    )


def test_an_unsaved_text_that_was_saved_leads_to_its_post(author: AuthorClient) -> None:
    form = {**values(author.get("/author/posts/new").text), "title": "New", "body": "Words.", "sent": "1"}
    address = author.post("/author/autosave", data=form, headers=JSON).json["address"]  # type: ignore[index]
    saved = author.post("/author/posts/new", data={**form, "sent": "2", "action": "publish"})
    assert author.get(address).location == saved.location


def test_a_text_of_a_post_that_was_deleted_meanwhile_is_kept_whatever_is_wrong(
    author: AuthorClient, app: Flask, write: Write
) -> None:
    post_id = write("Gone")
    form = opened(author, post_id, title="", body="The last sentence.")
    with app.app_context():
        editing.delete([post_id])
    refused = author.post(f"/author/posts/{post_id}", data={**form, "action": "save"})
    assert (refused.status_code, values(refused.text)["body"]) == (422, "The last sentence.")
    thrown = author.post(f"/author/posts/{post_id}", data={**form, "action": "trash"})
    assert thrown.status_code == 303
    assert "The last sentence." in author.get("/author/?state=trash").text


def test_a_post_keeps_its_moment_though_the_sites_time_zone_changed_while_its_form_was_open(
    author: AuthorClient, app: Flask, client: FlaskClient, clock: Clock, write: Write
) -> None:
    post_id = write("Live", published_at=NOON - timedelta(hours=1))
    form = opened(author, post_id, body="A typing error mended.")
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).time_zone = "America/Los_Angeles"
    saved = author.post(f"/author/posts/{post_id}", data={**form, "action": "save"}, follow_redirects=True)
    assert "Updated. The changes are public." in saved.text
    assert "A typing error mended." in client.get("/posts/live").text


def test_a_script_whose_form_shows_another_state_gets_the_page_anew(
    author: AuthorClient, write: Write
) -> None:
    post_id = write("Live")
    form = opened(author, post_id, date="2099-01-01", time="08:00", action="save", state="live")
    told = author.post(f"/author/posts/{post_id}", data=form, headers=JSON).json
    assert told
    assert (told["go"], told["version"]) == (f"/author/posts/{post_id}", 2)
