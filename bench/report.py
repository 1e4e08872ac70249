"""The results, as tables and as a picture."""

import math
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bench import stall, vocabulary
from bench.dearest import Request
from bench.load import Ratio
from bench.reading import Costs
from bench.stall import Stall
from blog.web.page_cache import turns


class Loads(NamedTuple):
    """What was measured on the running site."""

    bytes: int
    """Of the page that was loaded."""
    over_bare: Ratio
    over_decorated: Ratio
    unchanged_over_site: Ratio
    brotli_over_site: Ratio
    over_nginx: Ratio
    behind_over_nginx: Ratio
    """nginx with deploy/nginx.conf in front of the site, over nginx with a file."""
    a_second: dict[str, float]
    """Requests a second, the median: they tell of the machine and its moment, the ratios of the site."""
    start: float
    """Seconds to the first page, the median."""
    crawled: int
    crawl_seconds: float
    memory: float
    """Megabytes that the process has afterwards."""
    seen: list[float]
    """Milliseconds from “Publish” to the front page with the post, each time."""


DEAREST = "## The dearest requests"

LINES: tuple[tuple[str, str, Callable[[Costs], float]], ...] = (
    ("front page", "#8d351f", lambda cost: cost.front_page),
    ("page at nine tenths of the depth", "#1f5a8d", lambda cost: cost.deep_page),
    ("listing of a tag, p99", "#4b7a2b", lambda cost: cost.tag_query),
    ("listing of two tags, p99", "#7a2b6b", lambda cost: cost.pair_query),
    ("a write", "#6b6b6b", lambda cost: cost.write),
)
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 56, 250, 24, 48


def results(costs: Sequence[Costs], loads: Loads, *, at: datetime, commit: str) -> str:
    first, last = costs[0], costs[-1]
    rows = "\n".join(
        f"| {cost.posts:,} | {cost.front_page:.2f} | {cost.deep_page:.2f} | {cost.deep_page / cost.front_page:.2f} "
        f"| {cost.tag_page:.1f} | {cost.tag_query:.2f} | {cost.pair_query:.2f} | {cost.apart_query:.2f} "
        f"| {cost.counts_query:.1f} | {cost.search_query:.1f} | {cost.common_query:.1f} | {cost.write:.2f} |"
        for cost in costs
    )
    seconds = ", ".join(f"{name} {value:,.0f}" for name, value in loads.a_second.items())
    return f"""# What the site costs

Written by `make bench` on {at:%d %B %Y} at {commit}. Servers run on one core of two and the load generator on the
other: spread over both, Python's threads are two to four times slower, by chance. Figures are ratios of what was
measured by turns in the same run, the median of the rounds with the lowest and the highest, because machines and
moments differ; milliseconds and requests a second tell of this one.

## Under load

The listing, {loads.bytes:,} bytes, 16 connections with keep-alive:

| requests a second of | over | ratio |
|---|---|---|
| the listing from the cache | a bare WSGI function on waitress with the same bytes | {loads.over_bare} |
| the listing from the cache | a view behind `@cache.cached` | {loads.over_decorated} |
| 304 | 200 for the same page | {loads.unchanged_over_site} |
| the listing in Brotli | the plain one | {loads.brotli_over_site} |
| the listing from the cache | nginx with a file of the same bytes | {loads.over_nginx} |
| the listing behind nginx | nginx with a file of the same bytes | {loads.behind_over_nginx} |

“Behind nginx” is `deploy/nginx.conf` in front of the site: nginx keeps the page until the end of the second in which it
asked for it, so the site itself answers once a second. The file is served by the same process, with one worker. Both are
asked without TLS, which would cost both the same and bring them closer together.

Medians, requests a second: {seconds}.

From the start of the process to the first page: {loads.start:.2f} s. After the load and after a crawler had read
{loads.crawled:,} posts, none of them in the cache ({loads.crawled / loads.crawl_seconds:,.0f} a second), the process had
{loads.memory:.0f} MB.

From sending the form's “Publish” over HTTP until a reader's front page shows the post: {statistics.median(loads.seen):.0f} ms in the
median and {max(loads.seen):.0f} ms at the most, of {len(loads.seen)} times. The reader asks for one front page after the other, so the one from
before is in the site's cache. Behind nginx the rest of its second comes on top.

## Not in the cache, by the number of posts

Milliseconds. Pages through Flask, medians; the queries of listings, the 99th percentile over all 40 tags or over all
pairs of them.

| posts | front page | at 90 % of the depth | over the front page | page of a large tag | a tag | two tags | two large tags with one old post in common | counts beside two tags | search, a word, p95 | search, the commonest word | a write |
|---|---|---|---|---|---|---|---|---|---|---|---|
{rows}

A write at {last.posts:,} posts over one at {first.posts:,}: {last.write / first.write:.2f}.

![Cost against the number of posts](cost.svg)
"""


def dear(requests: Sequence[Request], waited: Stall, *, posts: int) -> str:
    """The section on what readers can ask for that costs most."""
    rows = "\n".join(
        f"| {each.what} | {each.milliseconds:.1f} | {each.bytes:,} | {1000 * each.milliseconds / each.bytes:.2f} | {'yes' if each.kept else 'no'} |"
        for each in requests
    )
    return f"""
{DEAREST}

At {posts:,} posts with a vocabulary of {vocabulary.SIZE:,} words, made by Flask, below the cache; milliseconds of the processor, the
least of several times. What is kept is made once for each state of the site; of the rest, {turns.AT_ONCE} are made at a time
(`blog/web/page_cache/turns.py`).

| what is asked for | ms | bytes | µs a byte | kept |
|---|---|---|---|---|
{rows}

The front page from the cache, {waited.beside.requests:,} times, while eight clients ask for the eight dearest of those that are not
kept, one after the other: {waited.beside.median:.1f} ms in the median, {waited.beside.p99:.1f} ms at the 99th percentile, {waited.beside.most:.0f} ms at the most and
{waited.beside.beyond} times more than {stall.BOUND} ms; with nobody else there {waited.alone.median:.1f}, {waited.alone.p99:.1f} and {waited.alone.most:.0f} ms. The eight were given {waited.answered:,} answers
meanwhile, and {waited.refused:,} times told to come again.
"""


def picture(costs: Sequence[Costs]) -> str:
    """Cost against the number of posts, both on a logarithmic scale, as SVG."""
    highest = max(value(cost) for cost in costs for _, _, value in LINES)
    top = 10 ** math.ceil(math.log10(highest))
    low, high = math.log10(costs[0].posts), math.log10(max(costs[-1].posts, costs[0].posts * 10))

    def x(posts: float) -> float:
        return LEFT + (math.log10(posts) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(milliseconds: float) -> float:
        share = (math.log10(max(milliseconds, 0.1)) + 1) / (math.log10(top) + 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Milliseconds against the number of posts</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    mark = 0.1
    while mark <= top:
        parts.append(
            f'<path d="M{LEFT} {y(mark):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{y(mark) + 4:.1f}" text-anchor="end" fill="#333">{mark:g} ms</text>'
        )
        mark *= 10
    parts += [
        f'<text x="{x(cost.posts):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#333">{cost.posts:,}</text>'
        for cost in costs
    ]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}" fill="#333">posts</text>')
    ends = spread([y(value(costs[-1])) for _, _, value in LINES])
    for (name, colour, value), end in zip(LINES, ends, strict=True):
        points = " ".join(f"{x(cost.posts):.1f},{y(value(cost)):.1f}" for cost in costs)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{end + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def spread(places: list[float]) -> list[float]:
    """`places` of labels, moved down where one would cover another."""
    moved = dict.fromkeys(range(len(places)), 0.0)
    lowest = -math.inf
    for number in sorted(moved, key=places.__getitem__):
        lowest = moved[number] = max(places[number], lowest + 15)
    return list(moved.values())
