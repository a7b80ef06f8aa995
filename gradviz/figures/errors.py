"""Error against ε, both axes logarithmic: the line of every method that takes a step, and the level of those
that don't.

A log axis has no zero, and an exact answer is the last thing to leave out: exact zeros stand in a marked band
at the bottom, one row per method.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from .drawing import Picture, listed, number, packed, power_of_ten
from .theme import paper, style

ROW = 0.055  # height of one method's row in the band of exact answers, as a share of the axis


def errors_picture(
    sweep: Any,
    step: float,
    chosen: Mapping[str, float] | None = None,
    *,
    shown: Collection[str] | None = None,
    stepping: Collection[str] | None = None,
    models: Collection[str] = (),
) -> Picture:
    """``sweep.errors[name]`` (k,) over ``sweep.steps`` (k,) for each method, on log axes, with the chosen
    ``step`` marked.

    ``chosen`` gives each method's error at exactly that step (else the nearest of the sweep is taken);
    ``shown`` the methods drawn; ``stepping`` those that take a step (else those with a model,
    ``sweep.best_step``); ``models`` the methods whose predicted truncation and round-off are drawn too,
    faintly. nan is left out and told in the caption.
    """
    steps = np.asarray(sweep.steps, dtype=float)
    methods = [name for name in sweep.methods if shown is None or name in shown]
    stepping = set(sweep.best_step if stepping is None else stepping)
    errors = {name: np.asarray(sweep.errors[name], dtype=float) for name in methods}
    if chosen is None:
        nearest = int(np.argmin(np.abs(np.log(steps / step))))
        chosen = {name: float(errors[name][nearest]) for name in methods}
    axis = _Axis(errors, chosen, methods)
    left = min(float(steps.min()), step)
    right = max(float(steps.max()), step)
    traces = []
    for name in models:
        if name in methods:
            traces += _model(name, steps, sweep.model[name], axis)
    for name in sorted(methods, key=lambda name: -style(name).width):
        traces += _line(name, steps, errors[name], axis, (left, right), name in stepping)
    marks = [_mark(name, step, chosen[name], axis, name in stepping) for name in methods if name in chosen]
    traces += [mark for mark in marks if mark is not None]

    sentences = _gaps(methods, errors, chosen)
    if axis.rows:
        sentences.append("Exact answers (error 0) stand in the band at the bottom.")
    told = [
        f"{style(name).label} {number(chosen[name], 3)}"
        for name in methods
        if np.isfinite(chosen.get(name, np.nan))
    ]
    words = listed(told) if told else "no errors"
    alternative = f"Error against ε on logarithmic axes. At ε = {number(step)}: {words}."
    figure = {"data": traces, "layout": _layout(axis, step, left, right)}
    return Picture(figure, " ".join(sentences), alternative, steps=True)


class _Axis:
    """The range of errors in decades, and under it the rows for the exact zeros."""

    def __init__(
        self, errors: Mapping[str, np.ndarray], chosen: Mapping[str, float], methods: list[str]
    ) -> None:
        given = [np.append(errors[name], chosen.get(name, np.nan)) for name in methods]
        every = np.concatenate(given) if given else np.empty(0)
        positive = every[np.isfinite(every) & (every > 0)]
        low, high = (np.log10(positive.min()), np.log10(positive.max())) if positive.size else (-16.0, 0.0)
        self.low, self.high = np.floor(low - 0.15), np.ceil(high + 0.15)
        if self.high - self.low < 4:
            self.low, self.high = self.low - 2, self.high + 2
        self.rows = [name for name, values in zip(methods, given, strict=True) if (values == 0).any()]
        self.row = (self.high - self.low) * ROW
        self.bottom = self.low - self.row * (len(self.rows) + 0.6 if self.rows else 0)

    def floor(self, method: str) -> float:
        """Where a method's exact zeros stand."""
        return 10 ** (self.low - self.row * (self.rows.index(method) + 0.8))

    @property
    def decades(self) -> list[int]:
        """The powers of ten that get a label: at most nine."""
        every = max(1, int(np.ceil((self.high - self.low) / 8)))
        return [decade for decade in range(int(self.low), int(self.high) + 1) if decade % every == 0]


def _line(
    name: str, steps: np.ndarray, errors: np.ndarray, axis: _Axis, ends: tuple[float, float], stepping: bool
) -> list[dict[str, Any]]:
    look = style(name)
    shared = {"type": "scatter", "name": look.label, "meta": {"method": name}, "hoverinfo": "x+y"}
    if not stepping:
        level = float(errors[0]) if errors.size else np.nan
        if np.isnan(level):
            return []
        height = axis.floor(name) if level == 0 else level
        size = "0, exact" if level == 0 else number(level, 3)
        return [
            {
                **shared,
                "mode": "lines",
                "x": list(ends),
                "y": [height, height],
                "line": {"color": f"@{name}", "width": look.width, "dash": look.dash},
                "hovertemplate": f"{look.label}: error {size}, whatever ε<extra></extra>",
            }
        ]
    traces = []
    exact = np.where(errors == 0, axis.floor(name) if name in axis.rows else np.nan, np.nan)
    positive = np.where(np.isfinite(errors) & (errors > 0), errors, np.nan)
    for heights, words, role in ((positive, "%{y:.2e}", "error"), (exact, "0, exact", "exact")):
        words = f"ε = %{{x:.2e}}<br>error = {words}"
        # a value between two holes has no neighbour to draw a line to
        padded = np.isnan(np.concatenate([[np.nan], heights, [np.nan]]))
        lonely = ~padded[1:-1] & padded[:-2] & padded[2:]
        if (~padded[1:-1] & ~lonely).any():
            traces.append(
                {
                    **shared,
                    "mode": "lines",
                    "meta": {"method": name, "role": role},
                    "x": packed(steps),
                    "y": packed(heights),
                    "line": {"color": f"@{name}", "width": look.width - 0.8, "dash": look.dash},
                    "connectgaps": False,
                    "showlegend": not traces,
                    "hovertemplate": f"{words}<extra>{look.label}</extra>",
                }
            )
        if lonely.any():
            traces.append(_dots(shared, name, steps[lonely], heights[lonely], words, role))
    return traces


def _dots(
    shared: dict[str, Any], name: str, x: np.ndarray, y: np.ndarray, words: str, role: str
) -> dict[str, Any]:
    look = style(name)
    return {
        **shared,
        "mode": "markers",
        "meta": {"method": name, "role": role},
        "x": packed(x),
        "y": packed(y),
        "marker": {"symbol": look.symbol, "size": 5, "color": f"@{name}"},
        "showlegend": False,
        "hovertemplate": f"{words}<extra>{look.label}</extra>",
    }


def _mark(name: str, step: float, error: float, axis: _Axis, stepping: bool) -> dict[str, Any] | None:
    """The chosen ε on one curve."""
    if not np.isfinite(error):
        return None
    look = style(name)
    words = "0, exact" if error == 0 else number(error, 4)
    at = f"ε = {number(step)}<br>" if stepping else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": look.label,
        "meta": {"method": name, "role": "chosen"},
        "x": [step],
        "y": [axis.floor(name) if error == 0 else error],
        "marker": {
            "symbol": look.symbol,
            "size": 12,
            "color": f"@{name}",
            "line": {"color": "@paper", "width": 1.5},
        },
        "showlegend": False,
        "cliponaxis": False,
        "hovertemplate": f"{at}error = {words}<extra>{look.label}</extra>",
    }


def _model(name: str, steps: np.ndarray, model: Any, axis: _Axis) -> list[dict[str, Any]]:
    """Predicted truncation and round-off, faint."""
    look = style(name)
    traces = []
    for part, dash in (("truncation", "longdash"), ("roundoff", "dot")):
        sizes = np.asarray(getattr(model, part), dtype=float)
        sizes = np.where(np.isfinite(sizes) & (sizes > 10**axis.low) & (sizes < 10**axis.high), sizes, np.nan)
        if np.isfinite(sizes).any():
            words = "truncation" if part == "truncation" else "round-off"
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": f"{look.label}: {words}, predicted",
                    "meta": {"method": name, "role": part},
                    "x": packed(steps),
                    "y": packed(sizes),
                    "line": {"color": f"@{name}/0.55", "width": 1.4, "dash": dash},
                    "showlegend": False,
                    "hovertemplate": f"{words}, predicted: %{{y:.2e}}<extra>{look.label}</extra>",
                }
            )
    return traces


def _gaps(methods: list[str], errors: Mapping[str, np.ndarray], chosen: Mapping[str, float]) -> list[str]:
    """The sentences about what cannot be drawn."""
    nothing = [style(name).label for name in methods if not np.isfinite(errors[name]).any()]
    partly = [
        style(name).label
        for name in methods
        if np.isfinite(errors[name]).any() and not np.isfinite(errors[name]).all()
    ]
    sentences = []
    if nothing:
        sentences.append(
            f"No error to draw, because there is no number or no truth to judge it by: {listed(nothing)}."
        )
    if partly:
        sentences.append(f"Where the line stops there is no finite number: {listed(partly)}.")
    return sentences


def _layout(axis: _Axis, step: float, left: float, right: float) -> dict[str, Any]:
    shared = {
        "type": "log",
        "gridcolor": "@ink/0.12",
        "zeroline": False,
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "fixedrange": True,
        "automargin": True,
    }
    first, last = np.log10(left), np.log10(right)
    every = max(1, int(np.ceil((last - first) / 9)))
    decades = [
        decade for decade in range(int(np.ceil(first)), int(np.floor(last)) + 1) if decade % every == 0
    ]
    y_values = [10.0**decade for decade in axis.decades]
    y_labels = [power_of_ten(decade) for decade in axis.decades]
    shapes: list[dict[str, Any]] = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": step,
            "x1": step,
            "y0": 0,
            "y1": 1,
            "line": {"color": "@ink/0.7", "width": 1.6, "dash": "dot"},
            "layer": "below",
            "name": "chosen step",
        }
    ]
    if axis.rows:
        y_values.append(10 ** (axis.bottom / 2 + axis.low / 2))
        y_labels.append("exact")
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "yref": "y",
                "x0": 0,
                "x1": 1,
                "y0": 10**axis.bottom,
                "y1": 10**axis.low,
                "fillcolor": "@ink/0.06",
                "line": {"width": 0},
                "layer": "below",
                "name": "exact answers",
            }
        )
    return {
        "xaxis": {
            **shared,
            "range": [first - 0.35, last + 0.35],
            "tickvals": [10.0**decade for decade in decades],
            "ticktext": [power_of_ten(decade) for decade in decades],
            "title": {"text": "ε", "font": {"size": 17, "color": "@ink"}, "standoff": 10},
        },
        "yaxis": {
            **shared,
            "range": [axis.bottom, axis.high],
            "tickvals": y_values,
            "ticktext": y_labels,
            "title": {"text": "error", "font": {"size": 15, "color": "@ink"}, "standoff": 10},
        },
        "shapes": shapes,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
        "margin": {"l": 8, "r": 14, "t": 10, "b": 8},
        "plot_bgcolor": "@paper",
        **paper(-0.22),
    }
