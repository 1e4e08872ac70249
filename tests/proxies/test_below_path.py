"""A site below /blog of another site, behind both proxies, with and without path stripping."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from blog.web.security import AUTHORS_BODY, VISITORS_BODY
from tests.programs import server
from tests.proxies.conftest import BELOW, Site, behind
from tests.proxies.running import NAME
from tests.proxies.test_passing_on import ask_with_a_body, upload
from tests.proxies.visiting import Answer, ask, ask_site, cookie_in, try_to_sign_in

KINDS = ["nginx-below", "nginx-below-stripping", "caddy-below", "caddy-below-stripping"]


@pytest.fixture(scope="module", params=KINDS)
def below(
    request: pytest.FixtureRequest, furnished_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with behind(request.param, furnished_instance, tmp_path_factory.mktemp("below")) as site:
        yield site


def addresses(page: Answer) -> set[str]:
    found = re.findall(r'(?:href|src|action|hx-get)="([^"#]*)', page.text)
    return {
        each.removeprefix(f"https://{NAME}") for each in found if not each.startswith(("http://", "mailto:"))
    }


def test_all_that_a_page_names_is_there_below_the_path(below: Site) -> None:
    page = ask(below.proxy, "/blog/")
    assert (page.status, page.headers["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")
    named = {each for each in addresses(page) if each}
    assert len(named) > 20
    assert all(each.startswith("/blog/") for each in named)
    assert [each for each in named if ask(below.proxy, each.replace("&amp;", "&")).status >= 400] == []
    own = ask_site(below.server.port, "/blog/", {})
    assert page.body == own.body


def test_the_rest_of_the_host_is_the_other_sites(below: Site) -> None:
    assert ask(below.proxy, "/").text == "The other site.\n"
    assert (
        "The other site." in ask(below.proxy, "/blogger").text or ask(below.proxy, "/blogger").status == 404
    )


def test_the_path_without_a_slash_leads_to_the_first_page(below: Site) -> None:
    answer = ask(below.proxy, "/blog?x=1")
    if answer.status == 200:  # caddy stripped the whole path
        assert answer.body == ask(below.proxy, "/blog/").body
    else:
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/blog/?x=1")
    moved = ask(below.proxy, "/blog/tags")
    assert (moved.status, moved.headers["Location"]) == (308, f"https://{NAME}/blog/tags/")


def test_the_author_signs_in_below_the_path_and_uploads_as_much_as_the_site_takes(below: Site) -> None:
    form = ask(below.proxy, "/blog/author/sign-in")
    assert form.headers["Set-Cookie"].startswith("__Secure-session-blog=")
    assert {"Secure", "HttpOnly", "Path=/blog"} <= set(form.headers["Set-Cookie"].split("; "))
    assert (
        "Content-Encoding"
        not in ask(below.proxy, "/blog/author/sign-in", headers={"Accept-Encoding": "gzip, br"}).headers
    )
    signed_in = try_to_sign_in(below.proxy, address="127.0.0.6", path="/blog")
    assert (signed_in.status, signed_in.headers["Location"]) == (303, "/blog/author/")
    cookie = cookie_in(signed_in)
    assert ask(below.proxy, "/blog/author/", headers={"Cookie": cookie}).status == 200
    assert upload(below, cookie, AUTHORS_BODY - 1, "/blog") == 303
    assert ask_with_a_body(below, "/blog/author/images/", AUTHORS_BODY + 1)[0] == 413
    assert ask_with_a_body(below, "/blog/", VISITORS_BODY)[0] == 405
    too_large = ask_with_a_body(below, "/blog/", VISITORS_BODY + 1)
    assert too_large == (413, "The request is too large.")


@pytest.mark.parametrize("kind", ["nginx-below", "caddy-below"])
def test_while_the_site_is_down_a_sentence_says_so_and_no_log_holds_a_token(
    kind: str, furnished_instance: Path, tmp_path: Path
) -> None:
    token = secrets.token_urlsafe(32)
    asked = (f"/blog/preview/{token}", f"/blog/preview/{token}/", f"/blog/author/welcome/{token}?x=1")
    with behind(kind, furnished_instance, tmp_path) as site:
        for path in asked:
            ask(site.proxy, path)
        site.server.process.kill()
        site.server.process.wait()
        for path in asked:
            ask(site.proxy, path)
        for path in ("/blog/", "/blog/author/"):
            away = ask(site.proxy, path)
            assert (away.status, away.headers["Retry-After"], away.headers["Cache-Control"]) == (
                503,
                "5",
                "no-store",
            )
            assert away.text.strip() == "The site is temporarily unavailable. Please try again."
        with server(tmp_path / "instance", **BELOW, PORT=site.server.port) as restarted:
            restarted.wait()
            assert (
                ask(site.proxy, "/blog/author/")
                .headers["Location"]
                .startswith("/blog/author/sign-in?next=/blog/")
            )
    logs = [path.read_text() for path in (*site.proxy.folder.glob("*.log"), site.server.log)]
    assert any("/blog/" in log for log in logs)
    assert not any(token in log for log in logs)
