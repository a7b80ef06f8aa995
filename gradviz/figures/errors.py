"""Error against ε, both axes logarithmic: the line of every method that takes a step, and the level of those
that don't; one of the curves explained.

A log axis has no zero, and an exact answer is the last thing to leave out: exact zeros stand in a marked band
at the bottom, one row per method.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.figures.errors_explained import (
    Curve,
    Kin,
    curve_traces,
    in_words,
    kin_labels,
    kin_line,
    region_names,
    region_shapes,
    sentences,
    slope_label,
)
from gradviz.figures.parts.drawing import Picture, packed
from gradviz.figures.parts.theme import paper, style
from gradviz.pieces import multiples
from gradviz.sweeping.regions import explain
from gradviz.text.numbers import listed, number, power_of_ten

ROW = 0.055  # height of one method's row in the band of exact answers, as a share of the axis
HEADROOM = 0.16  # share of the height for the names of the regions
MARGIN = 0.35  # decades of ε on either side
POWERS = (-307.0, 308.0)  # of ten that are normal floats
FIRST = ""  # as focus: the first method shown that takes a step


@np.errstate(all="ignore")
def errors_picture(
    sweep: Any,
    step: float,
    chosen: Mapping[str, float] | None = None,
    *,
    shown: Collection[str] | None = None,
    stepping: Collection[str] | None = None,
    focus: str | None = FIRST,
    relative: bool = False,
    family: Mapping[str, Any] | None = None,
    room: Sequence[float] = (),
) -> Picture:
    """``sweep.errors[name]`` (k,) over ``sweep.steps`` (k,) for each method, on log axes, with the chosen
    ``step`` marked.

    ``chosen`` gives each method's error at exactly that step (else the nearest of the sweep is taken);
    ``shown`` the methods drawn; ``stepping`` those that take a step (else those with a model,
    ``sweep.best_step``). ``focus`` is the method whose curve is explained, the first shown that takes a step
    unless told, None for no one; ``family`` are sweeps of it in other precisions by their names (anything
    with ``steps``, ``errors``, and a ``truth`` whose note tells why there are none). ``relative`` errors are
    shares of the gradient's size, where it has one.
    ``room``, which another such picture tells as ``layout["meta"]["room"]``, makes the axes reach as far as
    its own: what is compared is drawn to one scale. nan is left out and told in the caption.
    """
    steps = np.asarray(sweep.steps, dtype=float)
    methods = [name for name in sweep.methods if shown is None or name in shown]
    stepping = set(sweep.best_step if stepping is None else stepping)
    unit = _gradient_size(sweep) if relative else None
    errors = {name: np.asarray(sweep.errors[name], dtype=float) / (unit or 1.0) for name in methods}
    if chosen is None:
        nearest = int(np.argmin(np.abs(np.log(steps / step))))
        chosen = {name: float(errors[name][nearest]) for name in methods}
    else:
        chosen = {name: error / (unit or 1.0) for name, error in chosen.items()}
    if focus == FIRST:
        focus = next((name for name in methods if name in getattr(sweep, "model", ())), None)
    kin = _kin(family or {}, focus, unit or 1.0) if focus in methods else []
    axis = _Axis(errors, chosen, methods, [one.errors for one in kin], room)
    curve = _curve(sweep, focus, errors[focus], unit or 1.0, axis) if focus in methods else None
    left = min(float(steps.min()), step, *room[3:4])
    right = max(float(steps.max()), step, *room[4:])
    # in its own precision the curve is drawn once, as explained
    own = np.where(errors[focus] > 0, errors[focus], np.nan) if focus in methods else np.empty(0)
    traces = [kin_line(one) for one in kin if not np.array_equal(one.errors, own, equal_nan=True)]
    for name in sorted(methods, key=lambda name: -style(name).width):
        if curve is None or name != curve.name:
            aside = curve is not None and name in stepping
            traces += _line(name, steps, errors[name], axis, (left, right), name in stepping, aside)
    if curve is not None:
        traces = curve_traces(curve, traces)
    last = sorted(methods, key=lambda name: name == focus)  # its mark on top
    marks = [_mark(name, step, chosen[name], axis, name in stepping) for name in last if name in chosen]
    traces += [mark for mark in marks if mark is not None]
    layout = _layout(axis, step, left, right, _measure(relative, unit))
    layout["meta"] = {"room": [float(axis.low), float(axis.high), axis.depth, left, right]}
    if curve is not None:
        ends = np.log10(left) - MARGIN, np.log10(right) + MARGIN
        layout["yaxis"]["range"][1] += HEADROOM / (1 - HEADROOM) * (axis.high - axis.bottom)
        layout["shapes"] += region_shapes(curve)
        layout["annotations"] = [
            *region_names(curve, *ends),
            *slope_label(curve, below=bool(kin)),
            *kin_labels(kin),
        ]
    figure = {"data": traces, "layout": layout}
    return Picture(
        figure,
        " ".join(
            _captions(methods, errors, chosen, axis, curve, relative and not unit)
            + _missing_precisions(family or {}, focus)
        ),
        _alternative(methods, step, chosen, curve, _measure(relative, unit)),
        steps=True,
    )


def ten(power: float) -> float:
    """10 to the ``power``, never 0 and never infinite."""
    return float(10.0 ** np.clip(power, *POWERS))


def _gradient_size(sweep: Any) -> float | None:
    """The Euclidean norm of the true gradient over the coordinates that are judged; None where it is no
    measure.
    """
    gradient = sweep.truth.gradient[sweep.judged]
    size = float(np.hypot.reduce(gradient)) if len(gradient) else 0.0
    return size if np.isfinite(size) and size > 0 else None


def _measure(relative: bool, unit: float | None) -> str:
    return "relative error" if relative and unit else "error"


def _kin(family: Mapping[str, Any], focus: str | None, unit: float) -> list[Kin]:
    """One method in each precision, where there is anything to draw."""
    found = []
    for place, (precision, one) in enumerate(family.items()):
        errors = np.asarray(one.errors[focus], dtype=float) / unit
        positive = np.where(np.isfinite(errors) & (errors > 0), errors, np.nan)
        if not np.isnan(positive).all():
            found.append(Kin(str(focus), precision, place, np.asarray(one.steps, dtype=float), positive))
    return found


def _missing_precisions(family: Mapping[str, Any], focus: str | None) -> list[str]:
    """A sentence for each precision in which there are no errors to draw, where the truth tells why."""
    return [
        f"There is no curve in {precision}: {one.truth.note}"
        for precision, one in family.items()
        if focus is not None and np.isnan(one.errors[focus]).all() and one.truth.note
    ]


def _curve(sweep: Any, name: str | None, errors: np.ndarray, unit: float, axis: _Axis) -> Curve | None:
    """The curve that is explained; None where the method takes no step, or there is nothing to tell."""
    if name is None or name not in getattr(sweep, "model", ()):
        return None
    explanation, model = explain(sweep, name), sweep.model[name]
    if not explanation.regions:
        return None
    return Curve(
        name,
        np.asarray(sweep.steps, dtype=float),
        errors,
        model.truncation / unit,
        model.roundoff / unit,
        model.roundoff_rms / unit,
        sweep.best_step[name],
        axis.floor(name) if name in axis.rows else np.nan,
        ten(axis.low),
        explanation,
    )


def _captions(
    methods: list[str],
    errors: Mapping[str, np.ndarray],
    chosen: Mapping[str, float],
    axis: _Axis,
    curve: Curve | None,
    without_unit: bool,
) -> list[str]:
    if not methods:
        return ["No method is shown: choose some, and their errors stand here."]
    captions = [] if curve is None else list(sentences(curve))
    captions += _gaps(methods, errors, chosen)
    if axis.rows:
        captions.append("Exact answers (error 0) stand in the band at the bottom.")
    if without_unit:
        captions.append("The errors are absolute: there is no gradient other than 0 to measure them by.")
    return captions


def _alternative(
    methods: list[str], step: float, chosen: Mapping[str, float], curve: Curve | None, measure: str
) -> str:
    told = [
        f"{style(name).label} {number(chosen[name], 3)}"
        for name in methods
        if np.isfinite(chosen.get(name, np.nan))
    ]
    words = listed(told) if told else "no errors"
    explained = "" if curve is None else f" {in_words(curve)}"
    return f"{measure.capitalize()} against ε on logarithmic axes. At ε = {number(step)}: {words}.{explained}"


class _Axis:
    """The range of errors in decades, and under it the rows for the exact zeros."""

    def __init__(
        self,
        errors: Mapping[str, np.ndarray],
        chosen: Mapping[str, float],
        methods: list[str],
        more: Iterable[np.ndarray] = (),
        room: Sequence[float] = (),
    ) -> None:
        given = [np.append(errors[name], chosen.get(name, np.nan)) for name in methods]
        every = np.concatenate([*given, *more]) if given else np.empty(0)
        positive = every[np.isfinite(every) & (every > 0)]
        low, high = (np.log10(positive.min()), np.log10(positive.max())) if positive.size else (-16.0, 0.0)
        self.low, self.high = np.floor(low - 0.15), np.ceil(high + 0.15)
        if self.high - self.low < 4:
            self.low, self.high = self.low - 2, self.high + 2
        low, high, depth = room[:3] if room else (self.low, self.high, 0)
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.rows = [name for name, values in zip(methods, given, strict=True) if (values == 0).any()]
        self.row = (self.high - self.low) * ROW
        self.depth = max(len(self.rows), int(depth))
        self.bottom = self.low - self.row * (self.depth + 0.6 if self.depth else 0)

    def floor(self, method: str) -> float:
        """Where a method's exact zeros stand."""
        return ten(self.low - self.row * (self.rows.index(method) + 0.8))

    @property
    def decades(self) -> list[int]:
        """The powers of ten that get a label: at most nine."""
        low, high = np.clip((self.low, self.high), *POWERS)
        return [int(decade) for decade in multiples(low, high, most=9)]


def _line(
    name: str,
    steps: np.ndarray,
    errors: np.ndarray,
    axis: _Axis,
    ends: tuple[float, float],
    stepping: bool,
    aside: bool,
) -> list[dict[str, Any]]:
    """One method's curve or level; ``aside``, thin and pale, while another one is explained."""
    look = style(name)
    shared = {"type": "scatter", "name": look.label, "meta": {"method": name}, "hoverinfo": "x+y"}
    if not stepping:
        level = float(errors[0]) if errors.size else np.nan
        if not np.isfinite(level):
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
    line = {"color": f"@{name}", "width": look.width - 0.8, "dash": look.dash}
    if aside:
        line |= {"color": f"@{name}/0.5", "width": 1.2}
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
                    "line": line,
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


def _layout(axis: _Axis, step: float, left: float, right: float, measure: str) -> dict[str, Any]:
    shared = {
        "type": "log",
        "gridcolor": "@ink/0.12",
        "zeroline": False,
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "fixedrange": True,
        "automargin": True,
    }
    first, last = np.log10(left), np.log10(right)
    decades = [int(decade) for decade in multiples(*np.clip((first, last), *POWERS), most=10)]
    every = decades[1] - decades[0] if len(decades) > 1 else 1
    labelled = every * (2 if len(decades) > 6 else 1)  # on a phone more would stand aslant
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
        y_values.append(ten(axis.bottom / 2 + axis.low / 2))
        y_labels.append("exact")
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "yref": "y",
                "x0": 0,
                "x1": 1,
                "y0": ten(axis.bottom),
                "y1": ten(axis.low),
                "fillcolor": "@ink/0.06",
                "line": {"width": 0},
                "layer": "below",
                "name": "exact answers",
            }
        )
    return {
        "xaxis": {
            **shared,
            "range": [first - MARGIN, last + MARGIN],
            "tickvals": [10.0**decade for decade in decades],
            "ticktext": [power_of_ten(decade) if decade % labelled == 0 else "" for decade in decades],
            "title": {"text": "ε", "font": {"size": 17, "color": "@ink"}, "standoff": 10},
        },
        "yaxis": {
            **shared,
            "range": [axis.bottom, axis.high],
            "tickvals": y_values,
            "ticktext": y_labels,
            "title": {"text": measure, "font": {"size": 15, "color": "@ink"}, "standoff": 10},
        },
        "shapes": shapes,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
        "margin": {"l": 8, "r": 14, "t": 10, "b": 8},
        "plot_bgcolor": "@paper",
        **paper(-0.22),
    }
