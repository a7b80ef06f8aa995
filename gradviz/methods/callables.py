"""The gradient of a plain Python function, by the methods that need no text of it.

The function takes one point as an array (n,) of NumPy, or a tensor (n,) of PyTorch, and gives one number.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from gradviz.arguments import is_real, real_array
from gradviz.errors import GradvizError, PointError
from gradviz.methods.adaptive import LONG_RUN, ladder, no_slope, romberg
from gradviz.methods.differences import STENCILS
from gradviz.methods.estimate import GradientEstimate
from gradviz.methods.rungs import Rungs
from gradviz.tree.precision import FLOAT64
from gradviz.tree.pytorch import NOT_INSTALLED, is_installed, pytorch

if TYPE_CHECKING:
    from torch import Tensor

Function = Callable[[Any], Any]

NO_TEXT = "The closed form needs f as a text, as gradviz.parse reads it: this is a Python function."
OUTSIDE = ("math domain error", "expected a")  # how Python's math says that a function has no value
LONGEST_REASON = 120  # characters of what the function itself says
NOISE = 4 * FLOAT64.unit_roundoff  # of f, relative: what a short program loses
STRAIGHT = 12  # of the smallest steps, over which f is taken to be straight
FINEST = 2.0**-100  # of the complex step: nothing cancels
DISAGREEMENT = 1e-3  # between complex step and central difference, relative, past which f is not analytic


@dataclass
class Counted:
    """The function at points (n,), called with the kind of array that it takes; counts its calls."""

    function: Function
    calls: int = 0
    in_torch: bool | None = field(default=None)

    def __call__(self, point: np.ndarray) -> float | complex:
        """One value, real or complex; nan where Python's own arithmetic finds none.

        What else the function raises goes through.
        """
        self.calls += 1
        try:
            with np.errstate(all="ignore"):
                if self.in_torch is None:
                    return self._tried(point)
                return _one_number(self.function(_tensor(point) if self.in_torch else point.copy()))
        except ArithmeticError:  # 1/0, or too large
            return math.nan
        except ValueError as error:
            if not str(error).startswith(OUTSIDE):
                raise
            return math.nan

    def _tried(self, point: np.ndarray) -> float | complex:
        try:
            value = _one_number(self.function(point.copy()))
        except (TypeError, AttributeError, RuntimeError):
            if not is_installed():
                raise
            try:
                value = _one_number(self.function(_tensor(point)))
            except Exception:
                value = None
            if value is None:
                raise
            self.in_torch = True
            return value
        self.in_torch = False
        return value


def gradient_of_callable(function: Function, point: ArrayLike, method: str, step: float) -> GradientEstimate:
    """∇f at ``point`` (n,) by the named method; where it does not apply, nan and a note that says why.

    PointError for a point that is none, and a GradvizError where f gives something else than one number.
    """
    here = as_free_point(point)
    counted = Counted(function)
    if method in STENCILS:
        gradient = difference_quotients(counted, here, np.array([step]), [method])[method][0]
        status, note = _judged(gradient, here, step)
        return GradientEstimate(method, gradient, step, counted.calls, status=status, note=note)
    if method == "complex-step":
        return _complex_step(counted, here, step)
    if method == "adaptive":
        return extrapolated(counted, here)
    if method == "backprop":
        return _backprop(function, here)
    return _without(method, len(here), NO_TEXT, status="no closed form")


def as_free_point(point: ArrayLike) -> np.ndarray:
    """The point as float64 (n,), all finite, or a PointError; a bare number is one coordinate."""
    wanted = "A point is a list of finite real numbers, one for each coordinate."
    array = real_array([point] if is_real(point) else point, PointError, wanted, ragged=wanted)
    if array.ndim != 1 or not len(array) or not np.isfinite(array).all():
        raise PointError(wanted)
    return array


def difference_quotients(
    counted: Counted, point: np.ndarray, steps: np.ndarray, names: Iterable[str]
) -> dict[str, np.ndarray]:
    """The quotients (k, n) of each named stencil at each of ``steps`` (k,); they share their neighbours."""
    stencils = [STENCILS[name] for name in names]
    offsets = sorted({j for stencil in stencils for j in stencil.weights})
    found = {stencil.name: np.empty((len(steps), len(point))) for stencil in stencils}
    here = _real(counted(point)) if 0 in offsets else math.nan
    for i in range(len(point)):
        values = {j: np.full(len(steps), here) for j in offsets}
        for j in offsets:
            if j:
                values[j] = np.array([_real(counted(_moved(point, i, j * h))) for h in steps])
        with np.errstate(all="ignore"):
            for stencil in stencils:
                found[stencil.name][:, i] = stencil.divided(values, steps)
    return found


def complex_quotients(counted: Counted, point: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Im f(x + ih eᵢ) / h, (k, n). GradvizError where f does not take complex numbers, or is not analytic."""
    found, finest = np.empty((len(steps), len(point))), np.empty(len(point))
    try:
        for i in range(len(point)):
            with warnings.catch_warnings():  # a complex number that is cast to a real one is no answer
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                values = [counted(_moved(point.astype(complex), i, 1j * h)) for h in steps]
                if steps[0] > FINEST:  # a larger one has a truncation error, which is no sign of anything
                    finest[i] = np.imag(counted(_moved(point.astype(complex), i, 1j * FINEST))) / FINEST
            if not any(isinstance(value, complex) for value in values):
                raise GradvizError(
                    "The complex step needs an analytic f: of a complex point it gives a real one."
                )
            found[:, i] = np.imag(values) / steps
    except GradvizError:
        raise
    except Exception as error:
        raise GradvizError(f"The complex step needs f of complex numbers: {_reason(error)}") from None
    _check_analytic(counted, point, found[0] if steps[0] <= FINEST else finest)
    return found


def _check_analytic(counted: Counted, point: np.ndarray, slopes: np.ndarray) -> None:
    """GradvizError where a central difference says something else: then f is not analytic, as |x| is not."""
    for i, slope in enumerate(slopes):
        h = 2.0**-17 * max(1.0, 2.0 ** math.frexp(point[i])[1])
        right, left = (_real(counted(_moved(point, i, side * h))) for side in (1, -1))
        central = (right - left) / (2 * h)
        scale = max(abs(central), abs(slope), NOISE * max(abs(right), abs(left)) / h / DISAGREEMENT)
        if abs(central - slope) > DISAGREEMENT * scale:
            raise GradvizError(
                "The complex step needs an analytic function, and f seems to be none: along coordinate "
                f"{i + 1} it gives {slope:.4g}, and a central difference {central:.4g}."
            )


def _complex_step(counted: Counted, point: np.ndarray, step: float) -> GradientEstimate:
    try:
        gradient = complex_quotients(counted, point, np.array([step]))[0]
    except GradvizError as error:
        return _without("complex-step", len(point), str(error), step=step, evaluations=counted.calls)
    return GradientEstimate("complex-step", gradient, step, counted.calls)


def extrapolated(counted: Counted, point: np.ndarray) -> GradientEstimate:
    """The gradient by Romberg's table over central differences, each with its error bar.

    The same table as of a typed function (see :func:`gradviz.methods.adaptive.adaptive`), but for the noise
    of f: of a program whose text is not known it is taken as a few units in the last place of f, or as large
    as values next to the point scatter.
    """
    gradient, bars = np.full(len(point), np.nan), np.full(len(point), np.inf)
    note = ""
    here = _real(counted(point))
    for i, x in enumerate(point):
        steps = ladder(x)
        right, left = (
            np.array([_real(counted(_moved(point, i, side * h))) for h in steps]) for side in (1, -1)
        )
        rungs = _rungs(here, right, left, steps)
        if not len(rungs.steps):
            note = note or f"f has no finite value on both sides of the point, along coordinate {i + 1}."
        elif no_slope(rungs, LONG_RUN):
            note = note or f"Quotients at smaller steps do not settle on a slope along coordinate {i + 1}."
        else:
            entry = romberg(rungs, FLOAT64)
            gradient[i], bars[i] = entry.slope, entry.bar
    status = "not applicable" if note else "ok"
    return GradientEstimate(
        "adaptive", gradient, evaluations=counted.calls, error_bar=bars, status=status, note=note
    )


@np.errstate(all="ignore")
def _rungs(here: float, right: np.ndarray, left: np.ndarray, steps: np.ndarray) -> Rungs:
    """The quotients over values at x ± ``steps`` (k,), up to the first step without a value.

    The noise of f is at least what its second differences over the smallest steps are, where f is straight.
    """
    sides = np.stack([(right - here) / steps, (here - left) / steps])
    slopes = (right - left) / (2 * steps)
    size = np.maximum(np.maximum(np.abs(right), np.abs(left)), abs(here))
    bends = np.abs(right - here + (left - here))[:STRAIGHT]
    noise = np.maximum(NOISE * size, np.max(bends, where=np.isfinite(bends), initial=0.0))
    bounds = noise / steps + 2 * FLOAT64.unit_roundoff * np.abs(slopes)
    known = np.isfinite(slopes) & np.isfinite(sides).all(axis=0)
    count = int(np.argmin(np.append(known, False)))
    rungs = Rungs(steps, slopes, bounds, bounds / 2, sides, 4 * bounds, known, known, known)
    return rungs.part(slice(0, count))


def _backprop(function: Function, point: np.ndarray) -> GradientEstimate:
    if not is_installed():
        return _without("backprop", len(point), NOT_INSTALLED)
    torch = pytorch()
    x = _tensor(point).requires_grad_()
    try:
        with _remembering(torch):
            value = function(x)
        if not isinstance(value, torch.Tensor) or value.numel() != 1:
            return _without(
                "backprop", len(point), "Back-propagation needs f to give one number as a tensor."
            )
        gradient = _swept(torch, value.sum(), x)
    except Exception as error:
        note = f"Back-propagation needs f in functions of PyTorch: {_reason(error)}"
        return _without("backprop", len(point), note)
    return GradientEstimate("backprop", gradient, evaluations=1, backward_passes=1)


def _remembering(torch: ModuleType) -> AbstractContextManager[object]:
    """While it lasts a tensor cannot become a plain number: the graph would end there, and slopes be lost."""
    numbers = {getattr(torch.Tensor, name) for name in ("__float__", "__complex__", "item", "tolist")}

    class Remembering(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            if func in numbers and args[0].requires_grad:
                name = func.__name__.strip("_")
                raise TypeError(f"{name}() of a tensor forgets how it was computed")
            return func(*args, **(kwargs or {}))

    return Remembering()


def _swept(torch: ModuleType, value: Tensor, x: Tensor) -> np.ndarray:
    """The adjoints of ``x``; 0 where nothing leads back to it."""
    if not value.requires_grad:
        return np.zeros(len(x))
    (found,) = torch.autograd.grad(value, [x], allow_unused=True)
    return np.zeros(len(x)) if found is None else found.double().numpy()


def _without(
    method: str,
    n: int,
    note: str,
    *,
    status: str = "not applicable",
    step: float | None = None,
    evaluations: int = 0,
) -> GradientEstimate:
    return GradientEstimate(method, np.full(n, np.nan), step, evaluations, status=status, note=note)


def _judged(gradient: np.ndarray, point: np.ndarray, step: float) -> tuple[str, str]:
    """The status of a quotient, with its sentence."""
    gone = [i + 1 for i, x in enumerate(point) if x + step == x and x - step == x]
    if gone:
        return (
            "step vanished",
            f"The step is too small for coordinate {gone[0]}: x + ε is x again in float64.",
        )
    if np.isinf(gradient).any():
        return "overflow", "f, or a quotient, is too large for float64."
    if np.isnan(gradient).any():
        return "outside the domain", "f has no real value at the point, or next to it."
    return "ok", ""


def _moved(point: np.ndarray, i: int, shift: complex) -> np.ndarray:
    moved = point.copy()
    moved[i] += shift
    return moved


def _tensor(point: np.ndarray) -> Tensor:
    return pytorch().tensor(point)


def _one_number(value: object) -> float | complex:
    """What f gives as a Python number; a GradvizError for anything but one number."""
    array = np.asarray(getattr(value, "detach", lambda: value)())  # of a tensor that remembers, without that
    if array.size != 1 or array.dtype.kind not in "iufcb":
        raise GradvizError(f"f must give one number, and gave {type(value).__name__} of shape {array.shape}.")
    return array.reshape(-1)[0].item()


def _real(value: complex) -> float:
    return math.nan if isinstance(value, complex) else float(value)


def _reason(error: Exception) -> str:
    """What an exception of the function says, on one line."""
    text = " ".join(str(error).split()) or "without a word"
    shown = text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"
    return f"it raised {type(error).__name__} ({shown})."
