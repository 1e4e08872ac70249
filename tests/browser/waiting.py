"""Wait in a page. Playwright's own `wait_for_function` needs `eval`, which the site's policy forbids."""

from typing import Any

from playwright.sync_api import Error, Page

TIMEOUT_MILLISECONDS = 10_000  # milliseconds


def until(page: Page, condition: str, arg: Any = None) -> None:
    """Wait until `condition`, a JavaScript function of `arg`, returns a true value. Checked in each animation frame."""
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
    while True:
        try:
            page.evaluate(look_in_each_frame, [arg, TIMEOUT_MILLISECONDS])
        except Error as error:
            if "context was destroyed" in error.message:
                continue  # the page has changed in the meantime: check the new one
            raise
        return


def settle(page: Page) -> None:
    """Wait for two animation frames: by then, all intersection observers have run."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
