"""nginx and Caddy as in Debian, with the files of deploy/ adapted only for loopback."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.programs import ROOT

NAME = "blog.example.org"


class Proxy(NamedTuple):
    """A running proxy on loopback."""

    https: int
    http: int
    folder: Path

    def fetched(self, path: str) -> int:
        """The number of requests for `path` that nginx's cache has passed on to the site."""
        return (self.folder / "fetched.log").read_text().count(f'"GET {path} HTTP')


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def program(name: str) -> str:
    """Debian's folders for servers, which may not be in PATH."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"{name} is missing: `make proxies` says what to type."
    return found


def changed(text: str, changes: dict[str, str]) -> str:
    """`text` with each key replaced by its value. Missing keys are an error, because the test would test something
    else.
    """
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            *(
                program("openssl"),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ),
            *("-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )


def write_nginx(folder: Path, *, site: int, https: int, http: int, inner: int) -> Path:
    """/etc/nginx in `folder`: the shipped file with Debian's settings around it."""
    shipped = (ROOT / "deploy" / "nginx.conf").read_text()
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{site};",
        "server 127.0.0.1:8001;": f"server 127.0.0.1:{inner};",
        "listen 127.0.0.1:8001;": f"listen 127.0.0.1:{inner};",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{https} ssl http2;",
        # Not every machine has IPv6.
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": f"{folder}/certificate.pem",
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": f"{folder}/key.pem",
        "/var/lib/nginx/scrollwork": f"{folder}/cache",
        "/var/www/html": f"{folder}/html",
        "access_log off;": f"access_log {folder}/fetched.log scrollwork;",
        "/var/log/nginx/": f"{folder}/",
    }
    (folder / "scrollwork.conf").write_text(changed(shipped, changes))
    return write_main(folder, "scrollwork.conf")


def write_caddy(folder: Path, *, site: int, https: int, http: int) -> Path:
    shipped = (ROOT / "deploy" / "Caddyfile").read_text()
    changes = {
        **caddy_changes(folder, site=site, https=https, http=http),
        f"\n{NAME} {{\n": f"\n{NAME} {{\ntls {folder}/certificate.pem {folder}/key.pem\n",
    }
    caddyfile = folder / "Caddyfile"
    caddyfile.write_text(changed(shipped, changes))
    return caddyfile


def write_nginx_path(folder: Path, *, site: int, https: int, http: int, strips: bool) -> Path:
    """Another site's server block that includes the shipped snippet."""
    takes_off = "rewrite ^/blog(/.*)$ $1 break; " if strips else ""
    changes = {"proxy_pass http://127.0.0.1:8000;": f"{takes_off}proxy_pass http://127.0.0.1:{site};"}
    shipped = (ROOT / "deploy" / "nginx-path.conf").read_text()
    (folder / "scrollwork.conf").write_text(changed(shipped, changes))
    (folder / "sites.conf").write_text(
        f"server {{ listen 127.0.0.1:{http}; return 301 https://{NAME}$request_uri; }}\n"
        f"server {{ listen 127.0.0.1:{https} ssl http2; server_name {NAME};\n"
        f"ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;\n"
        f"error_log {folder}/error.log; include {folder}/scrollwork.conf;\n"
        'location / { default_type text/plain; return 200 "The other site.\\n"; }\n'
        "location ~ \\.(css|png)$ { return 404; } }\n"
    )
    return write_main(folder, "sites.conf")


def write_main(folder: Path, included: str) -> Path:
    """nginx's main file with Debian's settings."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; worker_processes 1; pid {folder}/pid;\n"
        "events { worker_connections 768; }\n"
        f"http {{ sendfile on; tcp_nopush on; gzip on; access_log {folder}/access.log; {temporary}\n"
        f"include {folder}/{included}; }}\n"
    )
    return main


def write_caddy_path(folder: Path, *, site: int, https: int, http: int, strips: bool) -> Path:
    shipped = (ROOT / "deploy" / "Caddyfile-path").read_text()
    (folder / "html").mkdir()
    (folder / "html" / "index.html").write_text("The other site.\n")
    changes = {
        **caddy_changes(folder, site=site, https=https, http=http),
        "/var/www/html": f"{folder}/html",
        "\nexample.org {\n": f"\n{NAME} {{\ntls {folder}/certificate.pem {folder}/key.pem\n",
    }
    if strips:
        # In a route; otherwise Caddy would strip the path before checking the announced size.
        refused = "\t\terror @announced 413\n"
        whole = f"\t\treverse_proxy 127.0.0.1:{site} {{\n\t\t\ttransport http {{\n\t\t\t\tcompression off\n"
        whole += "\t\t\t}\n\t\t}\n"
        changes[whole] = f"\t\troute {{\n{refused}\t\thandle_path /blog* {{\n{whole}\t\t}}\n\t\t}}\n"
        changes = {refused: "", **changes}
    caddyfile = folder / "Caddyfile"
    caddyfile.write_text(changed(shipped, changes))
    return caddyfile


def caddy_changes(folder: Path, *, site: int, https: int, http: int) -> dict[str, str]:
    # HTTP/3 would also need the UDP port.
    options = f"http_port {http}\nhttps_port {https}\nadmin off\nservers {{\nprotocols h1 h2\n}}"
    return {
        "\n{\n": f"\n{{\n{options}\n",
        "reverse_proxy 127.0.0.1:8000": f"reverse_proxy 127.0.0.1:{site}",
    }


@contextmanager
def proxy(kind: str, folder: Path, site: int) -> Iterator[Proxy]:
    """nginx or Caddy in front of the site on port `site`, until the end of the block.

    `nginx-below` and `caddy-below` have the site below /blog of another one; with `-stripping` the proxy strips that
    path.
    """
    folder.mkdir()
    make_certificate(folder)
    https, http, inner = free_ports(3)
    strips = kind.endswith("stripping")
    written = None
    if "below" in kind:
        write = write_nginx_path if kind.startswith("nginx") else write_caddy_path
        written = write(folder, site=site, https=https, http=http, strips=strips)
    if kind.startswith("nginx"):
        written = written or write_nginx(folder, site=site, https=https, http=http, inner=inner)
        command = [program("nginx"), "-e", str(folder / "error.log"), "-c", str(written)]
    else:
        written = written or write_caddy(folder, site=site, https=https, http=http)
        command = [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(written)]
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    with (
        (folder / "output.log").open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **homes}) as process,
    ):
        try:
            for port in (https, http):
                while not answers(port):
                    assert process.poll() is None, (folder / "output.log").read_text()
            yield Proxy(https, http, folder)
        finally:
            process.terminate()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
