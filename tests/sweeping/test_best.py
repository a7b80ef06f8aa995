"""The best step as measured: the bottom of the V, not the luckiest of its dips."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradviz
from gradviz.methods.differences import STENCILS
from gradviz.presets import PRESETS
from gradviz.sweeping import best
from gradviz.sweeping.best import best_measured, running_median
from gradviz.sweeping.sweep import default_steps

STEPS = default_steps()
BOTTOM = 160  # the place of 1e-8
V = np.hypot(STEPS, STEPS[BOTTOM] ** 2 / STEPS)  # least at 1e-8, slopes 1 and -1
NAN = math.nan


def planted(errors: np.ndarray, error: float, *places: int | slice) -> np.ndarray:
    changed = errors.copy()
    for place in places:
        changed[place] = error
    return changed


TABLE = (
    # steps, errors, the best step, and why
    (STEPS, V, STEPS[BOTTOM], "a V has its least where it turns"),
    (STEPS, planted(V, 1e-16, 60), STEPS[BOTTOM], "one dip in the round-off, five decades away"),
    (STEPS, planted(V, 0.0, 60, 250), STEPS[BOTTOM], "two zeros hit by chance"),
    (STEPS, planted(V, 0.0, slice(60, 65)), STEPS[BOTTOM], "five lucky ones of eleven are a minority"),
    (STEPS, planted(V, 1.0, BOTTOM), STEPS[BOTTOM], "nor does a single bad one push it away"),
    (STEPS, np.where(STEPS < 1e-3, 0.0, STEPS), STEPS[259], "exact up to there: the largest exact one"),
    (STEPS, np.ones(321), STEPS[160], "a plateau: its middle"),
    (STEPS, np.zeros(321), 1.0, "exact throughout: the largest"),
    (STEPS, planted(V, NAN, slice(150, None)), STEPS[149], "no number to the right of an edge"),
    (STEPS, np.full(321, math.inf), STEPS[160], "without any finite one: no reason to prefer another"),
    (STEPS, np.full(321, NAN), NAN, "no number at all"),
    ([0.5], [3.0], 0.5, "a sweep of one step"),
    ([0.5], [NAN], NAN, "a sweep of one step without a number"),
    ([1e-3, 1e-2, 1e-1], [3.0, 1.0, 2.0], 1e-2, "a decade apart, each counts by itself"),
    ([0.1, 0.1, 0.1, 1.0], [5.0, 5.0, 1.0, 2.0], 1.0, "the same step thrice: 5 is the one in the middle"),
    ([0.1, 0.11], [1.0, 2.0], 0.11, "of two neighbours the worse one"),
)


@pytest.mark.parametrize(("steps", "errors", "bottom", "why"), TABLE, ids=[row[-1] for row in TABLE])
def test_the_best_step_of_a_curve(steps, errors, bottom, why):
    found, least = best_measured(np.array(steps), np.array(errors))
    assert found == pytest.approx(bottom, rel=1e-9, nan_ok=True), why
    medians = running_median(np.array(steps), np.array(errors))
    assert least == pytest.approx(np.nan if np.isnan(medians).all() else np.nanmin(medians), nan_ok=True)


@given(
    gaps=st.lists(st.floats(0, 0.6), min_size=1, max_size=30),
    data=st.data(),
)
def test_half_of_the_neighbours_are_no_worse_than_the_median_and_half_no_better(gaps, data):
    """The definition itself, at any spacing, with nan, inf and zeros among the errors."""
    steps = 10.0 ** (np.cumsum(gaps) - 15)
    sizes = st.one_of(st.sampled_from([0.0, 1.0, NAN, math.inf]), st.floats(0, 1e9))
    errors = np.array(data.draw(st.lists(sizes, min_size=len(gaps), max_size=len(gaps))))
    medians = running_median(steps, errors)
    np.testing.assert_array_equal(np.isnan(medians), np.isnan(errors))
    for k in np.flatnonzero(~np.isnan(errors)):
        near = errors[np.abs(np.log10(steps / steps[k])) <= 0.25 + 1e-9]
        near = near[~np.isnan(near)]
        assert medians[k] in near
        assert (near <= medians[k]).sum() > len(near) / 2
        assert (near >= medians[k]).sum() >= len(near) / 2


@given(place=st.integers(0, 320), slope=st.sampled_from([1, 2, 4, 6]), bottom=st.integers(20, 300))
def test_one_lucky_error_never_moves_the_best_step_far(place, slope, bottom):
    """At most by the half decade over which the median runs."""
    errors = STEPS**slope + STEPS[bottom] ** (slope + 1) / STEPS
    found, _ = best_measured(STEPS, planted(errors, 0.0, place))
    assert abs(math.log10(found / best_measured(STEPS, errors)[0])) <= 0.5 + 1e-9


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_measured_best_step_is_near_the_predicted_one(preset):
    """Within 0.6 decades of the least of the predicted root mean square, wherever that lies in the sweep.

    Nine in ten are within 0.31, the furthest is 0.54 away; the least single error is up to 1.2 decades away.
    """
    sweep = gradviz.sweep(gradviz.parse(preset.text), preset.point, methods=tuple(STENCILS))
    for name in STENCILS:
        predicted = sweep.model[name].best_step_rms
        if 1e-15 < predicted < 0.3:
            assert abs(math.log10(sweep.best_step[name] / predicted)) < 0.6, name
            typical = running_median(sweep.steps, sweep.errors[name])
            assert sweep.least_error[name] == typical[sweep.steps == sweep.best_step[name]]


@pytest.mark.parametrize("largest", [0, best.LARGEST_TABLE])
@given(
    st.lists(
        st.tuples(st.floats(1e-6, 1.0), st.sampled_from([NAN, math.inf, 0.0, 1e-9]) | st.floats(0, 10)),
        max_size=60,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_median_is_that_of_its_window(monkeypatch, largest, pairs):
    """Also where a table of all windows would be too large."""
    monkeypatch.setattr(best, "LARGEST_TABLE", largest)
    steps, errors = np.array(sorted(pairs, key=lambda pair: pair[0])).reshape(-1, 2).T
    found = running_median(steps, errors)
    for step, error, median in zip(steps, errors, found, strict=True):
        near = errors[np.abs(np.log10(steps) - np.log10(step)) <= best.HALF_WINDOW + 1e-9]
        sound = np.sort(near[~np.isnan(near)])
        assert math.isnan(median) if math.isnan(error) else median == sound[len(sound) // 2]
