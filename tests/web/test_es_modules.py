"""Scripts import each other by plain names, and browsers get the hashed ones."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.errors import SettingInvalid
from blog.web import assets
from blog.web.es_modules import Script
from tests.programs import ROOT, is_one_sentence
from tests.signing_in import AuthorClient

Publish = Callable[[dict[str, str]], dict[str, Script]]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publish these files as `static/`, as at a start."""

    def publish(files: dict[str, str]) -> dict[str, Script]:
        source = tmp_path / "static"
        for name, content in files.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return assets.publish_all(source, tmp_path / "assets")

    return publish


def published(folder: Path, script: Script) -> str:
    return (folder / "assets" / script.address.removeprefix(assets.PREFIX)).read_text()


IMPORTS = [
    'import {{ send }} from "{}";',
    "import {{ send }} from '{}';",
    'import {{\n  send,\n  post as sendOnce,\n}} from "{}";',
    'import send, {{ post }} from "{}";',
    'import * as requests from "{}";',
    'import"{}";',
    'import "{}"',
    'export {{ send }} from "{}";',
    'export * from "{}";',
    'export * as requests from "{}";',
    '// A comment before it.\n  import {{ send }} from "{}"; // and one behind it',
]


@pytest.mark.parametrize("form", IMPORTS)
@pytest.mark.parametrize(
    "lead",
    [
        ("a.js", "./b.js", "b.js"),
        ("a.js", "./writing/b.js", "writing/b.js"),
        ("writing/a.js", "../b.js", "b.js"),
        ("writing/a.js", "./b.js", "writing/b.js"),
        ("writing/a.js", "../reading/b.js", "reading/b.js"),
        ("a.js", "././writing/../b.js", "b.js"),
    ],
)
def test_an_import_leads_to_the_published_script(
    publish: Publish, tmp_path: Path, form: str, lead: tuple[str, str, str]
) -> None:
    importer, path, target = lead
    scripts = publish({importer: form.format(path), target: "export const send = 1;"})
    text = published(tmp_path, scripts[importer])
    (found,) = re.findall(r"""["'](\.[^"']+)["']""", text)
    assert urljoin(scripts[importer].address, found) == scripts[target].address
    assert text == form.format(found)
    assert scripts[importer].imports == (target,)


def test_what_only_looks_like_an_import_stays_as_it_is(publish: Publish, tmp_path: Path) -> None:
    source = (
        '/** @import { Answer } from "./nowhere.js" */\n'
        ' * @param {import("./nowhere.js").Answer} answer\n'
        '// import { send } from "./nowhere.js";\n'
        "const url = import.meta.url; // from here\n"
        'export const from = "./nowhere.js";\n'
        "const sentence = \"import it from './nowhere.js'\";\n"
        'export default "./nowhere.js";\n'
        'const it = /** @type {import("./nowhere.js").It} */ (other);\n'
    )
    scripts = publish({"a.js": source})
    assert published(tmp_path, scripts["a.js"]) == source


def test_a_changed_script_changes_the_address_of_all_that_import_it_and_of_no_other(publish: Publish) -> None:
    files = {
        "base.js": "export const a = 1;",
        "middle.js": 'export { a } from "./base.js";',
        "page.js": 'import { a } from "./middle.js";',
        "other.js": "export const b = 1;",
        "vendor/classic.js": "var c = 1;",
    }
    before = publish(files)
    after = publish({**files, "base.js": "export const a = 2;"})
    changed = {name for name in files if before[name].address != after[name].address}
    assert changed == {"base.js", "middle.js", "page.js"}
    assert after["page.js"].imports == ("base.js", "middle.js")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.js": 'import "./b.js";', "b.js": 'import "./a.js";'}, "a.js → b.js → a.js"),
        ({"a.js": 'import "./b.js"', "b.js": 'import "./c.js"', "c.js": 'export * from "./b.js"'}, "b.js → c.js → b"),
        ({"a.js": 'import "./a.js";'}, "a.js → a.js"),
        ({"a.js": 'import "./missing.js";'}, "static/a.js imports “./missing.js”"),
        ({"a.js": 'import x from "x";'}, "static/a.js imports “x”"),
        ({"a.js": 'import "/static/b.js";', "b.js": ""}, "“/static/b.js”"),
        ({"a.js": 'import "https://example.org/b.js";'}, "“https://example.org/b.js”"),
        ({"a.js": 'import "../b.js";', "b.js": ""}, "“../b.js”"),
        ({"a.js": 'import "./vendor/c.js";', "vendor/c.js": ""}, "“./vendor/c.js”"),
        ({"a.js": 'const b = await import("./b.js");', "b.js": ""}, "static/a.js calls import()"),
    ],
)  # fmt: skip
def test_imports_that_cannot_work_are_told_at_the_start(
    publish: Publish, files: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingInvalid) as refused:
        publish(files)
    assert said in refused.value.message
    assert is_one_sentence(refused.value.message)


def test_types_for_tools_are_not_published(app: Flask) -> None:
    assert (ROOT / "static/globals.d.ts").exists()
    assert "globals.d.ts" not in app.extensions["assets"]


IMPORTED = re.compile(r"""^(?:import|export)[^;]*?["'](\.[^"']+)["'];$""", re.MULTILINE)
ADDRESS = re.compile(r'<(?:link rel="modulepreload" href|script [^>]*src)="([^"]+)"')


@pytest.mark.parametrize("path", ["/author/posts/new", "/author/", "/author/images/", "/", "/search?q=x"])
def test_a_page_names_each_script_that_its_scripts_import_so_that_none_waits_for_another(
    author: AuthorClient, path: str
) -> None:
    page = author.get(path).text
    named = set(ADDRESS.findall(page))
    modules = {address for address in named if "/vendor/" not in address}
    assert modules
    for address in modules:
        with author.get(address) as answer:
            imported = IMPORTED.findall(answer.data.decode())
        for other in imported:
            assert urljoin(address, other) in named, (address, other)


def test_scripts_of_ours_are_modules_and_all_others_lie_in_vendor(author: AuthorClient) -> None:
    for path in ("/", "/author/", "/author/posts/new", "/author/images/"):
        for tag in re.findall(r"<script\b[^>]*\bsrc=[^>]*>", author.get(path).text):
            assert ('type="module"' in tag) != ("/vendor/" in tag and " defer" in tag), tag


def test_pages_without_anything_to_do_have_no_script_but_the_one_for_transitions(client: FlaskClient) -> None:
    for path in ("/tags/", "/archive/"):
        scripts = ADDRESS.findall(client.get(path).text)
        assert [script.split("/")[-1].split(".")[0] for script in scripts] == ["view-transitions"]
