"""Find sentence ends in any script: Unicode's Sentence_Terminal (UAX #29) and the ellipsis.

Full stop, exclamation mark, question mark and ellipsis end a sentence only before a space, and so do Arabic and
Armenian marks, which also occur in abbreviations. Dandas, and marks of scripts without a space after a sentence, such
as U+3002, always end one. Closing brackets and quotes after the mark belong to the sentence.
"""

from collections.abc import Iterator

import regex

from blog.text.graphemes import boundary

BEFORE_SPACE = r".!?‥…\u0589\u061d-\u061f\u06d4\u0700-\u0702"
# Burmese ၊ is a comma despite its property; Tibetan ། lacks the property and ends sentences.
ANYWHERE = rf"[[\p{{Sentence_Terminal}}\u0f0d\u0f0e]--[{BEFORE_SPACE}\u104a\u2024\uff0e]]"
CLOSED = r"[\p{Pe}\p{Pf}\p{M}]*+"
CLOSED_BEFORE_SPACE = r"[\p{Pe}\p{Pf}\p{Pi}\p{M}\"']*+(?:\s»(?=\s))?+(?=\s)"

END = regex.compile(
    rf"""
      [{BEFORE_SPACE}] {CLOSED_BEFORE_SPACE}
    | (?<=\p{{Greek}}\p{{M}}*) [;\u037e] {CLOSED_BEFORE_SPACE}
    | (?: {ANYWHERE} | (?<!\p{{N}}) \uff0e ) (?: {ANYWHERE} | \uff0e | \p{{M}} )*+
      (?: {CLOSED_BEFORE_SPACE} | {CLOSED} )
    """,
    regex.VERBOSE | regex.V1,
)

FULL_STOPS = r".\u3002\uff0e\uff61\u0589\u06d4\u0964\u104b\u1362\u17d4\u0f0d"
FULL_STOP = regex.compile(rf"(?<=[^\s{FULL_STOPS}])[{FULL_STOPS}]$")
FULL_STOP_BEFORE = regex.compile(rf"^[{FULL_STOPS}]")
NO_SPACE_BEHIND = regex.compile(rf"(?:{ANYWHERE}|\uff0e)[\p{{Pe}}\p{{Pf}}\p{{M}}\"]*$", regex.V1)


OPENING, CLOSING = "「『\uff08【《〈", "」』\uff09】》〉"
QUOTED = regex.compile(r"(?<=[」』])(?=と|って)")
"""After a Japanese quotation that continues the sentence: “he said”."""


def ends(text: str) -> Iterator[int]:
    """Positions in `text` where a sentence ends and another follows."""
    begin = 0
    for match in END.finditer(text):
        end = match.end()
        if text[end : end + 1] == '"' and text.count('"', begin, end) % 2:
            end += 1
        whole = end < len(text) and boundary(text, end) == end
        if whole and not QUOTED.match(text, end) and not is_open(text[begin:end]):
            yield end
            begin = end


def is_open(sentence: str) -> bool:
    """Whether an East Asian bracket, which may contain sentence ends, is still open."""
    return sum(sentence.count(each) for each in OPENING) > sum(sentence.count(each) for each in CLOSING)


def first(text: str) -> str:
    """The first sentence of `text`, or all of it if there is only one."""
    return text[: next(ends(text), len(text))]


def without_full_stop(sentence: str) -> str:
    """`sentence` as a title: without a final full stop. Other marks, and an ellipsis, are kept."""
    return FULL_STOP.sub("", sentence)
