"""Slugs made from titles, depending on language and script."""

# ruff: noqa: RUF001 -- letters that look like others are what this is about

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text.slugs import MAX_BYTES, MAX_LENGTH, free_slug, is_slug, slug_from, slug_of_title


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("Größe, Übermaß und Äpfel", "de", "groesse-uebermass-und-aepfel"),
        ("GRÖẞE", "de-AT", "groesse"),
        ("Größe, Übermaß und Äpfel", "", "grosse-ubermass-und-apfel"),
        ("Größe", "sv", "grosse"),
        ("Smørrebrød på Åen, æble", "da", "smoerrebroed-paa-aaen-aeble"),
        ("Blåbærsyltetøy", "nb", "blaabaersyltetoey"),
        ("Ångström är öl", "sv", "angstrom-ar-ol"),
        ("Hyvää yötä", "fi", "hyvaa-yota"),
        ("Işık ağacı, İstanbul’da şiş", "tr", "isik-agaci-istanbulda-sis"),
        ("Čevapčići i đak", "hr", "cevapcici-i-dak"),
        ("Ђорђе и Љубав", "sr", "djordje-i-ljubav"),
        ("Київ, Згурський та Ївга", "uk", "kyiv-zghurskyi-ta-yivha"),
        ("Щъркел", "bg", "shtarkel"),
        ("Привет, мир", "ru", "privet-mir"),
        ("Ελληνικά, ευχαριστώ", "el", "ellinika-efcharisto"),
        ("Μπύρα του Οδυσσέα, άγγελος", "el", "byra-tou-odyssea-angelos"),
        ("Ευρώπη: αυτό, αύριο", "el", "evropi-afto-avrio"),
        ("Ελληνικά", "", "ellenika"),
        ("Ёжик и щука", "ru", "ezhik-i-shchuka"),
        ("Гомель", "be", "homel"),
        ("Đorđe", "sr", "djordje"),
        ("Đorđe", "bs", "djordje"),
        ("საქართველო", "ka", "sakartvelo"),
        ("Đà Nẵng", "vi", "da-nang"),
        ("Azərbaycan", "az", "azerbaycan"),
        ("L’été à Évian", "fr", "lete-a-evian"),
        ("Þór og æði", "is", "thor-og-aedi"),
    ],
)
def test_each_language_spells_its_letters_in_its_own_way(title: str, language: str, slug: str) -> None:
    assert slug_of_title(title, language) == slug


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("東京タワーに登る", "ja", "東京タワーに登る"),
        ("日本語", "", "日本語"),
        ("C言語 入門！", "ja", "c言語-入門"),
        ("ﾀﾜｰ ＡＢＣ", "ja", "タワー-abc"),
        ("北京，你好", "zh", "北京-你好"),
        ("한국어 블로그", "ko", "한국어-블로그"),
        ("สวัสดีครับ น้ำ", "th", "สวัสดีครับ-น้ำ"),
        ("हिन्दी में", "hi", "हिन्दी-में"),
        ("مرحبًا بالعـــالم", "ar", "مرحبا-بالعالم"),
        ("שָׁלוֹם עולם", "he", "שלום-עולם"),
        ("١٢٣ و ४५", "ar", "123-و-45"),
        ("Tokyo は 東京", "ja", "tokyo-は-東京"),
    ],
)
def test_scripts_without_a_sound_transliteration_keep_their_letters(
    title: str, language: str, slug: str
) -> None:
    assert slug_of_title(title, language) == slug
    assert slug_of_title(title) == slug


@pytest.mark.parametrize(
    "sign", ["・", "･", "★", "♪", "🎉", "→", "♥", "ㆍ", "·", "、", "（", "〜", "／", "…", "•"]
)
def test_a_sign_between_two_words_does_not_join_them(sign: str) -> None:
    assert slug_of_title(f"東京{sign}大阪", "ja") == "東京-大阪"
    assert slug_of_title(f"salt{sign}water") == "salt-water"


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("🚀", "", "rocket"),
        ("🚀 🎉", "en", "rocket-party-popper"),
        ("🚀", "de", "rakete"),
        ("🇩🇪", "en", "germany"),
        ("👨‍👩‍👧", "en", "family-man-woman-girl"),
        ("❤️", "xx", "red-heart"),
        ("∞", "", "infinity"),
        ("+", "", "plus-sign"),
        ("???", "", "post"),
        ("—", "", "post"),
        ("I ❤️ NY", "", "i-ny"),
    ],
)
def test_a_title_of_signs_alone_is_called_by_their_names(title: str, language: str, slug: str) -> None:
    assert slug_of_title(title, language) == slug


def test_a_long_slug_is_cut_at_a_word_or_between_characters_and_names_a_file() -> None:
    assert slug_from("語" * 100) == "語" * (MAX_BYTES // 3)
    assert slug_from(f"{'語' * 60} {'文' * 30}") == "語" * 60
    assert slug_from("कि" * 60) == "कि" * (MAX_BYTES // 6)
    taken = {slug_from("語" * 100)}
    second = free_slug(slug_from("語" * 100), taken.__contains__)
    assert second == f"{'語' * 66}-2"
    assert len(second.encode()) <= MAX_BYTES


@given(st.text(max_size=120), st.sampled_from(["", "de", "da", "tr", "uk", "sr", "ja"]))
def test_every_title_has_an_address_which_is_its_own_slug(title: str, language: str) -> None:
    slug = slug_of_title(title, language)
    assert is_slug(slug)
    assert slug_from(slug) == slug_from(slug, language) == slug
    assert unicodedata.is_normalized("NFC", slug)
    assert 0 < len(slug) <= MAX_LENGTH
    assert len(slug.encode()) <= MAX_BYTES
