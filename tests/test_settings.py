"""Settings of the machine: valid values, error messages, and documentation."""

import fcntl
import os
import re
import secrets
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import click
import pytest
from flask import Config, Flask

from blog import create_app, settings
from blog.errors import BlogError, DatabaseUnusable, SettingInvalid
from blog.store.db import db
from blog.system import start_checks
from blog.system.key_strength import is_weak
from tests.programs import ROOT, is_one_sentence, run, somebody_else

README = (ROOT / "README.md").read_text(encoding="utf-8")

KEY = "5f3ec0d4421ed8dd4af85276107108b5"
OTHER_KEY = "k3IMymWJGF_4Zw0vUwGULub9PGgpX8Xg"


@pytest.fixture(autouse=True)
def a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BLOG_")]:
        monkeypatch.delenv(name)


class Load(Protocol):
    def __call__(self, **variables: str) -> Config: ...


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """The settings of a start with these environment variables, on a new instance."""

    def load(**variables: str) -> Config:
        config = Config(tmp_path)
        with monkeypatch.context() as environment:
            for name, value in {"BLOG_INSTANCE": str(tmp_path / "instance"), **variables}.items():
                environment.setenv(name, value)
            settings.load(config)
        return config

    return load


# --- what stands in the README


@pytest.mark.parametrize("setting", settings.TABLE, ids=lambda setting: setting.name)
def test_every_setting_stands_in_the_readme(setting: settings.Setting) -> None:
    assert f"`BLOG_{setting.name}`" in README
    assert setting.meaning.endswith(".")


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


def test_every_command_and_option_stands_in_the_readme(app: Flask) -> None:
    found = dict(commands(app.cli))
    assert {"posts import", "posts remove-samples", "db upgrade"} <= set(found)
    for name, command in found.items():
        assert f"`{name}" in README
        assert command.help
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else []:
                assert option in README, f"{name} {option}"


def test_the_readme_names_no_setting_or_option_that_is_none(app: Flask) -> None:
    known = {setting.name for setting in settings.TABLE} | {"CACHE_DIR"}
    assert set(re.findall(r"BLOG_([A-Z_]+)", README)) <= known
    options = {
        option
        for _, command in commands(app.cli)
        for parameter in command.params
        for option in parameter.opts
    }
    table = README.partition("## Commands")[2].partition("## Settings")[0]
    assert set(re.findall(r"--[a-z][a-z-]+", table)) <= options | {"--app"}


# --- values


def test_every_setting_has_a_default_that_passes(load: Load) -> None:
    config = load()
    for setting in (*settings.TABLE, *settings.INTERNAL):
        assert config[setting.name] == setting.check(config[setting.name]) or setting.name.endswith("_URI")
    assert config["BASE_URL"] == "http://127.0.0.1:8000"
    assert str(config["SQLALCHEMY_DATABASE_URI"]).endswith("/instance/blog.db")


def test_an_empty_variable_is_as_good_as_none(load: Load) -> None:
    empty = {f"BLOG_{setting.name}": "" for setting in settings.TABLE if setting.name != "INSTANCE"}
    config = load(**empty)
    assert (config["PORT"], config["THREADS"], config["CACHE_TYPE"]) == (
        8000,
        8,
        "blog.web.page_cache.store.Memory",
    )
    assert len(config["SECRET_KEY"]) == 64


def test_without_a_setting_the_instance_is_the_checkouts_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    default = next(setting for setting in settings.TABLE if setting.name == "INSTANCE")
    assert default.check(default.default) == ROOT / "instance"
    assert default.check("mine") == tmp_path / "mine"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PORT", value) for value in ("banana", "0", "65536", "-1", "80.5", "8e3", "true", "[8000]")),
        *(("THREADS", value) for value in ("0", "65", "many", "1.5")),
        *(("BASE_URL", value) for value in ("blog.example.org", "ftp://x", "https://x/blog?y", "https://x?y", "https://")),
        *(("BASE_URL", value) for value in ("https://x:port", "https://x:0", "https://me@x", "https://x#y", "7")),
        *(("TRUSTED_PROXY", value) for value in ("proxy.example.org", "10.0.0.0/8", "1")),
        *(("SQLALCHEMY_DATABASE_URI", value) for value in ("banana", "postgresql://me:secret@x/y", "sqlite://")),
        *(("CACHE_TYPE", value) for value in ("Banana", "no.such.Cache", "simple", "1")),
        *(("CACHE_DEFAULT_TIMEOUT", value) for value in ("-1", "soon", "1.5")),
        *(("CACHE_THRESHOLD", value) for value in ("0", "all")),
        *(("SECRET_KEY_FILE", value) for value in ("/nowhere/key", "/", "/bin/sh")),
        *(("HOST", value) for value in ("127.0.0.1:80", "http://x", "a b/c", "unix:x", "unix:/x:888", "x;y", ",")),
        *(("BASE_URL", value) for value in ("https://x//", "https://x//blog", "https://x/blog//", "https://x/a//b")),
        *(("BASE_URL", value) for value in ("https://x:", "https://x..y", "https://.", "https://.x", "https://x:/blog")),
        *(("BASE_URL", value) for value in ("https://x/../blog", "https://x/.", "https://x/a/..", "https://x/blog/./")),
        *(("BASE_URL", value) for value in ("https://x/%2e", "https://x/%62log", "https://x/a b", "https://x/büch")),
        *(("BASE_URL", value) for value in ("https://x/blog#y", "https://x/blog/?y", "https://x/a;b", "https://x/a\\b")),
        *(("BASE_URL", value) for value in ("https://x/bl\tog", "https://x/\nblog", "https://x/a@b", "https://x/a:b")),
        *(("BASE_URL", value) for value in (f"https://x/{'a' * 200}", "/blog", "x/blog", "https:///blog")),
        *(("BASE_URL", value) for value in ("http://[::1", "http://[x]", "http://::1", "http://a b")),
        *(("AUTOSAVE_PAUSE", value) for value in ("-1", "100", "soon", "nan", "inf", "true", "1.")),
        *(("PORT_FILE", value) for value in ("/dev/null/x", f"{ROOT}/LICENSE")),
        *(("INSTANCE", value) for value in ("/dev/null", "/dev/null/instance", "/proc/instance")),
    ],
)  # fmt: skip
def test_a_bad_value_is_one_sentence_that_names_the_variable(load: Load, name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        load(**{f"BLOG_{name}": value})
    assert is_one_sentence(refused.value.message)
    assert (value if name == "INSTANCE" else f"BLOG_{name.removesuffix('_FILE')}") in refused.value.message
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", " 8080 ", 8080),
        ("BASE_URL", "https://blog.example.org/", "https://blog.example.org"),
        ("BASE_URL", "http://[::1]:8000", "http://[::1]:8000"),
        ("BASE_URL", "https://example.org/blog", "https://example.org/blog"),
        ("BASE_URL", " https://example.org/blog/ ", "https://example.org/blog"),
        ("BASE_URL", "http://[::1]:8000/a/b.c/~d_-1/", "http://[::1]:8000/a/b.c/~d_-1"),
        ("BASE_URL", "https://example.org/.blog/...", "https://example.org/.blog/..."),
        ("BASE_URL", "https://example.org/Posts", "https://example.org/Posts"),
        ("TRUSTED_PROXY", "::1", "::1"),
        ("TRUSTED_PROXY", "localhost", "localhost"),
        ("CACHE_TYPE", "flask_caching.backends.FileSystemCache", "flask_caching.backends.FileSystemCache"),
        ("SECRET_KEY", f" {KEY}\n", KEY),
        ("AUTOSAVE_PAUSE", "0.2", 0.2),
        ("AUTOSAVE_PAUSE", "0", 0),
    ],
)  # fmt: skip
def test_a_good_value_is_taken(load: Load, name: str, value: str, expected: object) -> None:
    assert load(**{f"BLOG_{name}": value})[name] == expected


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("[::1]", "http://[::1]:8000"),
        ("::", "http://localhost:8000"),
        ("192.0.2.1, ::1", "http://192.0.2.1:8000"),
        ("unix:/run/x.sock", "http://localhost:8000"),
        ("unix:/run/x.sock:600,192.0.2.1", "http://192.0.2.1:8000"),
        ("192.0.2.1", "http://192.0.2.1:8000"),
    ],
)
def test_without_an_address_of_its_own_a_site_is_where_it_listens(load: Load, host: str, url: str) -> None:
    assert load(BLOG_HOST=host)["BASE_URL"] == url


def test_the_sites_own_names_are_answered_and_cookies_keep_to_https_where_it_is(load: Load) -> None:
    config = load(BLOG_BASE_URL="https://blog.example.org")
    for host in (
        "blog.example.org",
        "BLOG.example.org:443",
        "localhost:8000",
        "127.0.0.1",
        "[::1]:8000",
        "[0:0::1]",
    ):
        assert host in config["HOSTS"], host
    for host in (
        "evil.example",
        "",
        "[::2]",
        "blog.example.org:0",
        "a.blog.example.org",
        "x@blog.example.org",
        "::1",
    ):
        assert host not in config["HOSTS"], host
    assert config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///mine.db", "{instance}/mine.db"), ("sqlite:////var/lib/blog.db", "/var/lib/blog.db")],
)
def test_a_relative_database_lies_in_the_instance(load: Load, url: str, path: str) -> None:
    config = load(BLOG_SQLALCHEMY_DATABASE_URI=url)
    assert config["SQLALCHEMY_DATABASE_URI"].database == path.format(instance=config["INSTANCE"])


def test_an_instance_may_have_any_name(tmp_path: Path) -> None:
    instance = tmp_path / "what? 100% mine #1"
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        db.engine.dispose()
    assert {"blog.db", "secret_key", "assets"} <= {path.name for path in instance.iterdir()}


def test_other_settings_of_flask_caching_are_read_too(load: Load) -> None:
    assert load(BLOG_CACHE_DIR="/var/cache/blog")["CACHE_DIR"] == "/var/cache/blog"


# --- the secret key


def test_the_secret_key_is_made_once_and_its_owners_alone(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secret_key"
    old_mask = os.umask(0)
    try:
        key = load()["SECRET_KEY"]
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load()["SECRET_KEY"] == key == path.read_text()
    assert len(key) == 64
    path.unlink()
    assert load()["SECRET_KEY"] != key


def test_a_start_waits_for_the_key_that_another_is_about_to_write(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    found: list[str] = []
    other = threading.Thread(target=lambda: found.append(settings.secret_key(path)))
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        other.start()
        other.join(0.3)
        assert other.is_alive()
        file.write("the first one's")
    other.join(30)
    assert found == ["the first one's"]


def test_a_key_may_come_from_the_environment_or_a_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f" {KEY}\n")
    assert load(BLOG_SECRET_KEY=OTHER_KEY)["SECRET_KEY"] == OTHER_KEY
    assert load(BLOG_SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == KEY
    assert not (tmp_path / "instance" / "secret_key").exists()


@pytest.mark.parametrize(
    "weak",
    [
        *(
            "dev",
            "changeme",
            "0123",
            "secret key",
            KEY[:31],
            "a" * 64,
            "password" * 8,
            "0123456789abcdef" * 4,
        ),
        *("abcdefghijklmnopqrstuvwxyz0123456789", "01" * 32, "my-secret-key-" * 5, "12345678" + "0" * 30),
    ],
)
def test_a_key_that_could_be_guessed_is_refused_with_a_way_to_make_one_and_is_not_told(
    load: Load, tmp_path: Path, weak: str
) -> None:
    (tmp_path / "key").write_text(weak)
    for variables in ({"BLOG_SECRET_KEY": weak}, {"BLOG_SECRET_KEY_FILE": str(tmp_path / "key")}):
        with pytest.raises(SettingInvalid) as refused:
            load(**variables)
        assert is_one_sentence(refused.value.message)
        assert "BLOG_SECRET_KEY" in refused.value.message
        assert "secrets.token_hex(32)" in refused.value.message
        assert weak == "secret key" or weak not in refused.value.message


def test_a_weak_key_in_the_instance_is_refused_too(load: Load, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text("changeme")
    with pytest.raises(SettingInvalid, match="Delete the file to create a new key") as refused:
        load()
    assert "changeme" not in refused.value.message


def test_keys_as_programs_make_them_are_taken(load: Load) -> None:
    for make in (secrets.token_hex, secrets.token_urlsafe):
        for length in (24, 32, 64):
            made = [make(length) for _ in range(200)]
            assert not [key for key in made if is_weak(key)]
    assert not [key for key in (secrets.token_hex(16) for _ in range(1_000)) if is_weak(key)]
    assert load(BLOG_SECRET_KEY=str(uuid4()))


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"BLOG_BASE_URL": "http://blog.example.org"}, "https"),
        ({"BLOG_BASE_URL": "http://192.0.2.1:8000"}, "https"),
        ({"BLOG_TRUSTED_PROXY": "*", "BLOG_HOST": "0.0.0.0", "BLOG_BASE_URL": "https://a.example"}, "fake"),
        ({"BLOG_TRUSTED_PROXY": "*", "BLOG_HOST": "::1,2001:db8::1", "BLOG_BASE_URL": "https://a.example"}, "fake"),
        ({}, None),
        ({"BLOG_BASE_URL": "http://[::1]:8000", "BLOG_HOST": "::1"}, None),
        ({"BLOG_BASE_URL": "http://localhost:8000"}, None),
        ({"BLOG_BASE_URL": "https://blog.example.org", "BLOG_TRUSTED_PROXY": "*"}, None),
        ({"BLOG_BASE_URL": "https://blog.example.org", "BLOG_TRUSTED_PROXY": "*", "BLOG_HOST": "unix:/run/s"}, None),
        ({"BLOG_BASE_URL": "https://blog.example.org", "BLOG_TRUSTED_PROXY": "10.0.0.1", "BLOG_HOST": "::"}, None),
    ],
)  # fmt: skip
def test_what_settings_allow_others_to_do_is_said_at_the_start(
    load: Load, variables: dict[str, str], word: str | None
) -> None:
    said = start_checks.weaknesses(load(**variables))
    assert len(said) == (word is not None)
    assert all(is_one_sentence(sentence) and str(word) in sentence for sentence in said)


def test_a_key_file_that_is_no_text_is_one_sentence(load: Load, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_bytes(b"\xff")
    with pytest.raises(SettingInvalid) as refused:
        load()
    assert is_one_sentence(refused.value.message.replace("; delete", ", delete"))


# --- starting with them


def test_a_start_with_a_bad_value_ends_with_one_line(tmp_path: Path) -> None:
    started = run(tmp_path, "app.py", PORT="banana")
    assert (started.returncode, started.stdout) == (1, "")
    assert started.stderr == "BLOG_PORT must be a whole number from 1 to 65535, not 'banana'.\n"


@pytest.mark.parametrize("has_key", [False, True])
def test_an_instance_that_cannot_be_written_is_one_sentence(has_key: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        overrides = {"INSTANCE": folder, "SECRET_KEY": KEY if has_key else ""}
        with somebody_else(), pytest.raises(BlogError, match="Permission denied") as refused:
            create_app(overrides)
        Path(folder).chmod(0o755)
    assert isinstance(refused.value, DatabaseUnusable if has_key else SettingInvalid)
    assert is_one_sentence(refused.value.message)
    assert folder in refused.value.message
