"""How right the numbers are: every method of gradviz and its rivals over the same gradients, in one run.

`python -m bench.accuracy` prints the table; with `--write` it also puts it into README.md and draws
docs/accuracy.svg.
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numdifftools
import numpy as np
from scipy import differentiate, optimize

import gradviz
from bench.accuracy_picture import picture
from gradviz.symbolic import worker
from tests.support.further import FURTHER
from tests.support.paths import ROOT
from tests.support.reference import CASES

Answer = tuple[
    np.ndarray, np.ndarray | None
]  # a gradient (n,), and the method's own error bar where it has one


def by_gradviz(name: str, step: float = 0.1) -> Callable[..., Answer]:
    def answer(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
        estimate = gradviz.gradient(field, point, name, step)
        return estimate.gradient, estimate.error_bar

    return answer


def by_numdifftools(order: int) -> Callable[..., Answer]:
    def answer(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
        found = numdifftools.Gradient(field, order=order, full_output=True)(point)
        return np.ravel(found.estimate), np.ravel(found.error_estimate)

    return answer


def by_scipy_jacobian(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
    found = differentiate.jacobian(lambda x: field(np.moveaxis(x, 0, -1))[np.newaxis], point)
    return found.df[0], found.error[0]


def by_fdm(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
    import fdm  # here, as nothing but this table needs it

    return fdm.gradient(lambda x: float(field(x)), fdm.central_fdm(order=7, deriv=1))(point), None


def by_approx_fprime(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
    return optimize.approx_fprime(point, lambda x: float(field(x))), None


def by_ridders(field: gradviz.ScalarField, point: np.ndarray) -> Answer:
    pairs = [_ridders(lambda x, i=i: _moved(field, point, i, x), point[i]) for i in range(len(point))]
    return np.array([slope for slope, _ in pairs]), np.array([bar for _, bar in pairs])


def _moved(field: gradviz.ScalarField, point: np.ndarray, i: int, x: float) -> float:
    moved = point.copy()
    moved[i] = x
    return float(field(moved))


def _ridders(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """Central quotients at h, h/1.4, h/1.96, … extrapolated by Neville's scheme until the error grows.

    Ridders, Advances in Engineering Software 4 (1982) 75–76, as in Press et al., Numerical Recipes, 3rd ed.,
    §5.7; the first step is a tenth of x, or 0.1 at 0.
    """
    shrink, rows, safe = 1.4, 10, 2.0
    h = 0.1 * abs(x) or 0.1
    table = [[(f(x + h) - f(x - h)) / (2 * h)]]
    best, bar = table[0][0], math.inf
    for i in range(1, rows):
        h /= shrink
        row = [(f(x + h) - f(x - h)) / (2 * h)]
        for j in range(1, i + 1):
            factor = shrink ** (2 * j)
            row.append((factor * row[j - 1] - table[i - 1][j - 1]) / (factor - 1))
            error = max(abs(row[j] - row[j - 1]), abs(row[j] - table[i - 1][j - 1]))
            if error <= bar:
                best, bar = row[j], error
        table.append(row)
        if abs(row[i] - table[i - 1][i - 1]) >= safe * bar:
            break
    return best, bar


# label, how it answers; a step is near the best one for a function that is all of size 1
MEASURED: tuple[tuple[str, Callable[..., Answer]], ...] = (
    ("gradviz: closed form", by_gradviz("symbolic")),
    ("gradviz: back-propagation (PyTorch)", by_gradviz("backprop")),
    ("gradviz: complex step, ε = 1e-30", by_gradviz("complex-step", 1e-30)),
    ("gradviz: adaptive difference", by_gradviz("adaptive")),
    ("numdifftools Gradient, order 4", by_numdifftools(4)),
    ("numdifftools Gradient, order 2", by_numdifftools(2)),
    ("FiniteDifferences (fdm), 7 points", by_fdm),
    ("scipy.differentiate.jacobian", by_scipy_jacobian),
    ("Ridders’ method (Numerical Recipes)", by_ridders),
    ("gradviz: central, order 6, ε = 5e-3", by_gradviz("central6", 5e-3)),
    ("gradviz: central, order 4, ε = 1e-3", by_gradviz("central4", 1e-3)),
    ("gradviz: central difference, ε = 5e-6", by_gradviz("central", 5e-6)),
    ("gradviz: forward difference, ε = 1e-8", by_gradviz("forward", 1e-8)),
    ("gradviz: backward difference, ε = 1e-8", by_gradviz("backward", 1e-8)),
    ("scipy.optimize.approx_fprime", by_approx_fprime),
)


@dataclass(frozen=True)
class Figures:
    """What one method did over all cases: quantiles of its relative error, where it has an answer.

    ``failed`` counts answers that are missing or not finite, ``wrong`` those off by more than 1 %, and
    ``silent`` the ones among them whose own error bar, if any, is less than half the error. ``covered`` is
    the share of components whose bar covers the error; nan without bars.
    """

    label: str
    median: float
    p90: float
    failed: int
    wrong: int
    silent: int
    covered: float


def measured(label: str, answer: Callable[..., Answer], cases: Sequence[Any]) -> Figures:
    """``answer`` over ``cases``."""
    errors, covered, wrong, silent = [], [], 0, 0
    for case in cases:
        point = np.array(case.point)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found, bar = answer(case.field, point)
        except Exception:  # a rival that raises has no answer
            continue
        if not np.isfinite(found).all():
            continue
        error = np.abs(found - case.gradient)
        errors.append(error.max() / case.scale)
        far = error > 0.01 * case.scale
        if bar is not None:
            covered += (error <= bar).tolist()
        wrong += bool(far.any())
        silent += bool((far & ((np.zeros_like(error) if bar is None else bar) < error / 2)).any())
    return Figures(
        label,
        float(np.median(errors)) if errors else math.nan,
        float(np.quantile(errors, 0.9)) if errors else math.nan,
        len(cases) - len(errors),
        wrong,
        silent,
        float(np.mean(covered)) if covered else math.nan,
    )


def size(error: float) -> str:
    return f"{error:.0e}" if error else "0"


def table(rows: Sequence[Figures]) -> str:
    """The figures in Markdown."""
    lines = [
        "| method | median | 90 % within | no answer | wrong by > 1 % | of these in silence | bar covers |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        covered = "–" if math.isnan(row.covered) else f"{100 * row.covered:.1f} %"
        counts = f"{row.failed} | {row.wrong} | {row.silent}"
        lines.append(f"| {row.label} | {size(row.median)} | {size(row.p90)} | {counts} | {covered} |")
    return "\n".join(lines)


BEGIN, END = "<!-- printed by python -m bench.accuracy -->", "<!-- end -->"


def main() -> None:
    """Print the table; with ``--write`` keep it and the picture."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.accuracy")
    parser.add_argument("--write", action="store_true", help="also write README.md and docs/accuracy.svg")
    options = parser.parse_args()
    worker.SECONDS = 60.0  # on a busy machine a closed form may need more than a visitor's patience
    cases = [*CASES, *FURTHER]
    components = sum(len(case.point) for case in cases)
    print(f"{len(cases)} gradients, {components} components; relative errors\n")
    rows = [measured(label, answer, cases) for label, answer in MEASURED]
    print(table(rows))
    if options.write:
        readme = ROOT / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        readme.write_text(f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}", encoding="utf-8")
        bars = [(row.label, row.median, row.p90, row.failed, row.wrong) for row in rows]
        (ROOT / "docs" / "accuracy.svg").write_text(picture(bars), encoding="utf-8")


if __name__ == "__main__":
    main()
