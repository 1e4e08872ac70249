"""Text and queries give the same tokens in any spelling."""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from blog import create_app
from blog.search import ranking, snippets
from blog.search.query import parsed
from blog.store.db import db
from blog.text.search_tokens import TAIL, UNIT, UNITS, indexed, units_from, wanted
from blog.text.slugs import NAMES, slug_from
from blog.writing import editing
from tests.conftest import NOON, Write

Found = Callable[[str], dict[str, str]]


WRITTEN = [
    # names
    ("Records in C# 12", "c#"),
    ("C++20 is out", "C++"),
    ("Written in C++.", "cpp"),
    ("F#-Programme", "f#"),
    ("On .NET and more", ".net"),
    ("On ASP.NET", ".NET"),
    ("On ASP.NET", "aspnet"),
    ("AT&T and R&D", "at&t"),
    ("In Objective-C", "objective-c"),
    ("Use g++ and notepad++", "g++"),
    ("Records in C# 12", "C＃"),
    ("A book on C＋＋", "c++"),
    ("Written in F♯", "F#"),
    # hyphens, dots and other joints
    ("An e-mail", "email"),
    ("An email", "e-mail"),
    ("An E-Mail-Server", "email"),
    ("An e‑mail with a hard hyphen", "email"),
    ("State-of-the-art", "stateoftheart"),
    ("A multi-cloud", "multi cloud"),
    ("Node.js", "nodejs"),
    ("nodejs", "node.js"),
    ("Wi-Fi", "wifi"),
    ("In the U.S.A. today", "usa"),
    ("snake_case", "snakecase"),
    ("TCP/IP", "tcpip"),
    ("Python 3.11", "3.11"),
    ("On 2026-11-24", "2026-11-24"),
    ("A soft\u00adhyphen", "softhyphen"),
    # options of commands
    ("Run it with --watch now", "--watch"),
    ("Run it with --no-deps", "--no-deps"),
    # apostrophes
    ("Don’t", "dont"),
    ("Dont", "don't"),
    ("O'Brien's", "obrien"),
    ("OʼBrien", "o’brien"),
    ("Don‛t and don′t", "dont"),
    ("L’homme", "homme"),
    # case, width, ligatures, accents
    ("ABC", "ＡＢＣ"),
    ("ＡＢＣ", "abc"),
    ("file", "ﬁle"),
    ("ﬂuﬀy", "fluffy"),
    ("Straße", "STRASSE"),
    ("STRASSE", "straße"),
    ("GROẞ", "groß"),
    ("naïve", "naive"),
    ("nai\u0308ve", "naïve"),
    ("Ångström", "angstrom"),
    ("Größe", "groesse"),
    ("Groesse", "Größe"),
    ("smørrebrød", "smoerrebroed"),
    ("Łódź", "lodz"),
    ("Đường", "duong"),
    ("Ærø", "aero"),
    ("İSTANBUL", "istanbul"),
    ("ısı", "ISI"),
    ("λόγος", "ΛΟΓΟΣ"),
    ("Всё", "все"),
    ("ка\u0301мень", "камень"),
    ("m²", "m2"),
    ("5㎏ of rice", "5kg"),
    ("ⓁⓄⓊⒹ", "loud"),
    # digits of other scripts
    ("٢٠٢٤", "2024"),
    ("In 2024", "۲۰۲۴"),
    ("१२३", "123"),
    # scripts without spaces, and Hangul
    ("東京タワーに登る", "タワー"),
    ("東京タワーに登る", "塔東京"[1:]),
    ("東京タワーに登る", "登"),
    ("東京タワーに登る", "る"),
    ("ﾄｳｷｮｳﾀﾜｰ", "タワー"),
    ("データ", "ﾃﾞｰﾀ"),
    ("か\u3099ん", "がん"),
    ("AI技術の話", "AI技術"),
    ("最新AI技術", "最新ai"),
    ("北京大学", "大学"),
    ("서울에서 만나요", "서울"),
    ("ꦲꦏ꧀ꦱꦫꦗꦮ", "ꦗꦮ"),
    ("ꆈꌠꁱꂷ", "ꁱꂷ"),
    ("สวัสดีชาวโลก", "โลก"),
    ("น้ำแข็ง", "น้ำ"),
    ("ភាសាខ្មែរ", "ខ្មែរ"),
    # marks of other scripts
    ("हिन्दी में", "हिन्दी"),
    ("क्\u200dष", "क्ष"),
    ("مُحَمَّد", "محمد"),
    ("العـــالم", "العالم"),
    ("أحمد", "احمد"),
    ("می\u200cخواهم", "میخواهم"),
    ("کتاب", "كتاب"),
    ("שָׁלוֹם", "שלום"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, new_instance: Path) -> Iterator[Found]:
    """The found posts with their marked text; there is one post per text."""
    app = create_app(
        {"INSTANCE": shutil.copytree(new_instance, tmp_path_factory.mktemp("written") / "instance")}
    )
    with app.app_context():
        texts = {
            editing.create(editing.Text(text, f"Post {number}"), published_at=NOON): text
            for number, text in enumerate(dict(WRITTEN))
        }

        def found(typed: str) -> dict[str, str]:
            query = parsed(typed)
            ids = [each.id for each in ranking.find(query).posts]
            shown = snippets.shown(query.plain, ids)
            return {texts[each]: shown[each].text for each in ids}

        yield found
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("text", "typed"), WRITTEN)
def test_a_word_is_found_however_it_is_written(found: Found, text: str, typed: str) -> None:
    for half in (typed, f"{typed} ", f'"{typed}"'):
        assert snippets.MARKS[0] in found(half)[text], half


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("C is small", "C++"),
        ("C++ is large", "c "),
        ("C++ is large", "c#"),
        ("page#part", "pagesharp"),
        ("A watch", "-watch"),
        ("Brien and O apart", "obrien"),
        ("3 and 11", "3.11"),
        ("京都の東", "東京"),
        ("हिन्दू", "हिन्दी"),
        ("मै", "में"),
    ],
)
def test_what_is_another_word_is_not_found(app: Flask, write: Write, text: str, typed: str) -> None:
    write("One", body=text)
    with app.app_context():
        assert not ranking.find(parsed(typed)).posts


def test_an_option_that_no_post_names_is_taken_for_its_word(app: Flask, write: Write) -> None:
    number = write("One", body="A watch")
    with app.app_context():
        assert [each.id for each in ranking.find(parsed("--watch ")).posts] == [number]


def test_names_are_the_same_tokens_as_in_addresses() -> None:
    for name, word in NAMES.items():
        assert wanted(name) == wanted(word)
        assert slug_from(name) == word


@given(st.text(max_size=60))
@example("\U00010d40")  # a digit of Unicode 16, which Python supports later than regex
def test_every_unit_of_a_text_is_a_line_of_what_is_indexed_and_is_found_again(text: str) -> None:
    content = indexed(text)
    lines = content.content.partition(TAIL)[0].split(UNIT)
    units = list(units_from(text, 0, content.places))
    assert len(lines) == max(1, len(units))
    assert all(text[unit.begin : unit.end] == unit.text for unit in units)
    for number in range(len(units)):
        assert next(units_from(text, number, content.places)) == units[number]
    assert sum(1 for _ in UNITS.finditer(text)) == len(units)
