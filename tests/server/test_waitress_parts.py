"""Which parts of waitress that it does not document we rely on: all of them are named here, and are there."""

import ast
import inspect

import pytest
from waitress import parser, receiver, wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher, WSGITask

from blog.server.chunked_body import ChunkedBody
from tests.programs import ROOT

PARTS: dict[type, str] = {
    HTTPChannel: (
        "handle_close parser_class readable received recv request requests server socket task_class "
        "total_outbufs_len will_close"
    ),
    HTTPRequestParser: (
        "adj body_bytes_received body_rcv chunked completed error expect_continue headers "
        "parse_header proxy_netloc received version"
    ),
    WSGITask: "has_body request set_close_on_finish version",
    BaseWSGIServer: "channel_class close in_connection_overflow pull_trigger",
    ThreadedTaskDispatcher: "set_thread_count shutdown",
    Adjustments: "max_request_body_size",
}
"""By class, what blog/server/ overrides, reads or sets."""
IMPORTED = {
    "waitress": "wasyncore",
    "waitress.buffers": "OverflowableBuffer",
    "waitress.channel": "HTTPChannel",
    "waitress.parser": "HTTPRequestParser ParsingError",
    "waitress.rfc7230": "CHUNK_EXT HEADER_FIELD_RE",
    "waitress.server": "BaseWSGIServer create_server",
    "waitress.task": "ThreadedTaskDispatcher WSGITask",
    "waitress.utilities": "BadRequest Error RequestEntityTooLarge ServerNotImplemented",
}
BODY = "completed error getbuf getfile received"
"""What waitress's parser asks of a body, which ChunkedBody answers."""
ALIKE = {"closing", "empty", "family", "run", "start", "write"}
"""Names of our own or of Python's that only happen to be names of waitress as well."""

SOURCES = [
    ast.parse((ROOT / "blog" / "server" / f"{name}.py").read_text(encoding="utf-8"))
    for name in ("chunked_body", "connections", "request_parser", "serving")
]
NODES = [node for source in SOURCES for node in ast.walk(source)]


def parts(kind: type) -> set[str]:
    """The attributes of a class of waitress and of its instances."""
    found: set[str] = set()
    for each in kind.__mro__[:-1]:
        found |= vars(each).keys()
        found |= {
            node.attr
            for node in ast.walk(ast.parse(inspect.getsource(each)))
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
    return {name for name in found if not name.startswith("__")}


def used() -> set[str]:
    """All attributes that our modules name, and what their classes define."""
    found = {node.attr for node in NODES if isinstance(node, ast.Attribute)}
    for node in NODES:
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    found.add(part.name)
                elif isinstance(part, ast.Assign):
                    found |= {target.id for target in part.targets if isinstance(target, ast.Name)}
                elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    found.add(part.target.id)
    return found


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_each_part_that_we_rely_on_is_there(kind: type) -> None:
    assert set(PARTS[kind].split()) - parts(kind) == set()


def test_no_other_part_is_relied_on() -> None:
    named = {name for names in PARTS.values() for name in names.split()}
    there = {name for kind in PARTS for name in parts(kind)}
    assert (used() & there) - ALIKE == named


def test_nothing_else_is_imported() -> None:
    found: dict[str, set[str]] = {}
    for node in NODES:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "waitress":
            found.setdefault(node.module or "", set()).update(alias.name for alias in node.names)
    assert {name: " ".join(sorted(names)) for name, names in found.items()} == IMPORTED


def test_a_server_takes_our_threads_and_our_map_and_one_round_of_the_loop_can_be_asked_for() -> None:
    assert {"map", "_dispatcher"} <= inspect.signature(create_server).parameters.keys()
    assert {"timeout", "map", "use_poll", "count"} <= inspect.signature(wasyncore.loop).parameters.keys()
    assert inspect.signature(wasyncore.dispatcher.close).parameters.keys() == {"self"}


def test_a_body_in_chunks_answers_what_the_parser_asks() -> None:
    asked = {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(parser)))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"br", "body_rcv", "self.body_rcv"}
    }
    assert asked - {"__len__"} == set(BODY.split())
    assert set(BODY.split()) <= parts(receiver.ChunkedReceiver) & parts(ChunkedBody)
    assert hasattr(ChunkedBody, "__len__")
