"""Error against ε, both axes logarithmic: a line per method, one of them explained.

A log axis has no zero, and exact answers must not be left out: they have a marked band at the bottom, one row
per method.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradviz.figures.errors_axes import EXACT, ZERO, ErrorAxis, layout, ten
from gradviz.figures.errors_explained import (
    Curve,
    PrecisionCurve,
    curve_traces,
    in_words,
    precision_line,
    region_shapes,
    sentences,
    summary_of,
    zone_shapes,
)
from gradviz.figures.errors_labels import default_places, labels
from gradviz.figures.errors_legend import legend_traces
from gradviz.figures.parts.drawing import Picture, Standing, Trace, packed
from gradviz.figures.parts.theme import style
from gradviz.sweeping.regions import explain
from gradviz.sweeping.sweep import Sweep
from gradviz.text.numbers import listed, number

FIRST = ""  # as focus: the first method shown that takes a step


@np.errstate(all="ignore")
def errors_picture(
    sweep: Sweep,
    step: float,
    chosen: Mapping[str, float] | None = None,
    *,
    shown: Collection[str] | None = None,
    stepping: Collection[str] | None = None,
    focus: str | None = FIRST,
    relative: bool = False,
    family: Mapping[str, Sweep] | None = None,
    room: Sequence[float] = (),
) -> Picture:
    """The errors (k,) of each method over the steps (k,) of ``sweep``, with the chosen ``step`` marked.

    ``chosen`` has each method's error at exactly that step (default: at the nearest step of the sweep);
    ``shown`` the methods drawn; ``stepping`` those that take a step (default: those with a best step).
    ``focus`` is the method whose curve is explained, by default the first shown that takes a step, None for
    none; ``family`` has sweeps of it in other precisions, by name. ``relative`` errors are divided by the
    size of the gradient, where it has one. ``room``, ``layout["meta"]["room"]`` of another such picture,
    makes the axes reach at least as far as its own, for a comparison at one scale. nan is left out, and the
    caption says so.
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
        focus = next((name for name in methods if name in sweep.model), None)
    others = _precision_curves(family or {}, focus, unit or 1.0) if focus in methods else []
    axis = ErrorAxis(errors, chosen, methods, [other.errors for other in others], room)
    left = min(float(steps.min()), step, *room[3:4])
    right = max(float(steps.max()), step, *room[4:])
    setting = _Setting(tuple(methods), frozenset(stepping), focus, unit or 1.0, (left, right), axis)

    def draw() -> _Lines:
        return _lines(sweep, setting, errors, others)

    # what ε leaves as it is need not be drawn, and sent, again
    lines = draw() if family or not isinstance(sweep, Sweep) else _once(sweep, setting.key, draw)
    curve = lines.curve
    last = sorted(methods, key=lambda name: name == focus)  # its mark on top
    marks = [_mark(name, step, chosen[name], axis, name in stepping) for name in last if name in chosen]
    traces = [*lines.traces, *(mark for mark in marks if mark is not None)]
    traces += legend_traces(traces, methods, curve)
    captions = _captions(methods, errors, axis, curve, relative and not unit)
    captions += _missing_precisions(family or {}, focus)
    measure = "relative error" if relative and unit else "error"
    whole = layout(axis, step, left, right, measure, EXACT if _has_gradient(sweep) else ZERO)
    drawn = [name for name in methods if any(trace["meta"].get("method") == name for trace in traces)]
    levels = [name for name in drawn if _is_level(errors[name])]
    found = labels(curve, others, levels, [name for name in drawn if name not in levels])
    whole |= {
        "meta": {
            "room": [float(axis.low), float(axis.high), axis.depth, left, right],
            "labels": [label.as_meta(steps) for label in found],
        }
    }
    if curve is not None:
        whole["shapes"] = [*zone_shapes(curve), *whole["shapes"], *region_shapes(curve)]
        whole["annotations"] = default_places(found, curve)
    figure = {"data": traces, "layout": whole}
    alternative = _alternative(methods, step, chosen, curve, measure)
    summary = _summary(methods, errors, curve, family or {}, focus)
    return Picture(figure, " ".join(captions), alternative, steps=True, summary=summary)


@dataclass(frozen=True)
class _Setting:
    """What all lines are drawn by.

    The methods, those that take a step, the one explained, the unit of the errors, the ``ends`` of the axis
    of ε, and the axis of the errors.
    """

    methods: tuple[str, ...]
    stepping: frozenset[str]
    focus: str | None
    unit: float
    ends: tuple[float, float]
    axis: ErrorAxis

    @property
    def key(self) -> tuple[object, ...]:
        """All of it by value."""
        axis = self.axis
        heights = float(axis.low), float(axis.high), axis.depth, tuple(axis.rows)
        return self.methods, self.stepping, self.focus, self.unit, self.ends, heights


@dataclass(frozen=True)
class _Lines:
    """The lines of all methods, and the curve that is explained among them, if one is."""

    traces: tuple[Standing, ...]
    curve: Curve | None


MOST = 4  # settings for which the lines over one sweep are kept


def _once(sweep: Sweep, key: tuple[object, ...], draw: Callable[[], _Lines]) -> _Lines:
    """The lines that ``draw`` makes, once for each sweep and ``key``."""
    kept: dict[tuple[object, ...], _Lines] = vars(sweep).setdefault("drawn_errors", {})
    lines = kept.get(key)
    if lines is None:
        while len(kept) >= MOST:
            kept.pop(next(iter(kept)), None)
        lines = kept[key] = draw()
    return lines


def _lines(
    sweep: Sweep, setting: _Setting, errors: Mapping[str, np.ndarray], others: Sequence[PrecisionCurve]
) -> _Lines:
    """The lines of the errors, in the unit of the picture, below and above each other as they are drawn."""
    focus, axis, methods = setting.focus, setting.axis, setting.methods
    steps = np.asarray(sweep.steps, dtype=float)
    curve = _curve(sweep, focus, errors[focus], setting.unit, axis) if focus in methods else None
    # in its own precision the curve is drawn once, as explained
    own = np.where(errors[focus] > 0, errors[focus], np.nan) if focus in methods else np.empty(0)
    traces = [precision_line(o) for o in others if not np.array_equal(o.errors, own, equal_nan=True)]
    for name in sorted(methods, key=lambda name: -style(name).width):
        if curve is None or name != curve.name:
            stepping = name in setting.stepping
            pale = curve is not None and stepping
            traces += _line(name, steps, errors[name], axis, setting.ends, stepping, pale)
    if curve is not None:
        traces = curve_traces(curve, traces)
    return _Lines(tuple(map(Standing, traces)), curve)


def _is_level(errors: np.ndarray) -> bool:
    """Whether the line has one height: that of a method without ε, or of nothing but exact answers."""
    finite = errors[np.isfinite(errors)]
    return bool(finite.size) and bool((finite == finite[0]).all())


def _has_gradient(sweep: Sweep) -> bool:
    """Whether an error of 0 is that of an exact gradient: at a kink it is that of a slope on one side.

    A sweep without a truth is judged by another method's gradient, which it takes for one.
    """
    return bool(getattr(getattr(sweep, "truth", None), "differentiable", True))


def _gradient_size(sweep: Sweep) -> float | None:
    """The Euclidean norm of the true gradient over the judged coordinates; None if 0 or not finite."""
    gradient = sweep.truth.gradient[sweep.judged]
    size = float(np.hypot.reduce(gradient)) if len(gradient) else 0.0
    return size if np.isfinite(size) and size > 0 else None


def _precision_curves(family: Mapping[str, Sweep], focus: str | None, unit: float) -> list[PrecisionCurve]:
    """One method in each precision, where there is anything to draw."""
    curves = []
    for index, (precision, sweep) in enumerate(family.items()):
        errors = np.asarray(sweep.errors[str(focus)], dtype=float) / unit
        positive = np.where(np.isfinite(errors) & (errors > 0), errors, np.nan)
        if not np.isnan(positive).all():
            steps = np.asarray(sweep.steps, dtype=float)
            curves.append(PrecisionCurve(str(focus), precision, index, steps, positive))
    return curves


def _summary(
    methods: list[str],
    errors: Mapping[str, np.ndarray],
    curve: Curve | None,
    family: Mapping[str, Sweep],
    focus: str | None,
) -> str:
    """One line of at most 52 letters, as many as a phone has room for."""
    if not methods:
        return "No method is shown: choose some."
    missing = [name for name, sweep in family.items() if focus and np.isnan(sweep.errors[focus]).all()]
    if missing:
        return f"There is no curve in {listed(missing)}."
    if curve is not None:
        return summary_of(curve)
    if not any(np.isfinite(errors[name]).any() for name in methods):
        return "There is no error to draw."
    return "The error of each method, for every ε."


def _missing_precisions(family: Mapping[str, Sweep], focus: str | None) -> list[str]:
    """A sentence for each precision without errors to draw, where the truth has a note on that."""
    return [
        f"There is no curve in {precision}: {sweep.truth.note}"
        for precision, sweep in family.items()
        if focus is not None and np.isnan(sweep.errors[focus]).all() and sweep.truth.note
    ]


def _curve(sweep: Sweep, name: str | None, errors: np.ndarray, unit: float, axis: ErrorAxis) -> Curve | None:
    """The curve that is explained; None where the method takes no step, or has no regions."""
    if name is None or name not in sweep.model:
        return None
    explanation, model = explain(sweep, name), sweep.model[name]
    if not explanation.regions:
        return None
    best, least = sweep.best_step[name], sweep.least_error[name] / unit
    drawn = errors[~np.isnan(errors)]
    if len(drawn) > 1 and drawn.any() and (drawn == drawn[0]).all():
        best = least = (
            np.nan
        )  # as at 1e99, where every ε vanishes: the same error everywhere is nowhere least
    return Curve(
        name,
        np.asarray(sweep.steps, dtype=float),
        errors,
        model.truncation / unit,
        model.roundoff / unit,
        model.roundoff_rms / unit,
        best,
        least,
        axis.floor(name) if name in axis.rows else np.nan,
        ten(axis.low),
        explanation,
    )


def _captions(
    methods: list[str],
    errors: Mapping[str, np.ndarray],
    axis: ErrorAxis,
    curve: Curve | None,
    without_unit: bool,
) -> list[str]:
    if not methods:
        return ["No method is shown: choose some, and their errors stand here."]
    captions = [] if curve is None else list(sentences(curve))
    captions += _gaps(methods, errors)
    if axis.rows:
        captions.append("An error of 0 stands in the band at the bottom.")
    if without_unit:
        captions.append("The errors are absolute: there is no gradient other than 0 to measure them by.")
    return captions


def _alternative(
    methods: list[str], step: float, chosen: Mapping[str, float], curve: Curve | None, measure: str
) -> str:
    each = [
        f"{style(name).label} {number(chosen[name], 3)}"
        for name in methods
        if np.isfinite(chosen.get(name, np.nan))
    ]
    words = listed(each) if each else "no errors"
    explained = "" if curve is None else f" {in_words(curve)}"
    return f"{measure.capitalize()} against ε on logarithmic axes. At ε = {number(step)}: {words}.{explained}"


def _line(
    name: str,
    steps: np.ndarray,
    errors: np.ndarray,
    axis: ErrorAxis,
    ends: tuple[float, float],
    stepping: bool,
    pale: bool,
) -> list[Trace]:
    """One method's curve or level, ``pale`` and thin while another one is explained."""
    look = style(name)
    shared = {
        "type": "scatter",
        "name": look.label,
        "meta": {"method": name},
        "showlegend": False,
        "hoverinfo": "x+y",
    }
    if not stepping:
        level = float(errors[0]) if errors.size else np.nan
        if not np.isfinite(level):
            return []
        height = axis.floor(name) if level == 0 else level
        size = number(level, 3)
        return [
            {
                **shared,
                "mode": "lines",
                "meta": {"method": name, "role": "level"},
                "x": list(ends),
                "y": [height, height],
                "line": {"color": f"@{name}", "width": look.width, "dash": look.dash},
                "hovertemplate": f"{look.label}: error {size}, whatever ε<extra></extra>",
            }
        ]
    traces = []
    line = {"color": f"@{name}", "width": look.width - 0.8, "dash": look.dash}
    if pale:
        line |= {"color": f"@{name}/0.5", "width": 1.2}
    exact = np.where(errors == 0, axis.floor(name) if name in axis.rows else np.nan, np.nan)
    positive = np.where(np.isfinite(errors) & (errors > 0), errors, np.nan)
    for heights, words, role in ((positive, "%{y:.2e}", "error"), (exact, "0", "exact")):
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
                    "hovertemplate": f"{words}<extra>{look.label}</extra>",
                }
            )
        if lonely.any():
            traces.append(_dots(shared, name, steps[lonely], heights[lonely], words, role))
    return traces


def _dots(shared: Trace, name: str, x: np.ndarray, y: np.ndarray, words: str, role: str) -> Trace:
    look = style(name)
    return {
        **shared,
        "mode": "markers",
        "meta": {"method": name, "role": role},
        "x": packed(x),
        "y": packed(y),
        "marker": {"symbol": look.symbol, "size": 5, "color": f"@{name}"},
        "hovertemplate": f"{words}<extra>{look.label}</extra>",
    }


def _mark(name: str, step: float, error: float, axis: ErrorAxis, stepping: bool) -> Trace | None:
    """The chosen ε on one curve."""
    if not np.isfinite(error):
        return None
    look = style(name)
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
        "hovertemplate": f"{at}error = {number(error, 4)}<extra>{look.label}</extra>",
    }


def _gaps(methods: list[str], errors: Mapping[str, np.ndarray]) -> list[str]:
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
