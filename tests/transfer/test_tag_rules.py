"""Tags found by words."""

import pytest

from blog.errors import ImportRefused
from blog.transfer import tag_rules

RULES = """
fallback = "notes"

[tags]
ai = ["AI", "LLMs"]
business = ["P&L", "on-call", "Zero  Trust"]
"C++" = ["C++"]
"""


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("The ai.", ["ai"]),
        ("Said: llms", ["ai"]),
        ("AI—and a p&l", ["ai", "business"]),
        ("Zero\ntrust", ["business"]),
        ("On-call", ["business"]),
        ("C++, they say", ["C++"]),
        ("said, LLM, AIs, AI_2, oncall, zerotrust, C+", ["notes"]),
        ("ÄAI AIß", ["notes"]),
        ("", ["notes"]),
    ],
)
def test_a_tag_is_found_by_whole_words_without_regard_to_case(text: str, tags: list[str]) -> None:
    assert list(tag_rules.read(RULES).tags_for(text)) == tags


def test_without_a_fallback_a_post_may_have_no_tag() -> None:
    assert list(tag_rules.read('[tags]\na = ["b"]').tags_for("c")) == []


@pytest.mark.parametrize(
    "rules",
    [
        "tags",
        "[tags",
        "fallback = 'notes'",
        "tags = 1",
        "[tags]",
        "[tags]\na = 'word'",
        "[tags]\na = []",
        "[tags]\na = [1]",
        "[tags]\na = ['']",
        "[tags.a]\nb = ['c']",
        "[tags]\n'+' = ['plus']",
        "fallback = 1\n[tags]\na = ['b']",
        "fallback = '+'\n[tags]\na = ['b']",
        "fallbak = 'notes'\n[tags]\na = ['b']",
    ],
)
def test_rules_that_cannot_be_meant_are_refused_in_one_sentence(rules: str) -> None:
    with pytest.raises(ImportRefused, match=r"^rules\.toml.*\.$") as refused:
        tag_rules.read(rules, name="rules.toml")
    assert "\n" not in refused.value.message
