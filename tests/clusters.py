"""Grapheme clusters of several code points, with text around them."""

from itertools import accumulate

from hypothesis import strategies as st

from blog.text.graphemes import CLUSTER

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇦🇹"
CLUSTERS = (
    *(
        FAMILY,
        FLAG,
        "🇯🇵",
        "🏳️‍🌈",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "👍🏽",
        "1️⃣",
        "e\u0301",
        "e\u0301\u0323",
        "क्षि",
        "नि",
        "ที่",
        "กำ",
        "각",
        "\u1100\u1161\u11a8",
    ),
    *("葛\U000e0100", "\u0600\u0661", "\r\n", "か\u3099"),
)
BESIDE = (
    *(
        " ",
        "\N{NO-BREAK SPACE}",
        "a",
        ". ",
        "。",
        "」",
        "\uff01",
        "…",
        "b,",
        "猫",
        "\N{IDEOGRAPHIC SPACE}",
        " \u0308",
        "؟ ",
        "م\u200cخ",
    ),
)
TEXTS = st.lists(st.sampled_from([*CLUSTERS, *BESIDE]), max_size=150).map("".join)


def cut_inside(kept: str, text: str) -> bool:
    """Whether `kept`, a beginning of `text`, ends within a cluster."""
    return len(kept) not in accumulate((len(each) for each in CLUSTER.findall(text)), initial=0)
