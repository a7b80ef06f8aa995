"""The map: f from above, its level lines, the point, and the gradients as flat arrows. A press on it moves
the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gradviz.figures import collected
from gradviz.figures.layers import digits, lens
from gradviz.figures.layers import drawn as see_more
from gradviz.figures.layers.table import MAP, Layers
from gradviz.figures.parts import arrows
from gradviz.figures.parts.drawing import Picture, based_ticks, packed, readable_range
from gradviz.figures.parts.lines import Drawn
from gradviz.figures.parts.theme import paper, style
from gradviz.text.letters import plain_label, variable_label
from gradviz.text.numbers import number


@np.errstate(all="ignore")
def contour_picture(
    field: Any,
    surface: Any,
    point: ArrayLike,
    estimates: Sequence[Any],
    *,
    axes: tuple[int, int] = (0, 1),
    overlay: bool = False,
    layers: Layers | None = None,
) -> Picture:
    """The level lines of ``surface`` over the two variables ``axes``, with ``point`` (n,) and an arrow per
    estimate.

    The same arrows as on the floor of the surface. Both axes have the same unit where their ranges allow it;
    where they do not, the caption says why the arrow is not at right angles to the level lines. ``layers``
    are what else is to be seen; the lens among them takes the place of the arrows.
    """
    point = np.asarray(point, dtype=float)
    here = point[list(axes)]
    value = float(field(point))
    low, high, _ = readable_range(surface.z, include=value if np.isfinite(value) else np.nan)
    frame = arrows.Frame.of(surface.x, surface.y)
    inside = bool(np.all((here >= frame.low) & (here <= frame.high)))
    gradients = (
        {e.method: np.asarray(e.gradient, dtype=float)[list(axes)] for e in estimates} if inside else {}
    )
    laid = arrows.arrange(frame, here, gradients, overlay=overlay)
    levels, words, base = based_ticks(low, high, 12)
    ground = _ground(field, surface, axes, (low, high), levels, layers)
    more = see_more.on_map(layers, frame)
    coloured = layers is not None and layers.shows("digits")
    labels = [] if base or coloured else _labels(surface, frame, levels, words)  # unreadable on dark colours
    traces = [*ground.traces, *labels, *more.traces]
    shown = _arrows(laid, gradients, frame, here, overlay, layers)
    traces += shown.traces
    if inside:
        traces.append(collected.on_map(frame, here, collected.scale_of(laid, gradients, frame)))
        traces.append(point_mark(here[0], here[1], "point"))

    sentences = []
    if not frame.true_to_scale and laid.arrows:
        sentences.append(
            "The axes have different units, so an arrow need not be at right angles to the level lines."
        )
    if not inside:
        sentences.append("The point is outside the picture.")
    sentences += [*more.sentences, *ground.sentences, *shown.sentences]
    names = [field.variables[axis] for axis in axes]
    alternative = (
        f"Map of f over {plain_label(names[0])} and {plain_label(names[1])} with level lines, the point at "
        f"({number(here[0])}, {number(here[1])}) and gradient arrows of {arrows.in_words(laid, gradients)}."
        f"{see_more.also(layers, MAP)}"
    )
    layout: dict[str, Any] = _layout(names, frame) | {"annotations": _scale_of(laid, frame, layers)}
    if coloured:
        layout["xaxis"]["constraintoward"] = "right"  # beside the key of the colours
    figure = {"data": traces, "layout": layout}
    return Picture(figure, " ".join(sentences), alternative, pick=tuple(axes))


def point_mark(x: float, y: float, name: str) -> dict[str, Any]:
    """The point, which the page moves at once while a finger drags it (it finds it by ``meta``)."""
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
    surface: Any, frame: arrows.Frame, levels: np.ndarray, words: Sequence[str]
) -> list[dict[str, Any]]:
    """The value of every other level written once on its line, far from the other labels and from the border.

    Plotly can write them itself, but then looks for the best places anew at every change of anything: a
    quarter of a second, three times as long as all the rest of the map.
    """
    x, y, z = (np.asarray(values, dtype=float) for values in (surface.x, surface.y, surface.z))
    placed: list[tuple[np.ndarray, str]] = []
    taken = [np.array([0.25, 0.1]) - frame.size]  # the words in the corner
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
        for other in taken:
            free = np.minimum(free, np.hypot(*(scene - other).T))
        if free.size and free.max() > 0.18:
            best = int(np.argmax(free))
            placed.append((places[best], word))
            taken.append(scene[best])
    if not placed:
        return []
    return [
        {
            "type": "scatter",
            "mode": "text",
            "name": "levels",
            "x": [float(place[0]) for place, _ in placed],
            "y": [float(place[1]) for place, _ in placed],
            "text": [word for _, word in placed],
            "textfont": {"size": 12, "color": "@ink"},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _ground(
    field: Any,
    surface: Any,
    axes: tuple[int, int],
    window: tuple[float, float],
    levels: np.ndarray,
    layers: Layers | None,
) -> Drawn:
    """The level lines and what lies under them."""
    lines = _levels(field, surface, axes, window, levels)
    if layers is None or not layers.shows("digits"):
        return Drawn([lines])
    hover = lines.pop("hovertemplate").replace("%{z:", "%{customdata:")
    under = digits.on_map(layers, hover.replace("<extra>", "<br>%{z:.1f} digits<extra>"))
    lines |= {"contours": {**lines["contours"], "coloring": "none"}, "hoverinfo": "skip"}
    return Drawn([*under.traces, lines], under.sentences)


def _arrows(
    laid: arrows.Arrows,
    gradients: Any,
    frame: arrows.Frame,
    here: np.ndarray,
    overlay: bool,
    layers: Layers | None,
) -> Drawn:
    """The gradients, which follow the hand, or how far they are off."""
    if layers is not None and layers.shows("lens"):
        return lens.on_map(layers, frame, lambda arrow, vector: _flat_arrow(arrow, frame, vector, overlay))
    drawn = []
    for arrow in laid.arrows:
        held = arrows.in_hand(arrow, frame, here, laid.factor)
        drawn.append(_flat_arrow(arrow, frame, gradients[arrow.method], overlay, held))
    return Drawn(drawn)


def _scale_of(laid: arrows.Arrows, frame: arrows.Frame, layers: Layers | None) -> list[dict[str, Any]]:
    """The factor of the arrows' lengths, small in a corner."""
    if layers is not None and layers.shows("lens"):
        found = lens.of(layers, frame)
        text = f"differences × {found.factor}" if found.arrows else ""
    else:
        text = f"arrows × {number(laid.factor)}" if laid.to_scale else ""
    place = {"xref": "x domain", "yref": "y domain", "x": 0, "y": 0, "xanchor": "left", "yanchor": "bottom"}
    look = {"showarrow": False, "bgcolor": "@paper", "borderpad": 2, "font": {"size": 12, "color": "@ink"}}
    return [{"name": "scale", "text": text, **place, **look}] if text else []


def _levels(
    field: Any, surface: Any, axes: tuple[int, int], window: tuple[float, float], levels: np.ndarray
) -> dict[str, Any]:
    low, high = window
    z = np.asarray(surface.z, dtype=float)
    names = [variable_label(field.variables[axis]) for axis in axes]
    return {
        "type": "contour",
        "name": "f",
        "x": packed(surface.x),
        "y": packed(surface.y),
        "z": packed(np.where(np.isfinite(z), np.clip(z, low, high), np.nan)),
        "zmin": low,
        "zmax": high,
        "autocontour": False,
        "contours": {
            "start": float(levels[0]),
            "end": float(levels[-1]),
            "size": float(levels[1] - levels[0]) if len(levels) > 1 else 1.0,
            "coloring": "heatmap",
        },
        "line": {"color": "@line", "width": 1.2, "smoothing": 1},
        "colorscale": [[0, "@low"], [1, "@high"]],
        "showscale": False,
        "connectgaps": False,
        "hovertemplate": f"{names[0]} = %{{x:.4~g}}<br>{names[1]} = %{{y:.4~g}}"
        "<br>f = %{z:.5~g}<extra></extra>",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
    }


def _flat_arrow(
    arrow: arrows.Arrow,
    frame: arrows.Frame,
    gradient: Any,
    overlay: bool,
    held: dict[str, Any] | None = None,
) -> dict[str, Any]:
    look = style(arrow.method)
    ends = frame.back(np.stack([arrow.tail, arrow.tip]))
    words = ", ".join(number(coordinate, 7) for coordinate in gradient)
    if arrow.is_dot:
        ends, symbols = ends[:1], [look.symbol]
    else:
        symbols = ["circle", "arrow"]
    return {
        "type": "scatter",
        "mode": "markers" if arrow.is_dot else "lines+markers",
        "name": look.label,
        "meta": held or {"method": arrow.method},
        "x": [float(x) for x in ends[:, 0]],
        "y": [float(y) for y in ends[:, 1]],
        "line": {
            "color": f"@{arrow.method}",
            "width": (1.6 * look.width if overlay else 3.5 * arrow.thickness),
            "dash": look.dash,
        },
        "marker": {
            "color": f"@{arrow.method}",
            "size": [0, 15 * arrow.thickness][-len(ends) :],
            "symbol": symbols,
            "angleref": "up" if arrow.is_dot else "previous",  # a dot has no previous place to turn from
            "opacity": 1,
        },
        "hovertemplate": f"{look.label}<br>({words})<extra></extra>",
        "cliponaxis": False,
        "showlegend": not arrow.is_dot,
    }


def _layout(names: Sequence[str], frame: arrows.Frame) -> dict[str, Any]:
    axis = {
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": "@ink/0.4",
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "fixedrange": True,
        "constrain": "domain",
        "automargin": True,
    }
    x, y = (
        {
            **axis,
            "range": [float(frame.low[k]), float(frame.high[k])],
            "title": {"text": variable_label(names[k]), "font": {"size": 16, "color": "@ink"}, "standoff": 6},
            "nticks": 7,
        }
        for k in (0, 1)
    )
    if frame.true_to_scale:
        y |= {"scaleanchor": "x", "scaleratio": 1}
    return {
        "meta": {"frame": frame.told},
        "xaxis": x,
        "yaxis": y,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 12, "t": 14, "b": 8},
        "plot_bgcolor": "@paper",
        **paper(-0.2),
    }
