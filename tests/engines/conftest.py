"""Fixtures for Firefox and WebKitGTK with real servers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

# The sites of the other browser tests.
from tests.browser.conftest import authors_instance, desk, imported_instance, reading_site, site
from tests.engines.steering import ENGINES, Name, Visit, screen, start_firefox, start_webkit

__all__ = ["authors_instance", "desk", "imported_instance", "reading_site", "site"]

Start = Callable[..., WebDriver]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Name:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def start(engine: Name, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a browser, or reuse one with the same options: it runs until the last test with its engine."""
    with ExitStack() as stack:
        started: dict[tuple[bool, bool], WebDriver] = {}

        def start(*, keeps_pages: bool = True, dark: bool = False) -> WebDriver:
            if (keeps_pages, dark) not in started:
                folder: Path = tmp_path_factory.mktemp(engine)
                if engine == "firefox":
                    driver = start_firefox(folder, keeps_pages=keeps_pages, dark=dark)
                else:
                    # A display of its own: two windows without a window manager take the focus from each other.
                    display = stack.enter_context(screen())
                    driver = start_webkit(folder, keeps_pages=keeps_pages, dark=dark, display=display)
                stack.callback(driver.quit)
                started[keeps_pages, dark] = driver
            return started[keeps_pages, dark]

        yield start


@pytest.fixture
def visit(start: Start) -> Visit:
    """A new tab of a browser with a back/forward cache."""
    visit = Visit(start())
    visit.begin()
    return visit


@pytest.fixture
def forgetful(start: Start) -> Visit:
    """A new tab of a browser without a back/forward cache."""
    visit = Visit(start(keeps_pages=False))
    visit.begin()
    return visit


@pytest.fixture(params=[True, False], ids=["with the browser's cache", "without it"])
def either(request: pytest.FixtureRequest, start: Start) -> Visit:
    """A new tab of a browser with and without a back/forward cache."""
    visit = Visit(start(keeps_pages=request.param))
    visit.begin()
    return visit


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def coloured(request: pytest.FixtureRequest, start: Start) -> tuple[Visit, bool]:
    """A new tab of a browser in light and dark mode; whether it is dark."""
    visit = Visit(start(dark=request.param))
    visit.begin()
    return visit, request.param
