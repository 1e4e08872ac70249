"""The words of the site: no sentence is without its translation, and none says less than the original."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from blog import i18n
from tests.catalogues import LANGUAGES, brought_up_to_date, catalogue, translated

TAG = re.compile(r"</?\w+|\bhref=|\bclass=")


def texts(message: Message) -> Iterator[tuple[str, str]]:
    """Each form of a message with what it is translated to."""
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
    messages = [message for message in catalogue(language) if message.id]
    for message in messages:
        assert translated(message.string), f"{message.id!r} has no translation"
        assert not message.fuzzy, f"{message.id!r} was never looked at"
        assert not list(message.check(catalogue(language))), message.id
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


def test_a_script_gets_each_form_that_the_language_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n.speaker, "language", lambda: "de")
    assert i18n.plural_forms("%(number)s word", "%(number)s words") == {
        "one": "{number} Wort",
        "other": "{number} Wörter",
    }


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
