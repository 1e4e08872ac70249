"""The `sizes` of images match their displayed widths, from which browsers choose a file."""

from typing import Any

import pytest
from playwright.sync_api import Page

from blog import clock
from blog.media import images
from blog.store.db import db, writing
from blog.store.models import Post
from blog.writing import editing
from tests.browser.serving import Site
from tests.pictures import picture

SHAPES = {"upright": (900, 1600), "wide": (1600, 400), "usual": (1600, 1200), "small": (300, 200)}

# With `srcset`, the natural width is the one in `sizes`. A cropped image is part of a larger one.
SHOWN = """(image) => {
  const box = image.getBoundingClientRect();
  const shape = image.getAttribute("width") / image.getAttribute("height");
  const cut = getComputedStyle(image).objectFit === "cover";
  return { said: image.naturalWidth, shown: cut ? Math.max(box.width, box.height * shape) : box.width,
    loading: image.loading, priority: image.fetchPriority };
}"""


@pytest.mark.parametrize(
    "shape", ["upright", "small", *(pytest.param(each, marks=pytest.mark.long) for each in ("wide", "usual"))]
)
def test_each_picture_says_how_wide_it_is_shown_and_only_the_first_comes_at_once(
    page: Page, site: Site, shape: str
) -> None:
    with site.app.app_context():
        media = site.instance / "media"
        kept = images.store(media, picture(*SHAPES[shape])).hash
        for number in range(2):
            text = editing.Text(
                f"Words.\n\n![One](/media/{kept})\n\nWords.\n\n![Two](/media/{kept})", f"P{number}"
            )
            post_id = editing.create(text, published_at=clock.now())
            with writing() as session:
                session.get_one(Post, post_id).cover_hash = kept
        text = editing.Text(f"![One](/media/{kept})\n\nWords.\n\n![Two](/media/{kept})", "Bare")
        editing.create(text, published_at=clock.now().replace(year=2001))
        db.session.remove()

    def measured(path: str, selector: str) -> list[dict[str, Any]]:
        page.goto(site.url + path)
        found: list[dict[str, Any]] = page.locator(selector).evaluate_all(
            f"""async (all) => {{
              for (const image of all) {{ image.scrollIntoView(); await image.decode(); }}
              return all.map({SHOWN});
            }}"""
        )
        return found

    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path, selector, first in (
            ("/", ".card-featured .card-cover img", "high"),
            ("/", ".card:not(.card-featured) .card-cover img", "auto"),
            ("/posts/p1", ".cover img", "high"),
            ("/posts/bare", ".prose figure:first-of-type img", "high"),
            ("/posts/bare", ".prose figure:last-of-type img", "auto"),
        ):
            pictures = measured(path, selector)
            assert pictures, selector
            for found in pictures:
                where = (shape, width, path, selector, found)
                # Never smaller, which would be blurred. The width of 56 zeros depends on the machine's fonts.
                assert 0.97 * found["shown"] - 2 < found["said"] < 1.3 * found["shown"] + 2, where
                assert found["priority"] == first, where
                assert (found["loading"] == "lazy") is (first == "auto"), where
