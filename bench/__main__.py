"""`make bench`: measures everything and writes bench/RESULTS.md with its picture."""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bench import dearest, publishing, reading, report, servers, stall, stores
from bench.load import by_turns, ratio, requests_a_second
from bench.reading import Costs

HERE = Path(__file__).parent
STORES = HERE / ".cache"
LOADED = 100_000
"""How many posts the store has that is served and loaded."""
DEAR = 20_000
"""How many posts the store has of which it is asked what costs most."""
CRAWLERS = 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="numbers of posts, with commas")
    parser.add_argument("--crawl", type=int, default=LOADED, help="how many posts a crawler reads at the end")
    parser.add_argument(
        "--dearest", action="store_true", help="measure only what costs most, and renew its section"
    )
    parser.add_argument("--stores", type=Path, default=STORES, help="the folder in which stores are kept")
    options = parser.parse_args()
    options.stores.mkdir(exist_ok=True)
    if options.dearest:
        before = (HERE / "RESULTS.md").read_text().partition(f"\n{report.DEAREST}")[0]
        (HERE / "RESULTS.md").write_text(before + dearest_section(options.stores))
        return
    sizes = [int(each) for each in options.sizes.split(",")]
    for program, package in (("wrk", "wrk"), ("nginx", "nginx-light")):
        if shutil.which(program, path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin") is None:
            sys.exit(f"{program} is missing: apt-get install {package}")
    costs = [cost(size, options.stores) for size in sizes]
    with tempfile.TemporaryDirectory() as folder:
        loaded = loads(
            stores.store(max(size for size in sizes if size <= LOADED), options.stores),
            Path(folder),
            options.crawl,
        )
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    (HERE / "cost.svg").write_text(report.picture(costs))
    text = report.results(
        costs, loaded, at=datetime.now(UTC), commit=commit.stdout.strip()
    ) + dearest_section(options.stores)
    (HERE / "RESULTS.md").write_text(text)
    print(text)


def dearest_section(folder: Path) -> str:
    instance = stores.store(DEAR, folder)
    print("What costs most …", flush=True)
    requests = dearest.dearest(instance)
    return report.dear(requests, stall.stall(instance, requests), posts=DEAR)


def cost(size: int, folder: Path) -> Costs:
    instance = stores.store(size, folder)
    print(f"{size:,} posts: queries, pages and writes …", flush=True)
    return reading.costs(instance, size)


def loads(instance: Path, folder: Path, crawl: int) -> report.Loads:
    """What the site answers under load, by turns with the others that send the same bytes."""
    starts = [first_answer(instance) for _ in range(5)]
    with servers.site(instance) as (port, pid):
        page = servers.fetch(port)
        etag = next(value for name, value in page.headers if name.lower() == "etag")
        with (
            servers.waitress(servers.BARE, page, folder) as bare,
            servers.waitress(servers.DECORATED, page, folder) as decorated,
            servers.nginx(page.body, port, folder) as (file, behind),
        ):
            assert servers.fetch(behind).body == page.body
            print("Load with wrk, by turns …", flush=True)
            found = by_turns(
                {
                    "site": lambda: requests_a_second(port),
                    "bare": lambda: requests_a_second(bare),
                    "decorated": lambda: requests_a_second(decorated),
                    "unchanged": lambda: requests_a_second(port, If_None_Match=etag),
                    "brotli": lambda: requests_a_second(port, Accept_Encoding="br"),
                    "nginx": lambda: requests_a_second(file),
                    "behind nginx": lambda: requests_a_second(behind),
                }
            )
        print(f"A crawler reads {crawl:,} posts …", flush=True)
        took = read_all(port, crawl)
        memory = servers.resident(pid)
    print("From “Publish” to the front page …", flush=True)
    seen = publishing.until_seen(instance)
    return report.Loads(
        bytes=len(page.body),
        over_bare=ratio(found["site"], found["bare"]),
        over_decorated=ratio(found["site"], found["decorated"]),
        unchanged_over_site=ratio(found["unchanged"], found["site"]),
        brotli_over_site=ratio(found["brotli"], found["site"]),
        over_nginx=ratio(found["site"], found["nginx"]),
        behind_over_nginx=ratio(found["behind nginx"], found["nginx"]),
        a_second={name: statistics.median(values) for name, values in found.items()},
        start=statistics.median(starts),
        crawled=crawl,
        crawl_seconds=took,
        memory=memory,
        seen=seen,
    )


def first_answer(instance: Path) -> float:
    """Seconds from the start of the process to the first page."""
    begun = time.perf_counter()
    with servers.site(instance):
        return time.perf_counter() - begun


def read_all(port: int, count: int) -> float:
    """Read the posts one after the other, as a crawler does: the seconds it took."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CRAWLERS) as pool:
        addresses = (f"/posts/post-{number}" for number in range(1, count + 1))
        for page in pool.map(lambda address: servers.fetch(port, address), addresses):
            assert page.body
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
