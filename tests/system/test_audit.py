"""What is told of known vulnerabilities, with a vulnerability database of our own on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from tests.programs import flask, free_port

LOCK = """\
safe==1.0 \\
    --hash=sha256:aee438284e82c8def684b0bcc50b1f6ed5e941af97fa940e83e2e8ef1a59da9b
leaky==2.1 \\
    --hash=sha256:b5f88adff801f5ef052bcdef3daa31b55eb67b0fccd6d0106c206fa248e0463c
"""
LEAK = {
    "id": "PYSEC-2026-7",
    "summary": "It leaks.",
    "modified": "2026-11-01T00:00:00Z",
    "published": "2026-11-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "leaky", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.2"}]}],
            "versions": ["2.1"],
        }
    ],
}


class Database(ThreadingHTTPServer):
    """Answers like OSV: the vulnerabilities of each package by its name."""

    known: dict[str, list[object]]


class Query(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"vulns": self.server.known.get(query["package"]["name"], [])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def database() -> Iterator[Database]:
    with Database(("127.0.0.1", 0), Query) as server:
        server.known = {}
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def url(server: Database) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1/query"


def test_a_known_vulnerability_is_told_with_the_version_that_mends_it(
    app: Flask, database: Database, lock: Path
) -> None:
    database.known = {"leaky": [LEAK]}
    result = flask(app, "audit", "--osv-url", url(database), lock)
    assert result.output.splitlines() == [
        "leaky 2.1: PYSEC-2026-7, fixed in 2.2.",
        "Checked 2 of 2 packages: known vulnerabilities: 1.",
    ]
    assert result.exit_code == 1


def test_a_lock_without_known_vulnerabilities_says_how_many_packages_were_checked(
    app: Flask, database: Database, lock: Path
) -> None:
    result = flask(app, "audit", "--osv-url", url(database), lock)
    assert result.output == "Checked 2 of 2 packages: no known vulnerabilities.\n"
    assert result.exit_code == 0


def test_without_an_answer_from_the_database_nothing_reads_as_clean(app: Flask, lock: Path) -> None:
    result = flask(app, "audit", "--osv-url", f"http://127.0.0.1:{free_port()}/v1/query", lock)
    assert result.exit_code != 0
    assert "no known vulnerabilities" not in result.output


def test_a_file_that_is_no_lock_is_one_sentence(app: Flask, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "not.lock"
    path.write_text("this is <no> lock\n")
    result = flask(app, "audit", "--osv-url", url(database), path)
    assert result.exit_code == 1
    assert result.output.startswith("Error: pip-audit could not check the packages: ")
