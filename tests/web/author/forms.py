"""Helpers for forms over HTTP: default values, the values of a page's form, and its error messages."""

from typing import Any

import html5lib

from blog.writing.fields import NAMES

JSON = {"Accept": "application/json"}
"""Headers of a page's script."""


def filled(title: str = "A title", body: str = "Some words.", **others: Any) -> dict[str, Any]:
    return {**dict.fromkeys(NAMES, ""), "title": title, "body": body, "action": "save", **others}


def values(page: str, which: str = "form[@id='form']") -> dict[str, str]:
    """The values that a form of a page would send, without the pressed button."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    form = tree.find(f".//{which}")
    assert form is not None
    found = {}
    for field in form.iter():
        if field.tag in {"input", "textarea"} and (field.get("type") != "radio" or "checked" in field.attrib):
            found[field.get("name", "")] = (
                "".join(field.itertext()) if field.tag == "textarea" else field.get("value", "")
            )
    found.pop("csrf_token")
    return found


def described(page: str, name: str) -> str:
    """The error message of a field, found like a screen reader does."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    field = tree.find(f".//*[@id='{name}']")
    assert field is not None
    assert field.get("aria-invalid") == "true"
    ids = field.get("aria-describedby", "").split()
    texts = [
        "".join(node.itertext()) for each in ids if (node := tree.find(f".//*[@id='{each}']")) is not None
    ]
    assert len(texts) == len(ids)
    return texts[0]
