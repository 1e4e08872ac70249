"""Social cards, checked pixel by pixel with the available fonts."""

import io
import unicodedata
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageText

from blog.media.cards import drawing, fonts, lettering
from blog.media.cards.drawing import HEIGHT, MARGIN, WIDTH, Words
from blog.site import colours
from blog.text import line_breaks

LONGEST = 200
"""The maximum length of a title in the form."""


def letters(first: str, last: str) -> st.SearchStrategy[str]:
    inside = [chr(each) for each in range(ord(first), ord(last) + 1)]
    return st.sampled_from([each for each in inside if unicodedata.category(each)[0] == "L"])


def words(script: st.SearchStrategy[str], longest: int) -> st.SearchStrategy[str]:
    word = st.text(script, min_size=1, max_size=longest)
    return st.lists(word, min_size=1, max_size=60).map(lambda found: " ".join(found)[:LONGEST])


LATIN = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZÄßéçłŞ.,;:!?–“”'&0123456789")
ARABIC, HEBREW = letters("\u0621", "\u064a"), letters("\u05d0", "\u05ea")
CJK = letters("\u4e00", "\u4fff") | letters("\u3041", "\u30fa") | st.sampled_from("、。「」ー")
TITLES = st.one_of(
    words(LATIN, 14),
    words(ARABIC, 10),
    words(HEBREW, 10),
    words(CJK, 40),
    words(LATIN | ARABIC | HEBREW | CJK, 12),
    st.text(LATIN, min_size=LONGEST, max_size=LONGEST),
    st.text(min_size=1, max_size=LONGEST),
)
ANYTHING = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def said(
    title: str, *, accent: str = colours.BUILT_IN, author: str = "Ada", site: str = "Scrollwork"
) -> Words:
    return Words(title, author, site, "24 November 2026", accent, "en")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def painted(data: bytes) -> tuple[int, int, int, int]:
    """The smallest box around everything that differs from the background."""
    picture = opened(data)
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    assert box is not None
    return box


def lies_inside(data: bytes) -> bool:
    left, top, right, bottom = painted(data)
    return left >= MARGIN and top >= MARGIN and right <= WIDTH - MARGIN and bottom <= HEIGHT - MARGIN


def in_lines(text: lettering.Text) -> ImageText.Text[str]:
    return drawing.block(text, drawing.SIZES, 300)


def width(lines: ImageText.Text[str]) -> float:
    left, _, right, _ = lines.get_bbox()
    return right - left


def height(lines: ImageText.Text[str]) -> float:
    _, top, _, bottom = lines.get_bbox()
    return bottom - top


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", ("/nowhere",))


@pytest.fixture(params=["as it is", "without FriBiDi", "without fonts", "a font for everything"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines with different fonts. The last one shows boxes for all letters."""
    if request.param == "without FriBiDi":
        monkeypatch.setattr(fonts, "shapes", lambda: False)
    elif request.param == "without fonts":
        request.getfixturevalue("no_fonts")
    elif request.param == "a font for everything":
        monkeypatch.setattr(fonts, "face_for", lambda _text, _language: fonts.BUNDLED)
        monkeypatch.setattr(fonts.Face, "lacks", lambda _face, _characters, most=1: [])


# --- nothing overflows


@ANYTHING
@given(title=TITLES)
@example(title="W" * LONGEST)
@example(title="x" * 60 + " " + "漢" * 139)
@example(title="Z" + "\u0301\u0302\u0303" * 60)
def test_no_pixel_of_a_title_lies_in_the_margin(machine: None, title: str) -> None:
    data = drawing.picture(said(title))
    assert lies_inside(data)
    assert opened(data).size == (1200, 630)
    assert len(data) <= 100_000


@ANYTHING
@given(title=st.one_of(words(LATIN, 14), words(ARABIC, 10), words(HEBREW, 10), words(CJK, 40)))
@example(title="0 0Bß 00000 0000M 0 0AW 0Bç 0")  # equal lines are higher there than full ones
def test_nothing_has_to_be_cut_off_for_that(machine: None, title: str) -> None:
    text = lettering.readable(title, "en")
    if text is not None:
        found = in_lines(text)
        assert found.text.replace("\n", "").replace(" ", "") == text.characters.replace(" ", "")
        assert width(found) <= drawing.ROOM
        assert height(found) <= 300


@ANYTHING
@given(author=TITLES, site=TITLES)
def test_nor_does_a_name_or_the_title_of_the_site_overflow(author: str, site: str) -> None:
    assert lies_inside(drawing.picture(said("A title", author=author, site=site)))
    assert lies_inside(drawing.picture(said("\U0010fffd", author=author, site=site)))


def test_what_does_not_fit_in_the_smallest_size_ends_in_an_ellipsis() -> None:
    text = lettering.readable("word " * 300, "en")
    assert text is not None
    found = in_lines(text)
    assert found.text.endswith("…")
    assert height(found) <= 300
    whole = in_lines(text._replace(characters="word " * 10))
    assert not whole.text.endswith("…")
    assert whole.font.getlength("word") > found.font.getlength("word")


def test_a_long_word_makes_the_title_smaller_before_it_is_broken() -> None:
    text = lettering.readable("Das Bundesverfassungsgericht", "de")
    assert text is not None
    assert in_lines(text).text == "Das\nBundesverfassungsgericht"
    text = lettering.readable("x" * LONGEST, "en")
    assert text is not None
    assert in_lines(text).text.replace("\n", "") == "x" * LONGEST


def test_lines_are_as_few_as_there_can_be_and_about_equally_long() -> None:
    pieces = list(line_breaks.pieces("aaaa bbbb cccc dddd eeee"))
    broken = partial(line_breaks.filled, pieces, lambda text: len(text) * 50)
    assert broken(drawing.LINE) == "aaaa bbbb cccc dddd\neeee"
    assert drawing.about_equal(broken) == "aaaa bbbb cccc\ndddd eeee"


# --- readable


@given(accent=COLOURS)
@settings(max_examples=12, deadline=None)
def test_letters_have_the_contrast_that_text_needs_on_any_accent(accent: str) -> None:
    picture = opened(drawing.picture(said("Title", accent=accent)))
    found = {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in picture.getcolors() or ()}  # type: ignore[misc]
    ground = "#" + "".join(f"{value:02x}" for value in picture.getpixel((0, 0)))  # type: ignore[union-attr]
    assert ground == colours.by_day(accent)
    assert max(colours.contrast(ground, each) for each in found) >= colours.READABLE


def test_a_title_that_no_font_has_is_replaced_by_the_sites_name_author_and_day(no_fonts: None) -> None:
    shown = drawing.picture(said("静かな機能"))
    assert shown == drawing.picture(said("שלום")) == drawing.picture(said("🎉"))
    assert shown != drawing.picture(said("静かな機能", author="Grace"))
    assert shown != drawing.picture(said("静かな機能", site="Another"))
    assert shown != drawing.picture(said("静かな機能")._replace(day="25 November 2026"))
    # Also if the font lacks the letters of the author's and site's names.
    assert lies_inside(drawing.picture(said("静かな機能", author="静か", site="機能")))


def test_without_a_font_latin_letters_lose_their_marks_and_not_their_words(no_fonts: None) -> None:
    assert drawing.picture(said("Käse, Łódź, Straße")) == drawing.picture(said("Kase, Lodz, Strasse"))


def test_symbols_that_a_font_lacks_are_left_out_and_the_words_stay(no_fonts: None) -> None:
    assert drawing.picture(said("🎉 Party 👩\u200d💻 time\ufe0f")) == drawing.picture(said("Party time"))


@pytest.mark.parametrize("title", ["שלום לכולם", "مرحبا بالعالم"])
def test_what_is_read_from_the_right_stands_at_the_right(title: str) -> None:
    text = lettering.readable(title, "en")
    if text is None:  # then the readable text is shown, as without any font
        assert fonts.face_for(title) is None
        return
    left, _, right, _ = painted(drawing.picture(said(title, author="", site="")))
    assert right > WIDTH - MARGIN - 12
    assert left > MARGIN + 100


def test_chinese_and_japanese_wrap_between_letters() -> None:
    text = lettering.readable("静かな機能のコスト、" * 5, "ja")
    if text is None:  # then the readable text is shown, as without any font
        assert fonts.face_for("静かな") is None
        return
    assert "\n" in in_lines(text).text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("two words", ["two", "words"]),
        ("静かな、機能", ["静", "か", "な、", "機", "能"]),
        ("「そして」", ["「そ", "し", "て」"]),
        ("Rust入門", ["Rust", "入", "門"]),
        ("한국어 글", ["한국어", "글"]),
        ("👩‍💻入門か\u3099", ["👩‍💻", "入", "門", "か\u3099"]),
    ],
)
def test_lines_break_where_a_script_lets_them(text: str, pieces: list[str]) -> None:
    assert [each for each, _ in line_breaks.pieces(text)] == pieces


def test_what_is_made_of_several_signs_is_drawn_whole_or_left_out() -> None:
    """Of a cluster with a mark that the font lacks, a part would remain."""
    lacking = {"💻", "\u0308"}
    assert [lettering.shown(each, lacking) for each in ("👩", "👩\u200d💻", "a\u0308", "b")] == [
        "👩",
        "",
        "a",
        "b",
    ]


def test_a_font_is_asked_for_its_letters_and_not_for_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "NotoSerif-Bold.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    assert [face.path for face in fonts.faces()] == [tmp_path / "NotoSerif-Bold.ttf", None]
    assert fonts.face_for("plain") == fonts.BUNDLED
    assert fonts.face_for("漢") is None


@pytest.mark.parametrize(
    ("language", "number"),
    [("ja", 0), ("ko-KR", 1), ("zh", 2), ("zh-Hans-CN", 2), ("zh-Hant-TW", 3), ("de", 0)],
)
def test_shared_letters_are_written_as_the_sites_language_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, number: int
) -> None:
    (tmp_path / "NotoSansCJK-Bold.ttc").touch()
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    assert fonts.faces(language)[0].number == number


# --- without FriBiDi


def test_scripts_that_need_it_are_not_drawn_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "shapes", lambda: False)
    for title in ("हिन्दी", "سلام", "שלום", "Hello, שלום", "ދިވެހި"):
        assert lettering.readable(title, "en") is None
    assert lettering.readable("Hello, Здравствуйте", "en") is not None


def test_without_it_the_sites_title_stands_for_a_title_that_is_read_from_the_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "shapes", lambda: False)
    shown = drawing.picture(said("שלום לכולם"))
    assert shown == drawing.picture(said("مرحبا بالعالم"))
    assert shown != drawing.picture(said("שלום לכולם", site="Another"))
    assert lies_inside(shown)
