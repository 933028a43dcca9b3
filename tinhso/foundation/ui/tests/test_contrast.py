"""Contrast computed from the tokens themselves, for both themes and for any hue a province may choose (WCAG 2.2)."""

import math
import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[1] / "static/ui/css/tokens.css").read_text()
THEMES = ("light", "dark")
SURFACES = ("paper", "paper-raised", "paper-sunk")
TONES = ("ok", "warn", "danger", "info", "nodata")
# Our own hues, and a sweep: the province's colours are configuration and may not break reading.
HUES = [(255, 12), *((angle, (angle + 120) % 360) for angle in range(0, 360, 30))]

_TOKEN = re.compile(
    r"--([a-z0-9-]+): light-dark\(oklch\(([^()]*(?:var\([^)]*\))?[^()]*)\), oklch\(([^()]*(?:var\([^)]*\))?[^()]*)\)\)"
)


def _tokens() -> dict[str, tuple[str, str]]:
    found = {name: (light, dark) for name, light, dark in _TOKEN.findall(SHEET)}
    assert len(found) > 50
    return found


TOKENS = _tokens()


def _luminance(name: str, theme: str, lam: float, hong: float) -> float:
    text = TOKENS[name][THEMES.index(theme)].split("/")[0]
    text = text.replace("var(--hue-lam)", str(lam)).replace("var(--hue-hong)", str(hong))
    lightness, chroma, hue = (float(part) for part in text.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (min(max(part, 0.0), 1.0) for part in linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, back: str, theme: str, hues: tuple[float, float] = (255, 12)) -> float:
    """WCAG contrast ratio of two tokens."""
    first, second = (_luminance(name, theme, *hues) for name in (front, back))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _text_pairs() -> list[tuple[str, str]]:
    pairs = [(ink, paper) for ink in ("ink", "ink-muted", "lam-700", "lam-800", *TONES) for paper in SURFACES]
    pairs += [(tone, f"{tone}-soft") for tone in TONES] + [("ink", f"{tone}-soft") for tone in TONES]
    pairs += [(f"on-{tone}", tone) for tone in ("ok", "warn", "danger", "info")]
    pairs += [
        ("on-action", "action"),
        ("on-action", "action-hover"),
        ("on-action", "lam-700"),
        ("on-action", "lam-600"),
    ]
    pairs += [
        ("on-decide", "decide"),
        ("on-decide", "decide-hover"),
        ("hong-700", "hong-100"),
        ("hong-700", "paper-raised"),
    ]
    pairs += [("on-band", "band"), ("on-band-muted", "band"), ("on-band", "band-hover"), ("band", "on-band")]
    pairs += [("lam-700", "lam-100"), ("lam-800", "lam-100"), ("lam-900", "lam-100"), ("lam-900", "lam-200")]
    pairs += [
        ("lam-700", "lam-50"),
        ("ink", "lam-50"),
        ("ink-muted", "lam-50"),
        ("ink", "lam-100"),
        ("danger", "lam-50"),
    ]
    return pairs


def _shape_pairs() -> list[tuple[str, str]]:
    edges = ("line-strong", "lam-600", "lam-500", "decide", "focus")
    pairs = [(edge, paper) for edge in edges for paper in SURFACES]
    return [
        *pairs,
        ("on-band", "band"),
        ("line-strong", "lam-50"),
        ("danger", "paper-raised"),
        ("nodata", "nodata-soft"),
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hues", HUES, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_text_reaches_4_5(theme: str, hues: tuple[float, float]) -> None:
    weak = {pair: round(ratio, 2) for pair in _text_pairs() if (ratio := contrast(*pair, theme, hues)) < 4.5}
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hues", HUES, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_edges_icons_and_focus_reach_3(theme: str, hues: tuple[float, float]) -> None:
    weak = {pair: round(ratio, 2) for pair in _shape_pairs() if (ratio := contrast(*pair, theme, hues)) < 3}
    assert weak == {}


def test_the_ruler_itself_is_right() -> None:
    """Black on white is 21; the well-known grey #767676 on white is 4.54 (oklch 0.5659)."""
    TOKENS["white"], TOKENS["black"] = ("1 0 0", "1 0 0"), ("0 0 0", "0 0 0")
    TOKENS["grey"] = ("0.5659 0 0", "0.5659 0 0")
    assert contrast("black", "white", "light") == pytest.approx(21, abs=0.01)
    assert contrast("grey", "white", "light") == pytest.approx(4.54, abs=0.01)


def test_only_tokens_name_a_colour() -> None:
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab)\(")
    folder = Path(__file__).parents[1] / "static/ui/css"
    wrong = [path.name for path in folder.glob("*.css") if path.name != "tokens.css" and named.search(path.read_text())]
    assert wrong == []
