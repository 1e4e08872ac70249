"""Text and what is typed become the same tokens, however they are written."""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from blog import search, snippets
from blog.queries import parsed
from blog.search_tokens import TAIL, UNIT, UNITS, expression, indexed, units_from
from blog.slugs import NAMES, slug_from
from tests.conftest import Write


@pytest.mark.parametrize(
    ("text", "typed"),
    [
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
        ("A watch", "--watch"),
        # apostrophes
        ("Don’t", "dont"),
        ("Dont", "don't"),
        ("O'Brien's", "obrien"),
        ("OʼBrien", "o’brien"),
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
    ],
)
def test_a_word_is_found_however_it_is_written(app: Flask, write: Write, text: str, typed: str) -> None:
    write("Other", body="Nothing of that kind, and a net.")
    number = write("One", body=text)
    with app.app_context():
        for half in (typed, f"{typed} ", f'"{typed}"'):
            query = parsed(half)
            assert [each.id for each in search.find(query).posts] == [number], half
            assert snippets.MARKS[0] in snippets.shown(query.plain, [number])[number].text or "--" in half


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
        assert not search.find(parsed(typed)).posts


def test_names_are_the_same_tokens_as_in_addresses() -> None:
    for name, word in NAMES.items():
        assert expression(name) == expression(word)
        assert slug_from(name) == word


@given(st.text(max_size=60))
def test_every_unit_of_a_text_is_a_line_of_what_is_indexed_and_is_found_again(text: str) -> None:
    content = indexed(text)
    lines = content.content.partition(TAIL)[0].split(UNIT)
    units = list(units_from(text, 0, content.places))
    assert len(lines) == max(1, len(units))
    assert all(text[unit.begin : unit.end] == unit.text for unit in units)
    for number in range(len(units)):
        assert next(units_from(text, number, content.places)) == units[number]
    assert sum(1 for _ in UNITS.finditer(text)) == len(units)
