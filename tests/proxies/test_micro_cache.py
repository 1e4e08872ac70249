"""nginx's cache: readers get responses cached for a second, and nobody gets those of others."""

import http.client
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from tests.programs import server
from tests.proxies.conftest import SETTINGS, Site, behind
from tests.proxies.running import NAME, Proxy, free_ports, make_certificate, program, proxy, write_nginx
from tests.proxies.visiting import (
    Answer,
    ask,
    cookie_in,
    redirected,
    secured,
    try_to_sign_in,
    wait_for_the_next_second,
)

# The site, with an address that counts its requests and responds with requested headers.
COUNTING = """
from itertools import count
from flask import request
from blog import create_app
from blog.server.serving import serve

app = create_app()
numbers = count()

@app.get("/accent-count")
def counted():
    return str(next(numbers)), int(request.args.get("status", 200)), {
        name: value for name, value in request.args.items() if name != "status"
    }

serve(app)
"""
SHARED = "CDN-Cache-Control=public,max-age%3D1"
FOR_GOOD = "Cache-Control=public,max-age%3D31536000,immutable"


@pytest.fixture(scope="module")
def counting(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("counting")
    with server(folder / "instance", "-c", COUNTING, **SETTINGS) as started:
        started.wait()
        with proxy("nginx", folder / "nginx", started.port) as running:
            yield running


def in_one_second(
    proxy: Proxy, path: str, *, first: Mapping[str, str], then: Mapping[str, str]
) -> tuple[Answer, Answer]:
    """Responses to requests with these headers within one second of the proxy's clock, so that the cache can apply."""
    while True:
        one, other = (ask(proxy, path, headers=headers) for headers in (first, then))
        if one.second == other.second:
            return one, other


def twice(proxy: Proxy, path: str, **headers: str) -> tuple[Answer, Answer]:
    """Two responses within one second of the proxy's clock."""
    return in_one_second(proxy, path, first=headers, then=headers)


def test_nginx_takes_the_file_without_a_warning(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    site, https, http, inner = free_ports(4)
    main = write_nginx(tmp_path, site=site, https=https, http=http, inner=inner)
    tested = subprocess.run(
        [program("nginx"), "-t", "-c", str(main), "-e", "stderr"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stderr
    assert "test is successful" in tested.stderr
    assert "[warn]" not in tested.stderr


def test_of_a_page_that_many_read_the_site_sees_one_request_a_second(cached: Site) -> None:
    pages = [ask(cached.proxy, "/archive/") for _ in range(200)]
    assert {page.status for page in pages} == {200}
    seconds = pages[-1].second - pages[0].second + 1
    assert cached.proxy.fetched("/archive/") <= seconds + 1
    assert sum(page.cache == "hit" for page in pages) >= 200 - seconds - 1


def test_a_page_from_the_cache_does_not_say_how_long_the_site_took_once(cached: Site) -> None:
    for page in twice(cached.proxy, "/archive/"):
        assert "Server-Timing" not in page.headers


def test_browsers_that_spell_the_same_wish_in_other_words_share_a_page(cached: Site) -> None:
    one, other = in_one_second(
        cached.proxy,
        "/tags/",
        first={"Accept-Encoding": "gzip,br"},
        then={"Accept-Encoding": "deflate, BR , gzip"},
    )
    assert (one.body, other.cache) == (other.body, "hit")
    weighed = ask(cached.proxy, "/tags/", headers={"Accept-Encoding": "br;q=0, zstd;q=0"})
    assert weighed.headers["Content-Encoding"] is None


def test_a_post_is_there_in_the_second_after_it_was_published_though_nobody_asked_meanwhile(
    cached: Site,
) -> None:
    for number in range(3):
        ask(cached.proxy, "/")
        cached.publish(f"Seldom read {number}")
        wait_for_the_next_second(cached.proxy)
        assert f"Seldom read {number}" in ask(cached.proxy, "/").text


def test_a_post_is_there_in_a_second_while_many_read(cached: Site) -> None:
    """Measured is the time of the last request that got the previous page."""
    done = Event()

    def read(title: str) -> float:
        last = 0.0
        while not done.is_set():
            sent = time.monotonic()
            if title not in ask(cached.proxy, "/").text:
                last = sent
        return last

    with ThreadPoolExecutor(3) as pool:
        for number in range(2):
            title = f"Much read {number}"
            done.clear()
            readers = [pool.submit(read, title) for _ in range(3)]
            while ask(cached.proxy, "/").cache != "hit":
                pass
            cached.publish(title)
            published = time.monotonic()
            for _ in range(3):
                wait_for_the_next_second(cached.proxy)
            done.set()
            # A page that is being fetched at the end of the second may take a moment longer.
            assert max(reader.result() for reader in readers) - published < 1.5


def test_nobody_gets_a_page_of_long_ago_while_a_newer_one_is_being_fetched(
    furnished_instance: Path, tmp_path: Path
) -> None:
    with behind("nginx", furnished_instance, tmp_path) as site:
        ask(site.proxy, "/")
        site.publish("Since then")
        for _ in range(3):
            wait_for_the_next_second(site.proxy)
        site.server.process.send_signal(signal.SIGSTOP)
        try:
            readers = [http.client.HTTPConnection(NAME) for _ in range(2)]
            for reader in readers:
                reader.sock = secured(site.proxy.https)
                reader.request("GET", "/")
            # nginx processes events in order, so by now it has processed these two.
            for _ in range(10):
                redirected(site.proxy)
        finally:
            site.server.process.send_signal(signal.SIGCONT)
        for reader in readers:
            with closing(reader):
                assert "Since then" in reader.getresponse().read().decode()


def test_others_get_the_page_of_the_second_before_while_it_is_fetched_even_from_a_site_that_hangs(
    furnished_instance: Path, tmp_path: Path
) -> None:
    with behind("nginx", furnished_instance, tmp_path) as site:
        wait_for_the_next_second(site.proxy)
        page = ask(site.proxy, "/")
        site.server.process.send_signal(signal.SIGSTOP)
        try:
            wait_for_the_next_second(site.proxy)
            fetching = http.client.HTTPConnection(NAME)
            with closing(fetching):
                fetching.sock = secured(site.proxy.https)
                fetching.putrequest("GET", "/", skip_accept_encoding=True)
                fetching.endheaders()
                for _ in range(10):
                    redirected(site.proxy)
                other = ask(site.proxy, "/")
                assert (other.cache, other.body) == ("hit; detail=updating", page.body)
                response = fetching.getresponse()
                assert (response.status, response.read()) == (200, page.body)
        finally:
            site.server.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Cache-Control=public,max-age%3D60",
        "Cache-Control=private,no-cache",
        f"{SHARED}&Cache-Control=private",
        f"{SHARED}&Cache-Control=no-store",
        "CDN-Cache-Control=no-store&Cache-Control=public,max-age%3D60",
        f"{SHARED}&Set-Cookie=a%3Db",
    ],
)
def test_what_the_site_does_not_give_to_shared_caches_is_not_stored(counting: Proxy, headers: str) -> None:
    path = f"/accent-count?{headers}"
    first, second = twice(counting, path)
    assert first.body != second.body
    assert second.cache == "fwd=miss"


@pytest.mark.parametrize("headers", [SHARED, FOR_GOOD])
def test_what_the_site_gives_to_shared_caches_is_good_for_the_rest_of_the_second(
    counting: Proxy, headers: str
) -> None:
    path = f"/accent-count?{headers}&x=1"
    first, second = twice(counting, path)
    assert (first.body, second.cache) == (second.body, "hit")
    wait_for_the_next_second(counting)
    assert ask(counting, path).body != second.body


@pytest.mark.parametrize(
    "cookie", ["__Host-session=made-up", "a=b; __Host-session=x", "a=b;__Host-session=x"]
)
def test_a_request_with_a_session_gets_nothing_from_the_cache_and_leaves_nothing_there(
    counting: Proxy, cookie: str
) -> None:
    path = f"/accent-count?{FOR_GOOD}&cookie={len(cookie)}"
    first, second = twice(counting, path, Cookie=cookie)
    assert first.body != second.body
    assert second.cache == "fwd=bypass"
    assert ask(counting, path).cache == "fwd=miss"
    reader, author = in_one_second(counting, path, first={}, then={"Cookie": cookie})
    assert reader.body != author.body


MADE_UP = [
    "__Host-session=made-up",
    "__Host-session=eyJ0b2tlbiI6IngifQ.aaaaaa.bbbbbb",
    "a=b; __Host-session=",
]


@pytest.mark.parametrize("cookie", [*MADE_UP, "of the sign-in page"])
def test_a_session_of_nobody_gets_round_the_cache_of_nginx_but_not_round_that_of_the_site(
    cached: Site, cookie: str
) -> None:
    """The site checks the signature and its content, so such a request costs a lookup and no page."""
    if cookie not in MADE_UP:
        cookie = cookie_in(ask(cached.proxy, "/author/sign-in"))
    assert "session=" in cookie
    for path in ("/", "/archive/", "/sitemap.xml"):
        plain = ask(cached.proxy, path)
        for _ in range(2):
            answer = ask(cached.proxy, path, headers={"Cookie": cookie})
            assert (answer.status, answer.cache) == (200, "fwd=bypass")
            assert any(
                said.startswith("scrollwork; hit") for said in answer.headers.get_all("Cache-Status", [])
            )
            assert answer.body == plain.body
            assert "private" not in answer.headers["Cache-Control"]
            assert "Set-Cookie" not in answer.headers


def test_one_address_gets_round_the_cache_of_nginx_no_more_than_a_person_would(cached: Site) -> None:
    made_up = {"Cookie": MADE_UP[0]}

    def status(_number: int) -> int:
        return ask(cached.proxy, "/tags/", address="127.0.0.11", headers=made_up).status

    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(status, range(400)))
    assert set(statuses) == {200, 429}
    assert ask(cached.proxy, "/tags/", address="127.0.0.11").status == 200
    assert ask(cached.proxy, "/tags/", address="127.0.0.12", headers=made_up).status == 200


def test_what_the_author_sees_is_the_authors_alone(cached: Site) -> None:
    cookie = cookie_in(try_to_sign_in(cached.proxy, address="127.0.0.3"))
    for path in ("/", "/author/"):
        own = ask(cached.proxy, path, headers={"Cookie": cookie})
        assert own.status == 200
        assert re.search("private|no-store", own.headers["Cache-Control"])
    assert ask(cached.proxy, "/author/").status == 302
    first, second = (ask(cached.proxy, "/author/sign-in") for _ in range(2))
    assert cookie_in(first) != cookie_in(second)


def test_pages_of_made_up_places_are_not_stored_and_come_with_what_the_site_says_to_browsers(
    cached: Site,
) -> None:
    for path in ("/?after=1_1", "/?upto=1_1"):
        for answer in twice(cached.proxy, path):
            assert (answer.status, answer.cache) == (200, "fwd=miss")
            assert answer.headers.get_all("Cache-Control") == ["private, max-age=0, must-revalidate"]
            assert answer.headers.get_all("CDN-Cache-Control") == ["no-store"]


def test_what_tells_of_the_moment_is_asked_each_time(cached: Site) -> None:
    for path in ("/healthz", "/readyz"):
        for answer in twice(cached.proxy, path):
            assert (answer.status, answer.cache) == (200, "fwd=miss")


def test_a_page_for_another_name_is_not_kept(cached: Site) -> None:
    for _ in range(2):
        foreign = ask(cached.proxy, "/posts/x", headers={"Host": "evil.example"})
        assert (foreign.status, foreign.cache) == (400, "fwd=miss")


def test_while_the_site_is_down_what_was_read_goes_on_being_served(
    furnished_instance: Path, tmp_path: Path
) -> None:
    with behind("nginx", furnished_instance, tmp_path) as site:
        page = ask(site.proxy, "/")
        (style,) = set(re.findall(r'href="(/static/site\.[0-9a-f]+\.css)"', page.text))
        kept = {path: ask(site.proxy, path).body for path in ("/", style)}
        site.server.process.kill()
        site.server.process.wait()
        wait_for_the_next_second(site.proxy)
        for path, body in kept.items():
            stale = ask(site.proxy, path)
            assert (stale.status, stale.body, stale.cache) == (200, body, "hit; detail=stale")
        assert ask(site.proxy, "/archive/").status == 503
        site.publish("Meanwhile")
        with server(tmp_path / "instance", **SETTINGS, PORT=site.server.port) as restarted:
            restarted.wait()
            back = ask(site.proxy, "/")
            assert (back.status, back.cache) == (200, "fwd=stale")
            assert "Meanwhile" in back.text
