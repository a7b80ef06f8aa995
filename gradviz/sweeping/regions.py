"""What dominates the error at which step: the curve of one method over ε in regions, and its slope.

From the right: no order where the step reaches past what the Taylor series knows; truncation; the optimum;
round-off; a staircase where x + h has only a few numbers to fall on; and the step that vanished, x + h = x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gradviz.methods.differences import STENCILS
from gradviz.sweeping.model import StepModel
from gradviz.sweeping.sweep import Sweep

NO_VALUE, NO_ORDER, TRUNCATION, OPTIMUM = "no value", "no order", "truncation", "optimum"
PLATEAU, ROUND_OFF, STAIRCASE, VANISHED = "plateau", "round-off", "staircase", "step vanished"
EXACT = "exact"
STEPS_OF_THE_STAIRCASE = 10.0  # in units in the last place of the coordinate
NEAR = 2.0  # times the least error: still the optimum; times the predicted one: still predicted
CLEAR = 10.0  # times the round-off: truncation alone
_REACH = 1.5  # a misfit counts when it lasts for a step this many times larger
_DECADES_FITTED, _LEAST_SPAN, _LEAST_POINTS = 2.0, 0.4, 5


@dataclass(frozen=True)
class Region:
    """The steps from ``low`` to ``high`` at which one thing dominates the error."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Explanation:
    """One method's error over the steps of a sweep.

    ``regions`` from right to left, only those there are; ``kinds`` (k,) the region's name for each step, ''
    where none is known; ``slope`` of the truncation branch as measured, None without one; ``band`` the
    predicted optimum, from the one with the mean rounding to the one with its bound, None without one;
    ``kink`` whether f has a kink along a coordinate that counts.
    """

    method: str
    regions: tuple[Region, ...]
    kinds: np.ndarray
    slope: float | None
    band: tuple[float, float] | None
    kink: bool = False

    def within(self, *names: str) -> np.ndarray:
        """(k,) bool: the steps in the regions of these names."""
        return np.isin(self.kinds, names)


@np.errstate(all="ignore")
def explain(sweep: Sweep, method: str) -> Explanation:
    """The regions of the error of ``method``, which takes a step, and the slope of its truncation branch.

    The staircase begins where the coarsest of the judged coordinates is reached; the step has vanished where
    it moves none of them. At 0 there is neither, nor for the complex step, whose ih stands beside x. Where
    all is exact, as for a constant, that is the only region. Worked out once for each sweep.
    """
    explained: dict[str, Explanation] = vars(sweep).setdefault("explained", {})
    if method not in explained:
        explained[method] = _explained(sweep, method)
    return explained[method]


def _explained(sweep: Sweep, method: str) -> Explanation:
    errors, steps, model = sweep.errors[method], sweep.steps, sweep.model[method]
    gone, coarse = _thresholds(sweep, method)
    kinds = np.full(len(steps), "", dtype="<U13")
    finite = np.isfinite(errors)
    if finite.any() and not (errors[finite].any() or model.truncation.any() or model.roundoff.any()):
        kinds[:] = EXACT
        return Explanation(method, (Region(EXACT, float(steps[0]), float(steps[-1])),), kinds, None, None)
    above = finite & (steps > coarse)
    if np.isnan(model.truncation).all():
        kinds[above] = PLATEAU if _is_flat(errors[above]) else ""
    else:
        kinds[above] = _dominating(steps[above], errors[above], model, above)
    if finite.any():
        last = int(np.flatnonzero(finite)[-1])
        for hole in np.flatnonzero(~finite[:last] & (steps[:last] > coarse)):
            kinds[hole] = kinds[hole - 1] if hole else ""  # one step that falls on a pole
        kinds[last + 1 :] = NO_VALUE
        kinds[steps <= coarse] = STAIRCASE
        kinds[steps <= gone] = VANISHED
    slope = _slope(steps, errors, model, kinds == TRUNCATION)
    regions = _regions(steps, kinds, {VANISHED: gone, STAIRCASE: coarse})
    kink = any(s == "kink" and counted for s, counted in zip(sweep.truth.status, sweep.judged, strict=True))
    return Explanation(method, regions, kinds, slope, _band(steps, model, kinds == OPTIMUM), kink)


def _thresholds(sweep: Sweep, method: str) -> tuple[float, float]:
    """Up to which step no judged coordinate moves at all, and up to which one moves in visible jumps."""
    moved = np.abs(sweep.point[sweep.judged & np.isfinite(sweep.reference(method))])
    offsets = [j for j in STENCILS[method].weights if j] if method in STENCILS else []
    if not offsets or not moved.any():
        return 0.0, 0.0
    neighbours, largest = sweep.precision.neighbours, float(moved.max())
    coarse = STEPS_OF_THE_STAIRCASE * (neighbours(largest)[1] - largest)
    points = [float(x) for x in sweep.point[sweep.judged]]
    gaps = [min(abs(neighbours(x)[j > 0] - x) / abs(j) for j in offsets) if x else 0.0 for x in points]
    return min(gaps) / 2, coarse


def _is_flat(errors: np.ndarray) -> bool:
    """A plateau, as at a kink, where each side has its own slope at every step: no branch, up or down."""
    return bool(len(errors)) and float(errors.max()) <= NEAR * float(errors.min())


def _dominating(steps: np.ndarray, errors: np.ndarray, model: StepModel, where: np.ndarray) -> np.ndarray:
    """The region of each of ``steps``, dense and with finite errors, by the model ``where`` they are."""
    truncation, bound, rms = model.truncation[where], model.roundoff[where], model.roundoff_rms[where]
    # next to the edge of the domain the noise is not known, and truncation dominates
    kinds = np.where(rms >= truncation, ROUND_OFF, TRUNCATION).astype("<U13")
    best = int(np.searchsorted(steps, model.best_step_rms)) if model.best_step_rms < math.inf else 0
    if 0 < best < len(steps):
        total = np.hypot(truncation, rms)
        near = total <= NEAR * total[best]
        if not near[0]:  # else a floor that is flat, and no optimum
            first, last = _run(near, best)
            kinds[:first] = ROUND_OFF
            kinds[first : last + 1] = OPTIMUM
            kinds[(steps >= model.best_step_rms) & (steps <= model.best_step)] = OPTIMUM
    misfit = (errors > NEAR * (truncation + bound)) | (errors < (truncation - bound) / NEAR)
    misfit[: best + 1] = False
    kinds[_lasting(steps, misfit) :] = NO_ORDER
    return kinds


def _run(mask: np.ndarray, place: int) -> tuple[int, int]:
    """The first and the last place of the unbroken run of True around ``place``."""
    false = np.flatnonzero(~mask)
    left, right = false[false < place], false[false > place]
    return (int(left[-1]) + 1 if len(left) else 0), (int(right[0]) - 1 if len(right) else len(mask) - 1)


def _lasting(steps: np.ndarray, misfit: np.ndarray) -> int:
    """The first place from which the misfit lasts; the number of steps where it never does."""
    for place in np.flatnonzero(misfit):
        if misfit[place : np.searchsorted(steps, _REACH * steps[place], side="right")].all():
            return int(place)
    return len(steps)


def _slope(steps: np.ndarray, errors: np.ndarray, model: StepModel, mask: np.ndarray) -> float | None:
    """The slope of the measured branch in log-log, by least squares over its lowest two decades.

    There the first term of the series dominates.
    """
    clear = mask & (model.truncation > CLEAR * model.roundoff) & (errors > 0) & np.isfinite(errors)
    if not clear.any():
        return None
    lowest = math.log10(steps[clear][0])
    clear &= np.log10(steps) <= lowest + _DECADES_FITTED
    places = np.log10(steps[clear])
    if len(places) < _LEAST_POINTS or places[-1] - places[0] < _LEAST_SPAN:
        return None
    heights = np.log10(errors[clear])
    across = places - places.mean()
    return float(across @ (heights - heights.mean()) / (across @ across))


def _band(steps: np.ndarray, model: StepModel, optimum: np.ndarray) -> tuple[float, float] | None:
    """Where truncation plus round-off is predicted to be least, by its root mean square and by its bound."""
    if not optimum.any():
        return None
    bound = np.where(optimum, model.truncation + model.roundoff, math.inf)
    return model.best_step_rms, max(float(steps[np.argmin(bound)]), model.best_step_rms)


def _regions(steps: np.ndarray, kinds: np.ndarray, ends: dict[str, float]) -> tuple[Region, ...]:
    """Runs of equal kinds as intervals, right to left, each up to half-way (in decades) to its neighbour.

    ``ends`` holds where a region ends on the right by itself.
    """
    changes = np.flatnonzero(kinds[1:] != kinds[:-1])
    firsts, lasts = np.append(0, changes + 1), np.append(changes, len(steps) - 1)
    bounds = [
        min(ends.get(str(kinds[last]), math.sqrt(steps[last] * steps[last + 1])), steps[last + 1])
        for last in lasts[:-1]
    ]
    regions = [
        Region(str(kinds[first]), float(low), float(high))
        for first, low, high in zip(firsts, [steps[0], *bounds], [*bounds, steps[-1]], strict=True)
        if kinds[first]
    ]
    return tuple(reversed(regions))
