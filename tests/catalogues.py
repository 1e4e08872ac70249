"""Update the catalogues in blog/translations from the messages in the source: `make catalogues`.

New messages are added without a translation, unused ones are removed. English translates to itself.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from blog.i18n import CATALOGUES, ENGLISH, locale

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = (ENGLISH, "de")
JINJA = {"trimmed": "true", "silent": "false"}


def in_the_source() -> Catalog:
    """The messages in the source, in order."""
    found = Catalog()
    for path, _line, message, notes, context in extract_from_dir(
        ROOT,
        method_map=[
            ("blog/**.py", "python"),
            ("templates/**.html", "jinja2"),
            ("templates/**.txt", "jinja2"),
        ],
        options_map=dict.fromkeys(("templates/**.html", "templates/**.txt"), JINJA),
        keywords={**DEFAULT_KEYWORDS, "N_": None, "pgettext": ((1, "c"), 2), "forms": (1, 2)},
        comment_tags=["NOTE:"],
        strip_comment_tags=True,
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "_")),
    ):
        found.add(message, locations=[(path, 0)], auto_comments=notes, context=context)
    return found


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=locale(language), abort_invalid=True)


def brought_up_to_date(language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of the source."""
    path = path_of(language)
    present = catalogue(language) if path.exists() else Catalog(locale=locale(language))
    made = present.creation_date
    present.update(in_the_source(), no_fuzzy_matching=True)
    # Dates that differ each time would hide real changes.
    present.creation_date = present.revision_date = made
    present.fuzzy = False
    present.project, present.version = "Scrollwork", ""
    present.msgid_bugs_address = present.last_translator = ""
    present.header_comment = f"# The words of Scrollwork: {locale(language).english_name}."
    present.obsolete.clear()
    if language == ENGLISH:
        for message in present:
            if message.id and not translated(message.string):
                message.string = message.id
    return present


def main() -> None:
    for language in LANGUAGES:
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        found = brought_up_to_date(language)
        with path.open("wb") as file:
            write_po(file, found, width=0, sort_by_file=True, include_lineno=False)
        missing = sum(1 for message in found if message.id and not translated(message.string))
        print(f"{path.relative_to(ROOT)}: {len(found)} sentences, {missing} to translate.")


def translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and all(string or "")


if __name__ == "__main__":
    main()
