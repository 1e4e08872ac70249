"""Clients that connect to a proxy by https from an address of their own."""

import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlencode

from tests.proxies.running import NAME, Proxy
from tests.signing_in import NAME as AUTHOR
from tests.signing_in import PASSWORD, SAME_ORIGIN


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cache(self) -> str:
        """The status of nginx's cache."""
        said = [line for line in self.headers.get_all("Cache-Status", []) if line.startswith("nginx; ")]
        return said[0].removeprefix("nginx; ") if said else ""

    @property
    def second(self) -> int:
        """The proxy's clock."""
        return int(parsedate_to_datetime(self.headers["Date"]).timestamp())


def secured(port: int, *, address: str = "127.0.0.1", protocol: str = "http/1.1") -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The certificate was made for this test.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    plain = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(address, 0))
    return context.wrap_socket(plain, server_hostname=NAME)


def ask(
    proxy: Proxy,
    path: str,
    *,
    method: str = "GET",
    address: str = "127.0.0.1",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request by https from `address`."""
    connection = http.client.HTTPConnection(NAME)
    connection.sock = secured(proxy.https, address=address)
    with closing(connection):
        return answer_to(connection, path, method=method, body=body, headers=headers)


def ask_site(port: int, path: str, headers: Mapping[str, str]) -> Answer:
    """The same request to the site itself, as a proxy would send it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        return answer_to(connection, path, headers={"Host": NAME, "X-Forwarded-Proto": "https", **headers})


def answer_to(
    connection: http.client.HTTPConnection,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


def try_to_sign_in(
    proxy: Proxy,
    *,
    address: str,
    password: str = PASSWORD,
    headers: Mapping[str, str] | None = None,
    path: str = "",
) -> Answer:
    """Load the form and send it, on a site below `path`."""
    form = ask(proxy, f"{path}/author/sign-in", address=address, headers=headers)
    fields = {"csrf_token": token_in(form), "name": AUTHOR, "password": password}
    sent = {"Cookie": cookie_in(form), "Content-Type": "application/x-www-form-urlencoded", **SAME_ORIGIN}
    return ask(
        proxy,
        f"{path}/author/sign-in",
        method="POST",
        address=address,
        body=urlencode(fields).encode(),
        headers={**(headers or {}), **sent},
    )


def cookie_in(answer: Answer) -> str:
    """The session cookie, as a browser sends it."""
    given = (line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))
    return next(each for each in given if "session" in each.partition("=")[0])


def token_in(answer: Answer) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def redirected(proxy: Proxy, path: str = "/") -> Answer:
    """One request by http, which the proxy answers itself."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.http, timeout=30)
    with closing(connection):
        return answer_to(connection, path, headers={"Host": NAME})


def wait_for_the_next_second(proxy: Proxy) -> None:
    """Wait for the next second of the proxy's clock."""
    now = redirected(proxy).second
    while redirected(proxy).second == now:
        pass
