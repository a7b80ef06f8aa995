r"""The pictures of a page for LaTeX: the surface, or the curve, and the error plot, drawn by PGFPlots.

One page for each, in a document of its own that needs the packages pgfplots and standalone. The surface is
an ``\addplot3[surf]`` over a table of values; what else a picture shows is taken from its traces, cut at its
axes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz import content
from gradviz.export.meshes import inside, stretches
from gradviz.export.snapshot import Snapshot
from gradviz.figures import paint, palettes
from gradviz.figures.errors_axes import EXACT, ZERO
from gradviz.figures.parts.arrows import Frame, nested_widths
from gradviz.figures.parts.drawing import Trace, readable_range, unpacked
from gradviz.figures.parts.heights import Heights
from gradviz.figures.parts.theme import HEIGHTS, STOPS, STYLES, style
from gradviz.surface import sample
from gradviz.tree.printing import name_to_latex, to_text

MOST_POINTS = 41  # of the surface, a side: TeX takes seconds for more
MOST_OF_A_LINE = 400
PLAIN = (1e-3, 1e4)  # spans of an axis that PGFPlots writes without powers of ten
PIXEL = 0.4  # points of a line's width for a pixel on the page
ROLES = ("roundoff_rms", "truncation", "level", "error", "vanished", "exact", "cloud", "best", "chosen")
DASHES = {
    "dash": "dashed",
    "longdash": "dash pattern=on 8pt off 3pt",
    "dot": "densely dotted",
    "dashdot": "dash dot",
    "longdashdot": "dash pattern=on 8pt off 3pt on 1pt off 3pt",
}
MARKS = {
    "circle": "mark=*",
    "circle-open": "mark=o",
    "triangle-right": "mark=triangle*, mark options={rotate=-90}",
    "triangle-left": "mark=triangle*, mark options={rotate=90}",
    "diamond": "mark=diamond*",
    "square": "mark=square*",
    "pentagon": "mark=pentagon*",
    "cross": "mark=+",
    "star": "mark=star",
    "x": "mark=x",
    "hexagon": "mark=otimes*",
    "hourglass": "mark=asterisk",
    "bowtie": "mark=oplus*",
}
HIGH = 0.6  # of the box of the surface, over its wider side
VIEW = (40.0, 24.0)  # azimuth and elevation in degrees: about where the page opens

HEAD = r"""% {link}
% f = {function}
% Each picture is a page. In a document or a Beamer slide of your own: what stands from \usepackage{{amsmath}}
% to \begin{{document}} into its preamble, and a tikzpicture where the picture is wanted.
\documentclass[tikz, border=6pt]{{standalone}}
\usepackage{{amsmath}}
\usepackage{{pgfplots}}
\pgfplotsset{{compat=1.16}}
\usetikzlibrary{{arrows.meta}}
{colours}
\begin{{document}}
{pictures}
\end{{document}}
"""

Floats = NDArray[np.float64]


def figure_document(snapshot: Snapshot) -> str:
    """The document; a part of the page that cannot be drawn is left out."""
    chosen = replace(content.choices(snapshot.values), hidden=("map",))
    panels = content.pictures(snapshot.reading, snapshot.answers, chosen).panels
    figures = {name: paint(panel.picture.figure, _PALETTE) for name, panel in panels.items()}
    made = {"surface": _surface, "curve": _curve, "errors": _errors}
    pictures = [made[name](snapshot, figure) for name, figure in figures.items() if name in made]
    return HEAD.format(
        link=_one_line(snapshot.link),
        function=_one_line(to_text(snapshot.reading.field.expression)),
        colours=_colours(),
        pictures="\n\n".join(pictures),
    )


# --- the pictures -------------------------------------------------------------------------------------------


def _surface(snapshot: Snapshot, figure: Mapping[str, Any]) -> str:
    """f over two variables, the point with its thread, and the arrows of the methods in the tangent plane."""
    reading, (first, second) = snapshot.reading, snapshot.reading.axes
    values, point = snapshot.answers, np.array(snapshot.answers.point)
    names = [reading.field.variables[axis] for axis in (first, second)]
    grid = sample(reading.field, reading.window, content.SURFACE_POINTS, point=point, axes=(first, second))
    here = float(reading.field(point))
    bottom, top, cut = readable_range(grid.z, include=here if math.isfinite(here) else math.nan)
    coarse = sample(reading.field, reading.window, MOST_POINTS, point=point, axes=(first, second))
    frame, heights = Frame.of(*grid.sides), Heights(bottom, top)
    finite = coarse.z[np.isfinite(coarse.z)]
    low = bottom if cut else float(finite.min(initial=bottom))
    high = top if cut else float(finite.max(initial=top))
    units = [Unit.of(*ends) for ends in (*reading.window, (low, high))]

    def placed(spots: Floats) -> Floats:
        """Scene units (…, 3) in the units of the axes."""
        data = np.column_stack(
            [frame.back(spots[:, :2]), bottom + (spots[:, 2] - heights.bottom) / heights.unit]
        )
        return np.column_stack([unit.place(data[:, k]) for k, unit in enumerate(units)])

    with np.errstate(invalid="ignore"):
        z = np.where(np.isfinite(coarse.z), np.clip(coarse.z, low, high), np.nan)
    x, y = np.meshgrid(*coarse.sides)
    table = np.column_stack([unit.place(side.ravel()) for unit, side in zip(units, (x, y, z), strict=True)])
    ends = [
        unit.place(np.array(side)) for unit, side in zip(units, (*reading.window, (low, high)), strict=True)
    ]
    wide, deep = (float(side) for side in frame.size)
    labels = [unit.label(name_to_latex(name)) for unit, name in zip(units, names, strict=False)]
    options = [
        f"view={{{_number(_view(snapshot)[0])}}}{{{_number(_view(snapshot)[1])}}}",
        "width=12cm, height=10cm",
        f"plot box ratio={{{_number(wide)} {_number(deep)} {HIGH}}}",
        f"xlabel={{{labels[0]}}}, ylabel={{{labels[1]}}}, zlabel={{{units[2].label('f')}}}",
        *(
            f"{axis}min={_number(low)}, {axis}max={_number(high)}"
            for axis, (low, high) in zip("xyz", ends, strict=True)
        ),
        "colormap name=heights, point meta=z",
        "scaled ticks=false, clip=false, unbounded coords=jump",
        _legend_below(-0.12),
    ]
    surf = f"surf, shader=faceted, faceted color=white!55!black, line width=0.1pt, mesh/rows={len(y)}"
    lines = [f"\\addplot3[{surf}, forget plot] {_table(table, 'xyz')};"]
    arrows = [
        trace
        for trace in figure["data"]
        if trace.get("meta", {}).get("overlaid") and "method" in trace["meta"]
    ]
    spot = next((trace for trace in figure["data"] if trace.get("name") == "point"), None)
    if spot is not None and math.isfinite(here):
        at = placed(np.array([[spot[axis][0] for axis in "xyz"]]))[0]
        foot = [at[0], at[1], ends[2][0]]
        lines.append(f"\\draw[densely dotted, line width=0.8pt] {_spot(foot)} -- {_spot(at)};")
    for trace, width in zip(arrows, nested_widths(len(arrows), 3.6, 0.7), strict=True):
        tail, tip = placed(np.stack([unpacked(trace[axis]) for axis in "xyz"], axis=-1))
        tipped = f"-{{Stealth[length={4 + 2 * width:.1f}pt]}}"
        look = f"{_colour(trace['meta']['method'])}, line width={width}pt, {tipped}"
        lines.append(f"\\draw[{look}] {_spot(tail)} -- {_spot(tip)};")
    if spot is not None and math.isfinite(here):
        lines.append(f"\\fill[gradvizink] {_spot(at)} circle[radius=2pt];")
    lines += _legend([e for e in content.choices(snapshot.values).shown if e in values.estimates])
    return _picture("axis", options, lines)


def _curve(snapshot: Snapshot, figure: Mapping[str, Any]) -> str:
    """f of one variable with the line of each method."""
    layout = figure["layout"]
    sides = [layout[f"{axis}axis"]["range"] for axis in "xy"]
    axes = [_Linear(Unit.of(*side), *side) for side in sides]
    (name,) = snapshot.reading.field.variables
    labels = [axes[0].unit.label(name_to_latex(name)), axes[1].unit.label("f")]
    options = [
        "width=12cm, height=8cm",
        f"xlabel={{{labels[0]}}}, ylabel={{{labels[1]}}}",
        *(
            f"{letter}min={_number(axis.ends[0])}, {letter}max={_number(axis.ends[1])}"
            for letter, axis in zip("xy", axes, strict=True)
        ),
        "scaled ticks=false, unbounded coords=jump",
        _legend_below(-0.16),
    ]
    lines = [plot for trace in figure["data"] if trace["type"] == "scatter" for plot in _plots(trace, axes)]
    return _picture("axis", options, [*lines, *_legend(content.choices(snapshot.values).shown)])


def _errors(snapshot: Snapshot, figure: Mapping[str, Any]) -> str:
    """The error of each method against the step, with the step that is chosen."""
    layout = figure["layout"]
    axes = [_Logarithmic(*layout[f"{axis}axis"]["range"]) for axis in "xy"]
    named = [
        [(value, text) for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True) if text]
        for axis in (layout["xaxis"], layout["yaxis"])
    ]
    bands = [(value, text) for value, text in named[1] if text in (EXACT, ZERO)]
    options = [
        "width=12cm, height=8.5cm",
        r"xlabel={step $\varepsilon$}, ylabel={error}",
        *(
            f"{letter}min={_number(axis.ends[0])}, {letter}max={_number(axis.ends[1])}"
            for letter, axis in zip("xy", axes, strict=True)
        ),
        f"xtick={{{', '.join(_number(value) for value, _ in named[0])}}}",
        f"ytick={{{', '.join(_number(tick[0]) for tick in named[1] if tick not in bands)}}}",
        *(f"extra y ticks={{{_number(value)}}}, extra y tick labels={{{text}}}" for value, text in bands),
        "grid=major, major grid style={gradvizink!12}, unbounded coords=jump",
        _legend_below(-0.18),
    ]
    step = snapshot.answers.step
    lines = [
        f"\\addplot[gradvizink!70, densely dotted, forget plot] coordinates "
        f"{{({_number(step)}, {_number(axes[1].ends[0])}) ({_number(step)}, {_number(axes[1].ends[1])})}};"
    ]
    for trace in figure["data"]:
        if trace["type"] == "scatter" and trace.get("meta", {}).get("role") in ROLES:
            lines += _plots(trace, axes)
    return _picture("loglogaxis", options, [*lines, *_legend(content.choices(snapshot.values).shown)])


# --- axes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """What is written on an axis is (value − ``origin``) / ``size``: TeX computes with five digits."""

    origin: float = 0.0
    size: float = 1.0

    @classmethod
    def of(cls, low: float, high: float) -> Unit:
        """The plain one unless the range is very small, very large, or far from zero."""
        span, reach = high / 2 - low / 2, max(abs(low), abs(high))
        if PLAIN[0] <= 2 * span and reach <= PLAIN[1] and span > 0.005 * reach:
            return cls()
        size = 10.0 ** math.floor(math.log10(span))
        if span > 0.005 * reach:
            return cls(0.0, size)
        return cls(float(f"{low:.3g}") if abs(low) > 1e3 * span else low, size)

    def place(self, values: ArrayLike) -> Floats:
        return np.asarray(values, dtype=float) / self.size - self.origin / self.size

    def label(self, name: str) -> str:
        """The name of what is written, in mathematics."""
        if self.origin:
            sign = "-" if self.origin > 0 else "+"
            name = f"{name} {sign} {_in_latex(abs(self.origin))}"
            name = f"({name})" if self.size != 1 else name
        return f"${name}$" if self.size == 1 else f"${name} / {_in_latex(self.size)}$"


@dataclass(frozen=True)
class _Linear:
    unit: Unit
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        low, high = (float(end) for end in self.unit.place([self.low, self.high]))
        return low, high

    def share(self, values: Floats) -> Floats:
        """Where values lie between the ends, from −1 to 1."""
        return 2 * (values / 2 - self.low / 2) / (self.high / 2 - self.low / 2) - 1

    def back(self, shares: Floats) -> Floats:
        """What is written for them."""
        low, high = self.ends
        return low + (shares + 1) / 2 * (high - low)


@dataclass(frozen=True)
class _Logarithmic:
    """An axis from 10^``low`` to 10^``high``."""

    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        return 10.0 ** float(self.low), 10.0 ** float(self.high)

    def share(self, values: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return 2 * (np.log10(values) - self.low) / (self.high - self.low) - 1

    def back(self, shares: Floats) -> Floats:
        return 10.0 ** (self.low + (shares + 1) / 2 * (self.high - self.low))


# --- parts of a picture -------------------------------------------------------------------------------------


def _plots(trace: Trace, axes: Sequence[_Linear | _Logarithmic]) -> list[str]:
    r"""The ``\addplot`` of a trace, cut at the axes: one of its lines, one of its markers."""
    if trace.get("meta", {}).get("legend"):
        return []
    places = np.column_stack([axis.share(unpacked(trace[k])) for k, axis in zip("xy", axes, strict=True)])
    found = []
    if "lines" in trace["mode"]:
        runs = [part for run in stretches(places) for part in inside(_thinned(run), np.ones(2))]
        rows = np.concatenate([np.vstack([run, [[np.nan] * 2]]) for run in runs]) if runs else places[:0]
        look = [_xcolour(trace["line"]["color"]), f"line width={PIXEL * trace['line']['width']:.2f}pt"]
        look += [DASHES[dash]] if (dash := trace["line"].get("dash")) in DASHES else []
        found += [_plot([*look, "forget plot"], rows[:-1], axes)] if runs else []
    if "markers" in trace["mode"]:
        with np.errstate(invalid="ignore"):
            rows = _thinned(places[(np.abs(places) <= 1 + 1e-9).all(axis=1)])
        mark = trace["marker"]
        look = ["only marks", _xcolour(mark["color"]), MARKS[mark.get("symbol", "circle")]]
        look += [f"mark size={PIXEL * mark['size'] / 2:.2f}pt"]
        found += [_plot([*look, "forget plot"], rows, axes)] if len(rows) else []
    return found


def _thinned(rows: Floats) -> Floats:
    """At most ``MOST_OF_A_LINE`` of the rows, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_OF_A_LINE)).round().astype(int))
    return rows[kept] if len(rows) else rows


def _plot(look: Sequence[str], shares: Floats, axes: Sequence[_Linear | _Logarithmic]) -> str:
    rows = np.column_stack([axis.back(shares[:, k]) for k, axis in enumerate(axes)])
    return f"\\addplot[{', '.join(look)}] {_table(rows, 'xy')};"


def _table(rows: Floats, names: str) -> str:
    """The rows as an inline table of PGFPlots."""
    body = "\n".join(" ".join(_number(value) for value in row) + r"\\" for row in rows)
    return f"table[row sep=\\\\] {{\n{' '.join(names)}\\\\\n{body}\n}}"


def _legend(methods: Iterable[str]) -> list[str]:
    lines = []
    for method in methods:
        look = style(method)
        dash = f", {DASHES[look.dash]}" if look.dash in DASHES else ""
        lines.append(f"\\addlegendimage{{{_colour(method)}, line width={PIXEL * look.width:.2f}pt{dash}}}")
        lines.append(f"\\addlegendentry{{{look.label}}}")
    return lines


def _legend_below(height: float) -> str:
    spaced = "/tikz/every even column/.append style={column sep=8pt}"
    look = f"at={{(0.5,{height})}}, anchor=north, legend columns=3, draw=none, {spaced}"
    return f"legend style={{{look}}}, legend cell align=left"


def _picture(axis: str, options: Sequence[str], lines: Sequence[str]) -> str:
    inner = ",\n  ".join(options)
    body = "\n".join(lines)
    axes = f"\\begin{{{axis}}}[\n  {inner},\n]\n{body}\n\\end{{{axis}}}"
    return f"\\begin{{tikzpicture}}\n{axes}\n\\end{{tikzpicture}}"


def _view(snapshot: Snapshot) -> tuple[float, float]:
    """Azimuth and elevation of the camera of the page, in degrees."""
    camera = content.choices(snapshot.values).camera
    if not camera:
        return VIEW
    x, y, z = (camera[k] - camera[k + 3] for k in range(3))
    return math.degrees(math.atan2(x, -y)), math.degrees(math.atan2(z, math.hypot(x, y)))


# --- colours and numbers ------------------------------------------------------------------------------------

_PALETTE = palettes()["light"]


def _colours() -> str:
    methods = [f"\\definecolor{{{_colour(name)}}}{{HTML}}{{{_PALETTE[name][1:]}}}" for name in STYLES]
    scale = "; ".join(
        f"rgb255({1000 * stop:.0f})=({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"
        for stop, colour in zip(STOPS, HEIGHTS["light"], strict=True)
    )
    ink = f"\\definecolor{{gradvizink}}{{HTML}}{{{_PALETTE['ink'][1:]}}}"
    return "\n".join([*methods, ink, f"\\pgfplotsset{{colormap={{heights}}{{{scale}}}}}"])


def _colour(method: str) -> str:
    return f"gradviz{''.join(c for c in method if c.isalnum())}"


def _xcolour(colour: str) -> str:
    """A painted colour where PGFPlots takes one."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"color={{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _spot(place: ArrayLike) -> str:
    return f"(axis cs:{', '.join(_number(value) for value in np.asarray(place))})"


def _number(value: float) -> str:
    """A number as TeX reads it, to as many digits as it computes with."""
    return "nan" if math.isnan(value) else f"{float(value):.6g}"


def _in_latex(value: float) -> str:
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa}\cdot {power}"


def _one_line(text: str) -> str:
    return text.translate({10: None, 13: None})
