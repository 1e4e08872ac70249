"""Browsers: how they are set up, and what their pages complain about."""

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.serving import Site
from tests.signing_in import sign_in_browser

# A page that moves to the next one holds up both for a while, and for two seconds if it is not the one in front.
CALM: dict[str, Any] = {"reduced_motion": "reduce"}

LEFT_BEHIND = re.compile("htmx:(afterRequest|sendAbort), ")
"""What htmx says of a request that was under way when its page was left, which is no fault of the page."""


class Console:
    """What pages complain about: errors and warnings on their console, and errors that nothing caught."""

    def __init__(self, expected: re.Pattern[str] | None = None) -> None:
        self.complaints: list[str] = []
        self.expected = expected
        """Complaints that a test provokes."""

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
