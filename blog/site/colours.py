"""The accent colour: as chosen in light mode, and lightened in dark mode until it is readable.

Contrast as in WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances, at least 4.5 for text. No single colour
has that on both white and black.
"""

import colorsys
import re

BUILT_IN = "#8d351f"  # --accent in site.css, light mode
# The backgrounds with the lowest contrast to accented text: --raised in site.css, light and dark mode.
DAY = "#f5f1ea"
NIGHT = "#1e2228"
READABLE = 4.5
AT_NIGHT = 7.0  # A little lighter than required, because light text on dark looks thinner.

HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Whether `text` is a colour in the form #8d351f."""
    return HEX.fullmatch(text) is not None


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour, from 0 (black) to 1 (white) (WCAG 2.2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *, on: str, lightness: float, ratio: float = READABLE) -> str:
    """The tone nearest to `colour`, towards `lightness` (0 or 1), with a contrast of `ratio` on the background `on`.

    Hue and saturation are kept: mixing with white would make the colour grey.
    """
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in channels(colour)))
    for percent in range(100):
        tone = (
            hexadecimal(hue, light + (lightness - light) * percent / 100, saturation) if percent else colour
        )
        if contrast(tone, on) >= ratio:
            return tone
    return hexadecimal(hue, lightness, saturation)


def hexadecimal(hue: float, light: float, saturation: float) -> str:
    return "#" + "".join(f"{round(value * 255):02x}" for value in colorsys.hls_to_rgb(hue, light, saturation))


def by_day(colour: str) -> str:
    """The nearest colour readable in light mode, which may be `colour` itself."""
    return readable(colour, on=DAY, lightness=0)


def by_night(colour: str) -> str:
    """The tone of `colour` for dark mode."""
    return readable(colour, on=NIGHT, lightness=1, ratio=AT_NIGHT)
