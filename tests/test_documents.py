"""The documents agree with each other and with the project."""

import re
import tomllib
from pathlib import Path

import pytest

from blog.store.db import Base
from tests.diagrams import DOCUMENT, renewed
from tests.programs import ROOT

DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PARTS = ["Context", "Decision", "Alternatives", "Consequence"]


def links(document: Path) -> list[str]:
    """The link targets of a document, without other sites."""
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
    return [target.partition("#")[0] for target in targets if "://" not in target and target[0] != "#"]


def paths(document: Path) -> list[str]:
    """The files and folders of the project that a document names."""
    text = document.read_text(encoding="utf-8")
    found = re.findall(r"(?<![\w/.:])(?:blog|static|templates|tests|deploy|bench|docs)/[\w./-]*", text)
    return [path.rstrip("./") for path in found]


def form(record: Path) -> bool:
    """Whether a record has its number, a title, a date and the four parts, in at most 25 lines."""
    text = record.read_text(encoding="utf-8")
    head = re.match(rf"# {record.stem[:4]}\. \S.*\n\nDate: 20\d\d-\d\d-\d\d\n\n", text)
    parts = re.findall(r"^\*\*(\w+)\.\*\* \S", text, re.MULTILINE)
    return bool(head) and parts == PARTS and len(text.splitlines()) <= 25


def test_a_record_has_its_number_title_date_and_four_parts() -> None:
    assert RECORDS
    assert [record.name for record in RECORDS if not form(record)] == []


def test_no_number_of_a_record_is_used_twice() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(set(numbers)) == len(numbers)


def test_the_index_lists_each_record_once_in_order() -> None:
    wanted = []
    for record in RECORDS:
        number, title = record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").split(". ", 1)
        wanted.append(f"- [{number}]({record.name}) {title}")
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^- .+", index, re.MULTILINE) == wanted


def test_each_dependency_has_its_reason_in_a_record() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"].get("optional-dependencies", {}).values(),
    ]
    lists += project.get("dependency-groups", {}).values()
    names = {
        re.split(r"[^a-z0-9-]", entry.lower())[0]
        for every in lists
        for entry in every
        if isinstance(entry, str)
    }
    reasons = " ".join(record.read_text(encoding="utf-8") for record in RECORDS).lower()
    assert names
    assert not {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", reasons)}


def test_links_between_documents_lead_somewhere() -> None:
    targets = [(document, target) for document in DOCUMENTS for target in links(document)]
    assert targets
    assert [f"{doc.name}: {target}" for doc, target in targets if not (doc.parent / target).exists()] == []


def test_the_diagram_of_the_tables_is_the_one_that_make_diagrams_draws() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == renewed(text)
    assert '    revision }o--|| post : "post_id"' in text


def test_each_table_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted(Base.metadata.tables)


def test_the_changelog_has_the_version_of_the_project_as_its_newest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert headings[1][0] == project["version"]
    assert all(date for _, date in headings[1:])
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", changelog, re.MULTILINE)) <= kinds


def test_each_file_that_a_document_names_exists() -> None:
    named = [(document, path) for document in DOCUMENTS for path in paths(document)]
    assert named
    assert sorted({f"{doc.name}: {path}" for doc, path in named if not (ROOT / path).exists()}) == []


@pytest.mark.parametrize(
    ("term", "file"),
    [
        ("autosave", "blog/writing/drafts.py"),
        ("preview link", "blog/writing/preview_links.py"),
        ("social card", "blog/media/cards/social_cards.py"),
        ("feed item", "blog/syndication/feeds.py"),
        ("search rank", "blog/search/ranking.py"),
        ("redirect", "blog/reading/redirects.py"),
        ("sign-in limit", "blog/web/author/throttling.py"),
        ("tag merge", "blog/writing/tags.py"),
        ("page cache freshness", "blog/store/freshness.py"),
        ("upload limit", "blog/media/resizing.py"),
    ],
)
def test_the_map_leads_from_a_usual_term_to_its_file(term: str, file: str) -> None:
    rows = re.findall(
        r"^\| (.+?) \| (.+) \|$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert any(f"`{file}`" in where for what, where in rows if re.search(rf"\b{term}", what))
