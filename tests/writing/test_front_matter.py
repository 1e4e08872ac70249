"""Front matter pasted at the top of a text can be moved into the form's fields without losing anything."""

from zoneinfo import ZoneInfo

import pytest

from blog.writing.fields import NAMES
from blog.writing.front_matter import found, take

BERLIN = ZoneInfo("Europe/Berlin")
EMPTY = dict.fromkeys(NAMES, "")

YAML = """---
layout: post
title: "A title: with a colon"
date: 2024-01-05 10:30:00 +0100
tags: [rust, "machine learning"]
categories: Notes
slug: A Slug
description: >
  A description
  of two lines.
lang: pt-br
series: [The series]
canonical_url: https://elsewhere.example/post
draft: false
---

The text.
"""
TOML = '''+++
title = "A title: with a colon"
date = 2024-01-05T09:30:00Z
tags = ["rust", "machine learning"]
categories = ["Notes"]
slug = "a-slug"
summary = """A description
of two lines."""
language = "pt-BR"
series = ["The series"]
canonical = "https://elsewhere.example/post"
draft = true
+++
The text.
'''


def filled(body: str, **others: str) -> dict[str, str]:
    return take({**EMPTY, **others, "body": body}, BERLIN).fields


@pytest.mark.parametrize(
    "body", [YAML, TOML, YAML.replace("\n---\n\n", "\n...\n"), f"\n\n{YAML}", f"\ufeff{YAML}"]
)
def test_every_key_finds_its_field(body: str) -> None:
    taken = take({**EMPTY, "body": body}, BERLIN)
    assert taken.fields == {
        **EMPTY,
        "title": "A title: with a colon",
        "date": "2024-01-05",
        "time": "10:30",
        "tags": "rust, machine learning, Notes",
        "slug": "a-slug",
        "excerpt": "A description of two lines.",
        "language": "pt-BR",
        "series": "The series",
        "canonical_url": "https://elsewhere.example/post",
        "body": "The text.\n",
    }
    assert taken.left == ()
    assert "title" in taken.filled


def test_what_has_no_field_or_does_not_fit_stays_in_the_text() -> None:
    rest = "author: Ada\nlang: no language\ndate: soon\nimage:\n  path: /a.png\n# a comment\n"
    body = f"---\ntitle: One\n{rest}---\nTwo\n"
    taken = take({**EMPTY, "body": body}, BERLIN)
    assert taken.fields["title"] == "One"
    assert taken.fields["body"] == f"---\n{rest}---\n\nTwo\n"
    assert taken.left == ("author", "lang", "date", "image")
    toml = "+++\ntitle = 'One'\nweight = 3\n[params]\ntitle = 'x'\n+++\nTwo\n"
    assert filled(toml)["body"] == "+++\nweight = 3\n[params]\ntitle = 'x'\n+++\n\nTwo\n"
    quoted = '---\n"title": One\nauthor: Ada\n---\nTwo\n'
    assert filled(quoted)["body"].startswith(quoted.removesuffix("Two\n"))


def test_what_stands_in_a_field_is_not_overwritten_and_tags_are_added() -> None:
    fields = filled(
        "---\ntitle: One\ntags: a b\ndate: 2024-01-05\n---\nTwo", title="Mine", tags="c", date="2023-01-01"
    )
    assert (fields["title"], fields["tags"], fields["date"], fields["time"]) == (
        "Mine",
        "c, a, b",
        "2023-01-01",
        "",
    )
    assert fields["body"] == "---\ntitle: One\ndate: 2024-01-05\n---\n\nTwo"
    same = filled("---\ntitle: One\n---\nTwo", title="One")
    assert (same["title"], same["body"]) == ("One", "Two")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2024-01-05", ("2024-01-05", "00:00")),
        ("2024-01-05T23:30:00Z", ("2024-01-06", "00:30")),
        ("2024-07-05 10:00", ("2024-07-05", "10:00")),
        ('"2024-01-05 10:00:00 -05:00"', ("2024-01-05", "16:00")),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_the_same_moment(typed: str, shown: tuple[str, str] | None) -> None:
    fields = filled(f"---\ntitle: One\ndate: {typed}\n---\nTwo")
    assert (fields["date"], fields["time"]) == (shown or ("", ""))


@pytest.mark.parametrize(
    "body",
    [
        "---\n\nA rule.\n\n---\n",
        "---\nNote: this\n---\n",
        "---\n- a\n- list\n---\n",
        "---\ntitle: [\n---\n",
        "---\ntitle: One\n",
        "Words\n---\ntitle: One\n---\n",
        "+++\ntitle: One\n+++\n",
        "---\n" + "a: " + "[" * 10_000 + "\n---\n",
        "\n" * 100_000,
        "---" * 100_000,
    ],
)
def test_what_only_looks_like_it_is_text(body: str) -> None:
    assert found(body) is None
    assert filled(body)["body"] == body


def test_lists_that_name_each_other_are_read_in_no_time() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    fields = filled(f"---\n{bomb}\ntags: *q\ntitle: *q\n---\nTwo")
    assert (fields["tags"], fields["title"]) == ("", "")
