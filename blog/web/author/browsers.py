"""Readable browser names for the list of sessions."""

import re

from blog.i18n import gettext as _
from blog.text.graphemes import shortened

# Most browsers also name older ones for compatibility, so the order matters: the first match counts.
BROWSERS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/",
    "Safari": r"Safari/",
}
SYSTEMS = {
    "Windows": r"Windows",
    "Android": r"Android",
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "macOS": r"Mac OS X|Macintosh",
    "ChromeOS": r"CrOS",
    "Linux": r"Linux",
}


def browser_name(user_agent: str) -> str:
    """`user_agent` in words, such as “Firefox on Linux”, or its beginning if the browser is unknown."""
    browser = first(BROWSERS, user_agent)
    system = first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or shortened(user_agent, 60) or _("Unknown browser")


def first(names: dict[str, str], text: str) -> str:
    return next((name for name, sign in names.items() if re.search(sign, text)), "")
