"""What every picture needs: arrays in Plotly's compact form, ranges and ticks."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.pieces import multiples
from gradviz.text.numbers import decimal, number, power_of_ten

Trace = dict[str, Any]  # as Plotly takes it
Window = tuple[float, float, float, float]  # of a flat picture: left, right, bottom, top

MOST_TICKS = 40
LEAST_PLAIN, MOST_PLAIN = 1e-3, 1e5  # sizes between which an axis is labelled without powers of ten
LARGEST = 1e304  # of a place on an axis: Plotly leaves out what is past 1.8e304
WIDEST = 4e307  # of the ends of a range of f: their difference, and a margin more, are finite


class Standing(Trace):
    """A trace that many pictures share: it cannot be changed. A copy of it is a plain one.

    ``apart`` is how it is sent, once that is known.
    """

    apart: object = None

    def _refused(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a trace that pictures share is not to be changed")

    __setitem__ = __delitem__ = __ior__ = _refused  # type: ignore[assignment]
    clear = pop = popitem = setdefault = update = _refused  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Trace], tuple[Trace]]:
        return dict, (dict(self),)


@dataclass(frozen=True)
class Picture:
    """A figure as a plain dict (colours by name, see :mod:`.theme`), its caption, and its description.

    Where there is a ``summary`` of one line, the page shows it, and the caption when asked how to read the
    picture.
    """

    figure: dict[str, Any]
    caption: str = ""
    alternative: str = ""
    pick: tuple[int, ...] = field(default=())
    """The variables, by index, that a press on the picture moves; () for none."""
    steps: bool = False
    """Whether a press on the picture sets ε."""
    views: tuple[tuple[str, str], ...] = ()
    """The positions of the camera: (the browser's name, the label of its button) for each."""
    summary: str = ""


def summary_of(sentences: Sequence[str], letters: int) -> str:
    """The first of ``sentences`` that fit into a line of so many ``letters``, one at least; "" if all do."""
    if len(" ".join(sentences)) <= letters:
        return ""
    fitting = range(1, len(sentences))
    last = max((n for n in fitting if len(" ".join(sentences[:n])) <= letters), default=1)
    return " ".join(sentences[:last])


def packed(values: ArrayLike) -> dict[str, str]:
    """An array as Plotly reads it: ``dtype``, base64 ``bdata`` and, from two axes on, ``shape``.

    Single precision where that is enough for a picture: every value within 1e-7 of itself and 1e-5 of the
    spread. Infinite values become nan, a gap.
    """
    array = np.asarray(values, dtype=float)
    array = np.where(np.isinf(array), np.nan, array)
    finite = array[np.isfinite(array) & (array != 0)]
    single = True
    if finite.size:
        size = np.abs(finite)
        single = size.max() < 1e38 and size.min() > 1e-37
        single = single and not 0 < finite.max() - finite.min() < 1e-2 * size.max()
    array = np.ascontiguousarray(array, dtype="<f4" if single else "<f8")
    packed = {"dtype": "f4" if single else "f8", "bdata": base64.b64encode(array.tobytes()).decode("ascii")}
    if array.ndim > 1:
        packed["shape"] = ",".join(str(length) for length in array.shape)
    return packed


def unpacked(values: Mapping[str, str] | ArrayLike) -> NDArray[np.float64]:
    """What :func:`packed` and :func:`whole` have packed, or a list of numbers; None in it is nan."""
    if not isinstance(values, Mapping):
        return np.array(values, dtype=float)
    array = np.frombuffer(base64.b64decode(values["bdata"]), dtype=f"<{values['dtype']}").astype(float)
    return array.reshape([int(length) for length in values.get("shape", str(len(array))).split(",")])


def whole(values: ArrayLike) -> dict[str, str]:
    """Indices in the compact form."""
    array = np.ascontiguousarray(values, dtype="<i4")
    return {"dtype": "i4", "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def bounded(values: ArrayLike) -> NDArray[np.float64]:
    """``values`` clipped to ±``LARGEST``."""
    return np.clip(np.asarray(values, dtype=float), -LARGEST, LARGEST)


def label_at_end(text: str, height: float, colour: str) -> dict[str, Any]:
    """The name of a line, to the right of the plot at ``height`` (on a log axis its logarithm)."""
    return {
        "x": 1.0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 6,
        "y": height,
        "yref": "y",
        "text": text,
        "align": "left",
        "showarrow": False,
        "font": {"size": 13, "color": colour},
    }


def log_axis(title: str, bounds: tuple[float, float], powers: Sequence[int]) -> dict[str, Any]:
    """A logarithmic axis from 10^low to 10^high with ticks at the given powers of ten."""
    return {
        "type": "log",
        "range": [float(bound) for bound in bounds],
        "tickmode": "array",
        "tickvals": [10.0**power for power in powers],
        "ticktext": [power_of_ten(power) for power in powers],
        "tickfont": {"size": 13, "color": "@ink/0.85"},
        "title": {"text": title, "font": {"size": 15, "color": "@ink"}},
        "gridcolor": "@ink/0.12",
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }


def labelled_lines(
    lines: Sequence[tuple[dict[str, Any], str]], x: dict[str, Any], y: dict[str, Any], room: int
) -> dict[str, Any]:
    """The layout of a picture with the name of each line at its right end, ``room`` pixels wide.

    ``lines`` are (trace, name); where two names would overlap, the upper one moves up.
    """
    least = 0.075 * (y["range"][1] - y["range"][0])
    ends = [next((v for v in reversed(trace["y"]) if v is not None), 1.0) for trace, _ in lines]
    notes, at = [], -np.inf
    for end, (trace, name) in sorted(zip(ends, lines, strict=True), key=lambda pair: pair[0]):
        at = max(float(np.log10(end)), at + least)
        notes.append(label_at_end(name, at, trace["line"]["color"]))
    y = y | {"range": [y["range"][0], max(y["range"][1], at + 0.5 * least)]}
    return {
        "xaxis": x,
        "yaxis": y,
        "annotations": notes,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": room, "t": 14, "b": 8},
        "plot_bgcolor": "@paper",
    }


def ticks(low: float, high: float, wanted: int = 5) -> tuple[NDArray[np.float64], list[str]]:
    """About ``wanted`` round values inside [low, high], and labels with the same number of decimals."""
    span = high - low
    if not (np.isfinite(span) and span > 0):
        return np.array([low]), [number(low)]
    raw = span / wanted
    unit = 10.0 ** np.floor(np.log10(raw))
    step = min((unit * nice for nice in (1, 2, 5, 10)), key=lambda candidate: abs(np.log(candidate / raw)))
    values = step * multiples(low - 1e-9 * step, high + 1e-9 * step, step, MOST_TICKS)
    size = max(abs(low), abs(high))
    if size >= MOST_PLAIN or size < LEAST_PLAIN:
        places = max(1, 1 + int(np.ceil(np.log10(size / step) - 1e-9)))
        return values, [number(0.0 if abs(value) < step / 2 else value, places) for value in values]
    places = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    return values, [decimal(0.0 if abs(value) < step / 2 else value, places) for value in values]


def based_ticks(low: float, high: float, wanted: int = 5) -> tuple[NDArray[np.float64], list[str], str]:
    """:func:`ticks`, and the suffix ``" − 10⁹"`` for the title where the labels leave out a common base.

    In a small range far from zero the labels would be long, and differ in their last digits only.
    """
    values, labels = ticks(low, high, wanted)
    if len(values) < 2 or max(abs(values[0]), abs(values[-1])) < 1e5 * (values[1] - values[0]):
        return values, labels, ""
    base = float(values[0])
    _, labels = ticks(0.0, float(values[-1]) - base, len(values) - 1)
    digits = 2 + int(np.log10(abs(base) / (values[1] - values[0])))
    sign = "+" if base < 0 else "−"
    return values, labels[: len(values)], f" {sign} {number(abs(base), digits)}"


def far_ticks(low: float, high: float, wanted: int) -> tuple[dict[str, list[Any]], str]:
    """Ticks of an axis far from 0, or close to it, and the suffix of its title; nothing for one between.

    Plotly writes all digits of such numbers, turns labels without room, and pushes the title out.
    """
    values, labels, base = based_ticks(low, high, wanted)
    if not base and LEAST_PLAIN <= max(abs(low), abs(high)) < MOST_PLAIN:
        return {}, ""
    return {"tickvals": [float(value) for value in values], "ticktext": labels}, base


def _sharpest(array: NDArray[np.float64]) -> float:
    """The largest difference of neighbours along the first axis, also over a hole of one; inf next to inf."""
    neighbours = np.diff(array, axis=0)  # of inf and inf: nan
    across = np.where(np.isfinite(array[1:-1]), np.nan, array[2:] - array[:-2]) if len(array) > 2 else []
    differences = np.abs(np.concatenate([np.ravel(neighbours), np.ravel(across)]))
    return float(np.max(differences, where=~np.isnan(differences), initial=0.0))


@np.errstate(all="ignore")
def readable_range(values: ArrayLike, *, include: float = np.nan) -> tuple[float, float, bool]:
    """(low, high, cut): a range in which sampled ``values`` are readable, and whether it leaves some out.

    The whole range, unless neighbours differ by much of it, as at a pole or before an overflow: there the
    grid cannot resolve f, and most values would be squashed flat. Then the middle 90 % and half as much
    again. ``include`` is always inside; (0, 1, False) when nothing is finite.
    """
    return including(sampled_range(values), include)


@np.errstate(all="ignore")
def sampled_range(values: ArrayLike) -> tuple[float, float, bool]:
    """(low, high, cut) as :func:`readable_range`, of the values alone: nan where none is finite.

    The two may be equal.
    """
    array = np.asarray(values, dtype=float)
    finite, infinite = array[np.isfinite(array)], bool(np.isinf(array).any())
    if not finite.size:
        return math.nan, math.nan, infinite
    least, most = float(finite.min()), float(finite.max())
    low, high = least, most
    inner = np.quantile(finite / 2, (0.05, 0.95)) * 2
    # halves, because the difference of two huge numbers overflows
    whole, spread = high / 2 - low / 2, inner[1] / 2 - inner[0] / 2
    sharpest = max((_sharpest(np.moveaxis(array / 2, axis, 0)) for axis in range(array.ndim)), default=0.0)
    if sharpest > 0.4 * whole and whole > 2 * spread > 0:
        low, high = max(low, inner[0] - spread / 2), min(high, inner[1] + spread / 2)
    low, high = (float(end) for end in np.clip([low, high], -WIDEST, WIDEST))
    return low, high, least < low or most > high or infinite


def including(found: tuple[float, float, bool], include: float) -> tuple[float, float, bool]:
    """The range that was ``found`` and what it is to ``include``, as one that is wider than a point."""
    low, high, cut = found
    if math.isfinite(include):
        include = min(max(include, -WIDEST), WIDEST)
        low, high = (include, include) if math.isnan(low) else (min(low, include), max(high, include))
    elif math.isnan(low):
        low, high = 0.0, 1.0
    if high / 2 - low / 2 <= 1e-12 * max(abs(low), abs(high)):
        margin = 0.5 * max(abs(low), abs(high)) or 1.0
        low, high = low - margin, high + margin
    return low, high, cut
