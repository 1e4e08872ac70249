"""The accent colour: readable by day as the author chose it, and lightened until it is readable by night.

Contrast is WCAG 2.2's: (L1 + 0.05) / (L2 + 0.05) of the relative luminances, at least 4.5 for text. No colour has that
on white and on black alike, so one that serves both does not exist.
"""

import colorsys
import re

BUILT_IN = "#8d351f"  # --accent in site.css, by day
# The surface beneath accented text that gives it least contrast: --raised in site.css, by day and by night.
DAY = "#f5f1ea"
NIGHT = "#1e2228"
READABLE = 4.5
AT_NIGHT = 7.0  # lightened a little further than it has to be: bright on dark looks thinner

HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Whether `text` is a colour as this module takes it: #8d351f."""
    return HEX.fullmatch(text) is not None


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour: 0 for black, 1 for white (WCAG 2.2)."""
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
    """`colour`, or its nearest tone on the way to `lightness` (0 or 1) with a contrast of `ratio` to 1 `on` a surface.

    Hue and saturation stay as they are: mixed with white, a colour would turn grey.
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
    """The nearest colour that can be read by day; `colour` itself if it can."""
    return readable(colour, on=DAY, lightness=0)


def by_night(colour: str) -> str:
    """The tone of `colour` for the night."""
    return readable(colour, on=NIGHT, lightness=1, ratio=AT_NIGHT)
