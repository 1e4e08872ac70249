"""The page cache: never stale after any change, and nothing specific to a visitor."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
import zstandard
from flask import Blueprint, Flask, make_response, session
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from blog.errors import SettingInvalid
from blog.web import caching
from blog.web.caching import cached_page, code_version
from blog.writing import editing
from tests.conftest import LISTING, NOON, Clock, Write
from tests.programs import run_flask
from tests.signing_in import author_client


def entries(app: Flask) -> int:
    """The number of pages in the application's cache."""
    return len(app.extensions["page_cache"].store.entries)


def test_a_command_in_another_process_shows_in_the_very_next_response(
    client: FlaskClient, instance: Path
) -> None:
    assert "No posts have been published yet." in client.get("/").text
    assert run_flask(instance, "posts", "import", "--format", "listing", LISTING).returncode == 0
    assert "That is all" not in client.get("/").text
    assert 'data-announce="142 posts"' in client.get("/").text


def test_two_servers_on_one_instance_agree_at_once(
    make_app: Callable[..., Flask], client: FlaskClient, write: Write
) -> None:
    other = make_app().test_client()
    for title in ("One", "Two", "Three"):
        write(title)
        assert f"/posts/{title.lower()}" in client.get("/").text
        assert f"/posts/{title.lower()}" in other.get("/").text


@pytest.mark.parametrize("act", [editing.withdraw, editing.trash, lambda number: editing.delete([number])])
def test_what_is_taken_away_is_gone_from_every_page_at_once(
    app: Flask, client: FlaskClient, write: Write, act: Callable[[int], object]
) -> None:
    number = write("A secret", tags=["salt"])
    pages = ("/", "/tags/", "/archive/", "/posts/a-secret", "/tags/salt")
    for page in pages:
        assert client.get(page).status_code == 200
    with app.app_context():
        act(number)
    for page in pages:
        response = client.get(page)
        assert "A secret" not in response.text
        assert 'href="/tags/salt"' not in response.text


def test_a_scheduled_post_appears_in_its_second_on_every_page(
    client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("Now", tags=["salt"])
    write("Later", published_at=NOON + timedelta(hours=1), tags=["salt"])
    pages = ("/", "/tags/salt", "/archive/", "/posts/now")  # the last one links to newer posts
    for page in pages:
        assert "Later" not in client.get(page).text
    clock.move_to(NOON + timedelta(hours=1, microseconds=-1))
    for page in pages:
        assert "Later" not in client.get(page).text
    assert client.get("/posts/later").status_code == 404
    clock.advance(microseconds=1)
    for page in pages:
        assert "Later" in client.get(page).text
    assert client.get("/posts/later").status_code == 200


def test_query_arguments_that_nothing_looks_at_make_no_entries(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write()
    client.get("/")
    assert entries(app) == 1
    for query in (
        "utm_source=x",
        "fbclid=1&gclid=2",
        "x" * 2000,
        "before=1",
        "AFTER=1",
        "utm_source=y&utm_source=z",
    ):
        assert client.get(f"/?{query}").status_code == 200
    assert entries(app) == 1


def test_an_argument_that_is_repeated_makes_no_further_entry(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    """The first one counts."""
    place = f"{int(NOON.timestamp()) * 1_000_000}_{write()}"
    client.get(f"/?after={place}")
    for query in (f"after={place}&after=1_1", f"x=1&after={place}", f"after={place}&after={place}"):
        assert client.get(f"/?{query}").status_code == 200
    assert entries(app) == 1


def test_made_up_places_and_empty_combinations_make_no_entries(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    number = write("One", tags=["salt"])
    write("Two", tags=["water"])
    for address in ("/?after=1_1", "/?after=9_9", "/?upto=1_1", "/tags/salt?after=1_1", "/tags/salt+water"):
        assert client.get(address).status_code == 200
    assert entries(app) == 0
    # A restored range is for one reader only, even if its cursors are those of posts.
    place = f"{int(NOON.timestamp()) * 1_000_000}_{number}"
    for address in (f"/?upto={place}", f"/?after=1_1&upto={place}", f"/?after={place}&upto={place}"):
        assert client.get(address).status_code == 200
    assert entries(app) == 0


def test_what_the_site_leaves_out_shared_caches_leave_out_too_and_browsers_keep(
    client: FlaskClient, write: Write, clock: Clock
) -> None:
    """With and without RFC 9213: otherwise invented cursors would fill shared caches."""
    place = f"{int(NOON.timestamp()) * 1_000_000}_{write('One', tags=['salt'])}"
    write("Two", tags=["water"])
    for address in ("/?after=1_1", f"/?upto={place}", "/tags/salt?after=1_1", "/tags/salt+water"):
        made = client.get(address)
        unchanged = client.get(address, headers={"If-None-Match": made.headers["ETag"]})
        assert (made.status_code, unchanged.status_code) == (200, 304)
        for answer in (made, unchanged, client.head(address)):
            assert answer.headers.getlist("CDN-Cache-Control") == ["no-store"]
            assert answer.headers.getlist("Cache-Control") == ["private, max-age=0, must-revalidate"]
    for address in ("/", f"/?after={place}", "/tags/salt"):
        assert client.get(address).headers["CDN-Cache-Control"].startswith("public")
        assert client.get(address).headers["Cache-Control"].startswith("public")


def test_a_page_further_down_that_others_lead_to_is_kept(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    for number in range(14):
        write(f"Post {number}")
    older = client.get("/").text.partition('<a rel="next" href="')[2].partition('"')[0]
    assert older.startswith("/?after=")
    client.get(older)
    assert entries(app) == 2


def test_errors_and_redirects_are_not_kept(app: Flask, client: FlaskClient, write: Write) -> None:
    write(tags=["salt", "pepper"])
    statuses = [
        client.get(address).status_code
        for address in (
            "/nowhere",
            "/posts/none",
            "/tags/none",
            "/?after=x",
            "/tags/salt+pepper",
            "/archive/1999/",
        )
    ]
    assert statuses == [404, 404, 404, 400, 301, 404]
    assert entries(app) == 0


def test_what_is_meant_for_one_visitor_is_neither_kept_nor_given_to_another(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app()
    visits = []

    def personal(kind: str) -> ResponseReturnValue:
        visits.append(kind)
        response = make_response(f"visit {len(visits)}")
        if kind == "cookie":
            response.set_cookie("a", "b")
        elif kind == "session":
            session["name"] = "Ada"
        return response

    bp = Blueprint("probe", __name__)
    bp.route("/probe/<kind>", methods=["GET", "POST"])(cached_page(personal))
    app.register_blueprint(bp)
    for kind in ("cookie", "session"):
        client = app.test_client(use_cookies=False)
        assert client.get(f"/probe/{kind}").text != client.get(f"/probe/{kind}").text
    client = app.test_client(use_cookies=False)
    author = author_client(app)
    assert author.post("/probe/plain").text != author.post("/probe/plain").text
    personal_page = author.get("/probe/plain")
    assert "private" in personal_page.headers["Cache-Control"]
    assert entries(app) == 0
    public = client.get("/probe/plain").text
    assert public == client.get("/probe/plain").text != personal_page.text
    assert author.get("/probe/plain").text != public


def test_a_made_up_session_does_not_get_round_the_cache(
    app: Flask, client: FlaskClient, write: Write, queries: list[str]
) -> None:
    write("A post")
    page = client.get("/")
    queries.clear()
    for cookie in ("session=anything", "session=", "a=b; session=x.y.z", "session", "session=\u00ff"):
        forged = client.get("/", headers={"Cookie": cookie})
        assert (forged.data, forged.headers["Cache-Control"]) == (page.data, page.headers["Cache-Control"])
    assert queries == []


def test_head_is_answered_from_gets_entry_and_does_not_spoil_it(client: FlaskClient, write: Write) -> None:
    write("A post")
    head = client.head("/")
    assert (head.status_code, head.data) == (200, b"")
    page = client.get("/")
    assert "A post" in page.text
    assert head.headers["Content-Length"] == page.headers["Content-Length"]
    assert head.headers["ETag"] == page.headers["ETag"]


def test_compressed_or_not_the_page_is_the_same(client: FlaskClient, write: Write) -> None:
    write("A post")
    plain = client.get("/")
    unpacked = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": zstandard.ZstdDecompressor().decompress,
    }
    for accepts, coding in {
        "gzip": "gzip",
        "GZIP": "gzip",
        "gzip, deflate, br, zstd": "zstd",
        "gzip, deflate, br": "br",
        "br;q=0.5, gzip": "gzip",
        "br;q=0, *": "zstd",
        "*": "zstd",
    }.items():
        compressed = client.get("/", headers={"Accept-Encoding": accepts})
        assert compressed.headers["Content-Encoding"] == coding, accepts
        assert int(compressed.headers["Content-Length"]) == len(compressed.data)
        assert unpacked[coding](compressed.data) == plain.data
    for accepts in ("", "identity", "gzip;q=0", "deflate", "*;q=0", "gzip;q=x"):
        assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": accepts}).headers, (
            accepts
        )
    assert plain.headers["Vary"] == "Accept-Encoding"


def test_a_browser_that_has_the_page_is_told_so_until_it_changes(client: FlaskClient, write: Write) -> None:
    write("A post")
    tag = client.get("/").headers["ETag"]
    unchanged = client.get("/", headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert "must-revalidate" in unchanged.headers["Cache-Control"]
    write("Another")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_nothing_of_a_request_gets_into_a_page_but_its_address(client: FlaskClient, write: Write) -> None:
    write("A post")
    spoilt = client.get(
        "/?utm_source=MARK",
        headers={
            "Host": "127.0.0.1:1234",
            "X-Forwarded-Host": "MARK",
            "Referer": "MARK",
            "HX-Request": "true",
        },
    )
    assert spoilt.status_code == 200
    assert "MARK" not in spoilt.text
    assert "127.0.0.1" not in spoilt.text
    assert client.get("/").data == spoilt.data


def test_a_store_that_outlives_a_restart_serves_what_is_still_true(
    make_app: Callable[..., Flask], write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("A post")
    store = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(tmp_path / "pages")}
    first = make_app(**store).test_client().get("/")
    files = sorted((tmp_path / "pages").iterdir())
    again = make_app(**store)
    served = again.test_client().get("/")
    assert (served.data, served.headers["Cache-Status"]) == (first.data, "scrollwork; hit")
    assert sorted((tmp_path / "pages").iterdir()) == files
    write("Another")
    assert "Another" in again.test_client().get("/").text
    monkeypatch.setattr(caching, "running_version", lambda _root: "a newer one")
    newer = make_app(**store)
    assert newer.test_client().get("/").headers["Cache-Status"] == "scrollwork; fwd=miss; stored"


def test_a_store_holds_pages_of_the_present_base_url_only(
    make_app: Callable[..., Flask], write: Write, tmp_path: Path
) -> None:
    """The setting was changed, and the old cache still exists."""
    write("A post")
    store = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(tmp_path / "pages")}
    assert 'href="http://localhost/"' in make_app(**store).test_client().get("/").text
    moved = make_app(**store, BASE_URL="https://blog.example.org")
    page = moved.test_client().get("/", base_url="https://blog.example.org").text
    assert 'href="https://blog.example.org/"' in page
    assert "localhost" not in page


def test_another_template_makes_another_version_of_the_code(tmp_path: Path) -> None:
    for folder in ("blog", "templates", "static"):
        (tmp_path / folder).mkdir()
    (tmp_path / "templates" / "page.html").write_text("one")
    before = code_version(tmp_path)
    assert code_version(tmp_path) == before
    (tmp_path / "templates" / "page.html").write_text("two")
    assert code_version(tmp_path) != before


def test_a_session_that_has_signed_nobody_in_does_not_get_round_the_cache(
    app: Flask, client: FlaskClient, write: Write, queries: list[str]
) -> None:
    write("A post")
    author = author_client(app)
    page = client.get("/")
    assert client.get("/author/sign-in").status_code == 200  # this starts a session with a token for its form
    assert client.get_cookie("session") is not None
    queries.clear()
    assert client.get("/").headers["Cache-Status"] == "scrollwork; hit"
    assert client.get("/").data == page.data
    assert queries == []
    assert author.get("/").headers.get("Cache-Status") is None


def test_search_and_errors_are_compressed_in_the_coding_that_is_sent_and_the_authors_pages_are_not(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("A post about caching", body="caching " * 200)
    plain = client.get("/search?q=caching", headers={"Accept-Encoding": "identity"})
    for coding in ("zstd", "br", "gzip"):
        answer = client.get("/search?q=caching", headers={"Accept-Encoding": coding})
        assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (coding, "Accept-Encoding")
        assert len(answer.data) < len(plain.data) / 2
    for path in ("/nowhere", "/?after=wrong", "/?after=9_9"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert brotli.decompress(answer.data) == client.get(path).data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    head = client.head("/search?q=caching", headers={"Accept-Encoding": "br"})
    assert (head.headers["Content-Encoding"], head.data) == ("br", b"")
    author = author_client(app)
    for path in ("/author/", "/author/nowhere", "/author/sign-in"):
        assert "Content-Encoding" not in author.get(path, headers={"Accept-Encoding": "br"}).headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0.5, br;q=0.4", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("br;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0, gzip", "gzip"),
        ("zstd;q=0, *", "br"),
        ("identity, gzip;q=0.5", None),
        ("br;q=0", None),
        ("", None),
        ("gzip, " * 10_000, "gzip"),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(
    app: Flask, client: FlaskClient, accepted: str, coding: str | None
) -> None:
    asset = app.extensions["assets"]["site.css"]
    of_a_file = {"zstd": "br"}.get(coding or "", coding)  # files have no zstd copy
    for path, expected in (("/", coding), (asset, of_a_file)):
        with client.get(path, headers={"Accept-Encoding": accepted}) as answer:
            assert answer.status_code == 200
            assert answer.headers.get("Content-Encoding") == expected, path


@pytest.mark.parametrize(
    "accepted", ["identity;q=0", "*;q=0", "gzip;q=0, br;q=0, zstd;q=0, identity;q=0", "identity;q=0, lzma"]
)
def test_who_takes_no_coding_that_there_is_and_no_plain_bytes_is_told_so(
    app: Flask, client: FlaskClient, accepted: str
) -> None:
    client.get("/")  # so that the page is cached
    for path in ("/", "/archive/", "/search?q=a", "/nothing", app.extensions["assets"]["site.css"]):
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.status_code == 406, path
        assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == ("Accept-Encoding", "no-store")
        assert "gzip" in answer.text
    assert client.get("/healthz", headers={"Accept-Encoding": accepted}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, identity;q=0", "gzip"),
        ("identity;q=0, br;q=0.1", "br"),
        ("*;q=0, gzip;q=0.5", "gzip"),
        ("identity;q=0, *", "zstd"),
        ("*;q=0, identity", None),
        ("identity;q=0.001", None),
    ],
)
def test_plain_bytes_go_out_only_to_who_takes_them(
    client: FlaskClient, accepted: str, coding: str | None
) -> None:
    for path in ("/", "/search?q=a", "/nothing"):
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.status_code == (404 if path == "/nothing" else 200)
        assert answer.headers.get("Content-Encoding") == coding, path


@pytest.mark.parametrize(
    ("name", "folder", "says"),
    [
        ("FileSystemCache", None, "BLOG_CACHE_DIR must name a folder"),
        ("FileSystemCache", "a-file", "BLOG_CACHE_TYPE=FileSystemCache cannot be used"),
        ("FileSystemCache", "a-file/pages", "BLOG_CACHE_TYPE=FileSystemCache cannot be used"),
        ("RedisCache", None, "BLOG_CACHE_TYPE=RedisCache cannot be used: no redis module"),
    ],
)
def test_a_store_that_cannot_be_used_stops_the_start_with_a_sentence(
    make_app: Callable[..., Flask], tmp_path: Path, name: str, folder: str | None, says: str
) -> None:
    (tmp_path / "a-file").write_text("")
    with pytest.raises(SettingInvalid, match=says):
        make_app(CACHE_TYPE=name, **({"CACHE_DIR": str(tmp_path / folder)} if folder else {}))
