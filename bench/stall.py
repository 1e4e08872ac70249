"""How long a kept page takes while eight clients ask for the dearest things that are not kept."""

import multiprocessing
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from bench import servers
from bench.dearest import Request

CLIENTS = 8
SECONDS = 20
PAUSE = 0.005
"""Seconds between two requests for the kept page."""
BOUND = 50
"""Milliseconds that the kept page may take at the most."""


class Delay(NamedTuple):
    """Milliseconds that the front page from the cache took."""

    median: float
    p99: float
    most: float
    beyond: int
    """How many took longer than BOUND."""
    requests: int


class Stall(NamedTuple):
    alone: Delay
    beside: Delay
    """While the eight ask."""
    answered: int
    """What they were given meanwhile."""
    refused: int
    """How many of their requests were told to come again."""


def stall(instance: Path, requests: Sequence[Request]) -> Stall:
    """Measure with the eight of `requests` that cost most and are not kept."""
    dear = sorted((each for each in requests if not each.kept), key=lambda each: -each.milliseconds)
    addresses = [each.address for each in dear[:CLIENTS]]
    # In a process of their own: threads of this one would hold up what is measured.
    processes = multiprocessing.get_context("spawn")
    stop, answers = processes.Event(), processes.SimpleQueue()
    with servers.site(instance) as (port, _):
        reader = HTTPConnection("127.0.0.1", port, timeout=60)
        delays(reader, 1)
        alone = delays(reader, SECONDS / 5)
        crowd = processes.Process(target=ask_all, args=(port, addresses, stop, answers))
        crowd.start()
        answers.get()  # all have had an answer
        beside = delays(reader, SECONDS)
        stop.set()
        statuses = answers.get()
        crowd.join()
        reader.close()
    assert set(statuses) <= {200, 503}, statuses
    return Stall(alone, beside, statuses[200], statuses[503])


def ask_all(port: int, addresses: Sequence[str], stop: Any, answers: Any) -> None:
    """Ask for `addresses` with as many clients at once, each for the next one, until `stop` is set."""
    statuses: Counter[int] = Counter()
    begun = threading.Barrier(len(addresses) + 1)

    def ask(first: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        number = first
        while not stop.is_set():
            connection.request("GET", addresses[number % len(addresses)])
            response = connection.getresponse()
            response.read()
            statuses[response.status] += 1
            if number == first:
                begun.wait()
            number += 1
        connection.close()

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(len(addresses))]
    for client in clients:
        client.start()
    begun.wait()
    answers.put(None)
    for client in clients:
        client.join()
    answers.put(statuses)


def delays(reader: HTTPConnection, seconds: float) -> Delay:
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        reader.request("GET", "/")
        reader.getresponse().read()
        took.append((time.perf_counter() - begun) * 1_000)
        time.sleep(PAUSE)
    took.sort()
    beyond = sum(each > BOUND for each in took)
    return Delay(statistics.median(took), took[int(len(took) * 0.99)], took[-1], beyond, len(took))
