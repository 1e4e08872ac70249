"""Firefox and WebKitGTK, controlled with Selenium, and what tests do and see in them."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.firefox.webdriver import WebDriver as Firefox
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.programs import ROOT
from tests.signing_in import NAME, PASSWORD

Name = Literal["firefox", "webkit"]
ENGINES: tuple[Name, ...] = ("firefox", "webkit")

TIMEOUT_SECONDS = 20  # seconds, for a busy machine

GECKODRIVER = ROOT / ".venv/geckodriver"


def minibrowser() -> str:
    """WebKitGTK's own browser, whose folder is named after the processor."""
    return str(next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")))


@contextmanager
def screen(*, width: int = 1600, height: int = 1200) -> Iterator[str]:
    """A virtual display for a browser that needs one; its name for DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def start_firefox(folder: Path, *, keeps_pages: bool, dark: bool) -> WebDriver:
    options = webdriver.FirefoxOptions()
    options.binary_location = "/usr/bin/firefox-esr"
    options.add_argument("-headless")
    options.add_argument("-remote-allow-system-access")  # to reopen a closed tab
    options.set_preference("browser.sessionhistory.max_total_viewers", 8 if keeps_pages else 0)
    options.set_preference("layout.css.prefers-color-scheme.content-override", 0 if dark else 1)
    options.set_preference("ui.prefersReducedMotion", 1)
    options.set_preference("intl.accept_languages", "en")
    environment = {
        **os.environ,
        "HOME": str(folder),
    }  # as root, a home directory of another user would be refused
    service = FirefoxService(str(GECKODRIVER), log_output=str(folder / "firefox.log"), env=environment)
    return webdriver.Firefox(options=options, service=service)


# Its window is not narrower than its tool bar.
NARROW_TOOL_BAR = (
    "* { border: 0; font-size: 1px; margin: 0; min-width: 0; padding: 0; -gtk-icon-style: symbolic; }"
)


def start_webkit(folder: Path, *, keeps_pages: bool, dark: bool, display: str) -> WebDriver:
    (folder / "gtk-3.0").mkdir(parents=True, exist_ok=True)
    (folder / "gtk-3.0/gtk.css").write_text(NARROW_TOOL_BAR)
    options = webdriver.WebKitGTKOptions()
    options.binary_location = minibrowser()
    options.add_argument("--automation")
    options.add_argument(f"--enable-page-cache={'true' if keeps_pages else 'false'}")
    if dark:
        options.add_argument("--dark-mode")
    environment = {
        **os.environ,
        "DISPLAY": display,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "LANG": "C.UTF-8",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        # Containers do not allow the sandbox, and only our own pages are visited.
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    }
    service = WebKitService(
        "/usr/bin/WebKitWebDriver", log_output=str(folder / "webkit.log"), env=environment
    )
    return webdriver.WebKitGTK(options=options, service=service)


class Place(NamedTuple):
    """The reader's state: loaded cards, and the position of one of them in the window."""

    cards: list[str]
    card: str
    top: float


class Visit:
    """A browser tab and its user."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def begin(self) -> None:
        """Continue in the only tab, without history and signed out."""
        self.driver.delete_all_cookies()
        old = self.driver.window_handles
        self.driver.switch_to.new_window("tab")
        mine = self.driver.current_window_handle
        for handle in old:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(mine)

    def open(self, url: str) -> None:
        """Open `url` and wait until its scripts have run. WebKit's driver returns before modules have."""
        self.driver.get(url)
        self.until(lambda: self.run("return document.readyState") == "complete")

    def new_tab(self, url: str) -> str:
        """Open `url` in another tab and continue there. Returns the handle of the previous tab."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.open(url)
        return before

    def run(self, script: str, *arguments: Any) -> Any:
        """The result of `script`, or None while the page is being replaced."""
        return self.driver.execute_script(script, *arguments)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        # An element may disappear while it is inspected, because another page may load.
        passing = (NoSuchElementException, StaleElementReferenceException)
        wait = WebDriverWait(self.driver, TIMEOUT_SECONDS, poll_frequency=0.05, ignored_exceptions=passing)
        wait.until(lambda _: condition(), what)

    def shows(self, script: str, *arguments: Any) -> None:
        """Wait until `script`, a JavaScript expression, is true."""
        self.until(lambda: self.run(f"return Boolean({script})", *arguments), f"waited in vain for {script}")

    def settle(self) -> None:
        """Wait for two animation frames: by then, all intersection observers have run."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"
        )

    # --- finding and touching

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText.trim() ?? ''", selector))

    def reads(self, selector: str, text: str) -> None:
        """Wait until an element that matches `selector` contains `text`."""
        self.until(lambda: text in self.text(selector), f"waited in vain for “{text}” in {selector}")

    def labelled(self, label: str) -> WebElement:
        found = self.driver.find_element(By.XPATH, f"//label[normalize-space()='{label}']")
        return self.driver.find_element(By.ID, str(found.get_attribute("for")))

    def value(self, label: str) -> str:
        return str(self.run("return arguments[0].value", self.labelled(label)))

    def button(self, name: str) -> WebElement:
        path = f"//button[normalize-space()='{name}' and not(contains(@class, 'visually-hidden'))]"
        return self.driver.find_element(By.XPATH, path)

    def link(self, name: str) -> WebElement:
        return self.driver.find_element(By.XPATH, f"//a[normalize-space()='{name}']")

    def click(self, element: WebElement) -> None:
        """Click without scrolling; WebDriver's own click would scroll first."""
        self.run("arguments[0].click()", element)

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        """The id of the focused element or of its card, or else its name."""
        return str(
            self.run(
                """const it = document.activeElement;
                return it.id || it.closest("#posts > article")?.id || it.localName;"""
            )
        )

    # --- the listing

    def cards(self) -> list[str]:
        found = self.run("return [...document.querySelectorAll('#posts > article')].map(card => card.id)")
        return [str(card) for card in found or []]  # none while the page is being left

    def heading(self) -> str:
        return str(self.run("return document.querySelector('h1').textContent"))

    def scroll(self, y: int) -> None:
        self.run("scrollTo({ top: arguments[0], behavior: 'instant' })", y)

    def to_the_bottom(self) -> None:
        self.run("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")

    def load(self, number: int) -> None:
        """Load pages until there are `number` cards."""
        while (before := len(self.cards())) < number:
            self.load_batch(before)
        assert len(self.cards()) == number

    def load_batch(self, before: int) -> None:
        """Scroll, press the button where it is shown, and wait for more cards than `before`."""
        self.run(
            """if (document.querySelectorAll("#posts > article").length > arguments[0]) return;
            scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
            document.querySelector("[data-show-more]:not([hidden])")?.click();""",
            before,
        )
        self.until(lambda: len(self.cards()) > before, "no further cards came")

    def go_to(self, number: int, *, top: int = 123) -> Place:
        """Scroll until the card with this number is `top` pixels below the top of the window."""
        card = self.cards()[number]
        self.run(
            """const card = document.getElementById(arguments[0]);
            scrollBy({ top: card.getBoundingClientRect().top - arguments[1], behavior: "instant" });""",
            card,
            top,
        )
        self.settle()
        return Place(self.cards(), card, self.top_of(card))

    def top_of(self, card: str) -> float:
        top = self.run("return document.getElementById(arguments[0])?.getBoundingClientRect().top", card)
        return 1e9 if top is None else float(top)

    def read(self, there: Place) -> None:
        """Open the post that the reader has reached."""
        self.click(self.find(f"#{there.card} a"))
        self.until(lambda: "/posts/" in self.driver.current_url)
        self.shows("document.querySelector('article.post')")

    def is_at(self, there: Place) -> None:
        """Wait until all cards are present and one is at its previous position, to within 2 pixels."""
        self.until(lambda: self.cards() == there.cards, "the cards did not come back")
        self.until(lambda: abs(self.top_of(there.card) - there.top) <= 2, "the reader is elsewhere")
        for _ in range(3):
            self.settle()
            assert abs(self.top_of(there.card) - there.top) <= 2

    def requests(self) -> int:
        """The number of pages that the scripts of this page have requested."""
        return int(
            self.run(
                """return performance.getEntriesByType("resource")
                .filter(({ initiatorType }) => initiatorType === "xmlhttprequest").length"""
            )
        )

    # --- the window

    def width(self, pixels: int) -> None:
        """A window whose pages are `pixels` wide. Firefox's minimum is 500."""
        self.driver.set_window_size(max(pixels, 600), 900)
        if isinstance(self.driver, Firefox):
            with self.driver.context("chrome"):
                self.driver.execute_script(
                    "gBrowser.selectedBrowser.style.maxWidth = arguments[0]",
                    f"{pixels}px" if pixels < 600 else "",
                )
        elif pixels < 600:
            self.driver.set_window_size(pixels, 900)
        self.until(lambda: self.run("return innerWidth") == pixels, f"the page is not {pixels} pixels wide")

    def reopen_tab(self) -> None:
        """Close the tab and reopen it with Ctrl+Shift+T, as a reader of Firefox does."""
        assert isinstance(self.driver, Firefox)
        mine = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        other = self.driver.current_window_handle
        self.driver.switch_to.window(mine)
        self.driver.close()
        self.driver.switch_to.window(other)
        with self.driver.context("chrome"):
            self.driver.execute_script("SessionStore.undoCloseTab(window, 0)")
        self.until(lambda: len(self.driver.window_handles) == 2)
        (again,) = set(self.driver.window_handles) - {other}
        self.driver.switch_to.window(again)

    # --- the author

    def sign_in(self, url: str) -> None:
        self.open(f"{url}/author/")
        self.labelled("Name").send_keys(NAME)
        self.labelled("Password").send_keys(PASSWORD)
        self.click(self.button("Sign in"))
        self.reads("h1", "Dashboard")

    def write(self, text: str) -> str:
        """Type `text` at the end of the body, key by key. Returns the complete text."""
        body = self.labelled("Text")
        self.run("arguments[0].focus(); arguments[0].setSelectionRange(1e9, 1e9)", body)
        self.press(text.replace("\n", Keys.ENTER))  # WebKit does not accept a line end as a key.
        return self.value("Text")

    def says(self, text: str) -> None:
        """Wait for this status of the form's text."""
        self.reads("#kept", text)

    def save(self) -> None:
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("s").key_up(Keys.CONTROL).perform()
