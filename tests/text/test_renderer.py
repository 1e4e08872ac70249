"""The renderer's version must be raised when rendering changes, so that stored posts are rendered again."""

import hashlib
import re
import tomllib

from blog import samples
from blog.text.rendering import RENDERER, render
from tests.conftest import DATA, NOON

TEXTS = [
    "Put a <script> tag in the head, a vector<int>, a Vec<U> and <b>bold</b> <!-- words -->.\n\n<style>\nx\n</style>\n",
    "- [ ] one ~two~ ~~three~~ me@example.dev (https://a.dev/b.)\n\n> [!NOTE]\n> Text\n\n| a |\n|--|\n| 1 | 2 |",
    "Head\nof two\n===\n\nText[^1] ![a `b`](/x.png)\n\n[^1]: Note.\n\n[^2]: Left over.\n\n```python\nx = 1\n```\n\n<T>",
    "## Größe und 東京\n\n吾輩は猫である。ภาษาไทย — 🎉",
]


def test_the_version_is_another_one_when_texts_are_rendered_otherwise() -> None:
    made = [render(text) for text in (*TEXTS, *(entry.body for entry in samples.entries(newest=NOON)))]
    told = "\0".join(f"{each.html}\0{each.text}\0{each.words}" for each in made)
    told = re.sub("<input [^>]*>", "<input>", told)  # nh3 writes attributes in no particular order.
    digest = hashlib.sha256(told.encode()).hexdigest()
    recorded = tomllib.loads((DATA / "renderer.toml").read_text())
    assert (RENDERER, digest) == (recorded["version"], recorded["digest"]), (
        "Texts are rendered otherwise than before. Raise RENDERER in blog/text/rendering.py, and write it and "
        f"this digest to tests/data/renderer.toml: {digest}"
    )
