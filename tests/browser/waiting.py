"""Waiting in a page. Playwright's own `wait_for_function` needs `eval`, which the site's policy forbids its pages."""

from typing import Any

from playwright.sync_api import Page

PATIENCE = 10_000  # milliseconds


def until(page: Page, condition: str, arg: Any = None) -> None:
    """Wait until `condition`, a JavaScript function of `arg`, returns what counts as true, looking in each frame."""
    look_in_each_frame = f"""([arg, patience]) => new Promise((resolve, reject) => {{
      const condition = ({condition});
      const end = performance.now() + patience;
      const look = () => {{
        if (condition(arg)) resolve();
        else if (performance.now() > end) reject(new Error(`waited in vain for ${{condition}}`));
        else requestAnimationFrame(look);
      }};
      look();
    }})"""
    page.evaluate(look_in_each_frame, [arg, PATIENCE])


def settle(page: Page) -> None:
    """Let the browser draw twice: by then every observer has been told what is in view."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
