"""How everything looks: one style per method, one palette per theme, and the names a figure uses for them.

A figure holds no colours, but names: ``"@ink"`` or ``"@forward"``, or ``"@ink/0.2"`` for a share of it mixed
into the paper. :func:`paint` replaces them, and on the page the browser does the same with the same palettes:
so a switch between light and dark needs no server.

Colours follow Okabe and Ito (2008), set darker or lighter where the original has less than 3:1 against the
paper. Colour is never the only cue: every method has its own dash, width and symbol as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Style:
    """How one method is drawn: ``dash`` and ``symbol`` as Plotly names them, ``width`` in pixels."""

    label: str
    light: str
    dark: str
    dash: str
    width: float
    symbol: str


# Wide lines come first in the drawing order and narrow ones on top, so that lines that coincide are all seen.
STYLES: dict[str, Style] = {
    "symbolic": Style("closed form", "#1A1A1A", "#F5F5F5", "solid", 3.5, "circle"),
    "forward": Style("forward", "#D55E00", "#FF7F32", "solid", 3.0, "triangle-right"),
    "backward": Style("backward", "#B07A00", "#E69F00", "dash", 3.0, "triangle-left"),
    "central": Style("central", "#0072B2", "#4FA8E0", "solid", 2.6, "diamond"),
    "central4": Style("central, order 4", "#2B8CC9", "#7CC7F2", "dash", 2.4, "square"),
    "central6": Style("central, order 6", "#5A4FCF", "#A79BFF", "dashdot", 2.4, "pentagon"),
    "complex-step": Style("complex step", "#008A64", "#1CC596", "longdash", 2.4, "cross"),
    "adaptive": Style("adaptive", "#857A00", "#F0E442", "dot", 2.6, "star"),
    "backprop": Style("back-propagation", "#B5508B", "#E08FBE", "dash", 2.6, "x"),
}
# On paper, where colours may be missing: no two methods have the same dash. The most usual ones differ most.
PRINTED_DASHES = {
    "symbolic": "solid",
    "forward": "14px,4px",
    "backward": "6px,4px",
    "central": "14px,4px,2px,4px",
    "central4": "14px,4px,2px,4px,2px,4px",
    "central6": "14px,4px,6px,4px",
    "complex-step": "6px,4px,2px,4px",
    "adaptive": "2px,6px",
    "backprop": "2px,3px",
}
SPARE = (
    Style("", "#6B6B6B", "#B5B5B5", "dot", 2.4, "hexagon"),
    Style("", "#8C564B", "#D3A397", "longdashdot", 2.4, "hourglass"),
    Style("", "#4B7F1A", "#A5D86E", "dashdot", 2.4, "bowtie"),
)

# From no correct digit to sixteen: the even steps of viridis (van der Walt and Smith, 2015) without its
# darkest eighth, which would drown in the dark paper. In order of lightness for everyone; the yellow glows.
DIGIT_COLOURS = ("#FDE725", "#ADDC30", "#5EC962", "#28AE80", "#21918C", "#2C728E", "#3B528B", "#472D7B")
DIGITS = {f"digits{place}": colour for place, colour in enumerate(DIGIT_COLOURS)}

# The heights of f from low to high, as blue, teal, sage and sand: light grows with height in each theme, and
# the chroma (below 40 of CIELAB) stays well under that of the methods' colours, which lie over it.
HEIGHTS = {
    "light": ("#27506A", "#478A98", "#84C6A1", "#F2DEA3"),
    "dark": ("#1F3A4D", "#2C6777", "#649E8C", "#DACB9E"),
    "print": ("@ink/0.42", "@ink/0.34", "@ink/0.24", "@ink/0.14"),  # greys, for a printer without colours
}
# What the heights go on to around the window of a map, below its lowest and above its highest.
BEYOND = {
    "light": ("#1C3D54", "#E2BE8E"),
    "dark": ("#162B3B", "#C4A574"),
    "print": ("@ink/0.5", "@ink/0.06"),
}
# What rules the error at which ε, as on the slider of the page (step.js).
ZONES = {"zone-round-off": "#3B78B8", "zone-best": "#2F9E5B", "zone-truncation": "#D5722E"}
STOPS = (0.0, 0.3, 0.65, 1.0)  # of the heights, at which these colours stand
NO_NUMBER = 0.07  # of the ink in the ground where f has no number
FLOOR_SHARE = 0.24  # of these colours on the floor of the scene, the rest being paper


def _heights(theme: str) -> dict[str, str]:
    ends = dict(zip(("below", "above"), BEYOND[theme], strict=True))
    return {f"height{place}": colour for place, colour in enumerate(HEIGHTS[theme])} | ends


# On the page, paper and ink are those of its theme.
PALETTES: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#FFFFFF",
        "ink": "#31333F",
        **_heights("light"),
        "line": "#F6FAF7",
        "on_low": "@line",  # words over the low and over the high colours
        "on_high": "#16303F",
        "tangent": "#0F7C8F",
        "descent": "#0F6E84",
        "ascent": "#C2273F",
        **DIGITS,
        **ZONES,
    },
    "dark": {
        "paper": "#0E1117",
        "ink": "#FAFAFA",
        **_heights("dark"),
        "line": "#C3D3CE",
        "on_low": "#F6FAF7",
        "on_high": "#16303F",
        "tangent": "#45C4D6",
        "descent": "#45C4D6",
        "ascent": "#FF6B7A",
        **DIGITS,
        **ZONES,
    },
}
PALETTES["print"] = {
    **PALETTES["light"],
    **_heights("print"),
    **dict.fromkeys(ZONES, "@paper"),  # the fine lines between them suffice
    "line": "@paper",
    "on_low": "@ink",
}
FONT = "Source Sans, Source Sans Pro, Helvetica, Arial, sans-serif"


def height_scale(share: float = 1.0) -> list[list[Any]]:
    """The colours of the heights of f, as Plotly takes a scale, with ``share`` of them in the paper."""
    mixed = "" if share == 1.0 else f"/{share:g}"
    return [[stop, f"@height{place}{mixed}"] for place, stop in enumerate(STOPS)]


def scale_beyond(window: tuple[float, float], values: tuple[float, float]) -> list[list[Any]]:
    """The colours of the heights in the ``window`` of f, going on to either end of the ``values``."""
    (low, high), (least, most) = window, values
    ends = least / 2, most / 2  # halves, because the difference of two huge numbers overflows
    share = [(end / 2 - ends[0]) / (ends[1] - ends[0]) for end in (low, high)]
    inner = [[share[0] + stop * (share[1] - share[0]), colour] for stop, colour in height_scale()]
    below = [[0.0, "@below"]] if least < low else []
    above = [[1.0, "@above"]] if most > high else []
    return [*below, *inner, *above]


def paper(legend_height: float, legend_size: int = 14) -> dict[str, Any]:
    """The common part of every layout: paper, ink, and the legend below a saved picture."""
    return {
        "paper_bgcolor": "@paper",
        "font": {"family": FONT, "color": "@ink", "size": 14},
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0.5,
            "xanchor": "center",
            "y": legend_height,
            "yanchor": "top",
            "traceorder": "normal",  # Plotly would turn it round where a trace is filled
            "font": {"size": legend_size},
        },
    }


def style(method: str) -> Style:
    """The style of a method; one without a row gets a spare one, always the same, labelled with its name."""
    if method in STYLES:
        return STYLES[method]
    spare = SPARE[sum(method.encode()) % len(SPARE)]
    return Style(method, spare.light, spare.dark, spare.dash, spare.width, spare.symbol)


def palettes() -> dict[str, dict[str, str]]:
    """For each theme the colour behind every name: paper, ink, the heights of f, the methods.

    ‘print’ is light, with grey heights.
    """
    return {
        theme: {
            **PALETTES[theme],
            **{method: look.dark if theme == "dark" else look.light for method, look in STYLES.items()},
        }
        for theme in PALETTES
    }


def mix(ink: str, paper: str, share: float) -> str:
    """``share`` of ``ink`` in ``paper``, both as ``#RRGGBB``."""
    pairs = [(int(ink[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02X}" for a, b in pairs)


def paint(figure: object, palette: Mapping[str, str]) -> Any:
    """A copy of ``figure`` with every ``"@name"`` and ``"@name/share"`` replaced by its colour."""
    if isinstance(figure, Mapping):
        return {key: paint(value, palette) for key, value in figure.items()}
    if isinstance(figure, list | tuple):
        return [paint(value, palette) for value in figure]
    if isinstance(figure, str) and figure.startswith("@"):
        name, _, share = figure[1:].partition("/")
        colour = paint(palette.get(name, palette["ink"]), palette)
        return mix(colour, palette["paper"], float(share)) if share else colour
    return figure


def legend(methods: tuple[str, ...] | list[str]) -> list[dict[str, Any]]:
    """One entry per method for the legend that all the pictures share."""
    entries = []
    for method in methods:
        look = style(method)
        entries.append(
            {
                "method": method,
                "label": look.label,
                "colour": f"@{method}",
                "dash": look.dash,
                "width": look.width,
                "symbol": look.symbol,
            }
        )
    return entries
