"""What both proxies pass on: bytes, codings, addresses, https, sizes; and their responses while the site is down."""

import http.client
import re
import secrets
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from blog.web.security import AUTHORS_BODY, VISITORS_BODY
from tests.pictures import picture
from tests.programs import server
from tests.proxies.conftest import SETTINGS, Site, behind
from tests.proxies.running import NAME
from tests.proxies.visiting import ask, ask_site, cookie_in, redirected, secured, token_in, try_to_sign_in
from tests.signing_in import SAME_ORIGIN

FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Real-IP": "203.0.113.9"}
SAID_BY_THE_SITE = (
    "Cache-Control",
    "CDN-Cache-Control",
    "Content-Encoding",
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "ETag",
    "Strict-Transport-Security",
    "Vary",
)


@pytest.mark.parametrize(
    ("wish", "coding"),
    [
        ({"Accept-Encoding": "gzip, deflate, br, zstd"}, "zstd"),
        ({"Accept-Encoding": "gzip, deflate, br"}, "br"),
        ({"Accept-Encoding": "gzip"}, "gzip"),
        ({}, None),
    ],
)
def test_a_page_has_the_bytes_and_headers_that_the_site_gave_it(
    either: Site, wish: dict[str, str], coding: str | None
) -> None:
    page = ask(either.proxy, "/archive/", headers=wish)
    own = ask_site(either.server.port, "/archive/", wish)
    assert (page.status, page.headers["Content-Encoding"]) == (200, coding)
    assert page.body == own.body
    assert {name: page.headers.get_all(name) for name in SAID_BY_THE_SITE} == {
        name: own.headers.get_all(name) for name in SAID_BY_THE_SITE
    }


def test_the_style_sheet_may_be_kept_for_good(either: Site) -> None:
    found = re.search(r'href="(/static/site\.[0-9a-f]+\.css)"', ask(either.proxy, "/").text)
    assert found
    wishes: tuple[dict[str, str], ...] = ({"Accept-Encoding": "gzip, deflate, br, zstd"}, {})
    for wish in wishes:
        style = ask(either.proxy, found[1], headers=wish)
        own = ask_site(either.server.port, found[1], wish)
        assert "immutable" in style.headers["Cache-Control"]
        assert (style.status, style.body) == (200, own.body)


def test_a_post_in_a_script_that_keeps_its_letters_is_at_its_address(either: Site) -> None:
    either.publish("東京タワーに登る C++")
    path = f"/posts/{quote('東京タワーに登る-cpp')}"
    listing = ask_site(either.server.port, "/", {})  # nginx may have cached it a second ago.
    assert f'href="{path}"' in listing.text
    post = ask(either.proxy, path)
    assert (post.status, f'href="https://{NAME}{path}"' in post.text) == (200, True)
    lengthened = ask(either.proxy, f"{path}/")
    assert (lengthened.status, lengthened.headers["Location"]) == (301, path)


def test_http_leads_to_https(either: Site) -> None:
    answer = redirected(either.proxy, "/archive/?year=2026")
    assert answer.status in {301, 308}
    # Caddy includes the port, which is not 443 in this test.
    location = answer.headers["Location"].replace(f":{either.proxy.https}/", "/")
    assert location == f"https://{NAME}/archive/?year=2026"


def test_browsers_get_http_2(either: Site) -> None:
    with secured(either.proxy.https, protocol="h2") as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_what_has_not_changed_is_not_sent_again(either: Site) -> None:
    page = ask(either.proxy, "/tags/")
    for headers in (
        {"If-None-Match": page.headers["ETag"]},
        {"If-None-Match": f'"other", {page.headers["ETag"]}'},
    ):
        again = ask(either.proxy, "/tags/", headers=headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == page.headers["ETag"]
        assert again.headers["Cache-Control"] == page.headers["Cache-Control"]
    assert ask(either.proxy, "/tags/", headers={"If-None-Match": '"other"'}).status == 200


def test_head_tells_the_same_without_the_page(either: Site) -> None:
    for path in ("/", "/author/sign-in", "/nowhere"):
        head, page = (ask(either.proxy, path, method=method) for method in ("HEAD", "GET"))
        assert head.body == b""
        for name in ("Content-Type", "Cache-Control", "ETag", "Content-Length"):
            assert (head.status, head.headers[name]) == (page.status, page.headers[name])


def test_the_site_knows_that_it_is_asked_by_https_whatever_the_client_says(either: Site) -> None:
    form = ask(either.proxy, "/author/sign-in", headers=FORGED)
    assert form.headers["Set-Cookie"].startswith("__Host-session=")
    assert "; Secure;" in form.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in form.headers
    assert f'<link rel="canonical" href="https://{NAME}/">' in ask(either.proxy, "/").text


def test_the_author_sees_from_which_address_a_session_is(either: Site) -> None:
    signed_in = try_to_sign_in(either.proxy, address="127.0.0.5", headers=FORGED)
    assert signed_in.status == 303
    sessions = ask(either.proxy, "/author/sessions", headers={"Cookie": cookie_in(signed_in)}).text
    assert "127.0.0.5, since" in sessions
    assert "203.0.113.9" not in sessions


def test_failures_count_for_the_address_they_came_from_and_a_forged_one_is_no_way_out(either: Site) -> None:
    statuses = [
        try_to_sign_in(
            either.proxy,
            address="127.0.0.7",
            password="wrong",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status
        for number in range(6)
    ]
    assert statuses == [403] * 5 + [429]
    assert try_to_sign_in(either.proxy, address="127.0.0.8").status == 303


def upload(site: Site, cookie: str, size: int, path: str = "") -> int:
    """Send an image, padded to a request of `size` bytes. Returns the status."""
    page = ask(site.proxy, f"{path}/author/images/", headers={"Cookie": cookie})
    if "Set-Cookie" in page.headers:  # with the token of its form
        cookie = cookie_in(page)
    start = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token_in(page)}\r\n'
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    ).encode() + picture(64, 48)
    start += b'\r\n--b\r\nContent-Disposition: form-data; name="rest"; filename="rest"\r\n\r\n'
    end = b"\r\n--b--\r\n"
    headers = {"Cookie": cookie, "Content-Type": "multipart/form-data; boundary=b", **SAME_ORIGIN}
    body = start + bytes(size - len(start) - len(end)) + end
    return ask(site.proxy, f"{path}/author/images/", method="POST", body=body, headers=headers).status


def test_the_author_may_upload_as_much_as_the_site_takes(either: Site) -> None:
    cookie = cookie_in(try_to_sign_in(either.proxy, address="127.0.0.9"))
    assert upload(either, cookie, AUTHORS_BODY - 1) == 303


def test_more_than_that_is_refused(either: Site) -> None:
    assert ask_with_a_body(either, "/author/images/", AUTHORS_BODY + 1)[0] == 413


def test_a_visitor_may_send_as_much_as_the_site_takes_from_visitors(either: Site) -> None:
    assert ask_with_a_body(either, "/", VISITORS_BODY)[0] == 405
    too_large = ask_with_a_body(either, "/", VISITORS_BODY + 1)
    assert too_large == (413, "The request is too large.")


def ask_with_a_body(site: Site, path: str, size: int) -> tuple[int, str]:
    """Announce a body of `size` bytes and send it as far as it is accepted."""
    connection = http.client.HTTPConnection(NAME)
    connection.sock = secured(site.proxy.https)
    with closing(connection):
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        with suppress(OSError):  # the response may arrive before the end
            connection.send(bytes(size))
        response = connection.getresponse()
        return response.status, response.read().decode().strip()


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_while_the_site_is_down_a_sentence_says_so_and_then_all_is_well(
    kind: str, furnished_instance: Path, tmp_path: Path
) -> None:
    with behind(kind, furnished_instance, tmp_path) as site:
        site.server.process.kill()
        site.server.process.wait()
        for path in ("/", "/author/"):
            away = ask(site.proxy, path)
            assert (away.status, away.headers["Retry-After"]) == (503, "5")
            assert away.text.strip() == "The site is temporarily unavailable. Please try again."
            assert away.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert away.headers["Cache-Control"] == "no-store"
        with server(tmp_path / "instance", **SETTINGS, PORT=site.server.port) as restarted:
            restarted.wait()
            assert ask(site.proxy, "/").status == 200
            assert ask(site.proxy, "/author/").status == 302


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_no_log_of_a_proxy_holds_a_token_with_which_one_could_come_in(
    kind: str, furnished_instance: Path, tmp_path: Path
) -> None:
    token = secrets.token_urlsafe(32)
    asked = (
        f"/preview/{token}",
        f"/preview/{token}/",
        f"/author/welcome/{token}?x=1",
        f"/Preview/{token}",
        f"/preview%2F{token}",
        f"/author%2fwelcome%2f{token}",
        f"/posts/{token}",
    )

    def ask_for_all() -> None:
        for path in asked:
            for method in ("GET", "DELETE"):
                ask(site.proxy, path, method=method)
        ask(site.proxy, "/seen", headers={"Referer": f"https://{NAME}{asked[0]}"})

    with behind(kind, furnished_instance, tmp_path) as site:
        ask_for_all()
        site.server.process.kill()
        site.server.process.wait()
        ask_for_all()
    logs = [path.read_text() for path in (*site.proxy.folder.glob("*.log"), site.server.log)]
    assert any("/seen" in log for log in logs)
    assert not any(token in log for log in logs)


def test_what_the_site_sends_uncompressed_is_not_compressed_on_the_way(either: Site) -> None:
    """The author's pages contain tokens, which the compressed length could reveal (BREACH)."""
    for path in ("/author/sign-in", "/preview/x"):
        answer = ask(either.proxy, path, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        assert answer.headers["Content-Encoding"] is None, path
