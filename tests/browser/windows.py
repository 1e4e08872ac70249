"""Set up browsers, and collect the errors of their pages."""

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.serving import Site
from tests.signing_in import sign_in_browser

# Page transitions delay both pages, for two seconds if the page is in the background.
CALM: dict[str, Any] = {"reduced_motion": "reduce"}

LEFT_BEHIND = re.compile("htmx:(afterRequest|sendAbort), ")
"""htmx's message about a request aborted by navigation, which is not an error."""


class Console:
    """Collects errors: console errors and warnings, and uncaught exceptions."""

    def __init__(self, expected: re.Pattern[str] | None = None) -> None:
        self.complaints: list[str] = []
        self.expected = expected
        """Errors that a test causes."""

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self.note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not LEFT_BEHIND.match(message.text):
            self.complaints.append(f"{message.text} ({message.location['url']})")


def window(browser: Browser, site: Site, console: Console, **options: Any) -> BrowserContext:
    """A browser in which the author is signed in."""
    context = browser.new_context(**CALM, **options)
    console.listen(context)
    context.set_default_timeout(15_000)
    sign_in_browser(context, site.app, site.url)
    return context
