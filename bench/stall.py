"""How long a kept page takes while eight clients ask for the dearest things that are not kept."""

import statistics
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from bench import servers
from bench.dearest import UNKNOWN
from bench.stores import cursor_at

CLIENTS = 8
SECONDS = 10


class Delay(NamedTuple):
    """Milliseconds that the front page from the cache took."""

    median: float
    p99: float
    most: float


class Stall(NamedTuple):
    alone: Delay
    beside: Delay
    """While the eight ask."""
    answered: int
    """What they were given meanwhile."""


def stall(instance: Path) -> Stall:
    top = cursor_at(instance, 0.015)
    dear = [f"/search?q={'+'.join(UNKNOWN)}", f"/?upto={top}", f"/search?q={'stab' * 40}", "/search?q=s"]
    stop = threading.Event()
    answered: list[int] = []

    def ask(port: int, first: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        number = first
        while not stop.is_set():
            number += 1
            connection.request("GET", dear[number % len(dear)])
            response = connection.getresponse()
            response.read()
            answered.append(response.status)
        connection.close()

    with servers.site(instance) as (port, _):
        reader = HTTPConnection("127.0.0.1", port, timeout=60)
        alone = delays(reader, SECONDS / 5)
        clients = [threading.Thread(target=ask, args=(port, number)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        beside = delays(reader, SECONDS)
        stop.set()
        for client in clients:
            client.join()
        reader.close()
    assert set(answered) == {200}
    return Stall(alone, beside, len(answered))


def delays(reader: HTTPConnection, seconds: float) -> Delay:
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        reader.request("GET", "/")
        reader.getresponse().read()
        took.append((time.perf_counter() - begun) * 1_000)
        time.sleep(0.005)
    took.sort()
    return Delay(statistics.median(took), took[int(len(took) * 0.99)], took[-1])
