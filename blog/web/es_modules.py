"""Imports between our scripts (ES modules), resolved to the names under which the scripts are published.

Each file of `static/` is published under a name that has the hash of its content. An import map could tell browsers
which name that is, but it would be an inline script, which the site's policy forbids. So the names are put into the
import declarations: `import { find } from "./dom.js"` is published as `import { find } from "./dom.0123456789ab.js"`.
Scripts are published after those that they import, so their own hash changes with that of any import.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from blog.errors import SettingInvalid

STATIC_IMPORT = re.compile(
    r"""
    ^(?P<before>[ \t]*(?:import|export)\b(?![ \t]*[.(])  # neither import.meta nor import()
      (?:[^"'`;()=]*?\bfrom)?\s*)
    (?P<quote>["'])(?P<path>[^"'\n]*)(?P=quote)
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Import declarations and `export … from` (ECMAScript, 16.2), each at the beginning of a line, as formatted."""
DYNAMIC_IMPORT = re.compile(r"^(?![ \t]*\*)(?:(?!//|/\*).)*?(?<![\w.$])import[ \t]*\(", re.MULTILINE)
"""A call of `import()`. Types in comments (JSDoc) have the same form: a line is looked at up to its first comment."""


class Script(NamedTuple):
    """A script as it is published."""

    address: str
    imports: tuple[str, ...]
    """The names of all scripts that it imports, directly or not, each after those that it imports itself."""


def publish_all(sources: Mapping[str, str], publish: Callable[[str, str], str]) -> dict[str, Script]:
    """Publish all scripts in `sources` with resolved imports, each by one call `publish(name, text)`.

    `publish` returns the address, whose last part is the hashed file name. Names are paths below `static/`. Raises
    SettingInvalid for an import that leads to none of the scripts, and for scripts that import each other in a circle.
    """
    published: dict[str, Script] = {}

    def add(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            circle = " → ".join([*importers[importers.index(name) :], name])
            raise SettingInvalid(f"Scripts of static/ import each other in a circle: {circle}.")
        if name in published:
            return
        if DYNAMIC_IMPORT.search(sources[name]):
            raise SettingInvalid(f"static/{name} calls import(), whose address cannot be resolved.")
        imports: dict[str, None] = {}

        def resolved(match: re.Match[str]) -> str:
            target = target_of(name, match["path"])
            if target not in sources:
                raise SettingInvalid(
                    f"static/{name} imports “{match['path']}”, which is no script of static/."
                )
            add(target, (*importers, name))
            imports.update(dict.fromkeys((*published[target].imports, target)))
            hashed = posixpath.join(posixpath.dirname(target), posixpath.basename(published[target].address))
            path = posixpath.relpath(hashed, posixpath.dirname(name) or ".")
            quote = match["quote"]
            return f"{match['before']}{quote}{path if path.startswith('../') else f'./{path}'}{quote}"

        text = STATIC_IMPORT.sub(resolved, sources[name])
        published[name] = Script(publish(name, text), tuple(imports))

    for name in sources:
        add(name, ())
    return published


def target_of(name: str, path: str) -> str:
    """The name of the script that `path` means in the script `name`; "" if `path` is not relative."""
    if not path.startswith(("./", "../")):
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
