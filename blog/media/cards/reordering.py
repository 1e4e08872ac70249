"""Right-to-left text for a font that is given one letter after the other: for machines without FriBiDi.

What the Unicode Bidirectional Algorithm (UAX 9) does with a line that has no explicit directions in it, and the joined
forms of Arabic letters, which Unicode has as characters of their own.
"""

import unicodedata
from functools import lru_cache
from itertools import permutations

RIGHT = {"R", "AL"}
STRONG = {*RIGHT, "L"}
NUMBERS = {"EN", "AN"}
DIRECTION = {"L": "L", "R": "R", **dict.fromkeys(NUMBERS, "R")}
"""Which direction a character has beside others that have none."""
BRACKETS = {"(": ")", "[": "]", "{": "}"}
HAMZA, LAM = "\u0621", "\u0644"
VIRAMA = 9
"""The combining class of what joins letters in the scripts of India."""
FORMS = range(0xFB50, 0xFEFD)
MIRRORED = {a: b for pair in ("()", "[]", "{}", "<>", "«»", "‹›") for a, b in permutations(pair)}


def begins_at_right(text: str) -> bool:
    """Whether the first letter that has a direction is read from the right."""
    found = (unicodedata.bidirectional(each) for each in text)
    return next((each for each in found if each in STRONG), "L") in RIGHT


def is_beyond(text: str) -> bool:
    """Whether a text would be drawn wrong: its letters change places or forms in ways that only a font knows."""
    return any(
        unicodedata.category(each) == "Mc"
        or unicodedata.combining(each) == VIRAMA
        or (
            unicodedata.bidirectional(each) == "AL" and unicodedata.category(each) == "Lo" and not forms(each)
        )
        for each in text
    )


@lru_cache
def table() -> dict[str, dict[str, str]]:
    """The forms of each Arabic letter, and of lam with the alef behind it: `isolated`, `initial`, `medial`, `final`."""
    found: dict[str, dict[str, str]] = {}
    for number in FORMS:
        kind, *base = unicodedata.decomposition(chr(number)).split()[:3] or [""]
        letters = "".join(chr(int(each, 16)) for each in base)
        if len(letters) == 1 or (
            len(letters) == 2 and letters[0] == LAM and letters[1] in "\u0622\u0623\u0625\u0627"
        ):
            found.setdefault(letters, {}).setdefault(kind.strip("<>"), chr(number))
    return found


def forms(letters: str) -> dict[str, str]:
    return table().get(letters, {})


def joined(text: str) -> str:
    """Arabic letters in the forms that they have beside each other, without marks, which a font would have to place."""
    letters = [each for each in text if unicodedata.bidirectional(each) != "NSM"]
    units: list[str] = []
    for each in letters:
        if units and units[-1] == LAM and forms(LAM + each):
            units[-1] += each
        else:
            units.append(each)
    result = []
    for place, unit in enumerate(units):
        own = forms(unit) if unit != HAMZA else {}  # it joins nothing and looks the same everywhere
        before = place > 0 and "initial" in forms(units[place - 1])
        after = place + 1 < len(units) and "final" in forms(units[place + 1])
        kind = ("medial" if after else "final") if before else ("initial" if after else "isolated")
        simpler = {"medial": "final", "initial": "isolated"}.get(kind, kind)
        result.append(own.get(kind) or own.get(simpler) or unit)
    return "".join(result)


def visual(line: str, *, from_right: bool) -> str:
    """The characters of `line` from left to right."""
    base = 1 if from_right else 0
    if not from_right and not any(unicodedata.bidirectional(each) in RIGHT for each in line):
        return line
    levels = levels_of(line, base)
    order = list(range(len(line)))
    for level in range(max(levels), 0, -1):
        place = 0
        while place < len(line):
            if levels[order[place]] < level:
                place += 1
                continue
            end = place
            while end < len(line) and levels[order[end]] >= level:
                end += 1
            order[place:end] = reversed(order[place:end])
            place = end
    return "".join(MIRRORED.get(line[each], line[each]) if levels[each] % 2 else line[each] for each in order)


def levels_of(line: str, base: int) -> list[int]:
    """How deep each character lies: even ones are read from the left, odd ones from the right."""
    kinds = resolved(line, "R" if base else "L")
    settle_brackets(line, kinds, "R" if base else "L")
    levels = []
    for place, kind in enumerate(kinds):
        if kind in NUMBERS:
            levels.append(2)
        else:
            levels.append(
                1 if (kind if kind in "LR" else of_neighbours(kinds, place, base)) == "R" else 2 * base
            )
    return levels


def resolved(line: str, base: str) -> list[str]:
    """L, R, EN or AN for what has a direction, ON for what has none: the rules W1 to W7."""
    kinds = [unicodedata.bidirectional(each) for each in line]
    strong = base
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[place] = kinds[place - 1] if place else base
        strong = kinds[place] if kinds[place] in STRONG else strong
        if kind == "EN" and strong == "AL":
            kinds[place] = "AN"
    settle_marks_of_numbers(kinds)
    strong = base
    for place, kind in enumerate(kinds):
        if kind in STRONG:
            strong = kinds[place] = "L" if kind == "L" else "R"
        elif kind not in NUMBERS:
            kinds[place] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
    return kinds


def settle_marks_of_numbers(kinds: list[str]) -> None:
    """Make what stands inside a number or beside it a part of it: 3.5 and 50%. Rules W4 and W5."""
    for place in range(1, len(kinds) - 1):
        around = {kinds[place - 1], kinds[place + 1]}
        if (kinds[place] == "ES" and around == {"EN"}) or (
            kinds[place] == "CS" and around in ({"EN"}, {"AN"})
        ):
            kinds[place] = kinds[place - 1]
    for places in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        for place in places:
            if kinds[place] == "ET" and kinds[place - places.step] == "EN":
                kinds[place] = "EN"


def settle_brackets(line: str, kinds: list[str], base: str) -> None:
    """Give both brackets of a pair the direction of what they are around: rule N0."""
    for begin, end in sorted(pairs(line, kinds)):
        inside = {DIRECTION[kind] for kind in kinds[begin + 1 : end] if kind in DIRECTION}
        if base in inside:
            kinds[begin] = kinds[end] = base
        elif inside:
            before = next((DIRECTION[kind] for kind in reversed(kinds[:begin]) if kind in DIRECTION), base)
            kinds[begin] = kinds[end] = before


def pairs(line: str, kinds: list[str]) -> list[tuple[int, int]]:
    """The places of brackets that belong together."""
    found, waiting = [], []
    for place, each in enumerate(line):
        if kinds[place] != "ON":
            continue
        if each in BRACKETS:
            waiting.append((BRACKETS[each], place))
        elif each in BRACKETS.values():
            opened = next(
                (number for number in range(len(waiting) - 1, -1, -1) if waiting[number][0] == each), None
            )
            if opened is not None:
                found.append((waiting[opened][1], place))
                del waiting[opened:]
    return found


def of_neighbours(kinds: list[str], place: int, base: int) -> str:
    """The direction of what has none by itself: that of its neighbours if they agree, otherwise the line's."""
    edge = "R" if base else "L"
    before = next((DIRECTION[each] for each in reversed(kinds[:place]) if each in DIRECTION), edge)
    after = next((DIRECTION[each] for each in kinds[place + 1 :] if each in DIRECTION), edge)
    return before if before == after else edge
