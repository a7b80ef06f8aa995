"""The map: f from above, its level lines, the point, and the gradients as flat arrows.

A press on it moves the point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.field import ScalarField
from gradviz.figures import collected
from gradviz.figures.layers import chosen
from gradviz.figures.layers.layer import MAP, Layers
from gradviz.figures.parts import arrows
from gradviz.figures.parts.drawing import (
    Picture,
    Standing,
    Trace,
    based_ticks,
    far_ticks,
    including,
    packed,
    summary_of,
)
from gradviz.figures.parts.rim import covered
from gradviz.figures.parts.theme import NO_NUMBER, paper, scale_beyond, style
from gradviz.figures.standing import once, range_of
from gradviz.figures.surroundings import bounded_around, is_around, lines_around, window_frame
from gradviz.methods import GradientEstimate
from gradviz.surface import Surface
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import number

LINE = 70  # letters of a caption that fit into a line on a laptop
WIDEST = 9.0  # pixels, of the nested arrows
COLOURED = 2.0  # ranges of the window's values past it, over which its colours go on


@np.errstate(all="ignore")
def contour_picture(
    field: ScalarField,
    surface: Surface,
    point: ArrayLike,
    estimates: Sequence[GradientEstimate],
    *,
    axes: tuple[int, ...] = (0, 1),
    layers: Layers | None = None,
    around: Surface | None = None,
) -> Picture:
    """The level lines of ``surface`` over the variables ``axes``, ``point`` (n,) and an arrow per estimate.

    The arrows are nested strokes from the point, which part where the methods differ. Both axes have the same
    unit where their ranges allow it; where they do not, the caption says why the arrow is not at right angles
    to the level lines. ``layers`` are drawn too; the lens among them replaces the arrows. ``around`` is f in
    a wider window (see :mod:`.surroundings`): the map then fills its panel with it, unless a layer colours
    the ground.
    """
    point = np.asarray(point, dtype=float)
    here = point[list(axes)]
    value = float(field(point))
    low, high, _ = including(range_of(surface), value)
    frame = arrows.Frame.of(*surface.sides)
    inside = bool(np.all((here >= frame.low) & (here <= frame.high)))
    gradients = (
        {e.method: np.asarray(e.gradient, dtype=float)[list(axes)] for e in estimates} if inside else {}
    )
    laid = arrows.arrange(frame, here, gradients)
    names = [field.variables[axis] for axis in axes]
    more = chosen.on_map(layers, frame)
    coloured = bool(more.ground)
    wide = None if coloured else around
    traces = [*more.ground, *_ground(surface, names, (low, high), wide, coloured=coloured), *more.traces]
    if more.arrows is None:
        traces += _arrows(laid, gradients, frame, here)
        scale = f"arrows × {number(laid.factor)}" if laid.to_scale else ""
    else:
        traces += [_flat_arrow(arrow, frame, vector, 3.5) for arrow, vector in more.arrows]
        scale = more.scale
    if inside:
        traces.append(collected.on_map(frame, here, collected.scale_of(laid, gradients, frame)))
    if inside or (wide is not None and is_around(wide, here)):  # a drag may lead it out there
        traces.append(point_mark(here[0], here[1], "point"))

    sentences = []
    if not frame.true_to_scale and laid.arrows:
        sentences += [
            "The axes have different units.",
            "So an arrow need not be at right angles to the level lines.",
        ]
    if not inside:
        sentences.append("The point is outside the picture.")
    sentences += more.sentences
    alternative = (
        f"Map of f over {plain_label(names[0])} and {plain_label(names[1])} with level lines, the point at "
        f"({number(here[0])}, {number(here[1])}) and gradient arrows of {arrows.in_words(gradients)}."
        f"{chosen.in_words(layers, MAP)}"
    )
    layout: dict[str, Any] = _layout(names, frame, fills=wide is not None) | {
        "annotations": _scale_note(scale)
    }
    if coloured:
        layout["xaxis"]["constraintoward"] = "right"  # beside the key of the colours
    figure = {"data": traces, "layout": layout}
    summary = summary_of(sentences, LINE)
    return Picture(figure, " ".join(sentences), alternative, pick=tuple(axes), summary=summary)


def _ground(
    surface: Surface,
    names: Sequence[str],
    window: tuple[float, float],
    around: Surface | None,
    *,
    coloured: bool,
) -> list[Trace]:
    """The colours and the level lines with their labels, which stand while these do.

    Also ``around`` the window, where there is such a surface.
    """

    def drawn() -> list[Trace]:
        frame = arrows.Frame.of(*surface.sides)
        levels, words, base = based_ticks(*window, 12)
        shown = around or surface
        cover = covered(shown)
        if cover is not None:
            shown = replace(shown, z=cover.z)
        wide = None if around is None else bounded_around(shown, window)
        lines = _levels(names, wide or shown, window, levels, coloured=coloured, cut=wide is None)
        unlabelled = bool(base) or coloured  # unreadable on dark colours
        labels = [] if unlabelled else _labels(surface, frame, window, levels, words)
        beyond = [] if wide is None else [*lines_around(wide, surface, levels), window_frame(frame)]
        past_edge = [] if cover is None else [_past_edge(cover.outline, fills=wide is not None)]
        return [Standing(trace) for trace in (lines, *beyond[:-1], *past_edge, *beyond[-1:], *labels)]

    if around is None:
        return once(surface, "ground", (*names, *window, coloured), drawn)
    return once(around, "ground", (*names, *window), drawn)


def _past_edge(outline: NDArray[np.float64], *, fills: bool) -> Trace:
    """What covers the colours and lines past the edge of the domain, in the colour of the ground there."""
    ground = f"@ink/{NO_NUMBER}" if fills else "@paper"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "no number",
        "x": packed(outline[:, 0]),
        "y": packed(outline[:, 1]),
        "fill": "toself",
        "fillcolor": ground,
        "line": {"color": ground, "width": 0.7},  # or what is below would shine through between two cells
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": "f has no number here",
        "showlegend": False,
    }


def point_mark(x: float, y: float, name: str) -> Trace:
    """The point, which the browser finds by its ``meta`` and moves during a drag."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "meta": {"role": "point"},
        "x": [float(x)],
        "y": [float(y)],
        "marker": {"size": 13, "color": "@ink", "line": {"color": "@paper", "width": 2.5}},
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _labels(
    surface: Surface,
    frame: arrows.Frame,
    window: tuple[float, float],
    levels: NDArray[np.float64],
    words: Sequence[str],
) -> list[Trace]:
    """The value of every other level, once on its line, far from the other labels and from the border.

    Plotly can place labels itself, but does so again at every change of anything: a quarter of a second,
    three times as long as all the rest of the map.
    """
    (x, y), z = surface.sides, surface.z
    placed: list[tuple[np.ndarray, str, str]] = []
    middle = window[0] / 2 + window[1] / 2
    occupied = [np.array([0.25, 0.1]) - frame.size]  # by the scale of the arrows in the corner
    for level, word in list(zip(levels, words, strict=True))[::2]:
        with np.errstate(invalid="ignore", over="ignore"):
            rows, columns = np.nonzero((z[:, :-1] < level) != (z[:, 1:] < level))
            before, after = z[rows, columns], z[rows, columns + 1]
            share = (level - before) / (after - before)
        sound = np.isfinite(share) & (share >= 0) & (share <= 1)
        rows, columns, share = rows[sound], columns[sound], share[sound]
        places = np.stack([x[columns] + share * (x[columns + 1] - x[columns]), y[rows]], axis=-1)
        scene = frame.place(places)
        free = np.min(frame.size - np.abs(scene), axis=-1, initial=np.inf)
        free = np.where(free < 0.1, -1, 1.0)
        for other in occupied:
            free = np.minimum(free, np.hypot(*(scene - other).T))
        if free.size and free.max() > 0.18:
            best = int(np.argmax(free))
            placed.append((places[best], word, "@on_low" if level < middle else "@on_high"))
            occupied.append(scene[best])
    if not placed:
        return []
    return [
        {
            "type": "scatter",
            "mode": "text",
            "name": "levels",
            "x": [float(place[0]) for place, _, _ in placed],
            "y": [float(place[1]) for place, _, _ in placed],
            "text": [word for _, word, _ in placed],
            "textfont": {"size": 12, "color": [colour for _, _, colour in placed]},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _arrows(
    laid: arrows.Arrows,
    gradients: Mapping[str, NDArray[np.float64]],
    frame: arrows.Frame,
    here: NDArray[np.float64],
) -> list[Trace]:
    """The gradients, which the browser redraws during a drag."""
    traces = []
    widths = arrows.nested_widths(len(laid.arrows), WIDEST)
    for arrow, width in zip(laid.arrows, widths, strict=True):
        meta = arrows.drag_data(arrow, frame, here, laid.factor)
        traces.append(_flat_arrow(arrow, frame, gradients[arrow.method], width, meta))
    return traces


def _scale_note(text: str) -> list[dict[str, Any]]:
    """The factor of the arrows' lengths, small in a corner."""
    place = {"xref": "x domain", "yref": "y domain", "x": 0, "y": 0, "xanchor": "left", "yanchor": "bottom"}
    look = {"showarrow": False, "bgcolor": "@paper", "borderpad": 2, "font": {"size": 12, "color": "@ink"}}
    return [{"name": "scale", "text": text, **place, **look}] if text else []


def _levels(
    names: Sequence[str],
    surface: Surface,
    window: tuple[float, float],
    levels: NDArray[np.float64],
    *,
    coloured: bool,
    cut: bool = True,
) -> Trace:
    """The level lines over the colours of the heights, or alone where the ground is ``coloured`` already.

    Values outside ``window`` are ``cut`` off there, for what is seen.
    """
    low, high = window
    z, (x, y) = surface.z, surface.sides
    least, most = (low, high) if cut else _reached(z, window)
    across, up = (variable_label(name) for name in names)
    if coloured:
        hover = {"hoverinfo": "skip"}
    else:
        template = f"{across} = %{{x:.4~g}}<br>{up} = %{{y:.4~g}}<br>f = %{{z:.5~g}}<extra></extra>"
        hover = {"hovertemplate": template}
    return {
        "type": "contour",
        "name": "f",
        "x": packed(x),
        "y": packed(y),
        "z": packed(np.where(np.isfinite(z), np.clip(z, low, high) if cut else z, np.nan)),
        "zmin": least,
        "zmax": most,
        "autocontour": False,
        "contours": {
            "start": float(levels[0]),
            "end": float(levels[-1]),
            "size": float(levels[1] - levels[0]) if len(levels) > 1 else 1.0,
            "coloring": "none" if coloured else "heatmap",
        },
        "line": {"color": "@line", "width": 1.2, "smoothing": 1},
        "colorscale": scale_beyond(window, (least, most)),
        "showscale": False,
        "connectgaps": False,
        **hover,
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
    }


def _reached(z: NDArray[np.float64], window: tuple[float, float]) -> tuple[float, float]:
    """The values around a window for which colours go on: a few times its own range past it, at most."""
    (low, high), found = window, z[np.isfinite(z)]
    reach = COLOURED * (high - low)
    least, most = (float(found.min()), float(found.max())) if found.size else window
    return min(low, max(least, low - reach)), max(high, min(most, high + reach))


def _flat_arrow(
    arrow: arrows.Arrow,
    frame: arrows.Frame,
    vector: NDArray[np.float64],
    width: float,
    meta: Mapping[str, Any] | None = None,
) -> Trace:
    """One arrow, with the two numbers of ``vector`` on hover; a dot where it is zero."""
    look = style(arrow.method)
    ends = frame.back(np.stack([arrow.tail, arrow.tip]))
    words = ", ".join(number(coordinate, 7) for coordinate in vector)
    if arrow.is_dot:
        ends, symbols = ends[:1], [look.symbol]
    else:
        symbols = ["circle", "arrow"]
    return {
        "type": "scatter",
        "mode": "markers" if arrow.is_dot else "lines+markers",
        "name": look.label,
        "meta": meta or {"method": arrow.method},
        "x": [float(x) for x in ends[:, 0]],
        "y": [float(y) for y in ends[:, 1]],
        "line": {"color": f"@{arrow.method}", "width": width},
        "marker": {
            "color": f"@{arrow.method}",
            "size": [0, 12 + width][-len(ends) :],
            "symbol": symbols,
            "angleref": "up" if arrow.is_dot else "previous",  # a dot has no previous place to turn from
            "opacity": 1,
        },
        "hovertemplate": f"{look.label}<br>({words})<extra></extra>",
        "cliponaxis": False,
    }


def _layout(names: Sequence[str], frame: arrows.Frame, *, fills: bool) -> dict[str, Any]:
    """Both axes with one unit where they have; a map that ``fills`` its panel shows more than its window."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": "@ink/0.4",
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "fixedrange": True,
        "constrain": "range" if fills else "domain",
        "automargin": True,
    }
    x, y = (_axis(axis, names[k], float(frame.low[k]), float(frame.high[k])) for k in (0, 1))
    if frame.true_to_scale:
        y |= {"scaleanchor": "x", "scaleratio": 1}
    return {
        "meta": {"frame": frame.message},
        "xaxis": x,
        "yaxis": y,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 12, "t": 14, "b": 8},
        "plot_bgcolor": f"@ink/{NO_NUMBER}" if fills else "@paper",
        **paper(-0.2),
    }


def _axis(look: Mapping[str, Any], name: str, low: float, high: float) -> dict[str, Any]:
    far, suffix = far_ticks(low, high, 4)
    title = {"text": variable_label(name) + suffix, "font": {"size": 16, "color": "@ink"}, "standoff": 6}
    return {**look, "range": [low, high], "title": title, "nticks": 7, **far}
