"""Random formulas at points where they are differentiable, and how the adaptive difference does there.

`python -m tests.support.smooth_points 20000 [seed]` prints the tally for every type.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

import gradviz
from gradviz.tree.precision import PRECISIONS

SEED = 18
INNER = ("x", "y", "x", "x", "1", "2", "0.5", "0.3", "1e-3", "pi", "3")
ONE = (
    *("sin({})", "cos({})", "exp({})", "tanh({})", "sqrt({})", "log({})", "atan({})", "sigmoid({})"),
    *("softplus({})", "erf({})", "erfc({})", "asin({})", "acos({})", "cbrt({})", "abs({})", "-({})"),
    *("({})^2", "({})^3", "1/({})", "sinh({})", "cosh({})", "asinh({})", "log1p({})", "expm1({})"),
    *("loggamma(1 + ({})^2)", "gamma({})", "digamma({})", "sqrt(1 + ({})^2)", "exp(-({})^2)"),
    *("sqrt(max(0, {}))", "max({}, 0)"),
    *("acos(clip({}, -1, 1))", "1000 + {}", "1e-6*({})", "floor({})", "sinc({})", "relu({})", "tan({})"),
    *("({})/7", "loggamma({})", "({})^1.5", "log(1 + exp({}))", "sin(20*({}))"),
)
TWO = (
    *("({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})", "({})^({})", "max({}, {})", "min({}, {})"),
    *("atan2({}, {})", "hypot({}, {})", "logaddexp({}, {})", "mod({}, 2 + ({})^2)"),
)
SPECIAL = (
    *(0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 4.0, 1e-3, -1e-3, 1e-8, 1e-16, 100.0, 1e4, -40.0, 10.0, 0.01),
    *(1.5707963267948966, 3.141592653589793, 0.1, -0.7, 1.0000001, 0.9999999),
)


def formula(dice: random.Random, depth: int) -> str:
    """A formula in x and y of at most ``depth`` levels."""
    if depth == 0 or dice.random() < 0.1:
        return dice.choice(INNER)
    if dice.random() < 0.6:
        return dice.choice(ONE).format(formula(dice, depth - 1))
    if dice.random() < 0.1:
        parts = [formula(dice, depth - 1) for _ in range(3)]
        return f"({parts[0]} if {parts[1]} < {dice.choice(INNER)} else {parts[2]})"
    return dice.choice(TWO).format(formula(dice, depth - 1), formula(dice, depth - 1))


def coordinate(dice: random.Random) -> float:
    kind = dice.random()
    if kind < 0.3:
        return dice.choice(SPECIAL)
    if kind < 0.85:
        return round(dice.uniform(-3, 3), dice.choice([1, 2, 16]))
    return dice.choice([-1, 1]) * 10 ** dice.uniform(-4, 2)


@dataclass(frozen=True)
class Question:
    """A field and a point of the type, with the true partial derivatives; nan where there is none."""

    field: gradviz.ScalarField
    point: tuple[float, ...]
    slopes: np.ndarray


def questions(dtype: str, seed: int = SEED) -> Iterator[Question]:
    """Without end: points at which some partial derivative exists and is a number of the type."""
    dice, precision = random.Random(seed), PRECISIONS[dtype]
    while True:
        try:
            asked = gradviz.parse(formula(dice, dice.randint(1, 4)))
        except gradviz.ParseError:
            continue
        point = tuple(float(precision.rounded(coordinate(dice))) for _ in asked.variables)
        if not point:
            continue
        truth = gradviz.true_gradient(asked, point)
        slopes = np.where([s == "differentiable" for s in truth.status], truth.gradient, np.nan)
        slopes[np.abs(slopes) > precision.largest / 4] = np.nan
        if np.isfinite(slopes).any():
            yield Question(asked, point, slopes)


@dataclass
class Tally:
    """What the adaptive difference answered, counted in components that have a true slope."""

    counts: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        shares = {name: f"{100 * n / max(1, self.counts['judged']):.2f} %" for name, n in self.counts.items()}
        spread = [f"{q:.1e}" for q in np.quantile(self.errors, [0.5, 0.9, 0.99])] if self.errors else []
        return f"{dict(self.counts)} {shares} relative errors, quantiles 0.5, 0.9, 0.99: {spread}"


def judge(asked: Question, dtype: str, tally: Tally) -> None:
    """One more question in ``tally``."""
    estimate = gradviz.gradient(asked.field, asked.point, "adaptive", dtype=dtype)
    assert estimate.error_bar is not None or not np.isfinite(estimate.gradient).any()
    if estimate.error_bar is None or estimate.status in ("overflow", "underflow"):
        tally.counts["out of the range of the type"] += 1
        return
    answer = f"{estimate.gradient} ± {estimate.error_bar} {estimate.status} {estimate.note}"
    row = f"{asked.field.text!r} at {asked.point}, {dtype}: true {asked.slopes}, {answer}"
    for slope, found, bar in zip(asked.slopes, estimate.gradient, estimate.error_bar, strict=True):
        if np.isnan(slope):
            continue
        tally.counts["judged"] += 1
        if not np.isfinite(found):
            tally.counts["no answer"] += 1
            tally.unanswered.append(row)
            continue
        error = abs(found - slope)
        tally.errors.append(error / (abs(slope) or 1.0))
        tally.counts["wide bar"] += bar > 0.5 * abs(slope)
        if error > bar:
            tally.counts["not covered"] += 1
            tally.missed.append(row)
            if error > 0.01 * abs(slope):
                tally.counts["silent wrong"] += 1
                tally.silent.append(row)


def main() -> None:
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    for dtype in sys.argv[3:] or PRECISIONS:
        tally = Tally()
        for asked, _ in zip(questions(dtype, seed), range(count), strict=False):
            judge(asked, dtype, tally)
        print(dtype, tally)
        for name in ("silent", "missed", "unanswered"):
            for row in getattr(tally, name)[:40]:
                print("  ", name, row)


if __name__ == "__main__":
    main()
