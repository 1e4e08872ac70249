"""Warnings about the text in the form, in the preview and after saving. They do not prevent saving."""

import re
from html import unescape

import pytest
from flask import Flask

from blog.media import images
from blog.store.db import db
from tests.pictures import picture
from tests.signing_in import AuthorClient
from tests.web.author.forms import JSON, filled, values

BODY = "One.\n\n![](https://x.example/a.png)\n\n<iframe></iframe> <p style=x>y</p>\n\nA.[^a]\n"
SENTENCES = [
    "Line 3: Images from x.example are not shown here",
    "Line 5: <iframe> is not allowed in posts and is shown as text.",
    "Line 7: The footnote [^a] is not defined.",
]


def words(page: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())


def said(page: str) -> list[str]:
    """Those of SENTENCES that a page contains."""
    return [sentence for sentence in SENTENCES if sentence in words(page)]


def test_the_form_says_it_beside_the_text(author: AuthorClient) -> None:
    saved = author.post("/author/posts/new", data=filled(body=BODY))
    page = author.get(saved.location).text
    beside = page.partition('id="warnings"')[2].partition("</div>")[0]
    assert said(beside) == SENTENCES
    assert 'data-line="3"' in beside
    # The fourth is the style of the paragraph.
    assert f"{len(SENTENCES) + 1} warnings about the text:" in words(beside)


@pytest.mark.parametrize("script", [True, False])
def test_the_preview_says_it(author: AuthorClient, script: bool) -> None:
    headers = {"HX-Request": "true"} if script else {}
    page = author.post("/author/preview", data=filled(body=BODY), headers=headers).text
    assert said(page) == SENTENCES
    assert ('hx-swap-oob="true"' in page) is script


@pytest.mark.parametrize("action", ["save", "publish"])
def test_a_notice_says_it_on_the_page_that_follows_a_save(author: AuthorClient, action: str) -> None:
    page = author.post("/author/posts/new", data=filled(body=BODY, action=action), follow_redirects=True).text
    notices = page.partition('<main id="content"')[2].partition('<form id="form"')[0]
    assert "Line 3: Images from x.example" in words(notices)
    assert ("Saved" if action == "save" else "Published") in words(notices)
    assert "One more warning is listed below the text." in words(notices)
    assert "Line 3" not in author.get("/author/posts/1").text.partition('<form id="form"')[0]


def test_a_script_is_told_when_it_keeps_and_when_it_saves(author: AuthorClient) -> None:
    form = {**values(author.get("/author/posts/new").text), "body": BODY, "title": "One", "sent": "1"}
    kept = author.post("/author/autosave", data=form, headers=JSON).json
    assert kept is not None
    assert said(kept["warnings"]) == SENTENCES
    saved = author.post(
        "/author/posts/new", data={**form, "action": "save", "state": "draft"}, headers=JSON
    ).json
    assert saved is not None
    assert said(saved["warnings"]) == SENTENCES
    gone = author.post("/author/autosave", data={**form, "sent": "2", "body": "Nothing."}, headers=JSON).json
    assert gone is not None
    assert gone["warnings"].strip() == ""


def test_a_text_of_which_there_is_nothing_to_say_has_no_such_notice(author: AuthorClient) -> None:
    page = author.post("/author/posts/new", data=filled(body="One."), follow_redirects=True).text
    assert "about the text:" not in page
    assert re.search(r'<div id="warnings"[^>]* hidden>', page)


def test_a_picture_of_this_site_is_known_by_its_whole_address_too(app: Flask, author: AuthorClient) -> None:
    with app.app_context():
        digest = images.store(app.config["INSTANCE"] / "media", picture(8, 8)).hash
        db.session.remove()
    for text, found in (
        (f"![](/media/{digest})", False),
        (f"![](http://localhost/media/{digest}/8.webp)", False),
        (f"![](/media/{'f' * 24})", True),
    ):
        page = author.post("/author/preview", data=filled(body=text)).text
        assert ("There is no image" in page) is found


def test_front_matter_fills_in_the_form_at_the_press_of_a_button(author: AuthorClient) -> None:
    body = "---\ntitle: From elsewhere\ntags: [one, two]\nauthor: Ada\n---\nThe text."
    kept = author.post("/author/posts/new", data=filled("Mine", body))
    page = author.get(kept.location).text
    assert 'formaction="/author/front-matter"' in page
    form = values(page)
    taken = author.post("/author/front-matter", data={**form, "title": ""})
    page = author.get(taken.location).text
    assert "Filled in from the front matter: Title and Tags." in unescape(page)
    assert "These keys stay in the text because no empty field matches them: author." in page
    shown = values(page)
    assert (shown["title"], shown["tags"]) == ("From elsewhere", "one, two")
    assert shown["body"].replace("\r", "").strip() == "---\nauthor: Ada\n---\n\nThe text."
    assert values(author.get("/author/posts/1?saved").text)["title"] == "Mine"  # nothing is saved


def test_front_matter_of_a_new_post_is_taken_before_anything_was_kept(author: AuthorClient) -> None:
    form = {**values(author.get("/author/posts/new").text), "body": "+++\ntitle = 'One'\n+++\nTwo"}
    taken = author.post("/author/front-matter", data=form)
    shown = values(author.get(taken.location).text)
    assert (shown["title"], shown["body"].strip()) == ("One", "Two")
    nothing = author.post("/author/front-matter", data=values(author.get("/author/posts/new").text))
    assert nothing.location == "/author/posts/new"
