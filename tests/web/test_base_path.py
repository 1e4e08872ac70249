"""A blog below a path of another site, such as https://example.org/blog."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from blog import clock, create_app
from blog.accounts import account
from blog.base_path import OWN, from_root, is_below, placed, placed_html, placed_markdown
from blog.store.db import db, writing
from blog.store.models import Post, Site
from blog.web import errors
from blog.web.page_cache.middleware import PageCache
from blog.web.reader.feeds import hub_topics
from blog.writing import editing, preview_links
from tests.conftest import COMPILED, Write
from tests.crawling import HOST, Seen, crawl, named_in
from tests.pictures import picture
from tests.programs import flask
from tests.signing_in import NAME, PASSWORD, SAME_ORIGIN, author_client, make_account
from tests.web.author.forms import filled
from tests.web.author.test_images import upload
from tests.web.author.test_sign_in import try_to_sign_in
from tests.web.reader.feeds import AS_IT_IS

PATH = "/blog"
BELOW = f"{HOST}{PATH}"

TEXT = """
A [post](/posts/post-1), [its Markdown](</posts/post-1.md>), [all tags][tags],
[whole]({whole}/archive/), [base]({path}/search),
[a part of this text](#a-heading) and [another site](//elsewhere.example/x).

![A picture](/media/{hash} "Said below")

<img src="/media/{hash}" srcset="/media/{hash} 1x, /media/{hash}/480.webp 2x" alt="Raw, href=">
<blockquote cite="/posts/post-2">Words</blockquote>

## A heading

A raw <a href="/tags/salt">a tag</a>[^1]

[^1]: A note with a [link](/series/).

[tags]: /tags/
"""


@pytest.fixture(scope="module")
def site(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site below PATH with content of every kind, for tests that at most add to it."""
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("below") / "instance"))
    app = create_app({"INSTANCE": instance, "BASE_URL": f"{BELOW}/"})
    app.jinja_env.bytecode_cache = COMPILED
    made = upload(author_client(app), picture(1300, 800))
    with app.app_context():
        for number in range(1, 40):
            tags = ["salt", "pepper"] if number % 2 else ["salt"]
            text = editing.Text("Words.", f"Post {number}", tags=tags, series="Spices" if number < 5 else "")
            editing.create(text, published_at=clock.now() - timedelta(days=number))
        body = TEXT.format(hash=made["hash"], whole=BELOW, path=PATH)
        everything = editing.Text(body, "Everything", tags=["salt"], series="Spices")
        number = editing.create(everything, published_at=clock.now())
        editing.create(editing.Text(body, "A draft"))
        with writing() as session:
            session.get_one(Post, number).cover_hash = made["hash"]
            kept = session.get_one(Site, 1)
            kept.picture_hash, kept.accent, kept.author = made["hash"], "#8d351f", "Ada"
            kept.footer_links = [{"label": "About", "url": "/posts/post-3"}]
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def hidden(answer: TestResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, answer.text
    return unescape(found[1])


def outside(seen: Seen) -> list[tuple[str, str]]:
    """Addresses outside of the blog, and where they occur."""
    return [(each.url, where) for each, where in seen.named.items() if not is_below(each.url, BELOW)]


def failed(app: Flask, seen: Seen) -> list[object]:
    """Requests that failed, and forms sent to addresses that do not accept them."""
    wrong: list[object] = [item for item in seen.asked.items() if item[1] >= 400]
    adapter = app.url_map.bind("localhost")
    for each, where in seen.named.items():
        if each.method == "POST":
            try:
                adapter.match(urlsplit(each.url).path.removeprefix(PATH), method="POST")
            except (NotFound, MethodNotAllowed):
                wrong.append((each, where))
    return wrong


def test_whatever_a_reader_finds_lies_below_the_path_and_is_there(site: Flask) -> None:
    starts = (
        *("/blog", "/blog/", "/blog/robots.txt", "/blog/llms.txt", "/blog/sitemap.xml", "/blog/favicon.ico"),
        *("/blog/healthz", "/blog/readyz", "/blog/apple-touch-icon.png", "/blog/tags", "/blog/posts/Post-1/"),
        *(
            "/blog/search?q=words",
            "/blog/search?q=words&tag=salt",
            "/blog/posts/everything",
            "/blog/author/sign-in",
        ),
    )
    seen = crawl(site.test_client(), *starts)
    assert outside(seen) == []
    assert failed(site, seen) == []
    kinds = (
        "/posts/everything.md",
        "/feed.json",
        "/series/spices/feed.atom",
        "/tags/pepper+salt",
        "/archive/",
        "/author/sign-in",
        "/sitemap-posts-1.xml",
        "?after=",
        "/site.webmanifest",
        "/media/sharing/",
        "/icons/",
    )
    for kind in kinds:
        assert any(kind in url for url in seen.asked), kind
    assert len(seen.asked) > 150


def test_whatever_the_author_finds_lies_below_the_path_and_is_there(site: Flask) -> None:
    author = author_client(site)
    with site.app_context():
        draft = number_of("A draft")
        token = preview_links.share(draft)
    starts = (
        "/blog/author/",
        "/blog/author/posts/new",
        f"/blog/author/posts/{draft}",
        f"/blog/preview/{token}",
    )
    seen = crawl(
        author,
        *starts,
        leave=r"/(media|static|icons)/|[?&](after|upto)=|/feed\.|\.md$|/archive/|/tags/pepper",
    )
    assert outside(seen) == []
    assert failed(site, seen) == []
    for kind in ("/author/images/", "/author/series/", "/author/tags/", "/author/site", "/author/sessions"):
        assert f"{BELOW}{kind}" in seen.asked


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nowhere", "GET", 404),
        ("/tags/unknown", "GET", 404),
        ("/?after=damaged", "GET", 400),
        ("/tags/salt?after=damaged", "GET", 400),
        ("/posts/post-1", "POST", 405),
        ("/author/", "POST", 400),
        ("/author/nowhere", "GET", 404),
        ("/author/images/", "POST", 422),
        ("/author/posts/new", "POST", 422),
        ("/search?q=nothing-like-it", "GET", 200),
        ("/?after=1_1", "GET", 200),
        ("/posts/post-1?x=1", "GET", 200),
    ],
)
def test_pages_for_what_goes_wrong_lead_below_the_path(
    site: Flask, path: str, method: str, status: int
) -> None:
    browser = author_client(site)
    if path == "/author/":
        browser.csrf_token = ""
    answer = browser.open(f"{PATH}{path}", method=method, base_url=HOST)
    assert answer.status_code == status
    named = [each.url for each in named_in(answer, f"{HOST}{PATH}{path}") if each.url.startswith(HOST)]
    assert len(named) > 5
    assert [url for url in named if not is_below(url, BELOW)] == []


def number_of(title: str) -> int:
    return db.session.scalars(sa.select(Post.id).where(Post.title == title)).one()


def test_a_visitor_is_led_to_sign_in_and_back(site: Flask) -> None:
    visitor = site.test_client()
    led = visitor.get("/blog/author/images/?skip=3", base_url=HOST)
    assert (led.status_code, led.location) == (302, "/blog/author/sign-in?next=/blog/author/images/?skip%3D3")
    form = visitor.get(led.location, base_url=HOST)
    assert 'name="next" value="/blog/author/images/?skip=3"' in form.text
    author = author_client(site)
    assert author.get(led.location, base_url=HOST).location == "/blog/author/images/?skip=3"
    for elsewhere in (
        "/author/",
        "//evil.example/blog/author/",
        "/blogger/author/",
        "/shop/",
        "/blog/",
        "x",
        "/blog//a",
        "/blog/author/../../shop/",
        "/blog/author/.%2E/%2e%2e/shop/",
    ):
        away = author.get("/blog/author/sign-in", query_string={"next": elsewhere}, base_url=HOST)
        assert away.location == "/blog/author/", elsewhere
    assert (
        '<a href="/blog/author/" aria-current="page">Dashboard</a>'
        in author.get("/blog/author/", base_url=HOST).text
    )
    out = author.send("/blog/author/sign-out", {})
    assert (out.status_code, out.location) == (303, "/blog/")


def test_a_form_sent_after_the_session_ended_is_offered_again_below_the_path(site: Flask) -> None:
    author = author_client(site)
    with site.app_context():
        account.end_other_sessions(0)
    held = author.send("/blog/author/posts/new", filled())
    assert held.status_code == 403
    resumed = try_to_sign_in(author, held=hidden(held, "held"))
    assert 'action="/blog/author/posts/new"' in resumed.text


def test_the_page_of_an_outage_leads_below_the_path(site: Flask) -> None:
    with site.test_request_context("/posts/x", base_url=BELOW):
        said = errors.unavailable().get_data(as_text=True)
    assert f'href="{PATH}/"' in said
    assert re.search(rf'href="{PATH}/static/site\.[0-9a-f]+\.css"', said)


@pytest.mark.parametrize(
    "path", ["/", "/posts/everything", "/feed.atom", "/search?q=words", "/author/sign-in", "/healthz"]
)
def test_a_proxy_may_hand_on_the_path_or_take_it_off(site: Flask, path: str) -> None:
    browser = site.test_client()
    answers = [
        browser.get(f"{PATH}{path}", base_url=HOST),
        browser.get(path, base_url=HOST),
        browser.get(path, base_url=BELOW),  # a server that sets SCRIPT_NAME itself
        site.test_client().get(f"{PATH}{path}"),
    ]
    bodies = [re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(set(bodies)) == 1


def test_both_ways_share_one_cached_page(site: Flask) -> None:
    browser = site.test_client()
    first = browser.get(f"{PATH}/archive/", base_url=HOST)
    second = browser.get("/archive/", base_url=HOST)
    assert first.headers["Cache-Status"].startswith("scrollwork; ")
    assert second.headers["Cache-Status"] == "scrollwork; hit"


@pytest.mark.parametrize(
    ("asked", "status", "leads"),
    [
        ("/blog", 301, f"{BELOW}/"),
        ("/blog?utm=1", 301, f"{BELOW}/?utm=1"),
        ("/blog/tags", 308, f"{BELOW}/tags/"),
        ("/blog/posts/Post-1/", 301, "/blog/posts/post-1"),
        ("/blog/tags/SALT", 301, "/blog/tags/salt"),
        ("/blog/tags/salt+pepper", 301, "/blog/tags/pepper+salt"),
        ("/blog/posts", 302, "/blog/"),
        ("/blog/feed", 301, "/blog/feed.atom"),
        ("/blog/series/Spices/feed", 301, "/blog/series/spices/feed.atom"),
        ("/blog//evil.example/", 404, None),
    ],
)
def test_a_wrong_address_leads_to_the_right_one_in_one_hop(
    site: Flask, asked: str, status: int, leads: str | None
) -> None:
    answer = site.test_client().get(asked, base_url=HOST)
    assert (answer.status_code, answer.location) == (status, leads)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_path_that_only_begins_like_the_blogs_is_another(site: Flask) -> None:
    for path in ("/blogger", "/blog-old/", "/Blog/"):
        assert site.test_client().get(path, base_url=HOST).status_code == 404


@pytest.mark.parametrize("path", ["/posts", "/author", "/static/x", "/media", "/a/b.c/~d", "/archive/2026"])
def test_any_path_will_do_also_one_that_the_blog_has_itself(
    make_app: Callable[..., Flask], write: Write, path: str
) -> None:
    write("One", body="A [link](/posts/one) and [tags](/tags/).", tags=["salt"])
    seen = crawl(make_app(BASE_URL=f"{HOST}{path}").test_client(), f"{path}/")
    assert [each for each in seen.named if not is_below(each.url, f"{HOST}{path}")] == []
    assert [url for url, status in seen.asked.items() if status >= 400] == []
    assert f"{HOST}{path}/posts/one" in seen.asked


def test_the_names_of_the_blogs_own_addresses_are_known(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert {each for each in first if each and not {*".<"} & {*each}} | {"static"} == OWN


# --- cookies


@pytest.mark.parametrize(
    ("base_url", "session", "device"),
    [
        ("https://localhost", "__Host-session", "__Host-device"),
        ("https://localhost/blog", "__Secure-session-blog", "__Secure-device-blog"),
        ("https://localhost/a/b", "__Secure-session-a-b", "__Secure-device-a-b"),
        ("https://localhost/~ada/b.c_d", "__Secure-session-~ada-b.c_d", "__Secure-device-~ada-b.c_d"),
        ("https://localhost/session", "__Secure-session-session", "__Secure-device-session"),
        ("http://localhost", "session", "device"),
        ("http://localhost/blog", "session-blog", "device-blog"),
    ],
)
def test_cookies_have_the_path_and_a_name_that_says_it(
    make_app: Callable[..., Flask], base_url: str, session: str, device: str
) -> None:
    app = make_app(BASE_URL=base_url)
    make_account(app)
    browser = app.test_client()
    path = urlsplit(base_url).path or "/"
    at = {"base_url": base_url}
    data = {
        "csrf_token": hidden(browser.get("/author/sign-in", **at), "csrf_token"),
        "name": NAME,
        "password": PASSWORD,
    }
    answer = browser.post("/author/sign-in", data=data, headers={**SAME_ORIGIN, "Referer": base_url}, **at)
    assert answer.status_code == 303
    given = {line.partition("=")[0]: line.split("; ")[1:] for line in answer.headers.getlist("Set-Cookie")}
    assert given.keys() == {session, device}
    for said in given.values():
        assert {f"Path={path}", "HttpOnly", "SameSite=Lax"} <= set(said)
        assert ("Secure" in said) == base_url.startswith("https:")
        assert not any(each.startswith("Domain") for each in said)
    assert browser.get("/author/", **at).status_code == 200
    ended = browser.post(
        "/author/sign-out",
        data={"csrf_token": hidden(browser.get("/author/", **at), "csrf_token")},
        headers={**SAME_ORIGIN, "Referer": base_url},
        **at,
    )
    (gone,) = ended.headers.getlist("Set-Cookie")
    assert gone.startswith(f"{session}=;")
    assert f"Path={path}" in gone.split("; ")
    assert browser.get("/author/", **at).status_code == 302


def test_two_blogs_on_one_host_are_signed_in_side_by_side(
    make_app: Callable[..., Flask], new_instance: Path, tmp_path: Path
) -> None:
    """They share a secret key, as two copies of an instance do, but not their cookies."""
    places = {"/blog": "One", "/blog/notes": "Two", "": "Three"}
    apps = {}
    for path, title in places.items():
        instance = Path(shutil.copytree(new_instance, tmp_path / title))
        apps[path] = make_app(INSTANCE=instance, BASE_URL=f"{HOST}{path}")
        make_account(apps[path])
        with apps[path].app_context(), writing() as session:
            session.get_one(Site, 1).title = title
    host = DispatcherMiddleware(apps[""], {path: apps[path] for path in places if path})
    browser = Client(host)
    for path in places:
        form = browser.get(f"{path}/author/sign-in")
        data = {"csrf_token": hidden(form, "csrf_token"), "name": NAME, "password": PASSWORD}
        assert browser.post(f"{path}/author/sign-in", data=data, headers=SAME_ORIGIN).status_code == 303
    for path, title in places.items():
        desk = browser.get(f"{path}/author/")
        assert (desk.status_code, desk.text.count(f">{title}</a>")) == (200, 1)
    desk = browser.get("/blog/author/")
    ended = browser.post(
        "/blog/author/sign-out", data={"csrf_token": hidden(desk, "csrf_token")}, headers=SAME_ORIGIN
    )
    assert ended.location == "/blog/"
    assert [browser.get(f"{path}/author/").status_code for path in places] == [302, 200, 200]


def test_only_the_blogs_own_session_gets_round_its_cache(make_app: Callable[..., Flask], site: Flask) -> None:
    author = author_client(site)
    assert "hit" not in author.get("/archive/").headers.get("Cache-Status", "")
    held = author.get_cookie("session-blog", path="/blog")
    assert held is not None
    other = site.test_client()
    other.get("/archive/")
    other.set_cookie("session", held.value, path="/")  # that of a blog at the root, with the same key
    assert other.get("/archive/").headers["Cache-Status"] == "scrollwork; hit"


def test_a_change_must_come_from_a_page_of_the_host(site: Flask) -> None:
    author = author_client(site)
    for origin, status in ((HOST, 303), (BELOW, 403), ("http://evil.example", 403), ("null", 403)):
        answer = FlaskClient.open(
            author,
            "/author/sessions/end",
            method="POST",
            headers={"X-CSRFToken": author.csrf_token, "Origin": origin},
        )
        assert answer.status_code == status, origin


# --- texts


def test_a_blog_moves_below_a_path_and_back_without_rendering_a_text_again(
    make_app: Callable[..., Flask], write: Write
) -> None:
    write("One", body="A [link](/posts/one), ![none](/static/x.png) and [more](/tags/)", tags=["salt"])
    at_root = make_app().test_client()
    before = {path: at_root.get(path).text for path in ("/posts/one", "/feed.json")}
    below = make_app(BASE_URL=BELOW).test_client()
    page = below.get("/posts/one").text
    assert '<a href="/blog/posts/one" rel="noopener">link</a>' in page
    assert 'src="/blog/static/x.png"' in page
    ids = [
        [item["id"] for item in json.loads(text)["items"]]
        for text in (before["/feed.json"], below.get("/feed.json").text)
    ]
    assert ids[0] == ids[1]
    (item,) = json.loads(below.get("/feed.json").text)["items"]
    assert f'href="{BELOW}/tags/"' in item["content_html"]
    assert item["url"] == f"{BELOW}/posts/one"
    assert {path: make_app().test_client().get(path).text for path in before} == before


def test_the_preview_shows_links_and_pictures_below_the_path(site: Flask) -> None:
    author = author_client(site)
    made = upload(author)
    body = f"![It](/media/{made['hash']}) and a [link](/posts/post-1)"
    shown = ""
    for headers in ({}, {"HX-Request": "true"}):
        shown = author.post("/author/preview", data=filled(body=body), headers=headers).text
        assert f'srcset="/blog/media/{made["hash"]}/64.webp 64w"' in shown
        assert 'href="/blog/posts/post-1"' in shown
        assert "There is no image" not in shown
    assert "From the title: /blog/posts/a-title" in shown


def test_a_picture_is_known_by_each_of_its_addresses(site: Flask) -> None:
    author = author_client(site)
    made = upload(author)
    good = [
        f"/media/{made['hash']}",
        f"{BELOW}/media/{made['hash']}",
        f"/blog/media/{made['hash']}",
        f"{HOST}/shop/x.png",
    ]
    bad = [
        f"/media/{'0' * 24}",
        "/shop/x.png",
        f"{BELOW}/media/{'0' * 24}",
        "/blogger/x.png",
        "https://elsewhere.example/x.png",
    ]
    for address, count in (*((each, 0) for each in good), *((each, 1) for each in bad)):
        shown = author.post(
            "/author/preview", data=filled(body=f"![It]({address})"), headers={"HX-Request": "1"}
        ).text
        assert shown.count('<div class="warnings warnings-here">') == count, address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", "/blog/"),
        ("/posts/x?a=1&amp;b=2#c", "/blog/posts/x?a=1&amp;b=2#c"),
        (" /media/x", "/blog/media/x"),
        ("/blogger", "/blog/blogger"),
        ("/blog", "/blog"),
        ("/blog/", "/blog/"),
        ("/blog/posts/x", "/blog/posts/x"),
        ("/blog?x", "/blog?x"),
        *(
            (each, each)
            for each in ("posts/x", "../x", "?q", "#x", "", "//x/y", "https://x/y", "mailto:a@b", " //x")
        ),
    ],
)
def test_an_address_in_a_text_is_from_the_root_of_the_blog(address: str, shown: str) -> None:
    assert placed(address, "/blog") == shown
    assert placed(address, "") == address
    html = f'<p>/x href="/x" &lt;a href="/x"&gt; <a title="href=" href="{address}" rel="noopener">/x</a></p>'
    assert placed_html(html, "/blog") == html.replace(f'href="{address}" rel', f'href="{shown}" rel')
    assert placed_html(html, "") is html


def test_every_address_in_the_html_of_a_text_is_found_and_nothing_else_is_changed() -> None:
    html = (
        '<img alt="a &gt; src=" src="/a" srcset="/a 1x, /b,c 2x, https://x/y 3x"> <q cite="/c">src="/d"</q>'
        '<pre tabindex="0">\n\n&lt;img src="/e"&gt;</pre><source srcset="/f"><input checked="" disabled="">'
    )
    assert placed_html(html, "/blog") == (
        html.replace('src="/a"', 'src="/blog/a"')
        .replace('"/a 1x, /b,c 2x,', '"/blog/a 1x, /blog/b,c 2x,')
        .replace('cite="/c"', 'cite="/blog/c"')
        .replace('srcset="/f"', 'srcset="/blog/f"')
    )


def test_below_a_path_that_the_blog_has_itself_no_address_in_a_text_means_the_host() -> None:
    assert placed("/posts/x", "/posts") == "/posts/posts/x"
    assert from_root("/posts/x", f"{HOST}/posts") == "/posts/x"
    assert from_root(f"{HOST}/posts/posts/x", f"{HOST}/posts") == "/posts/x"


def test_the_markdown_of_a_post_leads_below_the_path_but_for_what_is_code() -> None:
    same = "/i (/j) `[f](/g)` [k](//l) [m](n)\n\n[^1]: /not\n\n``a`[b](/c)``\n\n```\n[q](/r)\n```\n"
    text = f'{same}[a](/b) ![c](</d> "e") <a href="/h">\n\n[o]: /p\n\n~~~\n[q](/r)'
    expected = f'{same}[a](/blog/b) ![c](</blog/d> "e") <a href="/blog/h">\n\n[o]: /blog/p\n\n~~~\n[q](/r)'
    assert placed_markdown(text, "/blog") == expected
    assert placed_markdown(text, "") is text


# --- what is told elsewhere


def test_the_link_that_a_command_prints_leads_to_the_desk(make_app: Callable[..., Flask]) -> None:
    app = make_app(BASE_URL=BELOW)
    printed = re.search(rf"{BELOW}(/author/welcome/[\w-]{{43}})", flask(app, "author", "reset").output)
    assert printed
    browser = app.test_client()
    page = browser.get(f"{PATH}{printed[1]}", base_url=HOST)
    typed = {"csrf_token": hidden(page, "csrf_token"), "name": NAME, "password": PASSWORD, "again": PASSWORD}
    done = browser.post(f"{PATH}{printed[1]}", base_url=HOST, data=typed, headers=SAME_ORIGIN)
    assert (done.status_code, done.location) == (303, "/blog/author/")
    assert browser.get("/blog/author/", base_url=HOST).status_code == 200


def test_a_hub_is_told_addresses_below_the_path(make_app: Callable[..., Flask]) -> None:
    app = make_app(BASE_URL=BELOW)
    assert hub_topics(app) == [f"{BELOW}/feed.atom", f"{BELOW}/feed.rss", f"{BELOW}/feed.json"]


def test_robots_manifest_and_feed_say_the_path(site: Flask) -> None:
    browser = site.test_client()
    assert browser.get("/robots.txt").text.splitlines() == [
        "User-agent: *",
        "Disallow: /blog/author/",
        "Disallow: /blog/preview/",
        "Disallow: /blog/search",
        "",
        f"Sitemap: {BELOW}/sitemap.xml",
    ]
    manifest = json.loads(browser.get("/site.webmanifest").text)
    assert [manifest[name] for name in ("id", "start_url", "scope")] == ["/blog/"] * 3
    feed = feedparser.parse(browser.get("/feed.rss").data, **AS_IT_IS)  # type: ignore[attr-defined, no-untyped-call]
    assert feed.feed.link == f"{BELOW}/"
    (enclosure,) = feed.entries[0].enclosures
    assert enclosure.href.startswith(f"{BELOW}/media/")
    with browser.get(urlsplit(enclosure.href).path, base_url=HOST) as file:
        assert file.content_length == int(enclosure.length)


def test_a_site_without_a_path_has_nothing_in_front_of_its_cache(app: Flask) -> None:
    assert isinstance(app.wsgi_app, PageCache)
    assert app.config["APPLICATION_ROOT"] == "/"
