"""The stage of a plain Python function: pictures and words from nothing but its values.

There is no text of it, so neither closed form nor truth: the methods are measured against one of their own.
"""

from __future__ import annotations

import html
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import ArrayLike

from gradviz import figures, link
from gradviz.content import STEPPING, slider_data
from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.figures import Panel, Picture
from gradviz.figures.table import table_html, table_style
from gradviz.link.reports import follow
from gradviz.methods import METHODS, GradientEstimate
from gradviz.methods.callables import OUTSIDE, Counted, Function, gradient_of_callable
from gradviz.reading.parser import parse
from gradviz.sentences.measured import MeasuredAnswers, card, headline, paragraph, rows, table_heading
from gradviz.surface import Surface
from gradviz.sweeping.measured import sweep_of_callable
from gradviz.sweeping.sweep import default_steps
from gradviz.text.letters import plain_label
from gradviz.text.numbers import vector

if TYPE_CHECKING:
    from torch import Tensor

SECONDS = 2.0  # of calls of the function for one change of the point or the window, where it is slow
MOST_SECONDS = 20.0  # … with as few calls as a stage needs: a slower function has none
MOST_VARIABLES = 50
STEPS = (33, 321)  # of ε, at least and at most
GRID = (13, 61)  # points a side of a surface
CURVE = (65, 600)
CALLS = 24  # of f for each ε and coordinate, with all methods; a few too many
LONGEST_REASON = 120  # characters


@dataclass
class Sampled:
    """A function of points (n,) as a field of its ``variables``: where it raises, it has no value.

    ``reason`` is what it said when it last did. What it raises when it is called with complex numbers, or
    with a tensor that remembers, goes through: that is how a method finds that it does not apply.
    """

    function: Function
    variables: tuple[str, ...]
    in_torch: bool
    reason: str = ""
    counted: Counted = field(init=False)

    def __post_init__(self) -> None:
        self.counted = Counted(self.guarded, in_torch=self.in_torch)

    def guarded(self, x: np.ndarray | Tensor) -> object:
        """f(x), nan where it raises at a real point."""
        try:
            return self.function(x)
        except Exception as error:
            of_python = isinstance(error, ArithmeticError) or str(error).startswith(OUTSIDE)
            if of_python or not self._is_real(x):  # its own arithmetic finds no value, which is no fault
                raise
            self.reason = raised(error)
            return math.nan

    def _is_real(self, x: np.ndarray | Tensor) -> bool:
        """Whether ``x`` is what the function takes, and real numbers that remember nothing."""
        if isinstance(x, np.ndarray):
            return not self.in_torch and x.dtype.kind == "f"
        return self.in_torch and not (x.requires_grad or x.is_complex())

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """f at points (..., n)."""
        places = np.asarray(points, dtype=float)
        flat = places.reshape(-1, len(self.variables))
        with np.errstate(all="ignore"):
            values = [self.value(place) for place in flat]
        return np.array(values, dtype=float).reshape(places.shape[:-1])

    def value(self, point: np.ndarray) -> float:
        """f at one point (n,), nan where it gives something else than one real number."""
        try:
            found = self.counted(point)
        except Exception as error:
            self.reason = raised(error)
            return math.nan
        return math.nan if isinstance(found, complex) else float(found)


def raised(error: Exception) -> str:
    """What the function said instead of giving a number, as a sentence."""
    text = " ".join(str(error).split())
    said = text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"
    if isinstance(error, GradvizError):
        return said
    return f"f raised {type(error).__name__}{f' ({said})' if said else ''}."


class FunctionExploration:
    """What the stage of ``function`` of ``n`` coordinates shows, and how it changes by what is done on it.

    Beside :class:`gradviz.widget.Exploration`; the ``values`` are those of a link, which a function has none
    of: they hold point, ε, window and methods. A GradvizError where f gives no number at the point, or is so
    slow that a stage would take longer than ``MOST_SECONDS``.
    """

    link = ""  # no link can tell of a Python function

    def __init__(self, function: Function, n: int, values: Mapping[str, Any], theme: str = "") -> None:
        if not 1 <= n <= MOST_VARIABLES:
            raise GradvizError(f"A stage has from 1 to {MOST_VARIABLES} variables.")
        # a stand-in with as many variables: point, ε and window are read and written as the page does
        text = " + ".join(f"x{i + 1}" for i in range(n)) if n > 1 else "x"
        self.values, self.theme = {**values, link.FUNCTION: text}, theme
        self._field = parse(text)
        self.reading = link.read(link.entries(self.values))
        for remark in self.reading.remarks:
            if remark.stops:
                raise GradvizError(remark.sentence)
        self._dragged = ""
        self._name = str(getattr(function, "__name__", "f"))
        self._sampled, self._seconds = self._first_call(function)
        self.answers = self._answered(None)

    def _first_call(self, function: Function) -> tuple[Sampled, float]:
        """The function as a field, and how many seconds a call takes."""
        point = np.asarray(self.reading.point, dtype=float)
        counted = Counted(function)
        try:
            counted(point)
            began = time.perf_counter()
            counted(point)  # the first may have imported something
        except Exception as error:
            raise GradvizError(f"At {vector(point)} {raised(error)}") from None
        seconds = time.perf_counter() - began
        least = seconds * (CALLS * STEPS[0] * len(point) + GRID[0] ** 2)
        if least > MOST_SECONDS:
            raise GradvizError(
                f"One call of the function takes {seconds:.2g} s, and a stage needs hundreds: it would take "
                f"{least:.0f} s. gradviz.gradient asks for far fewer."
            )
        return Sampled(function, self._field.variables, bool(counted.in_torch)), seconds

    def _affordable(self, bounds: tuple[int, int], calls: float) -> int:
        """How many times ``calls`` calls fit into the time, within the bounds."""
        return int(np.clip(SECONDS / max(self._seconds * calls, 1e-12), *bounds))

    def _answered(self, before: MeasuredAnswers | None) -> MeasuredAnswers:
        """The answers of every method; at the point of ``before`` what does not depend on ε is the same."""
        point, step = np.asarray(self.reading.point, dtype=float), self.reading.step
        function = self._sampled.guarded
        if before is not None and np.array_equal(before.point, point):
            sweep, same = before.sweep, before.estimates
        else:
            count = self._affordable(STEPS, CALLS * len(point))
            every = default_steps()
            steps = every[np.unique(np.linspace(0, len(every) - 1, count).round().astype(int))]
            sweep, same = sweep_of_callable(function, point, steps, [m.name for m in METHODS]), {}
        estimates: dict[str, GradientEstimate] = {}
        for method in METHODS:
            stays = method.name in same and not method.takes_step
            estimates[method.name] = (
                same[method.name] if stays else gradient_of_callable(function, point, method.name, step)
            )
        return MeasuredAnswers(self._field, step, estimates, sweep, self._sampled.value(point))

    def take(self, kind: str, value: object) -> None:
        """Follow a report of the stage; one that cannot be understood changes nothing."""
        followed = None if kind == "explained" else follow(kind, value, self.reading, self.values)
        if followed is None:
            return
        self.values, self._dragged, self.reading = followed
        self._sampled.reason = ""
        self.answers = self._answered(self.answers)

    def data(self) -> dict[str, Any]:
        """What ``live.js`` shows of it, by the names of the widget's traits."""
        shown = link.known_methods(self.values[link.SHOWN])
        answers, axes = self.answers, self.reading.axes
        panels = self._panels(shown)
        main, *others = panels
        line = headline(answers)
        parts, view = figures.view_data(
            panels,
            [(1.86, [main]), (1, others)],
            tuple(method.name for method in METHODS),
            step=answers.step,
            gradients=figures.gradients_by_step(answers.as_sweep, axes, shown),
            camera=link.read_camera(self.values[link.CAMERA]),
            announcement="" if self._dragged else line,
            headline={"text": line, "truth": "", "method": ""},
            cards={name: self._card(name, shown) for name in answers.estimates},
        )
        notes = [f"At some places {self._sampled.reason}"] if self._sampled.reason else []
        return {
            "parts": parts,
            "view": view,
            "graph": {},  # its operations are not known
            "words": {
                "title": self.title,
                "slider": slider_data(answers.step, []),
                "paragraph": paragraph(answers),
                "table": table_html(rows(answers), self._field.variables, table_heading(answers)),
                "tableStyle": table_style(),
                "notes": notes,
                "theme": self.theme,
            },
        }

    @property
    def title(self) -> str:
        """The function by its name, with its variables."""
        name = "f" if self._name == "<lambda>" else self._name[:60]
        return f"{name}({', '.join(map(plain_label, self._field.variables))})"

    def _card(self, name: str, shown: tuple[str, ...]) -> dict[str, Any]:
        described = card(self.answers, name)
        return {
            "gradient": described.gradient,
            "verdict": described.verdict,
            "side": "",
            "stepping": name in STEPPING,
            "shown": name in shown,
        }

    def _panels(self, shown: tuple[str, ...]) -> dict[str, Panel]:
        """The curve, or the surface and the map, and the error plot."""
        answers = self.answers
        point, surface = answers.point, self._surface
        estimates = [answers.estimates[name] for name in shown]
        # a picture asks a field for its variables and its values, which this one has
        there = cast(ScalarField, self._sampled)
        heading = html.escape(f"{self.title} at {vector(point)}", quote=False)

        def panel(title: str, height: int, narrow: int, picture: Picture) -> Panel:
            return Panel(picture, title, height=height, narrow=narrow, heading=heading)

        errors = figures.errors_picture(
            answers.as_sweep, answers.step, answers.errors, shown=shown, stepping=STEPPING, focus=None
        )
        if surface.y is None:
            curve = figures.curve_picture(there, surface, point, estimates)
            return {
                "curve": panel("Curve", 560, 340, curve),
                "errors": panel("Error against ε", 520, 360, errors),
            }
        scene = figures.surface_picture(
            there, surface, point, estimates, axes=surface.axes, truth=answers.sweep.reference.gradient
        )
        flat = figures.contour_picture(there, surface, point, estimates, axes=surface.axes)
        return {
            "surface": panel("Surface", 620, 340, scene),
            "errors": panel("Error against ε", 360, 360, errors),
            "map": panel("Map: press to move the point", 310, 340, flat),
        }

    @property
    def _surface(self) -> Surface:
        """f over the window, at as many points as there is time for; the last one again where it fits."""
        reading = self.reading
        key = (reading.window, reading.axes, tuple(np.delete(reading.point, reading.axes)))
        if key != self._sampled_at:
            self._last_surface, self._sampled_at = self._sample(), key
        return replace(self._last_surface, point=np.asarray(reading.point, dtype=float))

    _sampled_at: tuple | None = None
    _last_surface: Surface

    def _sample(self) -> Surface:
        reading = self.reading
        point, axes = np.asarray(reading.point, dtype=float), tuple(reading.axes)
        if len(axes) == 1:
            sides = [np.linspace(*reading.window[0], self._affordable(CURVE, 1))]
        else:
            side = math.isqrt(self._affordable((GRID[0] ** 2, GRID[1] ** 2), 1))
            sides = [np.linspace(low, high, side) for low, high in reading.window]
        places = np.empty((*(len(side) for side in reversed(sides)), len(point)))
        places[:] = point
        for axis, grid in zip(axes, np.meshgrid(*sides), strict=True):
            places[..., axis] = grid
        z = self._sampled(places)
        z[~np.isfinite(z)] = np.nan
        field = cast(ScalarField, self._sampled)
        return Surface(field, point, axes, sides[0], sides[1] if len(sides) > 1 else None, z)
