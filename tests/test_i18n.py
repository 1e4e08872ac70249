"""The catalogues: every message is translated and keeps its placeholders."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel import Locale, localedata
from babel.messages.catalog import Message

from blog import i18n
from blog.digits import ZEROS
from blog.i18n import CATALOGUES
from tests.catalogues import LANGUAGES, brought_up_to_date, catalogue, translated

TAG = re.compile(r"</?\w+|\bhref=|\bclass=")


def texts(message: Message) -> Iterator[tuple[str, str]]:
    """Each form of a message with its translation."""
    if isinstance(message.id, (tuple, list)):
        yield from ((message.id[1], form) for form in message.string or ())
    else:
        yield str(message.id), str(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_all_that_the_source_says_and_nothing_else(language: str) -> None:
    wanted = {(message.context, str(message.id)) for message in brought_up_to_date(language) if message.id}
    found = {(message.context, str(message.id)) for message in catalogue(language) if message.id}
    assert found == wanted, "`make catalogues` brings them up to date"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_with_its_values_and_marks(language: str) -> None:
    every = catalogue(language)
    assert len(every) > 500
    for message in every:
        if not message.id:  # the header of the file
            continue
        assert translated(message.string), f"{message.id!r} has no translation"
        assert not message.fuzzy, f"{message.id!r} was never looked at"
        assert not list(message.check(every)), message.id
        for original, translation in texts(message):
            assert sorted(TAG.findall(translation)) == sorted(TAG.findall(original)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_ends_the_attribute_that_it_may_stand_in(language: str) -> None:
    straight = [
        text
        for message in catalogue(language)
        if message.id
        for _, text in texts(message)
        if '"' in re.sub(r"<[^>]*>", "", text)
    ]
    assert straight == []


# --- what is written past the catalogues

ROOT = CATALOGUES.parents[1]
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.*"))
    if path.suffix == ".html" or path.name == "llms.txt"
]
SCRIPTS = [path for path in sorted((ROOT / "static").rglob("*.js")) if path.parent.name != "vendor"]

JINJA = re.compile(r"{% block kind %}.*?{% endblock %}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(r'<(?:"[^"]*"|[^">])*>|\b[a-z-]+="[^"]*"')
SHOWN = re.compile(r'\b(?:title|alt|placeholder|label|aria-[a-z]*label)="[^"]*[A-Za-z]')
# Comments first, because they contain apostrophes.
STRING = re.compile(
    r"""/\*.*?\*/|//[^\n]*|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`""", re.DOTALL
)
# A capitalised word, as on buttons, or three words in a row, as in sentences. Names of keys and events have no spaces,
# selectors have punctuation; a few names are capitalised as well.
NAMES = {"Accept", "Arrow", "Enter", "Files"}
SAID = re.compile(r"[A-Z][a-z]+(?:[ .,!?…].*)?|.*\b[a-z]+ [a-z]+ [a-z]+\b.*")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_has_a_word_of_its_own(path: Path) -> None:
    html = JINJA.sub("", path.read_text())
    assert SHOWN.findall(html) == []
    assert [
        line
        for line in MARKUP.sub("", html).splitlines()
        if re.search("[A-Za-z]", line.replace("autofocus", ""))
    ] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_script_has_a_word_of_its_own(path: Path) -> None:
    strings = ["".join(found) for found in STRING.findall(path.read_text())]
    assert strings, "as there always are"
    assert [string for string in strings if SAID.fullmatch(string) and string not in NAMES] == []


# --- languages


@pytest.mark.parametrize("tag", ["en", "de-AT", "ar", "pl", "ja"])
def test_a_sentence_for_a_number_of_the_browsers_is_there_for_each_kind_of_number(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n.speaker, "language", lambda: tag)
    said = i18n.forms(
        "%(new)s more post, %(shown)s of %(total)s",
        "%(new)s more posts, %(shown)s of %(total)s",
        new="N",
        shown="S",
        total="T",
    )
    german = ("N weiterer Beitrag, S von T", "N weitere Beiträge, S von T")
    english = ("N more post, S of T", "N more posts, S of T")
    assert (said["one"], said["other"]) == (german if tag == "de-AT" else english)


def test_names_in_a_row_are_a_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [i18n.listed(["a", "b", "c"][:number]) for number in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b, and c",
    ]
    monkeypatch.setattr(i18n.speaker, "language", lambda: "de")
    assert i18n.listed(["a", "b", "c"]) == "a, b und c"


def test_a_month_is_called_as_its_language_calls_it_whoever_asked_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for tag, name, initial in (
        ("he", "מרץ", "3"),
        ("de", "März", "M"),
        ("en", "March", "M"),
        ("ar", "مارس", "م"),
    ):
        monkeypatch.setattr(i18n.speaker, "language", lambda tag=tag: tag)
        assert (i18n.month_name(3), i18n.month_name(3, initial=True)) == (name, initial)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("ckb", "rtl"),
        ("yi", "rtl"),
        ("az", "ltr"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("zh-Hant-TW", "ltr"),
        ("tlh", "ltr"),
    ],
)
def test_languages_are_written_in_the_direction_of_their_script(tag: str, expected: str) -> None:
    assert i18n.direction(tag) == expected


# --- digits


def test_every_system_of_digits_that_a_language_writes_by_default_is_known() -> None:
    systems = {
        Locale.parse(name).default_numbering_system
        for name in localedata.locale_identifiers()
        if name != "root"
    }
    assert systems == {"latn", *ZEROS}
    for zero in ZEROS.values():
        assert [unicodedata.digit(chr(ord(zero) + digit)) for digit in range(10)] == list(range(10))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", "1,234.5 | November 24, 2026 | November 2026 | 8:30 PM"),
        ("ar", "1,234.5 | 24 نوفمبر 2026 | نوفمبر 2026 | 8:30 م"),
        ("ar-EG", "١٬٢٣٤٫٥ | ٢٤ نوفمبر ٢٠٢٦ | نوفمبر ٢٠٢٦ | ٨:٣٠ م"),  # noqa: RUF001
        ("fa", "۱٬۲۳۴٫۵ | ۲۴ نوامبر ۲۰۲۶ | نوامبر ۲۰۲۶ | ۲۰:۳۰"),  # noqa: RUF001
        ("mr", "१,२३४.५ | २४ नोव्हेंबर, २०२६ | नोव्हेंबर २०२६ | ८:३० PM"),
        ("bn", "১,২৩৪.৫ | ২৪ নভেম্বর, ২০২৬ | নভেম্বর ২০২৬ | ৮:৩০ PM"),
        ("my", "၁,၂၃၄.၅ | ၂၀၂၆ နိုဝင်ဘာ ၂၄ | ၂၀၂၆ နိုဝင်ဘာ | ၂၀:၃၀"),
        ("ne", "१,२३४.५ | २०२६ नोभेम्बर २४ | २०२६ नोभेम्बर | २०:३०"),
    ],
)
def test_numbers_days_and_times_have_the_digits_of_the_language(
    tag: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n.speaker, "language", lambda: tag)
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    clock = i18n.time_of_day(at).replace("\u202f", " ")
    assert " | ".join((i18n.number(1234.5), i18n.day(at.date()), i18n.month(at.date()), clock)) == said
    assert i18n.year(2026) in said
    latin = re.compile("[0-9]")
    assert bool(latin.search(i18n.day_and_time(at, weekday=True))) == (tag in {"en", "ar"})
