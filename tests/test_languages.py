"""Language tags and text direction."""

import pytest

from blog.errors import BlogError
from blog.i18n import direction
from blog.languages import tag


@pytest.mark.parametrize(
    ("language", "written"),
    [
        *(
            (each, "rtl")
            for each in ("ar", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "ug", "ur", "yi")
        ),
        *(
            (each, "rtl")
            for each in (
                "ar-EG",
                "fa-AF",
                "ha-Arab",
                "ku-Arab-IQ",
                "az-Arab",
                "az-IR",
                "pa-PK",
                "ff-Adlm",
                "ar-Arab",
            )
        ),
        *(
            (each, "ltr")
            for each in ("en", "de-AT", "zh-Hant-TW", "ku", "ha", "ar-Latn", "he-Latn-IL", "sd-Deva", "")
        ),
    ],
)
def test_a_language_is_written_as_its_script_is_or_as_it_usually_is(language: str, written: str) -> None:
    assert direction(language) == written


@pytest.mark.parametrize(
    ("typed", "kept"), [(" EN-us ", "en-US"), ("ZH-hANT-tw", "zh-Hant-TW"), ("de-1996", "de-1996")]
)
def test_a_tag_is_spelt_as_its_standard_says(typed: str, kept: str) -> None:
    assert tag(typed) == kept


@pytest.mark.parametrize("typed", ["", "english", "e", "en_US", 'ar" dir="rtl', "ar-"])
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(BlogError, match="is not a language tag"):
        tag(typed)
