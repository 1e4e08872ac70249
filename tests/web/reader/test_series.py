"""Series over HTTP: created in the form, reordered by the author, read part by part."""

import json
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.writing import editing, post_form
from tests import filling
from tests.conftest import NOON, Clock, Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import described, filled, values
from tests.web.reader.feeds import FORMS, fetch, links

PLACE = re.compile(r'class="series-place".*?<p>(.*?)</p>', re.DOTALL)


def place(client: FlaskClient, slug: str) -> str:
    """The text about a post's place in its series, without tags."""
    found = PLACE.search(client.get(f"/posts/{slug}").text)
    return re.sub("<[^>]+>", "", found[1]) if found else ""


def parts(client: FlaskClient, address: str) -> list[str]:
    """The titles on the page of a series, in order."""
    return re.findall(r'class="part-title.*?>([^<]+)</a>', client.get(address).text)


def around(client: FlaskClient, slug: str) -> list[str]:
    """The titles of the previous and next parts of a post."""
    [nav] = re.findall(
        r'<nav class="around series-around".*?</nav>', client.get(f"/posts/{slug}").text, re.DOTALL
    )
    return re.findall(r"<bdi>(.*?)</bdi>", nav)


def publish(author: AuthorClient, title: str, **fields: str) -> int:
    """Write and publish a post with the form; returns its id."""
    answer = author.post("/author/posts/new", data=filled(title, **{"action": "publish", **fields}))
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def save(author: AuthorClient, post_id: int, **fields: str) -> None:
    """Change a post with the current form."""
    form = values(author.get(f"/author/posts/{post_id}?saved").text)
    answer = author.post(f"/author/posts/{post_id}", data={**form, "action": "save", **fields})
    assert answer.status_code == 303, answer.text


@pytest.fixture
def three(write: Write, clock: Clock) -> list[int]:
    """A series of three parts, the last of which was published first."""
    return [
        write(title, series="On salt", part=part, published_at=NOON - timedelta(days=part * 2))
        for title, part in (("One", 1), ("Two", 2), ("Three", 3))
    ]


# --- in the form


def test_a_name_makes_a_series_and_who_joins_without_a_number_comes_behind_the_last(
    author: AuthorClient, client: FlaskClient
) -> None:
    publish(author, "One", series="On salt")
    publish(author, "Two", series="on  SALT!")
    publish(author, "Five", series="On salt", series_part="5")
    publish(author, "Six", series="On salt")
    publish(author, "Four", series="On salt", series_part="4")
    assert parts(client, "/series/on-salt") == ["One", "Two", "Four", "Five", "Six"]
    assert client.get("/series/").text.count('<a href="/series/') == 1
    form = author.get("/author/posts/new").text
    assert '<option value="On salt"></option>' in form


def test_the_number_that_a_post_was_given_stays_until_another_one_is_typed(
    author: AuthorClient, app: Flask, client: FlaskClient
) -> None:
    one, two = publish(author, "One", series="On salt"), publish(author, "Two", series="On salt")
    form = author.get(f"/author/posts/{one}").text
    assert values(form)["series_part"] == ""
    assert re.search(r'name="series_part"[^>]* placeholder="1"', form)
    save(author, one, body="Other words.")
    assert parts(client, "/series/on-salt") == ["One", "Two"]
    save(author, one, series_part="3")
    assert parts(client, "/series/on-salt") == ["Two", "One"]
    assert values(author.get(f"/author/posts/{one}").text)["series_part"] == "3"
    save(author, one, series_part="")
    assert parts(client, "/series/on-salt") == ["Two", "One"]
    with app.app_context():
        assert [post_form.opened(post).series_part for post in (one, two)] == [3, 2]


def test_a_form_that_is_sent_again_has_changed_nothing(author: AuthorClient, write: Write) -> None:
    one = publish(author, "One", series="On salt")
    form = values(author.get(f"/author/posts/{one}").text)
    page = author.post(f"/author/posts/{one}", data={**form, "action": "save"}, follow_redirects=True)
    assert "Saved. Nothing had changed." in page.text


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"series": "+"}, "series", "“+” cannot be a series: it has no letters or digits for an address."),
        ({"series": "x" * 121}, "series", "Too long: 121 characters. The maximum is 120."),
        ({"series_part": "3"}, "series", "Enter the name of the series, or clear the part number."),
        (
            {"series": "S", "series_part": "third"},
            "series_part",
            "“third” is not a part number. Enter a whole number from 0 to 99,999.",
        ),
        (
            {"series": "S", "series_part": "-1"},
            "series_part",
            "“-1” is not a part number. Enter a whole number from 0 to 99,999.",
        ),
    ],
)
def test_what_makes_no_series_comes_back_with_a_sentence_beside_it(
    author: AuthorClient, client: FlaskClient, fields: dict[str, str], name: str, sentence: str
) -> None:
    answer = author.post("/author/posts/new", data=filled("Title", action="publish", **fields))
    assert answer.status_code == 422
    assert described(answer.text, name) == sentence
    assert {key: values(answer.text)[key] for key in fields} == fields
    assert "There are no series yet." in client.get("/series/").text


def test_a_series_ends_with_its_last_post_and_not_with_the_trash(
    author: AuthorClient, app: Flask, client: FlaskClient
) -> None:
    one, two = publish(author, "One", series="On salt"), publish(author, "Two", series="On salt")
    save(author, one, series="")
    author.post(f"/author/posts/{two}/trash")
    assert client.get("/series/on-salt").status_code == 404
    assert "On salt" in author.get("/author/series/").text
    with app.app_context():
        editing.delete([two])
    assert "On salt" not in author.get("/author/series/").text
    assert "On salt" not in author.get("/author/posts/new").text


# --- what readers see


def test_a_post_says_which_part_of_how_many_it_is_and_leads_to_those_around_it(
    client: FlaskClient, three: list[int]
) -> None:
    assert [place(client, slug) for slug in ("one", "two", "three")] == [
        f"Part {number} of 3 in On salt" for number in (1, 2, 3)
    ]
    assert [around(client, slug) for slug in ("one", "two", "three")] == [["Two"], ["One", "Three"], ["Two"]]
    page = client.get("/posts/two").text
    html5lib.HTMLParser(strict=True).parse(page)
    assert '<a href="/series/on-salt" dir="auto">On salt</a>' in page
    listed = re.search(r"<summary>All parts</summary>\s*<ol>(.*?)</ol>", page, re.DOTALL)
    assert listed is not None
    assert re.findall(r">([^<>]+)</(?:a|span)>", listed[1]) == ["One", "Two", "Three"]
    assert '<span aria-current="page">Two</span>' in listed[1]


def test_only_live_parts_count_and_a_scheduled_one_from_its_hour_on_though_pages_were_cached(
    client: FlaskClient, write: Write, three: list[int], clock: Clock
) -> None:
    write("Draft", series="On salt", part=1, draft=True)
    hour = NOON + timedelta(hours=3)
    write("Between", series="On salt", part=2, published_at=hour)
    for _ in range(2):
        assert place(client, "three") == "Part 3 of 3 in On salt"
        assert parts(client, "/series/on-salt") == ["One", "Two", "Three"]
        assert around(client, "two") == ["One", "Three"]
    clock.move_to(hour)
    assert place(client, "three") == "Part 4 of 4 in On salt"
    assert parts(client, "/series/on-salt") == ["One", "Two", "Between", "Three"]
    assert around(client, "two") == ["One", "Between"]


def test_parts_with_the_same_number_are_in_the_order_of_their_dates(
    client: FlaskClient, write: Write
) -> None:
    for title, days in (("Late", 1), ("Early", 3), ("Between", 2)):
        write(title, series="On salt", part=1, published_at=NOON - timedelta(days=days))
    assert parts(client, "/series/on-salt") == ["Early", "Between", "Late"]
    assert place(client, "between") == "Part 2 of 3 in On salt"


def test_a_part_that_is_the_only_one_yet_and_a_post_in_no_series(client: FlaskClient, write: Write) -> None:
    write("One", series="On salt")
    write("Alone")
    assert place(client, "one") == "Part 1 of On salt"
    assert "<summary>All parts" not in client.get("/posts/one").text
    assert place(client, "alone") == ""


def test_a_long_series_has_pages_and_its_posts_name_their_neighbours_alone(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    filling.fill(
        app, (filling.Row(NOON - timedelta(days=300 - number), series="long") for number in range(230))
    )
    assert place(client, "post-120") == "Part 120 of 230 in Long"
    assert around(client, "post-120") == ["Post 119", "Post 121"]
    assert around(client, "post-1") == ["Post 2"]
    assert around(client, "post-230") == ["Post 229"]
    assert "All parts" not in client.get("/posts/post-120").text
    address = "/series/long"
    seen: list[str] = []
    while address and len(seen) < 300:
        page = client.get(address).text
        html5lib.HTMLParser(strict=True).parse(page)
        seen += parts(client, address)
        further = re.search(r'<a rel="next" href="([^"]+)"', page)
        address = further[1] if further else ""
    assert seen == [f"Post {number}" for number in range(1, 231)]
    assert "showing 201 to 230" in client.get("/series/long?page=3").text


def test_a_page_of_a_series_has_one_address_and_made_up_ones_fill_no_cache(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    filling.fill(app, (filling.Row(NOON - timedelta(days=number), series="long") for number in range(101)))
    kept = app.extensions["page_cache"].store.entries
    assert [client.get(f"/series/long{more}").status_code for more in ("", "?page=2")] == [200, 200]
    assert len(kept) == 2
    for wrong in ("0", "3", "02", "x", "-1", "2.0", "9" * 30):
        assert client.get(f"/series/long?page={wrong}").status_code == 404, wrong
    assert client.get("/series/long?page=1").location == "/series/long"
    assert client.get("/series/long?page=").text == client.get("/series/long").text
    assert client.get("/series/long?utm_source=x").status_code == 200
    assert client.get("/posts/post-1?page=2").status_code == 200
    assert client.get("/series/?page=2").status_code == 200
    assert len(kept) == 4


def test_a_series_that_is_not_there_or_has_no_live_post_is_a_sentence(
    client: FlaskClient, write: Write
) -> None:
    write("Secret", series="On salt", draft=True)
    write("Later", series="On salt", published_at=NOON + timedelta(days=9000))
    for address in ("/series/nothing", "/series/on-salt", "/series/on-salt/feed.atom"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "There is no series at this address." in answer.text
    for address in ("/series/", "/llms.txt", "/sitemap-pages-1.xml", "/tags/", "/archive/"):
        assert "salt" not in client.get(address).text
        assert "all series" not in client.get(address).text


def test_all_series_stand_on_a_page_that_tags_and_archive_lead_to(
    client: FlaskClient, write: Write, three: list[int]
) -> None:
    write("Also", series="on pepper", published_at=NOON)
    page = client.get("/series/").text
    html5lib.HTMLParser(strict=True).parse(page)
    assert re.findall(r'<a href="/series/[^"]+" dir="auto">([^<]+)</a>', page) == ["on pepper", "On salt"]
    assert "<span>3 parts</span>" in page
    assert "latest part: <time" in page
    for address in ("/tags/", "/archive/", "/series/on-salt"):
        assert '<a href="/series/">' in client.get(address).text, address


# --- kept in order


def number_of(author: AuthorClient, title: str) -> int:
    found = re.search(rf'href="/author/series/(\d+)"[^>]*>{title}<', author.get("/author/series/").text)
    assert found is not None
    return int(found[1])


def test_a_series_gets_another_title_and_keeps_its_address(
    author: AuthorClient, client: FlaskClient, write: Write, three: list[int]
) -> None:
    assert "On salt" in client.get("/series/on-salt").text
    address = f"/author/series/{number_of(author, 'On salt')}"
    assert author.post(f"{address}/rename", data={"name": " On  brine "}).status_code == 303
    assert '<h1 class="page-title p-name" dir="auto">On brine</h1>' in client.get("/series/on-salt").text
    assert place(client, "two") == "Part 2 of 3 in On brine"
    assert client.get("/series/on-brine").status_code == 404
    # From now on, both names refer to it.
    publish(author, "Four", series="on brine")
    publish(author, "Five", series="On salt")
    assert parts(client, "/series/on-salt") == ["One", "Two", "Three", "Four", "Five"]
    html5lib.HTMLParser(strict=True).parse(author.get(address).text)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("On pepper", "This name or address is already used by the series “On pepper”."),
        ("", "Enter a name."),
        ("+", "“+” cannot be a series: it has no letters or digits for an address."),
        ("x" * 121, "Too long: 121 characters. The maximum is 120."),
    ],
)
def test_a_title_that_cannot_be_comes_back(
    author: AuthorClient, client: FlaskClient, write: Write, three: list[int], *, name: str, sentence: str
) -> None:
    write("Other", series="On pepper")
    answer = author.post(f"/author/series/{number_of(author, 'On salt')}/rename", data={"name": name})
    assert answer.status_code == 422
    assert described(answer.text, "name") == sentence
    assert "On salt" in client.get("/series/on-salt").text


def test_numbers_put_the_parts_in_order_in_the_next_response(
    author: AuthorClient, app: Flask, client: FlaskClient, three: list[int]
) -> None:
    assert parts(client, "/series/on-salt") == ["One", "Two", "Three"]
    address = f"/author/series/{number_of(author, 'On salt')}"
    form = values(author.get(address).text, f"form[@action='{address}/order']")
    assert form == {f"part-{post}": str(number) for number, post in enumerate(three, start=1)}
    moved = {**form, f"part-{three[0]}": "9"}
    assert "The order was saved." in author.post(f"{address}/order", data=moved, follow_redirects=True).text
    assert parts(client, "/series/on-salt") == ["Two", "Three", "One"]
    assert place(client, "one") == "Part 3 of 3 in On salt"
    again = author.post(f"{address}/order", data=moved, follow_redirects=True)
    assert "The order has not changed." in again.text
    with app.app_context():
        assert {post_form.opened(post).version for post in three} == {1}, "no text has changed"


def test_a_wrong_number_comes_back_and_none_is_taken_over(
    author: AuthorClient, client: FlaskClient, write: Write, three: list[int]
) -> None:
    stranger = write("Stranger", series="On pepper", part=7)
    address = f"/author/series/{number_of(author, 'On salt')}"
    wrong = {f"part-{three[0]}": "8", f"part-{three[1]}": "second", f"part-{three[2]}": ""}
    answer = author.post(f"{address}/order", data=wrong)
    assert answer.status_code == 422
    assert described(answer.text, f"part-{three[1]}").startswith("“second” is not a part number.")
    assert described(answer.text, f"part-{three[2]}") == "Enter a number for this part."
    assert values(answer.text, f"form[@action='{address}/order']") == wrong
    assert parts(client, "/series/on-salt") == ["One", "Two", "Three"]
    # Nor a number for a post of another series, or of none.
    author.post(
        f"{address}/order",
        data={f"part-{stranger}": "1", "part-999": "1", "part-": "1", f"part-{'9' * 30}": "1"},
    )
    assert re.search(
        rf'name="part-{stranger}" value="7"',
        author.get(f"/author/series/{number_of(author, 'On pepper')}").text,
    )


def test_a_series_with_many_posts_is_put_in_order_a_stretch_at_a_time(
    author: AuthorClient, app: Flask, clock: Clock
) -> None:
    filling.fill(
        app, (filling.Row(NOON - timedelta(days=500 - number), series="long") for number in range(250))
    )
    first = author.get("/author/series/1").text
    assert first.count('name="part-') == 200
    further = re.search(r'<a href="(/author/series/1\?skip=200)">More parts</a>', first)
    assert further is not None
    rest = author.get(further[1]).text
    assert rest.count('name="part-') == 50
    answer = author.post("/author/series/1/order?skip=200", data={"part-250": "0"})
    assert answer.location == "/author/series/1?skip=200"
    assert re.search(r'name="part-(\d+)"', author.get("/author/series/1").text)[1] == "250"  # type: ignore[index]


def test_a_series_that_is_gone_is_a_sentence(
    author: AuthorClient, client: FlaskClient, three: list[int]
) -> None:
    assert author.get("/author/series/99").status_code == 404
    assert author.get(f"/author/series/1?skip={'9' * 30}").status_code == 200
    assert author.post("/author/series/99/rename", data={"name": "Other"}).status_code == 404
    assert client.get("/author/series/").status_code == 302
    assert client.post("/author/series/1/rename", data={"name": "Mine"}).status_code == 403
    assert "Mine" not in client.get("/series/on-salt").text


# --- earlier texts


def test_restoring_an_earlier_text_brings_its_series_back_as_it_does_with_tags(
    author: AuthorClient, client: FlaskClient
) -> None:
    publish(author, "Other", series="On pepper")
    post = publish(author, "One", series="On salt", series_part="4", language="de")
    save(author, post, series="On pepper", series_part="", language="")
    assert place(client, "one") == "Part 2 of 2 in On pepper"
    assert client.get("/series/on-salt").status_code == 404
    shown = author.get(f"/author/posts/{post}/revisions/2").text
    assert "<h3>Series</h3>" in shown
    assert "<h3>Part number</h3>" in shown
    author.post(f"/author/posts/{post}/revisions/2/restore", data={"base_version": "2"})
    assert place(client, "one") == "Part 1 of On salt"
    form = values(author.get(f"/author/posts/{post}").text)
    assert (form["series"], form["series_part"], form["language"]) == ("On salt", "4", "de")


def test_of_two_texts_joined_a_series_and_its_number_come_from_one_of_them(
    author: AuthorClient, app: Flask
) -> None:
    post = publish(author, "One", series="On salt", series_part="1")
    mine = values(author.get(f"/author/posts/{post}").text)
    save(author, post, series_part="7", form="elsewhere")
    changed = {**mine, "series": "On pepper", "action": "save"}
    conflict = author.post(f"/author/posts/{post}", data=changed)
    assert conflict.status_code == 409
    held = values(conflict.text, f"form[@action='/author/posts/{post}/join']")
    joined = author.post(f"/author/posts/{post}/join", data=held)
    form = values(author.get(joined.location).text)
    assert (form["series"], form["series_part"]) == ("On pepper", "1")


# --- feeds and machines


@pytest.mark.parametrize("form", FORMS)
def test_a_series_has_a_feed_with_the_newest_part_first(
    client: FlaskClient, write: Write, three: list[int], form: str
) -> None:
    write("Other", published_at=NOON)
    feed = fetch(client, f"/series/on-salt/feed.{form}")
    assert [entry.title for entry in feed.entries] == ["One", "Two", "Three"]
    assert feed.title == "On salt · Scrollwork"
    assert feed.home == "http://localhost/series/on-salt"
    if form != "json":
        assert ("self", f"http://localhost/series/on-salt/feed.{form}") in links(feed)
        assert not [link for link in links(feed) if link[0] == "hub"]


def test_the_feed_of_a_series_leads_through_all_its_parts(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    filling.fill(
        app, (filling.Row(NOON - timedelta(hours=number), series="ab"[number % 2]) for number in range(90))
    )
    address = "/series/a/feed.json"
    seen: list[str] = []
    while address and len(seen) < 90:
        feed = fetch(client, address)
        seen += [entry.title for entry in feed.entries]
        address = (feed.next or "").removeprefix("http://localhost")
    assert seen == [f"Post {number}" for number in range(1, 91, 2)]
    assert client.get("/series/a/feed.json?after=nonsense").status_code == 400
    kept = len(app.extensions["page_cache"].store.entries)
    made_up = f"{int((NOON - timedelta(hours=5)).timestamp() * 1_000_000) + 1}_9"
    assert len(fetch(client, f"/series/a/feed.json?after={made_up}").entries) == 20
    assert len(app.extensions["page_cache"].store.entries) == kept, "a made-up place is not kept"


def test_a_feed_of_a_series_is_called_the_same_under_another_title_and_differs_from_others(
    author: AuthorClient, client: FlaskClient, write: Write, three: list[int]
) -> None:
    write("Salty", series="On pepper", tags=["on-salt"])

    def name(address: str) -> Any:
        return fetch(client, address).raw.feed.id

    before = name("/series/on-salt/feed.atom")
    assert before.startswith("urn:uuid:")
    others = ("/feed.atom", "/series/on-pepper/feed.atom", "/tags/on-salt/feed.atom")
    assert len({before, *map(name, others)}) == 4
    author.post(f"/author/series/{number_of(author, 'On salt')}/rename", data={"name": "On brine"})
    assert name("/series/on-salt/feed.atom") == before


def test_a_series_that_comes_again_is_called_something_else(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    names = set()
    for number in range(2):
        post = publish(author, f"Number {number}", series="On salt")
        names.add(fetch(client, "/series/on-salt/feed.atom").raw.feed.id)
        save(author, post, series="")
    assert len(names) == 2


def test_the_page_of_a_series_names_its_feeds_first_and_what_has_not_changed_is_not_sent_again(
    client: FlaskClient, three: list[int]
) -> None:
    page = client.get("/series/on-salt").text
    first = re.findall(
        r'<link rel="alternate" type="application/[a-z]+\+(?:xml|json)"[^>]* href="([^"]+)"', page
    )
    assert first[:3] == [f"http://localhost/series/on-salt/feed.{form}" for form in FORMS]
    assert len(first) == 6
    feed = client.get("/series/on-salt/feed.atom")
    again = client.get("/series/on-salt/feed.atom", headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304


def test_a_part_and_its_series_say_so_to_machines(
    client: FlaskClient, write: Write, three: list[int]
) -> None:
    def said(address: str) -> Any:
        page = client.get(address).text
        scripts = [
            json.loads(script)
            for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        ]
        [own] = [each for each in scripts if each["@type"] != "BreadcrumbList"]
        return own

    work = {"@type": "CreativeWorkSeries", "name": "On salt", "url": "http://localhost/series/on-salt"}
    part = said("/posts/two")
    assert part["position"] == 2
    assert part["isPartOf"][0]["@type"] == "Blog"
    assert part["isPartOf"][1] == work
    assert said("/series/on-salt") == {"@context": "https://schema.org", **work}
    write("Alone")
    assert "position" not in said("/posts/alone")
    assert said("/posts/alone")["isPartOf"]["@type"] == "Blog"
    page = client.get("/series/on-salt").text
    assert '<link rel="canonical" href="http://localhost/series/on-salt">' in page
    assert '<meta property="og:title" content="On salt">' in page
    assert '<meta name="description" content="A series of 3 parts on Scrollwork, in order.">' in page
    assert "- [On salt](http://localhost/series/on-salt): 3 parts" in client.get("/llms.txt").text


def test_the_sitemap_says_when_a_part_came_or_changed(
    author: AuthorClient, client: FlaskClient, write: Write, three: list[int], clock: Clock
) -> None:
    def changed(address: str) -> str:
        sitemap = client.get("/sitemap-pages-1.xml").text
        [moment] = re.findall(rf"<loc>http://localhost{address}</loc><lastmod>(.*?)</lastmod>", sitemap)
        return str(moment)

    assert changed("/series/on-salt") == changed("/series/") == "2026-11-22T12:00:00Z"
    write("Other", series="On pepper", published_at=NOON - timedelta(days=9))
    clock.advance(days=1)
    save(author, three[2], body="Other words.")
    assert changed("/series/on-salt") == changed("/series/") == "2026-11-25T12:00:00Z"
    assert changed("/series/on-pepper") == "2026-11-15T12:00:00Z"
