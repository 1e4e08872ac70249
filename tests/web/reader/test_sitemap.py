"""Files for programs: sitemaps, robots.txt, Markdown, llms.txt."""

import re
from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from html5lib import parse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from blog.store.db import writing
from blog.store.models import Post, Site
from blog.syndication import sitemap
from blog.writing import editing
from tests import filling
from tests.conftest import NOON, Clock, Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled, values

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(client: FlaskClient, address: str) -> list[tuple[str, datetime]]:
    """The addresses in a sitemap or index, with their last changes."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = []
    for entry in ElementTree.fromstring(answer.data):
        place, changed = entry.findtext(f"{SITEMAP}loc"), entry.findtext(f"{SITEMAP}lastmod")
        assert place is not None
        assert place.startswith("http://localhost/")
        assert changed is not None, place
        found.append((place.removeprefix("http://localhost"), datetime.fromisoformat(changed)))
    return found


def everything(client: FlaskClient) -> dict[str, datetime]:
    """All addresses in the sitemap, each once."""
    found: dict[str, datetime] = {}
    for part, changed in listed(client, "/sitemap.xml"):
        entries = listed(client, part)
        assert changed == max(at for _, at in entries)
        assert not found.keys() & dict(entries).keys()
        found.update(entries)
    return found


def test_the_sitemap_names_every_page_with_the_moment_of_its_last_change(
    client: FlaskClient, write: Write, clock: Clock
) -> None:
    old, new = NOON.replace(year=2024), NOON - timedelta(days=1)
    write("Old", published_at=old, tags=["salt", "sea"])
    write("New", published_at=new, tags=["sea"])
    write("Draft", draft=True, tags=["secret"])
    write("Later", published_at=NOON + timedelta(hours=1), tags=["later"])
    found = everything(client)
    assert found == {
        "/": new,
        "/tags/": new,
        "/archive/2026/": new,
        "/archive/2024/": old,
        "/tags/salt": old,
        "/tags/sea": new,
        "/posts/old": old,
        "/posts/new": new,
    }
    for address in found:
        assert client.get(address).status_code == 200
    clock.move_to(NOON + timedelta(hours=1))
    assert everything(client)["/posts/later"] == clock.now


def test_other_words_change_a_page_in_the_sitemap_and_another_tag_does_not(
    author: AuthorClient, client: FlaskClient, clock: Clock
) -> None:
    def save(**changes: str) -> dict[str, datetime]:
        clock.advance(hours=1)
        now = values(author.get("/author/posts/1").text)
        author.post("/author/posts/1", data={**now, **changes, "action": "save"})
        return everything(client)

    author.post("/author/posts/new", data=filled("A post", tags="salt", action="publish"))
    author.post("/author/posts/new", data=filled("Another", tags="sea", action="publish"))
    assert set(save(tags="salt, pepper").values()) == {NOON}
    changed = save(body="Other words.")
    assert {place for place, at in changed.items() if at == clock.now} == {
        "/",
        "/tags/",
        "/archive/2026/",
        "/tags/salt",
        "/tags/pepper",
        "/posts/a-post",
    }


def test_an_empty_site_has_a_sitemap_that_is_one(client: FlaskClient) -> None:
    for address in ("/sitemap.xml", "/sitemap-pages-1.xml"):
        assert ElementTree.fromstring(client.get(address).data).findtext(f".//{SITEMAP}lastmod") is None


@pytest.mark.parametrize("most", [1, 7, 20, 21])
def test_a_sitemap_is_split_and_each_post_stands_in_one_part(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    rows = [
        filling.Row(NOON - timedelta(days=3000 + number // 3), [f"tag-{number % 3}"]) for number in range(20)
    ]
    rows += [filling.Row(None), filling.Row(NOON - timedelta(days=4000), trashed=True)]
    filling.fill(app, rows)
    monkeypatch.setattr(sitemap, "MOST", most)
    found = everything(client)
    assert {place for place in found if place.startswith("/posts/")} == {
        f"/posts/post-{cursor.id}" for cursor in filling.listing(rows, NOON)
    }
    parts = [place for place, _ in listed(client, "/sitemap.xml")]
    posts = [place for place in parts if "posts" in place]
    assert len(posts) == -(-20 // most)
    assert all(len(listed(client, part)) <= most for part in parts)
    before = listed(client, posts[0])
    with app.app_context():
        editing.create(editing.Text("Newer."), published_at=NOON)
    if most < 21:
        assert listed(client, posts[0]) == before, "what was full stays as it is"


def test_a_sitemap_part_has_one_spelling_and_there_is_none_beyond_the_last(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write()
    for wrong in ("posts-2", "pages-2", "posts-0", "posts-01", "posts-1x", "tags-1", "posts--1"):
        assert client.get(f"/sitemap-{wrong}.xml").status_code == 404
    assert client.get(f"/sitemap-posts-{10**30}.xml").status_code == 404
    assert len(app.extensions["page_cache"].store.entries) == 0


def test_robots_may_go_everywhere_but_to_the_author_and_find_the_sitemap(client: FlaskClient) -> None:
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    for allowed in ("/", "/posts/a", "/posts/a.md", "/tags/a", "/feed.atom", "/media/x/480.webp", "/authors"):
        assert robots.can_fetch("Anybot", allowed)
    for forbidden in ("/author/", "/author/posts/1", "/preview/x", "/search?q=x", "/search"):
        assert not robots.can_fetch("Anybot", forbidden)
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]


# --- texts


def test_a_post_can_be_had_as_it_was_written(client: FlaskClient, write: Write) -> None:
    body = "Some *words* & <b>more</b>.\n\n- one\n- {{ two }}\n"
    write("A [title] & more", body=body)
    answer = client.get("/posts/a-title-more.md")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text == f"# A \\[title\\] \\& more\n\n{body}"
    assert answer.headers["Link"] == '<http://localhost/posts/a-title-more>; rel="canonical"'
    page = parse(client.get("/posts/a-title-more").text, namespaceHTMLElements=False)
    (link,) = page.findall(".//head/link[@type='text/markdown']")
    assert (link.get("rel"), link.get("href")) == ("alternate", "http://localhost/posts/a-title-more.md")


def test_a_text_that_its_title_was_taken_from_says_it_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        editing.create(editing.Text("A short note. It goes on."), published_at=NOON.replace(year=2020))
    assert client.get("/posts/a-short-note.md").text == "A short note. It goes on.\n"


def test_markdown_is_there_for_live_posts_alone_and_former_addresses_lead_to_it(
    author: AuthorClient, client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("A post")
    write("Draft", draft=True)
    write("Later", published_at=NOON + timedelta(hours=1))
    for hidden in ("draft", "later", "nothing", "a-post.md"):
        assert client.get(f"/posts/{hidden}.md").status_code == 404
    now = values(author.get("/author/posts/1").text)
    author.post("/author/posts/1", data={**now, "slug": "elsewhere", "action": "save"})
    moved = client.get("/posts/a-post.md")
    assert (moved.status_code, moved.location) == (301, "/posts/elsewhere.md")
    clock.move_to(NOON + timedelta(hours=1))
    assert client.get("/posts/later.md").status_code == 200


def test_llms_txt_names_the_newest_texts_and_the_tags(client: FlaskClient, write: Write) -> None:
    for number in range(60):
        write(
            f"Post {number}",
            published_at=NOON - timedelta(hours=number),
            tags=["C++", "sea"][: 1 + number % 2],
        )
    text = client.get("/llms.txt").text
    assert text.startswith(
        "# Scrollwork\n\n> Notes, posts and everything in between, on one scrolling page.\n\n"
    )
    posts = re.findall(r"^- \[(Post \d+)\]\((\S+\.md)\): Some words to read\.$", text, re.MULTILINE)
    assert [title for title, _ in posts] == [f"Post {number}" for number in range(50)]
    for _, address in posts[:3]:
        assert client.get(address).status_code == 200
    assert "- [C++](http://localhost/tags/cpp): 60 posts\n" in text


ANYTHING = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>[]()#*_`\\&\n"), min_size=1, max_size=40
)


@given(ANYTHING)
@example(" #")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_title_is_it_is_one_link_in_llms_txt_and_one_heading_of_its_text(
    app: Flask, client: FlaskClient, title: str
) -> None:
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Post))
        editing.create(editing.Text("Words.", "x"), published_at=NOON)
        session.execute(sa.update(Post).values(title=f"x{title}"))
        session.get_one(Site, 1).title = f"x{title}"
        slug = session.scalars(sa.select(Post.slug)).one()
    for address in ("/llms.txt", f"/posts/{slug}.md"):
        page = parse(MarkdownIt().render(client.get(address).text), namespaceHTMLElements=False)
        (heading,) = page.findall(".//h1")
        assert "".join(heading.itertext()).split() == f"x{title}".replace("\0", "\ufffd").split()
        if address == "/llms.txt":
            (link,) = page.findall(".//a")
            assert "".join(link.itertext()).split() == "".join(heading.itertext()).split()


@pytest.mark.parametrize(
    "address",
    [
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-pages-1.xml",
        "/sitemap-posts-1.xml",
        "/posts/a-post.md",
        "/llms.txt",
    ],
)
def test_all_of_it_comes_from_the_cache_until_something_changes(
    client: FlaskClient, write: Write, address: str
) -> None:
    write("A post")
    client.get(address)
    again = client.get(f"{address}?x=1&after=1_1")
    assert again.headers["Cache-Status"] == "scrollwork; hit"
    unchanged = client.get(address, headers={"If-None-Match": again.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    write("Another")
    assert client.get(address).headers["Cache-Status"] == "scrollwork; fwd=miss; stored"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "[fd00::7]", "anything.test", ""])
def test_a_watcher_that_asks_by_address_is_answered(client: FlaskClient, path: str, host: str) -> None:
    for method in ("GET", "HEAD"):
        assert client.open(path, method=method, headers={"Host": host}).status_code == 200


# --- files that others read


def test_a_post_that_stands_first_elsewhere_is_in_no_sitemap(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("Ours")
    elsewhere = write("Elsewhere")
    with app.app_context(), writing() as session:
        session.get_one(Post, elsewhere).canonical_url = "https://e.example/x"
    said = client.get("/sitemap-posts-1.xml").text
    assert "/posts/ours" in said
    assert "/posts/elsewhere" not in said
    with app.app_context(), writing() as session:
        session.execute(sa.update(Post).values(canonical_url="https://e.example/x", version=Post.version + 1))
    assert "sitemap-posts" not in client.get("/sitemap.xml").text, "a part without an address is not valid"
    assert client.get("/sitemap-posts-1.xml").status_code == 404


def test_parts_of_the_sitemap_keep_their_numbers_whatever_stands_elsewhere(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MOST", 3)
    filling.fill(app, [filling.Row(NOON - timedelta(days=3000 + number)) for number in range(8)])
    oldest_first = [f"post-{number}" for number in range(8, 0, -1)]
    with app.app_context(), writing() as session:
        session.execute(
            sa.update(Post)
            .where(Post.slug.in_([*oldest_first[1:2], *oldest_first[3:6]]))
            .values(canonical_url="https://e.example/", version=2)
        )
    index = client.get("/sitemap.xml").text
    assert re.findall(r"sitemap-posts-(\d+)", index) == ["1", "3"]
    listed = {
        number: re.findall(r"/posts/([^<]+)", client.get(f"/sitemap-posts-{number}.xml").text)
        for number in (1, 3)
    }
    assert listed == {1: [oldest_first[0], oldest_first[2]], 3: oldest_first[6:]}
    assert client.get("/sitemap-posts-2.xml").status_code == 404


def test_every_file_of_text_ends_with_the_end_of_a_line(client: FlaskClient, write: Write) -> None:
    for _turn in range(2):  # of an empty site, and of one with a post
        for address in (
            "/robots.txt",
            "/llms.txt",
            "/sitemap.xml",
            "/feed.atom",
            "/feed.rss",
            "/feed.json",
            "/healthz",
            "/readyz",
        ):
            data = client.get(address).data
            assert data.endswith(b"\n"), address
            assert not data.endswith(b"\n\n"), address
        write("A post", body="Words without a line end.")
    assert client.get("/posts/a-post.md").data.endswith(b"Words without a line end.\n")
    assert client.get("/", headers={"Host": "elsewhere.example"}).data.endswith(b"\n")


def test_a_canonical_address_is_encoded_in_the_header_that_names_it(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    post_id = write("A post")
    with app.app_context(), writing() as session:
        session.get_one(Post, post_id).canonical_url = 'https://bücher.example/<a>"; rel="next'
    link = client.get("/posts/a-post.md").headers["Link"]
    assert link == '<https://xn--bcher-kva.example/%3Ca%3E%22;%20rel=%22next>; rel="canonical"'
