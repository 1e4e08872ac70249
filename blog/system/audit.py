"""Known vulnerabilities of the locked packages, found by pip-audit.

pip-audit asks a public database about each package. It skips packages without an answer and still succeeds; here,
skipped packages count as not checked.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from blog.errors import BlogError

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
NAMED = 10
"""Maximum number of unchecked packages listed by name."""
AUDIT_SECONDS = 600  # maximum seconds for all packages together


class Vulnerability(NamedTuple):
    """A known vulnerability of a locked package."""

    package: str
    version: str
    name: str
    """Its identifier, such as PYSEC-2026-1 or CVE-2026-1234."""
    mended_in: tuple[str, ...]
    """Fixed versions; empty if there are none yet."""


class Audit(NamedTuple):
    """The result for the packages of a lock file."""

    checked: int
    vulnerabilities: tuple[Vulnerability, ...]
    skipped: dict[str, str]
    """Packages that could not be checked, and why."""


def run(locks: Sequence[Path], *, osv_url: str = "") -> Audit:
    """Find the known vulnerabilities of all packages in `locks`.

    Uses PyPI's database, or with `osv_url` an OSV API (https://google.github.io/osv.dev/api/). Raises BlogError if
    pip-audit is missing or failed.
    """
    if find_spec("pip_audit") is None:
        raise BlogError("pip-audit is not installed. Run `make audit` to install and run it.")
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--aliases", "off", "--desc", "off"]
    command += ["--vulnerability-service", "osv", "--osv-url", osv_url] if osv_url else []
    for lock in locks:
        command += ["--requirement", str(lock)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own arguments, and no shell
            command, capture_output=True, text=True, check=False, timeout=AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise BlogError(f"pip-audit did not finish within {AUDIT_SECONDS // 60} minutes.") from error
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, LookupError, TypeError) as error:
        reason = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise BlogError(f"pip-audit could not check the packages: {reason}") from error
    return understood(dependencies)


def understood(dependencies: Sequence[dict[str, Any]]) -> Audit:
    """The `dependencies` of pip-audit's JSON report, divided into checked and skipped ones."""
    skipped: dict[str, str] = {}
    found: dict[tuple[str, str, str], Vulnerability] = {}
    checked: set[str] = set()
    for dependency in dependencies:
        name = str(dependency["name"])
        if "skip_reason" in dependency:
            skipped[name] = str(dependency["skip_reason"])
            continue
        checked.add(name)
        for one in dependency["vulns"]:
            vulnerability = Vulnerability(
                name, str(dependency["version"]), str(one["id"]), tuple(map(str, one["fix_versions"]))
            )
            found[vulnerability[:3]] = vulnerability
    return Audit(len(checked), tuple(found.values()), skipped)


def in_words(audit: Audit) -> list[str]:
    """The results, a line each, with a summary as the last line."""
    lines = [
        f"{one.package} {one.version}: {one.name}, "
        + (f"fixed in {', '.join(one.mended_in)}." if one.mended_in else "no fixed version yet.")
        for one in audit.vulnerabilities
    ]
    names = sorted(audit.skipped)
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        lines.append(f"Not checked: {', '.join(names[:NAMED])}{more} ({audit.skipped[names[0]]}).")
    if not audit.checked:
        return [*lines, "No packages could be checked."]
    known = len(audit.vulnerabilities)
    lines.append(
        f"Checked {audit.checked} of {audit.checked + len(audit.skipped)} packages: "
        + ("no known vulnerabilities." if not known else f"known vulnerabilities: {known}.")
    )
    return lines
