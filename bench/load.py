"""Load with wrk, and ratios of what is measured by turns."""

import re
import statistics
import subprocess
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.servers import on_last_core

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 4


class Ratio(NamedTuple):
    """One thing over another, both measured by turns: the median of the rounds, the lowest and the highest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def requests_a_second(port: int, path: str = "/", seconds: int = SECONDS, **headers: str) -> float:
    """What wrk gets in, with keep-alive. Raises RuntimeError if an answer is an error."""
    told = [part for name, value in headers.items() for part in ("-H", f"{name.replace('_', '-')}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *told, f"http://127.0.0.1:{port}{path}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=on_last_core).stdout
    if "Non-2xx" in out and "If_None_Match" not in headers:
        raise RuntimeError(out)
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found is not None, out
    return float(found[1])


def by_turns(measures: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Each measure once in each round, so that a noisy moment meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def ratio(ones: list[float], others: list[float]) -> Ratio:
    each = [one / other for one, other in zip(ones, others, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
