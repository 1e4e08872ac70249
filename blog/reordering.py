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
LAM = "\u0644"
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
        own = forms(unit)
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
    kinds = [unicodedata.bidirectional(each) for each in line]
    strong = "R" if base else "L"
    for place, kind in enumerate(kinds):
        if kind in STRONG:
            strong = kinds[place] = "R" if kind in RIGHT else "L"
        elif (
            kind in {"ES", "CS"}
            and 0 < place < len(kinds) - 1
            and {kinds[place - 1], kinds[place + 1]} <= NUMBERS
        ):
            kinds[place] = kinds[place - 1]
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
    levels = []
    for place, kind in enumerate(kinds):
        if kind == "L":
            levels.append(2 if base else 0)
        elif kind == "R":
            levels.append(1)
        elif kind in NUMBERS:
            levels.append(2)
        else:
            levels.append(neutral(kinds, place, base))
    return levels


def neutral(kinds: list[str], place: int, base: int) -> int:
    """The level of what has no direction by itself: that of its neighbours if they agree, otherwise the line's."""
    known = {**dict.fromkeys(NUMBERS, "R"), "L": "L", "R": "R"}
    edge = "R" if base else "L"
    before = next((known[each] for each in reversed(kinds[:place]) if each in known), edge)
    after = next((known[each] for each in kinds[place + 1 :] if each in known), edge)
    direction = before if before == after else edge
    return 1 if direction == "R" else 2 * base
